"use strict";
// Verifies a media-station journal as scripts/verify_journal.py does: the same findings by the same names. The formats are
// in docs/formats.md. Everything stays in this page: nothing is sent anywhere.

const NOTE_BYTES = 64 * 1024;
const LINE_BYTES = 1024 * 1024;
const BLOCK = 1024; // leaves that become one subtree at once, a power of two
const CHECKPOINT =
  /^media-station\/checkpoint\/v1\/([a-z0-9-]+)\/([a-z0-9]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;
const SHEET = /^([A-Z0-9-]{3,64})\n([0-9a-f]{64})\n/; // a QR code's text, before the checkpoint
// Records of papers, and where the paper's number stands in them.
const PRINTED = {
  "paper.printed": "paper", "paper.copied": "paper", "certificate.rendered": "certificate", "notice.printed": "notice",
};
const VOID = { "certificate.superseded": "certificate", "certificate.voided": "certificate" };

const ROTATED = "key.rotated";
const ROTATED_TEXT = `"event":{"action":"${ROTATED}"`;
const RESTORED = "station.restored";
const RESTORED_TEXT = `"event":{"action":"${RESTORED}"`;

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const loose = new TextDecoder("utf-8", { ignoreBOM: true });

class Finding extends Error {}

const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((each, at) => each === b[at]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", parts.length === 1 ? parts[0] : joined(...parts)));
}

const leafHash = (line) => sha256(new Uint8Array([0]), line);
const nodeHash = (left, right) => sha256(new Uint8Array([1]), left, right);

function strictBase64(text) {
  const data = atob(text);
  if (btoa(data) !== text) throw new Error("not canonical");
  return Uint8Array.from(data, (each) => each.charCodeAt(0));
}

/** A C2SP verifier key: name+id+base64(0x01 || public key); a witness's has 0x04. */
async function parseKey(text) {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
  if (!found) throw new Error("not a key");
  const data = strictBase64(found[3]);
  const id = (await sha256(utf8.encode(found[1]), new Uint8Array([10]), data)).slice(0, 4);
  if (data.length !== 33 || ![1, 4].includes(data[0]) || hex(id) !== found[2]) throw new Error("not a key");
  const key = await crypto.subtle.importKey("raw", data.slice(1), { name: "Ed25519" }, false, ["verify"]);
  return { name: found[1], id: found[2], key, text: text.trim(), witness: data[0] === 4 };
}

const isSigned = (key, signature, text) =>
  crypto.subtle.verify({ name: "Ed25519" }, key.key, signature, utf8.encode(text));

/** A C2SP signed note: its text, and per signature name, key id, signature. */
function splitNote(raw) {
  const whole = strict.decode(raw);
  const cut = whole.lastIndexOf("\n\n");
  if (raw.length > NOTE_BYTES || cut < 0 || !whole.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(whole)) {
    throw new Error("form");
  }
  const signatures = whole.slice(cut + 2, -1).split("\n").map((line) => {
    const [dash, name, encoded, ...more] = line.split(" ");
    const data = strictBase64(encoded ?? "-");
    if (dash !== "\u2014" || !name || more.length || data.length < 5) throw new Error("signature line");
    return { name, id: hex(data.slice(0, 4)), signature: data.slice(4) };
  });
  return { text: whole.slice(0, cut + 1), signatures };
}

/** A C2SP tlog-checkpoint, signed by the journal key of its own station. Finding says why not. */
async function openCheckpoint(raw, keys) {
  let note, found;
  try {
    note = splitNote(raw);
    found = CHECKPOINT.exec(note.text);
    if (!found) throw new Error("text");
  } catch {
    throw new Finding("damaged");
  }
  const signedBy = new Set();
  for (const { name, id, signature } of note.signatures) {
    for (const each of keys.filter((key) => key.name === name && key.id === id)) {
      if (!(await isSigned(each, signature, note.text))) throw new Finding("bad-signature");
      signedBy.add(name);
    }
  }
  if (!signedBy.size) throw new Finding("unknown-key");
  if (!signedBy.has(`media-station/${found[1]}/${found[2]}/journal`)) throw new Finding("other-identity");
  return checkpointOf(found);
}

const checkpointOf = (found) => ({
  identity: `${found[1]}/${found[2]}`, size: Number(found[3]), root: strictBase64(found[4]),
});

/** A checkpoint; or what a sheet bears: the QR code's text, as scanners give it, or three lines typed from it. */
async function readHead(raw, file, keys) {
  const text = loose.decode(raw).replaceAll("\r\n", "\n").replace(/\n+$/, "") + "\n";
  try {
    const typed = CHECKPOINT.exec(text.split("\n").map((line) => line.replaceAll(" ", "")).join("\n"));
    // Nobody signed it but the paper that it stands on.
    if (typed) return { file, checkpoint: checkpointOf(typed), signed: false };
    const sheet = SHEET.exec(text);
    if (!sheet) return { file, checkpoint: await openCheckpoint(raw, keys), signed: true };
    const rest = text.slice(sheet[0].length);
    const cut = rest.indexOf("\n\n");
    const lines = cut < 0 ? [] : rest.slice(cut + 2).split("\n").slice(0, -1);
    const signed = lines.map((line) => `\u2014 ${line.slice(line.indexOf(" ") + 1)}\n`).join("");
    const checkpoint = await openCheckpoint(utf8.encode(rest.slice(0, cut + 2) + signed), keys);
    return { file, checkpoint, signed: true, number: sheet[1], leaf: sheet[2] };
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    return { file, checkpoint: null };
  }
}

/** The head that lies beside the journal, if the witness cosigned it (C2SP tlog-cosignature). */
async function readCosigned(files, witness, keys) {
  const name = `witnessed.${witness.id}`;
  const file = files.find((each) => each.name === name);
  const missing = { file: name, checkpoint: null, missing: true };
  if (!file) return missing;
  const raw = new Uint8Array(await file.slice(0, NOTE_BYTES + 1).arrayBuffer());
  try {
    const { text, signatures } = splitNote(raw);
    for (const { name: signer, id, signature } of signatures) {
      if (signer !== witness.name || id !== witness.id || signature.length !== 72) continue;
      const seconds = new DataView(signature.slice(0, 8).buffer).getBigUint64(0);
      if (await isSigned(witness, signature.slice(8), `cosignature/v1\ntime ${seconds}\n${text}`)) {
        return readHead(raw, file.name, keys);
      }
    }
  } catch {
    // not even a note
  }
  return missing;
}

/** Lines of a file with their ends; what has none, or is longer than a line may be, comes without. */
async function* linesOf(file, passed) {
  const reader = file.stream().getReader();
  let rest = new Uint8Array(0);
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    passed(value.length);
    let data = rest.length ? joined(rest, value) : value;
    const lines = [];
    for (;;) {
      const end = data.indexOf(10) + 1;
      if (!end && data.length < LINE_BYTES) break;
      const length = end ? Math.min(end, LINE_BYTES) : LINE_BYTES;
      lines.push(data.subarray(0, length));
      data = data.subarray(length);
    }
    yield lines;
    rest = data.slice();
  }
  if (rest.length) yield [rest];
}

