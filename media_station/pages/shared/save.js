// Two ways to save what is made piece by piece; nothing is there before `finish`.

import { Failed } from "./worker.js";

const PART = 500_000_000; // bytes in one Blob
const FOLDED = 64 << 20; // pieces in memory before they become a Blob, which the browser keeps elsewhere

class Picked {
  constructor(handle, writable, wasEmpty) {
    Object.assign(this, { handle, writable, wasEmpty, name: handle.name });
  }

  write(piece) {
    return this.writable.write(piece);
  }

  async finish() {
    await this.writable.close();
    return [];
  }

  /** Also the empty file that the picker made. */
  async abandon() {
    await this.writable.abort().catch(() => {});
    if (this.wasEmpty) await this.handle.remove?.().catch(() => {});
  }
}

class Parts {
  constructor(name, whole) {
    Object.assign(this, { name, whole, parts: [], blobs: [], pieces: [], held: 0, length: 0 });
  }

  fold() {
    if (this.pieces.length) this.blobs.push(new Blob(this.pieces));
    this.pieces = [];
    this.held = 0;
  }

  async write(piece) {
    if (this.whole && this.length + piece.length > PART) throw new Failed("large");
    for (let from = 0; from < piece.length; ) {
      const taken = piece.subarray(from, from + PART - this.length);
      this.pieces.push(taken);
      this.held += taken.length;
      this.length += taken.length;
      from += taken.length;
      if (this.length === PART) this.endPart();
      else if (this.held >= FOLDED) this.fold();
    }
  }

  endPart() {
    this.fold();
    this.parts.push(new Blob(this.blobs));
    this.blobs = [];
    this.length = 0;
  }

  /** [name, address] of each part, to be saved by a click. */
  async finish() {
    if (this.length || !this.parts.length) this.endPart();
    const name = (at) => (this.parts.length === 1 ? this.name : `${this.name}.${String(at + 1).padStart(3, "0")}`);
    return this.parts.map((part, index) => [name(index), URL.createObjectURL(part)]);
  }

  async abandon() {
    this.parts = this.blobs = this.pieces = [];
  }
}

/** A link that saves what is at a Blob's address. */
export const download = (name, address) => ["p", {}, ["a", { class: "button", href: address, download: name }, name]];

/** Where to save: asked of the person if the browser can, else Blobs. Null if the person thought better of it. */
export async function place(name, { whole = false } = {}) {
  const parts = () => new Parts(name, whole);
  if (!globalThis.showSaveFilePicker) return parts();
  try {
    const handle = await showSaveFilePicker({ suggestedName: name });
    const wasEmpty = (await handle.getFile()).size === 0;
    return new Picked(handle, await handle.createWritable(), wasEmpty);
  } catch (error) {
    return error.name === "AbortError" ? null : parts();
  }
}
