"use strict";
// A paper by itself, as scripts/verify_journal.py does it: the same findings by the same names.

const PDF_BYTES = 16 * 1024 * 1024;
const EMBEDDED_STREAM =
  /\n[0-9]+ 0 obj\n<<\/Length ([0-9]{1,7})\/Type\/EmbeddedFile\/Filter\/FlateDecode\/Subtype\/application#2Fjson[^\n]*>>\nstream\n/g;
const TITLE = /<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]* ([A-Z0-9-]{3,64})<\/rdf:li>/g;

const fromHex = (text) => {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (each) => parseInt(each, 16));
};

/** A character for each byte: what a regular expression finds is at the byte of the same number. */
function latin1(raw) {
  let text = "";
  for (let at = 0; at < raw.length; at += 32768) text += String.fromCharCode(...raw.subarray(at, at + 32768));
  return text;
}

/** zlib's format (RFC 1950), all of it and nothing after it. */
async function inflated(raw) {
  const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return joined(...parts);
    parts.push(value);
    length += value.length;
    if (length > LINE_BYTES) throw new Error("too long");
  }
}

/** The number in the PDF's title, and the proof that it carries: of the form that the station's typesetter writes. */
async function attachmentOf(raw) {
  const text = latin1(raw);
  const [titles, streams] = [[...text.matchAll(TITLE)], [...text.matchAll(EMBEDDED_STREAM)]];
  const embedded = text.match(/\/EmbeddedFile\b/g) ?? [];
  const once = titles.length === 1 && streams.length === 1 && embedded.length === 1;
  if (!once || !text.startsWith("%PDF-1.7\n") || raw.length > PDF_BYTES) throw new Error("form");
  const start = streams[0].index + streams[0][0].length;
  const content = await inflated(raw.subarray(start, start + Number(streams[0][1])));
  return [titles[0][1], JSON.parse(strict.decode(content))];
}

/** Where an inclusion proof leads to: RFC 6962 section 2.1.1, read backwards. */
async function rootOf(leaf, index, size, proof) {
  if (size === 1) {
    if (proof.length) throw new Error("too long");
    return leaf;
  }
  if (!proof.length) throw new Error("too short");
  let left = 1; // the largest power of two below it
  while (left * 2 < size) left *= 2;
  const [nearer, beside] = [proof.slice(0, -1), proof.at(-1)];
  if (index < left) return nodeHash(await rootOf(leaf, index, left, nearer), beside);
  return nodeHash(beside, await rootOf(leaf, index - left, size - left, nearer));
}

async function provenRecord(given, checkpoint) {
  const line = utf8.encode(given.record);
  const leaf = await leafHash(line);
  const index = given.leaf_index;
  const inside = given.tree_size === checkpoint.size && Number.isInteger(index) && index >= 0 && index < checkpoint.size;
  if (!inside || hex(leaf) !== given.leaf_hash) throw new Error("leaf");
  const root = await rootOf(leaf, index, checkpoint.size, given.proof.map(fromHex));
  if (!same(root, checkpoint.root)) throw new Error("root");
  return JSON.parse(given.record);
}

/**
 * A certificate: of that very medium a PASS after its return, validated by someone else than the performer. A
 * destruction: before a witness who is not the performer.
 */
function isBorneOut(records) {
  const told = records.map((each) => [each.event.action, each.media_station.sequence, each.media_station.data]);
  const [[action, sequence, about]] = told;
  if (action === "medium.destroyed") return about.performer !== about.witness;
  if (action !== "certificate.issued") return true;
  const own = told.filter(([, , data]) => data.medium === about.medium);
  return own.some(([what, place]) => what === "medium.returned" && place < about.erasure)
    && own.some(([what, place, data]) => what === "erasure.ended" && place === about.erasure && data.verdict === "PASS")
    && own.some(([what, place, data]) => what === "erasure.validated" && about.erasure < place && place < sequence
      && data.performer === about.performer && data.validator === about.validator)
    && about.performer !== about.validator;
}

/** A paper's `findings` as `verify` gives them, its `checkpoint`, and its `records` once they hold. */
async function verifyPaper(file, keys) {
  const about = { file: file.name };
  const found = (name, values = about) => ({ findings: new Map([[name, values]]), checkpoint: null, records: [] });
  let titled, proof, checkpoint;
  try {
    [titled, proof] = await attachmentOf(new Uint8Array(await file.slice(0, PDF_BYTES + 1).arrayBuffer()));
    if (proof.schema !== "media-station/paper-proof/v1" || !Array.isArray(proof.records)) throw new Error("schema");
    checkpoint = await openCheckpoint(utf8.encode(proof.checkpoint), keys);
  } catch (error) {
    if (error.name === "NotSupportedError") throw error;
    return error instanceof Finding ? found(`checkpoint-${error.message}`, {}) : found("paper-without-proof");
  }
  const records = [];
  try {
    for (const each of proof.records) records.push(await provenRecord(each, checkpoint));
  } catch {
    return found("paper-record-changed");
  }
  const named = records.length && Object.values(records[0].media_station.data).includes(proof.number);
  if (!named || titled !== proof.number) return found("paper-number-differs");
  if (!isBorneOut(records)) return found("paper-not-borne-out");
  return { findings: new Map(), checkpoint, records };
}