const segmentsOf = (files) =>
  files.filter((each) => each.name.endsWith(".jsonl")).sort((a, b) => (a.name < b.name ? -1 : 1));

async function* allLines(files, passed) {
  for (const segment of segmentsOf(files)) {
    for await (const lines of linesOf(segment, passed)) for (const line of lines) yield line;
  }
}

/** What one reading of all lines left behind, in flat memory. */
class Walk {
  constructor(sizes, identity, keys) {
    this.roots = new Map([...sizes].map((size) => [size, null]));
    this.identity = identity;
    this.keys = keys;
    this.reigns = []; // [place, key]: from there on the key is in force; its name says in which epoch
    this.lines = 0;
    this.peaks = []; // [leaves, hash] of full subtrees, largest first
    this.times = ["", ""];
    this.firstMisplaced = null;
    this.misplaced = 0;
    this.turnedUp = false; // the record missing at the first misplaced line stands further on
    this.tornTail = false;
    this.readable = true;
    this.findings = new Map();
    this.leaves = []; // of the block that is not complete yet
  }

  find(what, values) {
    if (!this.findings.has(what)) this.findings.set(what, values); // the first of its kind speaks for the others
  }

  get read() {
    return this.lines + this.leaves.length;
  }

  async take(line) {
    this.leaves.push(leafHash(line));
    if (this.read % BLOCK === 0) await this.settle();
  }

