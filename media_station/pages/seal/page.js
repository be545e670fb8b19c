"use strict";
// SEAL.html: the section's key, which file for which consignment, where to save, what was sealed.

import { at, both, made, offerLanguages, paragraph, progressOf, show, sizeOf, takeFiles } from "../shared/dom.js";
import { download, place } from "../shared/save.js";
import { Failed, Work } from "../shared/worker.js";

const STATION = JSON.parse(at("station").textContent);
const utf8 = new TextEncoder();
let file = null;
let work = null;

function sayFailed(why) {
  const said = {
    "not-key": [["提出鍵のファイルではありません", "Not a submission key"]],
    passphrase: [["合言葉が違います", "The passphrase is wrong"]],
    large: [["このブラウザーでは、500 MB より大きいファイルに封をできません", "Too large for this browser"],
      paragraph("Edge か Chrome で開いてください。", "Open the page with Edge or Chrome.")],
    room: [["保存できませんでした", "It could not be saved"],
      paragraph("媒体の空き容量と、書込みができることを確かめてください。", "Check that the medium has room and can be written to.")],
    place: [["その場所には保存できません", "It can't be saved there"],
      paragraph("書込みができる取込用の媒体を選んで、もう一度封をしてください。", "Choose an import medium that can be written to, and seal again.")],
    stopped: [["中止しました", "Stopped"]],
    again: [["2つの合言葉が違います", "The two passphrases differ"]],
    unreadable: [["ファイルを読み取れませんでした", "The file could not be read"]],
  };
  const [title, ...more] = said[why] ?? said.unreadable;
  show("bad", title, ...more, paragraph("何も保存していません。", "Nothing was saved."));
  at("result").dataset.finding = why;
}

async function attempt(task, undo = async () => {}) {
  at("seal").disabled = at("make").disabled = true;
  at("result").replaceChildren();
  work = new Work();
  try {
    await task();
  } catch (error) {
    await undo();
    if (!(error instanceof Failed)) console.error(error);
    sayFailed(error instanceof Failed ? error.message : "room");
  } finally {
    work.end();
    at("seal").disabled = at("make").disabled = false;
    at("working").hidden = true;
  }
}

function sayUnsaved(button) {
  button.after(made(["span", { role: "status" }, ...both(
    "　その場所には保存できません。ほかの場所を選んでください", " It can't be saved there: choose another place")]));
}

/** A button that saves a small file where the person says. */
function fileButton(name, text, id) {
  const button = made(["button", { type: "button", id }, name]);
  button.addEventListener("click", async () => {
    const target = await place(name).catch(() => sayUnsaved(button));
    if (!target) return;
    await target.write(text);
    const links = (await target.finish()).map(([each, address]) => made(download(each, address)));
    for (const link of links) {
      link.hidden = true;
      button.after(link);
      link.querySelector("a").click();
    }
    button.after(made(["span", { role: "status" }, ...both("　保存しました", " saved")]));
  });
  return made(["p", {}, button]);
}

function busy() {
  progressOf(1);
  at("progress").removeAttribute("value");
}

async function make() {
  const passphrase = at("new-passphrase").value;
  if (passphrase !== at("again").value) {
    sayFailed("again");
    return;
  }
  await attempt(async () => {
    busy();
    const answer = await work.ask({ task: "make", section: at("name").value, passphrase });
    at("making").reset();
    show("good", ["提出鍵を作りました", "The submission key is made"],
      paragraph("submission.key.age を部署で保管し、次の1行を、委託の様式の「提出鍵」に書いてください。",
        "Keep submission.key.age in the section, and put this line into the consignment's form."),
      ["p", {}, ["code", { id: "public" }, answer.public]],
      fileButton("submission.key.age", answer.sealed, "save-key"),
      fileButton("submission.pub", utf8.encode(`${answer.public}\n`), "save-public"));
  });
}

async function seal() {
  const key = at("key").files[0];
  if (!file || !key) {
    at(file ? "key" : "files").focus();
    at("chosen").replaceChildren(...both(
      file ? "提出鍵のファイルを選んでください。" : "ファイルを選んでください。",
      file ? "Choose the key file." : "Choose the file.").map((each) => made(["li", {}, each])));
    return;
  }
  await attempt(async () => {
    busy();
    await work.ask({ task: "unlock", file: key, passphrase: at("passphrase").value });
    at("working").hidden = true;
    await new Promise((resolve, reject) => {
      show("", ["提出鍵が開きました", "The key is unlocked"],
        paragraph("次に、取込用の媒体の中に保存してください。", "Now save onto the import medium."),
        ["button", { type: "button", id: "save", class: "go" }, ...both("保存する", "Save")]);
      at("save").addEventListener("click", () => save().then(resolve, reject));
      at("save").focus();
    });
  });
}

/** Its own file name would tell what it is: the medium bears the payload's number alone. */
async function save() {
  const payload = Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
  const target = await place(`${payload}.age`, { whole: true });
  if (!target) throw new Failed("stopped");
  at("save").disabled = true;
  try {
    const consignment = at("consignment").value.toUpperCase();
    const task = { task: "seal", file, recipient: STATION.recipient, payload, consignment };
    const answer = await work.ask(task, { told: progressOf(file.size), write: (piece) => target.write(piece) });
    const parts = await target.finish();
    at("passphrase").value = "";
    showSealed(target.name, parts, answer);
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

function showSealed(name, parts, { payload, records, plaintext_length: length, plaintext_sha256: hash, signed }) {
  const submission = `${name.replace(/\.age$/i, "")}.json`;
  show("good", ["封をしました", "Sealed"],
    ["dl", {},
      ["dt", {}, ...both("件数", "records")], ["dd", { class: "large", id: "records" }, records.toLocaleString()],
      ["dt", {}, ...both("ファイル", "file")], ["dd", {}, `${file.name}　${sizeOf(length)}`],
      ["dt", {}, "SHA-256"], ["dd", {}, ["code", {}, hash]],
      ["dt", {}, ...both("受付番号", "payload")], ["dd", {}, ["code", { id: "payload" }, payload]]],
    paragraph(`続けて、${submission} を、${name} と同じ媒体に保存してください。2つがそろって、はじめて取り込めます。`,
      `Now save ${submission} beside ${name}: the station takes both or none.`),
    ...parts.map(([each, address]) => download(each, address)),
    fileButton(submission, utf8.encode(signed), "submission"));
  if (parts.length) at("result").querySelector("a").click();
}

offerLanguages();
at("identity").textContent = STATION.identity;
at("recipient").textContent = STATION.recipient;
at("fingerprint").textContent = STATION.fingerprint;
takeFiles(at("files"), ([chosen]) => {
  file = chosen ?? file;
  if (file) at("chosen").replaceChildren(made(["li", {}, `${file.name}　${sizeOf(file.size)}`]));
});
at("stop").addEventListener("click", () => work?.stop?.());
for (const [form, task] of [["making", make], ["asked", seal]]) {
  at(form).addEventListener("submit", (event) => {
    event.preventDefault();
    task();
  });
}
