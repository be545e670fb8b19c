"""Checkpoints: the size and root of the journal's tree, signed (C2SP tlog-checkpoint).

Three lines, as a signed note by the journal key: the origin `media-station/checkpoint/v1/<station>/<epoch>`, the tree's
size in decimal, the root hash in base64. Extension lines are refused: nobody could audit them.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof.key import Signer, Verifier, decode_base64
from media_station.proof.note import open_note, sign_note, split_note

PURPOSE: Final = "checkpoint"
_ORIGIN = re.compile(r"media-station/checkpoint/v1/([^/\n]+)/([^/\n]+)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_ROOT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """`size` records, `root` the 32 bytes of their tree's hash."""

    origin: str
    size: int
    root: bytes

    @property
    def identity(self) -> Identity:
        """Station and epoch out of the origin; Refused IDS-001 if they are none."""
        found = _ORIGIN.fullmatch(self.origin)
        if not found:
            raise Refused("IDS-001", what="origin")
        return Identity(station=found[1], epoch=found[2])

    def render(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def sign(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The signed note. Each key must be a journal key of the checkpoint's own identity: two at a hand-over."""
    if {each.name for each in signers} != {checkpoint.identity.key_name("journal")}:
        raise ValueError("a checkpoint is signed by its own identity's journal key")
    return sign_note(PURPOSE, checkpoint.render(), *signers)


def open_checkpoint(untrusted_raw: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint that one of these keys signed, for its own identity.

    IntegrityViolation PRF-007 (no known key), PRF-008 (signature doesn't hold), PRF-009 (malformed),
    PRF-010 (signed by another identity's key or one with another purpose).
    """
    try:
        note = open_note(PURPOSE, untrusted_raw, verifiers)
    except Refused as error:
        raise IntegrityViolation("PRF-009") from error
    checkpoint = _parse(note.text)
    if checkpoint.identity.key_name("journal") not in {verifier.name for verifier in note.signed_by}:
        raise IntegrityViolation("PRF-010")
    return checkpoint


def parse_unsigned(untrusted_raw: bytes) -> Checkpoint:
    """What a checkpoint says, its signatures unchecked: for who passes it on. IntegrityViolation PRF-009."""
    try:
        text, _ = split_note(untrusted_raw)
    except Refused as error:
        raise IntegrityViolation("PRF-009") from error
    return _parse(text)


def _parse(text: str) -> Checkpoint:
    try:
        origin, size, root = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin=origin, size=int(size), root=decode_base64(root))
        if not _SIZE.fullmatch(size) or len(checkpoint.root) != _ROOT_BYTES:
            raise ValueError("size or root")
        checkpoint.identity  # noqa: B018 - checks the origin
    except (ValueError, Refused) as error:
        raise IntegrityViolation("PRF-009") from error
    return checkpoint