  /** The leaves into the tree: a whole block as one subtree, where no root is asked for inside it. */
  async settle() {
    let nodes = await Promise.all(this.leaves);
    this.leaves = [];
    const wanted = [...this.roots.keys()].some((size) => this.lines < size && size < this.lines + BLOCK);
    if (nodes.length < BLOCK || wanted) {
      for (const leaf of nodes) await this.addSubtree(1, leaf);
      return;
    }
    while (nodes.length > 1) {
      const pairs = Array.from({ length: nodes.length / 2 }, (_, at) => nodeHash(nodes[2 * at], nodes[2 * at + 1]));
      nodes = await Promise.all(pairs);
    }
    await this.addSubtree(BLOCK, nodes[0]);
  }

  /** RFC 6962 section 2.1: two full subtrees of one size become one. */
  async addSubtree(count, node) {
    this.lines += count;
    while (this.peaks.length && this.peaks.at(-1)[0] === count) {
      node = await nodeHash(this.peaks.pop()[1], node);
      count *= 2;
    }
    this.peaks.push([count, node]);
    if (this.roots.has(this.lines)) this.roots.set(this.lines, await this.rootNow());
  }

  /** Of all lines that are settled. */
  async rootNow() {
    if (!this.peaks.length) return sha256(new Uint8Array(0));
    let node = this.peaks.at(-1)[1];
    for (const [, peak] of this.peaks.slice(0, -1).reverse()) node = await nodeHash(peak, node);
    return node;
  }

  async root(size) {
    return size === 0 ? sha256(new Uint8Array(0)) : this.roots.get(size);
  }
}

/** The key that this record hands over to, if the old and the new one signed that for its place; or null. */
async function successor(record, old) {
  try {
    const own = record.media_station;
    const next = await parseKey(own.data.new_key);
    const whose = old.name.slice("media-station/".length, -"/journal".length);
    const text = `media-station/key/v1/${whose}\n${own.sequence}\n${old.text}\n${next.text}\n`;
    for (const [key, signature] of [[old, own.data.old_signature], [next, own.data.new_signature]]) {
      const raw = strictBase64(signature);
      if (hex(raw.slice(0, 4)) !== key.id || !(await isSigned(key, raw.slice(4), text))) return null;
    }
    return own.data.old_key === old.text && next.name === old.name ? next : null;
  } catch {
    return null;
  }
}

