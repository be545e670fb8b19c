// In the worker: the section's key is made or unlocked, a file is sealed.

import { sha256 } from "@noble/hashes/sha2.js";
import { Decrypter, Encrypter } from "age-encryption";
import { Fault, Lines, Pieces, chunksOf, hex, serve } from "../shared/working.js";
import { Key } from "./keys.js";

const KEY_BYTES = 64 * 1024;
let key = null;

async function make({ section, passphrase }) {
  const made = Key.make(section);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase); // a person's own, so scrypt's factor stays at 18
  return { public: made.public, sealed: await encrypter.encrypt(made.secret) };
}

/** Faults: not-key, passphrase. */
async function unlock({ file, passphrase }) {
  let why = "not-key";
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  decrypter.addIdentity({
    unwrapFileKey() {
      why = "passphrase";
      return null;
    },
  });
  try {
    const sealed = new Uint8Array(await file.slice(0, KEY_BYTES).arrayBuffer());
    key = Key.parse(await decrypter.decrypt(sealed, "text"));
  } catch {
    throw new Fault(why);
  }
  return { id: hex(key.id) };
}

/** Hands the age file to the page; the answer has the signed submission. */
async function seal({ file, recipient, payload, consignment }) {
  const [plain, sealed, lines, pieces] = [sha256.create(), sha256.create(), new Lines(), new Pieces()];
  let [read, written] = [0, 0];
  const watched = file.stream().pipeThrough(new TransformStream({
    transform(chunk, controller) {
      plain.update(chunk);
      lines.take(chunk);
      read += chunk.length;
      controller.enqueue(chunk);
    },
  }));
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  for await (const chunk of chunksOf(await encrypter.encrypt(watched))) {
    sealed.update(chunk);
    written += chunk.length;
    await pieces.add(chunk, written);
  }
  await pieces.end(written);
  const submission = {
    payload,
    consignment,
    ciphertext_length: written,
    ciphertext_sha256: hex(sealed.digest()),
    plaintext_length: read,
    plaintext_sha256: hex(plain.digest()),
    records: lines.records,
  };
  return { ...submission, signed: key.signJson("submission", submission) };
}

serve({ make, unlock, seal });
