"""Signed text and signed JSON. Every signed text begins `media-station/<purpose>/v1`, so that a signature is good for
one purpose only.

Signed note (C2SP signed-note): a text ending in a newline, a blank line, then lines `— <key name> <base64>`, where the
base64 is key id (4 bytes) || Ed25519 signature (64) over the text with its last newline.

Signed JSON: one object, fields + `schema` ("media-station/<purpose>/v1") + `key_id` (8 hex digits) + `signature`
(base64 as above). Signed is the schema, a newline, the canonical JSON of the object without `signature`, a newline.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.strict_json import JSON, canonical, parse_object
from media_station.proof.key import Signer, Verifier, decode_base64, is_key_name

__all__ = ["JSON", "LIMIT_BYTES", "Note", "Signer", "Verifier", "canonical", "open_json", "open_note", "sign_json"]
__all__ += ["sign_note", "split_note"]

LIMIT_BYTES: Final = 64 * 1024
_SIGNATURES: Final = 16  # signed-note: "MUST accept at least up to 16 signatures"
_ID_BYTES: Final = 4
_RESERVED: Final = frozenset({"schema", "key_id", "signature"})
_PURPOSE = re.compile(r"[a-z][a-z-]*")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE_LINE = re.compile("— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and which of the caller's keys signed it (at least one)."""

    text: str
    signed_by: tuple[Verifier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """Unchecked: who claims to have signed."""

    name: str
    data: bytes  # key id || signature


def sign_note(purpose: str, text: str, *signers: Signer) -> bytes:
    """The note; the text must begin with the purpose and end in a newline."""
    if not _is_for(purpose, text) or not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("not a text to sign")
    lines = [f"— {each.name} {each.sign(text.encode())}\n" for each in signers]
    return f"{text}\n{''.join(lines)}".encode()


def open_note(purpose: str, untrusted_raw: bytes, verifiers: Sequence[Verifier]) -> Note:
    """The text, once a known key's signature holds. Signatures of unknown keys are passed over.

    Refused PRF-003 (too large), PRF-004 (malformed), PRF-006 (another purpose);
    IntegrityViolation PRF-007 (no known key), PRF-008 (a known key's signature doesn't hold).
    """
    text, lines = split_note(untrusted_raw)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed_by = []
    for line in lines:
        verifier = known.get((line.name, line.data[:_ID_BYTES].hex()))
        if verifier is None:
            continue
        if not verifier.is_signature(text.encode(), line.data[_ID_BYTES:]):
            raise IntegrityViolation("PRF-008")
        signed_by.append(verifier)
    if not signed_by:
        raise IntegrityViolation("PRF-007")
    if not _is_for(purpose, text):
        raise Refused("PRF-006", purpose=purpose)
    return Note(text=text, signed_by=tuple(signed_by))


def split_note(untrusted_raw: bytes) -> tuple[str, list[SignatureLine]]:
    """Text and signature lines, both unchecked. Refused PRF-003, PRF-004."""
    if len(untrusted_raw) > LIMIT_BYTES:
        raise Refused("PRF-003", limit=LIMIT_BYTES)
    try:
        whole = untrusted_raw.decode()
        head, blank, tail = whole.rpartition("\n\n")  # the last blank line: the text may have its own
        if not head or not blank or not tail.endswith("\n") or _CONTROL.search(whole):
            raise ValueError("form")
        lines = [_parse_signature(line) for line in tail[:-1].split("\n")]
    except ValueError as error:
        raise Refused("PRF-004") from error
    if len(lines) > _SIGNATURES:
        raise Refused("PRF-004")
    return head + "\n", lines


def sign_json(purpose: str, fields: Mapping[str, JSON], signer: Signer) -> bytes:
    """One canonical JSON object and a newline, at most 64 KiB."""
    if not _PURPOSE.fullmatch(purpose) or _RESERVED & fields.keys():
        raise ValueError("not fields to sign")
    schema = f"media-station/{purpose}/v1"
    whole: dict[str, JSON] = {**fields, "schema": schema, "key_id": signer.key_id}
    whole["signature"] = signer.sign(_signed_text(schema, whole))
    raw = canonical(whole) + b"\n"
    if len(raw) > LIMIT_BYTES:
        raise ValueError("too large to sign")
    return raw


def open_json(purpose: str, untrusted_raw: bytes, verifiers: Sequence[Verifier]) -> dict[str, JSON]:
    """The fields with `key_id`, without `schema` and `signature`, once a known key's signature holds.

    Refused PRF-003 (too large), PRF-005 (malformed), PRF-006 (another purpose);
    IntegrityViolation PRF-007 (no known key), PRF-008 (the signature doesn't hold).
    """
    if len(untrusted_raw) > LIMIT_BYTES:
        raise Refused("PRF-003", limit=LIMIT_BYTES)
    try:
        whole = parse_object(untrusted_raw)
        schema, key_id = whole.pop("schema", None), whole.get("key_id")
        signature = decode_base64(str(whole.pop("signature", "-")))
        text = _signed_text(f"media-station/{purpose}/v1", {**whole, "schema": schema})
    except ValueError as error:
        raise Refused("PRF-005") from error
    if schema != f"media-station/{purpose}/v1":
        raise Refused("PRF-006", purpose=purpose)
    verifier = next((each for each in verifiers if each.key_id == key_id), None)
    if verifier is None:
        raise IntegrityViolation("PRF-007")
    if signature[:_ID_BYTES].hex() != key_id or not verifier.is_signature(text, signature[_ID_BYTES:]):
        raise IntegrityViolation("PRF-008")
    return whole


def _signed_text(schema: str, whole: dict[str, JSON]) -> bytes:
    return schema.encode() + b"\n" + canonical(whole) + b"\n"


def _is_for(purpose: str, text: str) -> bool:
    first = text.partition("\n")[0]
    prefix = f"media-station/{purpose}/v1"
    return bool(_PURPOSE.fullmatch(purpose)) and (first == prefix or first.startswith(prefix + "/"))


def _parse_signature(line: str) -> SignatureLine:
    found = _SIGNATURE_LINE.fullmatch(line)
    if not found or not is_key_name(found[1]):
        raise ValueError("signature line")
    data = decode_base64(found[2])
    if len(data) <= _ID_BYTES:
        raise ValueError("signature")
    return SignatureLine(name=found[1], data=data)