/** Station and epoch of a journal's key. */
const whoseOf = (key) => key.name.replace(/^media-station\//, "").replace(/\/journal$/, "");

/** The key of the epoch that this record begins, one of those given, and the head of the former, signed by `old`. */
async function following(record, old, keys) {
  try {
    const { data, sequence } = record.media_station;
    const key = keys.find((each) => each.text === data.new_key);
    const former = await openCheckpoint(utf8.encode(data.former_checkpoint), [old]);
    const [station, before] = whoseOf(old).split("/");
    const [same, epoch] = whoseOf(key).split("/");
    const later = /^[er][1-9][0-9]{0,3}$/.test(epoch) && epoch[0] === before[0] && +epoch.slice(1) > +before.slice(1);
    const good = station === same && later && former.size === sequence && former.identity === whoseOf(old);
    return good ? { key, former } : null;
  } catch {
    return null;
  }
}

/** The sizes of the journal whose heads bear this one's identity, as [first, last]; null if it can be none of them. */
function epochOf(reigns, head) {
  const starts = reigns.filter(([, key]) => whoseOf(key) === head.identity).map(([start]) => start);
  if (!starts.length || head.size < starts[0] + (starts[0] ? 1 : 0)) return null;
  const later = reigns.map(([start]) => start).filter((start) => start > starts.at(-1));
  return [starts[0], later.length ? later[0] : Infinity];
}

function keyIdOf(line) {
  try {
    return String(JSON.parse(strict.decode(line)).media_station.key_id);
  } catch {
    return "";
  }
}

/** As far as they are told at a glance; readRecord finds what is wrong. Empty if the first key isn't known. */
async function reignsOf(files, keys) {
  const segments = segmentsOf(files).filter((each) => each.size);
  if (!segments.length) return [];
  const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
  const first = await bytesOf(segments[0].slice(0, LINE_BYTES));
  const last = await bytesOf(segments.at(-1).slice(-LINE_BYTES));
  const id = keyIdOf(first.subarray(0, first.indexOf(10) + 1));
  const found = keys.filter((key) => key.id === id).slice(0, 1).map((key) => [0, key]);
  if (!found.length || keyIdOf(last.subarray(last.lastIndexOf(10, -2) + 1)) === id) return found;
  let place = 0;
  for (const segment of segments) {
    for await (const lines of linesOf(segment, () => {})) {
      for (const line of lines) {
        place += 1;
        const text = loose.decode(line);
        const restored = text.includes(RESTORED_TEXT);
        if (!restored && !text.includes(ROTATED_TEXT)) continue;
        let record = null; // one that can't be read hands nothing over
        try { record = JSON.parse(text); } catch { /* said elsewhere */ }
        const old = found.at(-1)[1];
        const next = restored ? (await following(record, old, keys))?.key : await successor(record, old);
        if (!next) return found;
        found.push([restored ? place - 1 : place, next]);
      }
    }
  }
  return found;
}

/** The keys given, and those that the journal leads to from them. */
const allKeys = async (files, keys) => [...keys, ...(await reignsOf(files, keys)).slice(1).map(([, key]) => key)];

/** The first record's key must be one of those given; then each is in force until it hands over. */
async function handOver(walk, record, at) {
  const next = await successor(record, walk.reigns.at(-1)[1]);
  if (next) walk.reigns.push([walk.read + 1, next]);
  else walk.find("hand-over-unsigned", at);
}

/** Another epoch begins: after exactly the lines so far, as the former one's key signed them. */
async function beginEpoch(walk, record, at) {
  const begun = await following(record, walk.reigns.at(-1)[1], walk.keys);
  await walk.settle();
  if (begun && begun.former.size === walk.lines && same(begun.former.root, await walk.rootNow())) {
    walk.reigns.push([walk.lines, begun.key]);
  } else {
    walk.find("epoch-unproven", at);
  }
}

/** Only what every record has; what it records is nobody's business here. A record that hands over comes back. */
async function readRecord(walk, line, at) {
  let own, time, record;
  try {
    record = JSON.parse(strict.decode(line));
    own = record.media_station;
    time = record["@timestamp"];
    for (const name of ["sequence", "schema", "key_id", "station", "epoch"]) {
      if (!Object.hasOwn(own, name)) throw new Error(name);
    }
    if (!Number.isInteger(own.sequence) || typeof time !== "string") throw new Error("types");
  } catch {
    walk.readable = false;
    walk.find("line-unreadable", at);
    return;
  }
  if (own.schema !== 1) walk.find("line-other-schema", at);
  if (walk.reigns.length && record.event?.action === RESTORED) await beginEpoch(walk, record, at);
  const may = walk.reigns.length ? [walk.reigns.at(-1)[1]] : walk.keys;
  const key = may.find((each) => each.id === String(own.key_id));
  const known = walk.reigns.length ? may[0] : key;
  const expected = known ? whoseOf(known) : walk.identity;
  if (expected !== null && expected !== `${own.station}/${own.epoch}`) walk.find("line-other-identity", at);
  if (!key) walk.find("line-other-key", at);
  else if (!walk.reigns.length) walk.reigns.push([0, key]);
  walk.times = [walk.times[0] || time, time];
  if (own.sequence !== walk.read) {
    walk.misplaced += 1;
    walk.firstMisplaced ??= [walk.read, own.sequence];
    walk.turnedUp ||= own.sequence === walk.firstMisplaced[0];
  }
  return key && record.event?.action === ROTATED ? record : null;
}

async function readLines(files, walk, passed) {
  const segments = segmentsOf(files);
  for (const segment of segments) {
    for await (const lines of linesOf(segment, passed)) {
      for (const line of lines) {
        const at = { line: walk.read + 1, file: segment.name };
        if (line.at(-1) === 10) {
          const whole = line.subarray(0, -1);
          const rotated = await readRecord(walk, whole, at);
          if (rotated) await handOver(walk, rotated, at);
          await walk.take(whole);
        } else {
          walk.find("line-torn", at);
          walk.tornTail = segment === segments.at(-1);
          walk.readable &&= walk.tornTail; // nothing can be said of the order of lines after it
        }
      }
    }
  }
  await walk.settle();
}

/** Which change explains what was read. One cause is named, not all that follows from it. */
async function judgeOrder(walk, checkpoint) {
  const expected = checkpoint ? checkpoint.size : walk.lines;
  if (walk.firstMisplaced && walk.readable) {
    const [place, sequence] = walk.firstMisplaced;
    const alone = walk.misplaced === 1;
    let what;
    if (sequence < place) what = alone && walk.lines <= expected ? "number-changed" : "line-doubled";
    else if (walk.turnedUp) what = "lines-swapped";
    else what = alone && walk.lines >= expected ? "number-changed" : "line-removed";
    walk.find(what, { line: place + 1, place, sequence });
  } else if (checkpoint && walk.readable) {
    if (walk.lines + Number(walk.tornTail) < expected) {
      walk.find("tail-cut-off", { lines: walk.lines, expected });
    } else if (walk.lines >= expected && !walk.findings.size && !same(await walk.root(expected), checkpoint.root)) {
      walk.find("content-changed", {});
    }
    if (walk.lines > expected) walk.find("lines-beyond-checkpoint", { lines: walk.lines, expected });
  }
}

/** The checkpoint must be signed by the key that is in force at its end. */
async function judgeKey(walk, raw, checkpoint) {
  const reigning = walk.reigns.filter(([start]) => start <= checkpoint.size).map(([, key]) => key).slice(-1);
  try {
    if (reigning.length) await openCheckpoint(raw, reigning);
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    walk.find("checkpoint-former-key", {});
  }
}

async function judgeHead(walk, { file, checkpoint }) {
  const expected = checkpoint.size;
  const epoch = epochOf(walk.reigns, checkpoint);
  if (epoch && expected > epoch[1]) walk.find("head-lost", { lines: epoch[1], expected, file });
  else if (expected > walk.lines) walk.find("head-ahead", { lines: walk.lines, expected, file });
  else if (!same(await walk.root(expected), checkpoint.root)) walk.find("head-forked", { expected, file });
}

/** The records that sheets tell of by their leaf's hash, and those that tell of papers by theirs. */
async function findRecords(files, heads, papers, walk, passed) {
  const sheets = new Map(heads.filter((head) => head.leaf).map((head) => [head.leaf, head]));
  const hashes = new Map();
  for (const paper of papers) hashes.set(hex(await sha256(new Uint8Array(await paper.arrayBuffer()))), paper.name);
  if (!sheets.size && !papers.length) return;
  const stem = (name) => name.replace(/\.[^.]*$/, "");
  const numbers = new Set([...hashes.values()].map(stem));
  const printed = new Set();
  const genuine = new Map();
  for await (const line of allLines(files, passed)) {
    const whole = line.subarray(0, -1);
    if (sheets.size) sheets.delete(hex(await leafHash(whole)));
    if (!papers.length) continue;
    const { event, media_station: own } = JSON.parse(strict.decode(whole));
    const name = PRINTED[event.action] ?? VOID[event.action];
    if (!name) continue;
    const { [name]: number, sha256: hash } = own.data;
    if (hashes.has(hash)) genuine.set(number, hashes.get(hash));
    hashes.delete(hash);
    if (VOID[event.action] && genuine.has(number)) {
      walk.find("paper-void", { file: genuine.get(number), number, sequence: own.sequence });
    }
    if (numbers.has(number)) printed.add(number);
  }
  for (const { number, file } of sheets.values()) walk.find("sheet-record-missing", { number, file });
  for (const file of hashes.values()) walk.find(printed.has(stem(file)) ? "paper-changed" : "paper-unknown", { file });
}

const stationOf = (identity) => identity?.split("/")[0];

/** One must be the other's beginning. Said whatever else was found: it tells where. */
async function judgeCopy(files, keys, copy, walk, passed) {
  const other = await verify(copy, keys, {}, passed);
  if (other.findings.size || !other.checkpoint || stationOf(walk.identity ?? other.identity) !== stationOf(other.identity)) {
    walk.find("copy-damaged", {});
    return;
  }
  const [here, there] = [allLines(files, passed), allLines(copy, passed)];
  for (let number = 0; ; number += 1) {
    const [mine, theirs] = [(await here.next()).value, (await there.next()).value];
    if (!theirs) return;
    if (!mine) {
      walk.find("copy-ahead", { expected: other.lines, lines: walk.lines });
      return;
    }
    if (!same(mine, theirs)) {
      walk.find("copy-forked", { sequence: number });
      return;
    }
  }
}

/**
 * The journal in `files` (its segments and its checkpoint) against `keys` and what was kept elsewhere: `heads` as readHead
 * gives them, files of a `copy`, `papers`, keys of `witnesses`. `passed(bytes)` hears of what was read. Returns the walk with its `findings`,
 * a Map of name to values in the order of what tells most, and the `checkpoint` or null.
 */
async function verify(files, keys, { heads: kept = [], copy = [], papers = [], witnesses = [] }, passed = () => {}) {
  const reigns = await reignsOf(files, keys);
  const trusted = [...keys, ...reigns.slice(1).map(([, key]) => key)];
  const heads = [...kept];
  for (const witness of witnesses) heads.push(await readCosigned(files, witness, trusted));
  const first = new Map();
  let checkpoint = null;
  let raw;
  const own = files.find((each) => each.name === "checkpoint");
  try {
    if (!own) throw new Finding("missing");
    raw = new Uint8Array(await own.slice(0, NOTE_BYTES + 1).arrayBuffer());
    checkpoint = await openCheckpoint(raw, trusted);
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    first.set(`checkpoint-${error.message}`, {});
  }
  const identity = checkpoint ? checkpoint.identity : null;
  for (const { file, checkpoint: known, missing } of heads) {
    if (known && ((identity ?? known.identity) === known.identity || epochOf(reigns, known))) continue;
    first.set(missing ? "cosignature-missing" : "head-damaged", { file });
  }
  const known = [checkpoint, ...heads.map((head) => head.checkpoint)].filter(Boolean);
  const walk = new Walk(new Set(known.map((each) => each.size)), identity, keys);
  await readLines(files, walk, passed);
  await judgeOrder(walk, checkpoint);
  walk.findings = new Map([...first, ...walk.findings]);
  if (checkpoint && !walk.findings.size) {
    await judgeKey(walk, raw, checkpoint);
    for (const head of heads) await judgeHead(walk, head);
    await findRecords(files, heads, papers, walk, passed);
  }
  if (copy.length) await judgeCopy(files, keys, copy, walk, passed);
  walk.checkpoint = checkpoint;
  return walk;
}
