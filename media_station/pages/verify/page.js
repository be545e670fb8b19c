"use strict";
// The page around journal.js: what was chosen, how far it is, what was found.

const TEXTS = JSON.parse(document.getElementById("texts").textContent);
const at = (id) => document.getElementById(id);
const chosen = (id) => [...at(id).files];

/** Elements from nested arrays: ["p", {class: "x"}, "text", ["b", {}, "more"]]. */
function made([name, attributes, ...inside]) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside.map((each) => (typeof each === "string" ? each : made(each))));
  return element;
}

const both = (ja, en) => [["p", {}, ja], ["p", { lang: "en" }, en]];

function show(kind, ja, en, ...more) {
  const result = at("result");
  result.className = kind;
  result.replaceChildren(...[["h2", {}, ja, " ", ["span", { lang: "en" }, en]], ...more].map(made));
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]).replace(/[\x00-\x1f\x7f-\x9f\u200b-\u206f]/g, "?"));
}

/** Hears of bytes read; shows how far it is and how long it will take, and lets the page be drawn. */
function progressOf(total) {
  const began = performance.now();
  let done = 0;
  at("progress").hidden = at("left").hidden = false;
  return (bytes) => {
    done += bytes;
    at("progress").value = Math.min(done / total, 1);
    const left = Math.ceil(((performance.now() - began) / 1000) * Math.max(total / done - 1, 0));
    at("left").textContent = `${Math.floor((100 * done) / total)} %　残り 約${left}秒 / about ${left} s left`;
  };
}

async function keysOf(files) {
  const keys = [];
  for (const file of files) {
    try {
      keys.push(await parseKey(await file.text()));
    } catch (error) {
      if (error.name === "NotSupportedError") throw error;
      throw new Finding(file.name);
    }
  }
  return keys;
}

/** Without the records, heads and papers that tell of one size must tell of one root, and all of one station. */
function judgeAlone(heads, verified, papers) {
  const findings = [];
  const roots = new Map();
  let station = null;
  const told = verified.map(({ checkpoint }, at) => ({ checkpoint, file: papers[at].name }));
  for (const { checkpoint, file } of [...told.filter((each) => each.checkpoint), ...heads]) {
    station ??= stationOf(checkpoint?.identity);
    if (!checkpoint || stationOf(checkpoint.identity) !== station) {
      findings.push(["head-damaged", { file }]);
      continue;
    }
    const root = hex(checkpoint.root);
    const place = `${checkpoint.identity} ${checkpoint.size}`; // what a restore lost, the next epoch has other records for
    if ((roots.get(place) ?? root) !== root) findings.push(["head-forked", { expected: checkpoint.size, file }]);
    roots.set(place, root);
  }
  return findings;
}

/** Which file it is, and of how many records with which root it tells. */
const headRow = (ja, en, file, { identity, size, root }) =>
  ["p", {}, ["b", {}, `${ja} ${file} `], ["span", { lang: "en" }, en], `　${identity}　${size}件 `,
    ["span", { lang: "en" }, "records"], " ", ["code", {}, hex(root)]];

/** What a head says, and how far it bears out what papers say. */
function headRows({ checkpoint, file, number, leaf, signed }, verified = []) {
  const size = checkpoint.size;
  const rows = [headRow("控え", "head", file, checkpoint)];
  if (leaf) rows.push(["p", {}, `${number}　`, ["code", {}, leaf]]);
  if (!signed) rows.push(...both("この控えには署名がありません。", "This head bears no signature."));
  if (!verified.length) return rows;
  const held = verified.some((each) => each.checkpoint.size === size);
  rows.push(...(held
    ? both("控えは、同じ件数の書面と一致します。", "The head agrees with the paper of as many records.")
    : both("件数が違うので、記録のファイルがないと書面と照合できません。",
      "It is of another number of records: only the journal's files tell whether paper and head agree.")));
  return rows;
}

function showHeads(heads) {
  const rows = heads.flatMap((head) => headRows(head));
  if (heads.every((head) => head.signed)) {
    show("whole", "控えの署名は正しい", "The head's signature holds", ...rows, ...both(
      "この装置が、この件数とハッシュの記録について署名したものです。記録そのものは、記録のファイルを選ぶと確かめられます。",
      "The station signed it for so many records with this root. Choose the journal's files to check the records themselves.",
    ));
  } else {
    show("", "控えには署名がありません", "The head bears no signature", ...rows, ...both(
      "印字された3行だけでは何も確かめられません。記録のファイルを選んでください。",
      "Three printed lines alone prove nothing: choose the journal's files.",
    ));
  }
}

/** A recorded UTC time as the office's clock shows it. */
function local(wall) {
  const japan = new Date(Date.parse(wall) + 9 * 3600 * 1000);
  return Number.isNaN(japan.getTime()) ? "-" : `${japan.toISOString().slice(0, 16).replace("T", " ")}`;
}

function listed(findings) {
  const items = findings.map(([name, values]) => {
    const [en, ja] = TEXTS[name];
    return ["li", { "data-finding": name }, ...both(filled(ja, values), filled(en, values)), ["code", {}, name]];
  });
  return ["ol", {}, ...items];
}

