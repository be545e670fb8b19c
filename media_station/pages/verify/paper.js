"use strict";
// A paper by itself, as scripts/verify_journal.py does it: the same findings by the same names.

const PDF_BYTES = 16 * 1024 * 1024;
const EMBEDDED_STREAM =
  /\n[0-9]+ 0 obj\n<<\/Length ([0-9]{1,7})\/Type\/EmbeddedFile\/Filter\/FlateDecode\/Subtype\/application#2Fjson[^\n]*>>\nstream\n/g;
const TITLE = /<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]* ([A-Z0-9-]{3,64})<\/rdf:li>/g;

const HANDED = [
  "medium.handed_over", "enclosures.handed_over", "notice.handed_over", "letters.handed_over",
  "medium.returned", "notice.returned", "letters.delivered",
];

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

function der(tag, ...parts) {
  const content = joined(...parts);
  const size = content.length;
  const length = [];
  for (let rest = size; rest; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return joined(new Uint8Array(size < 128 ? [tag, size] : [tag, 128 | length.length, ...length]), content);
}

/** The first DER element, whole. */
function elementOf(data) {
  const more = data[1] & 128 ? data[1] & 127 : 0;
  const size = more ? data.slice(2, 2 + more).reduce((sum, each) => sum * 256 + each, 0) : data[1];
  if (!(data.length >= 2 + more + size)) throw new Error("cut off");
  return data.subarray(0, 2 + more + size);
}

const contentOf = (element) => element.subarray(2 + (element[1] & 128 ? element[1] & 127 : 0));

function inside(element) {
  const found = [];
  for (let rest = contentOf(element); rest.length; rest = rest.subarray(found.at(-1).length)) found.push(elementOf(rest));
  return found;
}

const oid = (encoded) => der(6, fromHex(encoded));
const DATA = oid("2a864886f70d010701");

/** What is signed: content type, message digest, signing-certificate-v2 (EN 319 142-1), in the order of their encodings. */
async function attributesOf(digest, certificate) {
  const hashed = der(48, der(48, der(48, der(4, await sha256(certificate)))));
  const attribute = (name, value) => der(48, oid(name), der(49, value));
  const all = [
    attribute("2a864886f70d010903", DATA),
    attribute("2a864886f70d010904", der(4, digest)),
    attribute("2a864886f70d010910022f", hashed),
  ];
  return der(49, ...all.sort((a, b) => (hex(a) < hex(b) ? -1 : 1)));
}

/** The one form of CMS SignedData that a station makes (docs/formats.md). */
async function signedData(digest, chain, signature) {
  const [, serial, , issuer] = inside(inside(chain[0])[0]);
  const [one, hash] = [der(2, new Uint8Array([1])), der(48, oid("608648016503040201"))];
  const attributes = joined(new Uint8Array([160]), (await attributesOf(digest, chain[0])).subarray(1));
  const signing = [der(48, oid("2a8648ce3d040302")), der(4, signature)];
  const signer = der(48, one, der(48, issuer, serial), hash, attributes, ...signing);
  const whole = der(48, one, der(49, hash), der(48, DATA), der(160, ...chain), der(49, signer));
  return der(48, oid("2a864886f70d010702"), der(160, whole));
}

/** An ECDSA signature as Web Crypto takes it: r and s, 32 bytes each. */
const pairOf = (signature) => joined(...inside(signature).map((each) => {
  const number = contentOf(each);
  const short = number.subarray(Math.max(number.length - 32, 0));
  if (number.length > 33 || (number.length === 33 && number[0])) throw new Error("too large");
  return joined(new Uint8Array(32 - short.length), short);
}));

/** The SHA-256 of the certificate whose key signed every byte but the signature's own; "" for an unsigned paper. */
async function signerOf(raw) {
  const text = latin1(raw);
  const ranges = text.match(/\/ByteRange\b/g) ?? [];
  if (!ranges.length) return "";
  const found = /\/Contents(<[0-9a-f]+>)\/ByteRange\[0 ([0-9]+) +([0-9]+) +([0-9]+) *\]>>/.exec(text);
  if (!found || ranges.length !== 1) throw new Error("not one signature");
  const begin = found.index + "/Contents".length;
  const end = begin + found[1].length;
  if ([begin, end, raw.length - end].some((each, at) => each !== Number(found[at + 2]))) throw new Error("range");
  const digest = await sha256(raw.subarray(0, begin), raw.subarray(end));
  const contents = fromHex(found[1].slice(1, -1));
  const parts = inside(inside(inside(elementOf(contents))[1])[0]);
  const chain = inside(parts[3]);
  const signature = contentOf(inside(inside(parts[4])[0])[5]);
  const whole = await signedData(digest, chain, signature);
  if (!same(contents.subarray(0, whole.length), whole) || contents.subarray(whole.length).some(Boolean)) {
    throw new Error("another form, or of another content");
  }
  const spki = inside(inside(chain[0])[0])[6];
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", spki, kind, false, ["verify"]);
  const by = { name: "ECDSA", hash: "SHA-256" };
  if (!(await crypto.subtle.verify(by, key, pairOf(signature), await attributesOf(digest, chain[0])))) {
    throw new Error("signature");
  }
  return hex(await sha256(chain[0]));
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
 * destruction: of each medium on this record, before a witness who is not the performer.
 */
function isBorneOut(records) {
  const told = records.map((each) => [each.event.action, each.media_station.sequence, each.media_station.data]);
  const [[action, sequence, about]] = told;
  if (action === "medium.destroyed") {
    const destroyed = told.filter(([what]) => what === action).map(([, , data]) => data);
    return destroyed.every((data) => data.record === about.record && data.performer !== data.witness);
  }
  if (!Object.hasOwn(NUMBERED_BY.C, action)) return true;
  const own = told.filter(([, , data]) => data.medium === about.medium);
  return own.some(([what, place]) => what === "medium.returned" && place < about.erasure)
    && own.some(([what, place, data]) => what === "erasure.ended" && place === about.erasure && data.verdict === "PASS")
    && own.some(([what, place, data]) => what === "erasure.validated" && about.erasure < place && place < sequence
      && data.performer === about.performer && data.validator === about.validator)
    && about.performer !== about.validator;
}

/** What gives a paper its number, by the number's letter: people type what they like into other fields. */
const NUMBERED_BY = {
  C: { "certificate.issued": "certificate", "certificate.reissued": "certificate" },
  X: { "medium.destroyed": "record" },
  S: Object.fromEntries(HANDED.map((action) => [action, "slip"])),
  K: { "handover.corrected": "correction" },
};

function givesOut(record, number) {
  const letter = String(number).split("-").at(-2);
  const fields = Object.hasOwn(NUMBERED_BY, letter) ? NUMBERED_BY[letter] : {};
  const { action } = record.event;
  return Object.hasOwn(fields, action) && record.media_station.data[fields[action]] === number;
}

/** A paper's `findings` as `verify` gives them, its `checkpoint`, its `records` once they hold, and its `signer`. */
async function verifyPaper(file, keys) {
  const about = { file: file.name };
  const found = (name, values = about) => ({ findings: new Map([[name, values]]), checkpoint: null, records: [] });
  const raw = new Uint8Array(await file.slice(0, PDF_BYTES + 1).arrayBuffer());
  let titled, proof, checkpoint, signer;
  try {
    signer = await signerOf(raw);
  } catch {
    return found("paper-edited");
  }
  try {
    [titled, proof] = await attachmentOf(raw);
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
  if (!records.length || !givesOut(records[0], proof.number) || titled !== proof.number) return found("paper-number-differs");
  if (!isBorneOut(records)) return found("paper-not-borne-out");
  return { findings: new Map(), checkpoint, records, signer };
}
