// In the worker: a file is unlocked, opened piece by piece, or hashed.

import { sha256 } from "@noble/hashes/sha2.js";
import { Decrypter } from "age-encryption";
import { Fault, Lines, Pieces, chunksOf, hex, serve } from "../shared/working.js";
import { confirmationCode } from "./confirmation.js";

const FIRST_LINE = "age-encryption.org/v1\n";
const WORK_FACTORS = ["15", "16", "17", "18"]; // the station's own; a foreign file can't keep this computer busy
let plaintext = null;

/** Tries the password. Faults: not-age, foreign, password, header. */
async function unlock({ file, password }) {
  if ((await file.slice(0, FIRST_LINE.length).text()) !== FIRST_LINE) throw new Fault("not-age");
  let why = "header";
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey(stanzas) {
      const [kind, , factor] = stanzas.length === 1 ? stanzas[0].args : [];
      if (kind === "scrypt" && WORK_FACTORS.includes(factor)) return null;
      why = "foreign";
      throw new Error(why);
    },
  });
  decrypter.addPassphrase(password);
  decrypter.addIdentity({
    unwrapFileKey() {
      why = "password"; // the one before didn't take it
      return null;
    },
  });
  try {
    plaintext = await decrypter.decrypt(file.stream());
  } catch {
    throw new Fault(why);
  }
  return {};
}

/** Hands the plaintext to the page. Fault: body, if it isn't whole; what was handed over until then is worth nothing. */
async function open({ transfer }) {
  const [digest, lines, pieces] = [sha256.create(), new Lines(), new Pieces()];
  let length = 0;
  try {
    for await (const chunk of chunksOf(plaintext)) {
      digest.update(chunk);
      lines.take(chunk);
      length += chunk.length;
      await pieces.add(chunk, length);
    }
  } catch {
    throw new Fault("body");
  }
  await pieces.end(length);
  const code = transfer ? confirmationCode(transfer, hex(digest.digest())) : "";
  return { records: lines.records, length, code };
}

async function hash({ file }) {
  const digest = sha256.create();
  let done = 0;
  for await (const chunk of chunksOf(file.stream())) {
    digest.update(chunk);
    done += chunk.length;
    postMessage({ done });
  }
  return { sha256: hex(digest.digest()) };
}

serve({ unlock, open, hash });
