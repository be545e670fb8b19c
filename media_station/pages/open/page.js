"use strict";
// OPEN.html: which files, which password, where to save, what came of it.

import { at, both, made, offerLanguages, paragraph, progressOf, show, sizeOf, takeFiles } from "../shared/dom.js";
import { download, forgetAll, place } from "../shared/save.js";
import { Failed, Work } from "../shared/worker.js";
import { groupsSoFar, parsePassword } from "./password.js";

const MANIFEST_BYTES = 64 * 1024;
let file = null;
let manifest = null;
let work = null;
let reading = Promise.resolve(); // of what was chosen

/** What the medium says of itself; null if it isn't one of ours. */
async function readManifest(chosen) {
  try {
    const read = JSON.parse(await chosen.slice(0, MANIFEST_BYTES).text());
    const whole = read.schema === "media-station/manifest/v1" && Number.isSafeInteger(read.length) &&
      Number.isSafeInteger(read.records) && /^[0-9a-f]{64}$/.test(read.sha256) && /^[A-Z0-9]+-T-[0-9]+$/.test(read.transfer);
    return whole && [read.file, read.medium].every((each) => typeof each === "string") ? read : null;
  } catch {
    return null;
  }
}

/** What was unlocked may be another's file: it is let go at once. */
function take(files) {
  work?.stop?.();
  at("result").replaceChildren();
  at("result").className = "";
  forgetAll();
  reading = readChosen(files);
}

async function readChosen(files) {
  for (const each of files) {
    if (each.name.toLowerCase() === "manifest.json") manifest = await readManifest(each);
    else if (each.name.toLowerCase().endsWith(".age")) file = each;
  }
  showChosen();
}

function showChosen() {
  const lines = [];
  if (file) lines.push(["li", {}, `${file.name}　${sizeOf(file.size)}`]);
  if (manifest) {
    lines.push(["li", {}, ...both(
      `manifest.json　媒体番号 ${manifest.medium}　${manifest.records.toLocaleString()} 件`,
      `manifest.json: medium ${manifest.medium}, ${manifest.records.toLocaleString()} records`,
    )]);
  } else if (file) {
    lines.push(["li", {}, ...both(
      "manifest.json がまだ選ばれていません。選ぶと、確認コードと、ファイルの破損の有無が分かります。",
      "manifest.json is not chosen yet: with it you get the confirmation code, and damage is told from a wrong password.",
    )]);
  } else {
    lines.push(["li", {}, ...both("「～.age」のファイルがまだ選ばれていません。", "The “….age” file is not chosen yet.")]);
  }
  at("chosen").replaceChildren(...lines.map(made));
}

function showGroups() {
  const [ja, en] = [{ right: "よし", wrong: "誤り", "": "" }, { right: "right", wrong: "wrong", "": "" }];
  at("groups").replaceChildren(...groupsSoFar(at("password").value).map((state, index) =>
    made(["li", { class: state }, `${index + 1} `, ...both(ja[state], en[state])])));
  at("password").removeAttribute("aria-invalid");
  at("wrong").replaceChildren();
}

/** The password, or null once it is said what is wrong in it. */
function typedPassword() {
  const { password, wrong } = parsePassword(at("password").value);
  if (password) return password;
  const numbers = (wrong ?? []).join(", ");
  const said = wrong
    ? both(`${numbers} 番目の5文字に誤りがあります。通知書と見比べてください。`,
      `There is a typo in group ${numbers}. Compare with the notice.`)
    : both("パスワードは 5 文字が 6 組です。過不足があります。", "The password has 6 groups of 5 characters: some are missing or too many.");
  at("password").setAttribute("aria-invalid", "true");
  at("wrong").replaceChildren(...said.map(made));
  at("password").focus();
  return null;
}

const NOTHING_SAVED = paragraph("何も保存していません。", "Nothing was saved.");
const CALL = paragraph("媒体の「はじめにお読みください」にある連絡先へご連絡ください。", "Please call the contact named in the medium's leaflet.");

function sayFailed(why) {
  const said = {
    "not-age": [["この媒体の暗号化ファイルではありません", "Not an encrypted file of a medium"]],
    foreign: [["この装置が作った媒体のファイルではありません", "Not a file that the station made"], CALL],
    password: [["パスワードが違います", "The password is wrong"],
      paragraph("ファイルは壊れていません。", "The file is whole."),
      paragraph("ほかの媒体の通知書ではありませんか。媒体管理番号を見比べてください。",
        "Is it the notice of another medium? Compare the medium's number.")],
    "password-or-damage": [["パスワードが違うか、ファイルが壊れています", "The password is wrong, or the file is damaged"],
      paragraph("manifest.json も選んで、もう一度開いてください。どちらであるかが分かります。",
        "Choose manifest.json as well and open again: it tells which.")],
    other: [["この manifest.json は、ほかの媒体のものです", "This manifest.json belongs to another medium"]],
    damaged: [["ファイルが壊れています", "The file is damaged"],
      paragraph("媒体の汚れや、複製の途中の失敗が考えられます。パスワードの誤りではありません。媒体から直接選び直しても同じときは、開かずに下のとおりにしてください。",
        "The medium may be dirty, or a copy was cut short; the password is not the cause. If it is the same again straight from the medium:"), CALL],
    room: [["保存できませんでした", "It could not be saved"],
      paragraph("保存先の空き容量と、書込みができる場所かどうかを確かめてください。",
        "Check that there is room where you save, and that it can be written to.")],
    stopped: [["中止しました", "Stopped"]],
    unreadable: [["ファイルを読み取れませんでした", "The file could not be read"],
      paragraph("媒体が抜けていないかを確かめ、ファイルを選び直してください。", "Check that the medium is in place, and choose the files again.")],
  };
  const [title, ...more] = said[why] ?? said.unreadable;
  show("bad", title, ...more, NOTHING_SAVED);
  at("result").dataset.finding = why;
}

