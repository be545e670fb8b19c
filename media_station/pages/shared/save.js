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

const KEPT_MS = 60_000; // for a browser that is slow to take what was clicked
const held = new Set();

function forget(address) {
  if (held.delete(address)) URL.revokeObjectURL(address);
  for (const link of document.querySelectorAll("a[download]")) {
    if (link.href !== address) continue;
    link.removeAttribute("href");
    link.append("（保存し直すには、はじめから / to save again, start again）");
  }
}

/** What was to be saved is not kept any longer than it takes. */
export const forgetAll = () => [...held].forEach(forget);

/** A link that saves what is at a Blob's address; once it is saved, the Blob goes. */
export function download(name, address) {
  held.add(address);
  return ["p", {}, ["a", { class: "button", href: address, download: name }, name]];
}

document.addEventListener("click", ({ target }) => {
  const address = target.closest?.("a[download]")?.href;
  if (held.has(address)) setTimeout(() => forget(address), KEPT_MS);
});

/** Where to save: asked of the person if the browser can, else Blobs, which go to its own folder for downloads. Null if the
 * person thought better of it; Failed("place") if the place that the person chose can't be written: nothing else is
 * taken in its stead unless the person says so (`downloads`).
 */
export async function place(name, { whole = false, downloads = false } = {}) {
  if (downloads || !globalThis.showSaveFilePicker) return new Parts(name, whole);
  let handle;
  try {
    handle = await showSaveFilePicker({ suggestedName: name });
  } catch (error) {
    return error.name === "AbortError" ? null : new Parts(name, whole);
  }
  let wasEmpty = false;
  try {
    wasEmpty = (await handle.getFile()).size === 0;
    return new Picked(handle, await handle.createWritable(), wasEmpty);
  } catch {
    if (wasEmpty) await handle.remove?.().catch(() => {});
    throw new Failed("place");
  }
}