function showPapers(papers, verified, heads) {
  const rows = verified.flatMap(({ checkpoint, records, signer }, index) => [
    headRow("書面", "paper", papers[index].name, checkpoint),
    ...(signer ? [...both(
      "電子署名あり、署名後の変更なし。署名者の証明書（SHA-256）を公開鍵台紙と見比べてください：",
      "Signed, and not changed since. Hold the signer's certificate (SHA-256) against the lodged sheet of keys:",
    ), ["p", {}, ["code", {}, signer]]] : both("電子署名なし", "no electronic signature")),
    ["ul", {}, ...records.map((each) => ["li", {}, `${local(each["@timestamp"])}　${each.event.action} `,
      ["code", {}, JSON.stringify(each.media_station.data)]])],
  ]);
  show("whole", "◎ 書面の証明は正しい", "The papers' proofs hold", ...both(
    "紙面を、証明された次の記録と見比べてください（日本時間）。",
    "Hold the sheets against the records that are proved here (times of Japan).",
  ), ...rows, ...heads.flatMap((head) => headRows(head, verified)));
}

/** `walked`: among them may be what is wrong with the journal itself. */
function showFound(findings, { walked }) {
  const names = findings.map(([name]) => name);
  const title = walked && !names.every((name) => name.startsWith("paper-"))
    ? ["× そのままの記録ではありません", "It is not whole"]
    : ["× この書面や控えは使えません", "Not to be relied on"];
  show("found", ...title, listed(findings), ...(names.includes("paper-unknown") ? both(
    "この記録を受け取った後に印刷された書面であれば、新しい記録で確かめ直してください。",
    "If the sheet was printed after these records were taken, verify it with newer ones.",
  ) : []), ...both(
    "書面と写しはそのまま保管し、監査者に連絡してください。",
    "Keep sheets and copies as they are, and tell the auditor.",
  ));
}

function showWalk(walk, { heads, copy, papers, witnesses }) {
  if (walk.findings.size || !walk.checkpoint) {
    showFound([...walk.findings], { walked: true });
    return;
  }
  const identity = walk.checkpoint.identity;
  show("whole", "◎ すべてそろっています", "It is whole",
    ["p", {}, `${identity}　${walk.lines}件　${walk.times.map(local).join(" ～ ")}（日本時間 / JST）`],
    ["p", {}, ["code", {}, hex(walk.checkpoint.root)]],
    ...both(
      "書き換え、抜取り、差替えはありません。",
      `${walk.lines} records: none was changed, removed or put in.`,
    ),
    ...(heads.length || copy.length || witnesses.length ? [] : both(
      "控えや写しとは照合していません。",
      "Held against no head or copy that was kept elsewhere.",
    )),
    ...(papers.length ? both("書面は記録と一致します。", "The papers are those that were recorded.") : []),
  );
}

async function run() {
  const papers = chosen("papers");
  // A copy alone is the journal that there is.
  const [files = [], copy = []] = ["journal", "copy"].map(chosen).filter((some) => some.length);
  const given = await keysOf(chosen("keys"));
  const keys = given.filter((each) => !each.witness);
  const witnesses = given.filter((each) => each.witness);
  const known = await allKeys(files, keys);
  const heads = [];
  for (const file of chosen("heads")) {
    heads.push(await readHead(new Uint8Array(await file.slice(0, NOTE_BYTES + 1).arrayBuffer()), file.name, known));
  }
  const typed = at("head").value.trim();
  if (typed) heads.push(await readHead(utf8.encode(typed), "3", known));
  if (!keys.length || !(files.length || heads.length || papers.length)) {
    show("", "公開鍵と記録を選んでください", "Choose the public keys and the journal");
  } else if (files.length) {
    const length = (some) => some.reduce((sum, each) => sum + each.size, 0);
    const again = papers.length || heads.some((head) => head.leaf) ? 1 : 0;
    const times = length(files) * (1 + again + (copy.length ? 1 : 0)) + 2 * length(copy);
    const kept = { heads, copy, papers, witnesses };
    showWalk(await verify(files, keys, kept, progressOf(times)), kept);
  } else {
    const verified = await Promise.all(papers.map((each) => verifyPaper(each, keys)));
    const findings = [...verified.flatMap((each) => [...each.findings]), ...judgeAlone(heads, verified, papers)];
    if (findings.length) showFound(findings, { walked: false });
    else if (papers.length) showPapers(papers, verified, heads);
    else showHeads(heads);
  }
}

at("asked").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("verify").disabled = true;
  at("result").replaceChildren();
  try {
    await run();
  } catch (error) {
    if (error instanceof Finding) {
      show("", "公開鍵のファイルではありません", "Not a public key", ["p", {}, error.message]);
    } else if (error.name === "NotSupportedError" || !globalThis.crypto?.subtle) {
      show("", "このブラウザーでは検証できません", "This browser can't verify", ...both(
        "新しい版のブラウザー（Ed25519の署名を確かめられるもの）で開いてください。",
        "Open the page with a newer browser, one that knows Ed25519.",
      ));
    } else {
      show("", "読み取れませんでした", "It could not be read", ...both(
        "ファイルを選び直して、もう一度検証してください。", "Choose the files again, and start again.",
      ), ["p", {}, ["code", {}, String(error)]]);
    }
  } finally {
    at("verify").disabled = false;
    at("progress").hidden = at("left").hidden = true;
  }
});
