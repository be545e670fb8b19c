"""A witness's word that it saw a checkpoint, grown from the last one that it had seen (C2SP tlog-cosignature, Ed25519).

One more signature line of the checkpoint's note: key id, the time in seconds since 1970 (8 bytes, big-endian), the
signature. The id is the first four bytes of SHA-256(name || 0x0A || 0x04 || public key); a public key file holds
`<name>+<key id>+<base64(0x04 || public key)>`. A secret one is as any other's.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from media_station.model.errors import IntegrityViolation, Refused
from media_station.proof.key import Signer, Verifier, decode_base64
from media_station.proof.note import split_note

_COSIGNATURE: Final = b"\x04"  # signed-note, "Signature types"
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Whose cosignatures are known: its name and public key."""

    key: Verifier

    @property
    def key_id(self) -> str:
        """Eight hex digits, others than the same key's for other signatures."""
        return sha256(self.key.name.encode() + b"\n" + _COSIGNATURE + self.key.public).digest()[:_ID_BYTES].hex()

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """A witness's public key file; Refused PRF-001 if it is anything else."""
        try:
            name, key_id, encoded = untrusted_text.strip().split("+", 2)
            data = decode_base64(encoded)
            witness = cls(key=Verifier(name=name, public=data[1:]))
            if data[:1] != _COSIGNATURE or witness.key_id != key_id:
                raise ValueError("not a witness's key")
        except ValueError as error:
            raise Refused("PRF-001") from error
        return witness

    def render(self) -> str:
        """The public key file's text, without newline."""
        return f"{self.key.name}+{self.key_id}+{b64encode(_COSIGNATURE + self.key.public).decode()}"


def cosign(untrusted_note: bytes, signer: Signer, seconds: int) -> bytes:
    """The same note with the witness's line. What it says is checked before; Refused PRF-003, PRF-004."""
    text, _ = split_note(untrusted_note)
    signature = decode_base64(signer.sign(_signed(text, seconds)))[_ID_BYTES:]
    key_id = bytes.fromhex(Witness(key=signer.verifier).key_id)
    data = key_id + seconds.to_bytes(_TIME_BYTES) + signature
    return untrusted_note + f"— {signer.name} {b64encode(data).decode()}\n".encode()


def cosigned_at(untrusted_note: bytes, witness: Witness) -> int:
    """When this witness saw it, in seconds since 1970. IntegrityViolation PRF-052 if it didn't sign that."""
    try:
        text, lines = split_note(untrusted_note)
    except Refused as error:
        raise IntegrityViolation("PRF-052") from error
    for line in lines:
        key_id, rest = line.data[:_ID_BYTES].hex(), line.data[_ID_BYTES:]
        if (line.name, key_id) != (witness.key.name, witness.key_id) or len(rest) != _TIME_BYTES + _SIGNATURE_BYTES:
            continue
        seconds = int.from_bytes(rest[:_TIME_BYTES])
        if witness.key.is_signature(_signed(text, seconds), rest[_TIME_BYTES:]):
            return seconds
    raise IntegrityViolation("PRF-052")


def _signed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
