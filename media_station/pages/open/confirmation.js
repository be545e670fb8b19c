// 確認コード: docs/formats.md ("Confirmation code"). The transfer's number stands in the manifest.

import { sha256 } from "@noble/hashes/sha2.js";

const ALPHABET = "23456789ACEFHJKMNPRTWXY";

export function confirmationCode(transfer, plaintextSha256) {
  const text = `media-station/confirmation/v1\n${transfer}\n${plaintextSha256}\n`;
  let number = new DataView(sha256(new TextEncoder().encode(text)).buffer).getBigUint64(0);
  let code = "";
  for (let count = 0; count < 8; count += 1) {
    code += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