/** Whether the file is the one that was put on the medium; of a damaged one it is never said that the password is wrong. */
async function whole() {
  if (file.size !== manifest.length) return false;
  const { sha256 } = await work.ask({ task: "hash", file }, { told: progressOf(file.size) });
  return sha256 === manifest.sha256;
}

async function explain(why) {
  if (!["password", "header", "body"].includes(why)) return why;
  if (!manifest) return why === "body" ? "damaged" : "password-or-damage";
  return why === "password" && (await whole()) ? "password" : "damaged";
}

/** One at a time; what fails is said, and what was begun is undone. */
async function attempt(task, undo = async () => {}) {
  at("open").disabled = true;
  try {
    await task();
  } catch (error) {
    await undo();
    let why = "room";
    if (error instanceof Failed) why = await explain(error.message).catch((again) => again.message);
    else console.error(error);
    work?.end();
    sayFailed(why);
  } finally {
    at("open").disabled = false;
    at("working").hidden = true;
  }
}

async function unlock() {
  at("open").disabled = true;
  await reading;
  at("open").disabled = false;
  if (!file) {
    showChosen();
    at("files").focus();
    return;
  }
  const password = typedPassword();
  if (!password) return;
  at("result").replaceChildren();
  forgetAll();
  await attempt(async () => {
    if (manifest && manifest.file !== file.name) throw new Failed("other");
    work?.end();
    work = new Work();
    progressOf(1);
    at("progress").removeAttribute("value");
    await work.ask({ task: "unlock", file, password });
    askWhere("", ["パスワードは合っています", "The password is right"],
      paragraph("次に、保存する場所を選んでください。委託契約で定めた機器のほかには保存できません。",
        "Now choose where to save. Keep it only on the equipment named in the contract."),
      both("保存する", "Save"));
  });
}

function askWhere(state, title, said, button, ...more) {
  show(state, title, said, ["button", { type: "button", id: "save", class: "go" }, ...button], ...more);
  at("save").addEventListener("click", () => save());
  at("save").focus();
}

/** Where else the data lies is the person's word, never the page's. */
function askAgain() {
  askWhere("bad", ["その場所には保存できません", "It can't be saved there"],
    paragraph("何も保存していません。委託契約で定めた機器の、書込みができる場所を選んでください。",
      "Nothing was saved. Choose a place that can be written to, on the equipment named in the contract."),
    both("ほかの場所を選ぶ", "Choose another place"),
    ["p", {}, ["button", { type: "button", id: "downloads" },
      ...both("ブラウザーのダウンロード用フォルダーに保存する", "Save into the browser's folder for downloads")]]);
  at("result").dataset.finding = "place";
  at("downloads").addEventListener("click", () => save({ downloads: true }));
}

async function save(where = {}) {
  let target;
  try {
    target = await place(file.name.replace(/\.age$/i, ".csv"), where);
  } catch {
    askAgain();
    return;
  }
  if (!target) return;
  at("save").disabled = true;
  const { size } = file;
  await attempt(async () => {
    const told = progressOf(size);
    const answer = await work.ask({ task: "open", transfer: manifest?.transfer ?? "" }, { told, write: (piece) => target.write(piece) });
    const parts = await target.finish();
    work.end();
    at("password").value = "";
    showGroups();
    showSaved(target.name, parts, answer);
  }, () => target.abandon());
}

function showSaved(name, parts, { records, length, code }) {
  const facts = [
    ["dt", {}, ...both("件数", "records")], ["dd", { class: "large", id: "records" }, records.toLocaleString()],
    ...(code ? [["dt", {}, ...both("確認コード", "confirmation code")], ["dd", { class: "large" }, ["code", { id: "code" }, code]]] : []),
    ["dt", {}, ...both("ファイル", "file")], ["dd", {}, `${name}　${sizeOf(length)}`],
  ];
  const links = parts.map(([each, address]) => made(download(each, address)));
  const again = paragraph("保存されていないときは、下を押してください。", "If it was not saved, press below.");
  const title = parts.length > 1 ? ["開きました。下を順に押して保存してください", "Opened: save each part below"] : ["開いて保存しました", "Opened and saved"];
  show("good", title, ["dl", {}, ...facts],
    ...(code ? [paragraph("この件数と確認コードを、区の担当者に電話でお知らせください。", "Read both to the office by telephone.")]
      : [paragraph("この件数を、区の担当者に電話でお知らせください。", "Read the number of records to the office by telephone.")]),
    ...(manifest && manifest.records !== records ? [paragraph(
      `manifest.json の件数（${manifest.records.toLocaleString()} 件）と違います。電話のときにお知らせください。`,
      `manifest.json says ${manifest.records.toLocaleString()} records: tell the office so.`)] : []),
    ...(parts.length === 1 ? [again] : []),
    ...links,
    ...(parts.length > 1 ? [paragraph("全部を保存したら、コマンドプロンプトで次のとおり1つにつなぎます。", "Join them in a command prompt:"),
      ["p", {}, ["code", {}, `copy /b ${parts.map(([each]) => `"${each}"`).join("+")} "${name}"`]]] : []));
  if (parts.length === 1) links[0].querySelector("a").click();
}

offerLanguages();
takeFiles(at("files"), take);
at("password").addEventListener("input", showGroups);
at("stop").addEventListener("click", () => work?.stop?.());
at("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  unlock();
});
showGroups();
