// In place of parts of typage that no file of a station needs: the post-quantum and P-256 recipients.

export const MLKEM768P256 = null;
export const MLKEM768X25519 = null;
export const p256 = null;
