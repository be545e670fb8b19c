// The section's submission key, as docs/formats.md ("Keys") writes it, and signed JSON.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64 } from "@scure/base";
import { hex } from "../shared/working.js";

const utf8 = new TextEncoder();

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

const ALGORITHM = new Uint8Array([1]); // Ed25519, in a signed note

export class Key {
  constructor(name, seed) {
    this.name = name;
    this.seed = seed;
    this.material = joined(ALGORITHM, ed25519.getPublicKey(seed));
    this.id = sha256(joined(utf8.encode(`${name}\n`), this.material)).slice(0, 4);
  }

  static make(section) {
    return new Key(`media-station-host/${section}/submission`, crypto.getRandomValues(new Uint8Array(32)));
  }

  /** Throws if the text is no secret key. */
  static parse(text) {
    const [, name, id, encoded] = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+(\S+)\s*$/.exec(text);
    const data = base64.decode(encoded);
    const key = new Key(name, data.slice(1));
    if (data.length !== 33 || data[0] !== 1 || hex(key.id) !== id) throw new Error("not a key");
    return key;
  }

  get public() {
    return `${this.name}+${hex(this.id)}+${base64.encode(this.material)}`;
  }

  get secret() {
    return `PRIVATE+KEY+${this.name}+${hex(this.id)}+${base64.encode(joined(ALGORITHM, this.seed))}\n`;
  }

  /** Fields are texts in ASCII and whole numbers: JSON.stringify writes those canonically. */
  signJson(purpose, fields) {
    const schema = `media-station/${purpose}/v1`;
    const canonical = (all) => JSON.stringify(Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))));
    const whole = { ...fields, schema, key_id: hex(this.id) };
    const signature = ed25519.sign(utf8.encode(`${schema}\n${canonical(whole)}\n`), this.seed);
    return `${canonical({ ...whole, signature: base64.encode(joined(this.id, signature)) })}\n`;
  }
}
