"""Which journal key is in force where: the first record's, until a record that it and the next key signed hands over.

That record, `key.rotated`, is the old key's last. What both sign binds it to its place: a line with the purpose and the
identity, its sequence, the old key and the new one as public key files hold them.

A restored station goes on in a later epoch, with a key that nothing leads to: whoever verifies must have been given it.
Its first record, `station.restored`, holds the former epoch's signed checkpoint of exactly the records before it.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.proof.checkpoint import Checkpoint, open_checkpoint
from media_station.proof.key import Signer, Verifier, decode_base64
from media_station.proof.segments import LINE_BYTES, lines, segments

ACTION: Final = "key.rotated"
# In canonical JSON these bytes are the record's own action: in a text each quotation mark has a backslash before it.
MARK: Final = b'"event":{"action":"%s"' % ACTION.encode()
RESTORED: Final = "station.restored"
RESTORED_MARK: Final = b'"event":{"action":"%s"' % RESTORED.encode()
_ID_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reign:
    """`key` signs the records from `start` on, and the checkpoints of so many records and more.

    `former`: where an epoch begins, the head of the one before it.
    """

    start: int
    key: Verifier
    former: Checkpoint | None = None

    @property
    def identity(self) -> str:
        """<station>/<epoch> out of the key's name."""
        return self.key.name.removeprefix("media-station/").removesuffix("/journal")

    @property
    def epoch(self) -> str:
        return self.identity.rpartition("/")[2]


def sign_hand_over(sequence: int, old: Signer, new: Signer) -> tuple[str, str]:
    """Both signatures of the record with this sequence, each base64(key id || signature)."""
    text = _text(sequence, old.verifier, new.verifier)
    return old.sign(text), new.sign(text)


def successor(record: dict[str, Any], old: Verifier) -> Verifier:
    """The key that this record hands over to. IntegrityViolation PRF-050 if not both signed it, for its place."""
    try:
        own = record["media_station"]
        data = own["data"]
        new = Verifier.parse(data["new_key"])
        if data["old_key"] != old.render() or new.name != old.name:
            raise ValueError("keys")
        text = _text(own["sequence"], old, new)
        for key, signature in ((old, data["old_signature"]), (new, data["new_signature"])):
            raw = decode_base64(signature)
            if raw[:_ID_BYTES].hex() != key.key_id or not key.is_signature(text, raw[_ID_BYTES:]):
                raise ValueError("signature")
    except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
        raise IntegrityViolation("PRF-050") from error
    return new


def restored(record: dict[str, Any], old: Verifier, verifiers: Sequence[Verifier]) -> Reign:
    """The epoch that this record begins after `old`'s. IntegrityViolation PRF-054 if it doesn't follow from it, or if
    its key is none of those given. That `former` is the root of the records before it is for the caller to see.
    """
    try:
        own = record["media_station"]
        key = Verifier.parse(own["data"]["new_key"])
        former = open_checkpoint(own["data"]["former_checkpoint"].encode(), [old])
        reign = Reign(start=own["sequence"], key=key, former=former)
        before = Reign(start=0, key=old)
        if key not in verifiers or former.size != reign.start or former.identity.name != before.identity:
            raise ValueError("key or place")
        if reign.identity != former.identity.following(reign.epoch).name:
            raise ValueError("epoch")
    except (ValueError, KeyError, TypeError, AttributeError, StationError) as error:
        raise IntegrityViolation("PRF-054") from error
    return reign


def epoch_of(of: Sequence[Reign], head: Checkpoint) -> range | None:
    """The sizes of the journal whose heads bear this one's identity; None if no key was in force under it."""
    starts = [each.start for each in of if each.identity == head.identity.name]
    if not starts:
        return None
    later = [each.start for each in of if each.start > starts[-1]]
    first = starts[0] + 1 if starts[0] else 0
    return range(first, later[0] + 1 if later else sys.maxsize)


def reigns(directory: Path, verifiers: Sequence[Verifier]) -> list[Reign]:
    """As far as they are told at a glance: who reads all lines finds what is wrong. Empty if the first isn't known."""
    whole = [each for each in segments(directory) if each.stat().st_size]
    first = next(lines(whole[0]), b"") if whole else b""
    known = next((each for each in verifiers if each.key_id == _key_id(first)), None)
    if known is None:
        return []
    found = [Reign(start=0, key=known)]
    if _key_id(_last_line(whole[-1])) == known.key_id:
        return found
    for place, line in enumerate(line for segment in whole for line in lines(segment)):
        try:
            if MARK in line:
                found.append(Reign(start=place + 1, key=successor(json.loads(line), found[-1].key)))
            elif RESTORED_MARK in line:
                found.append(restored(json.loads(line), found[-1].key, verifiers))
        except (ValueError, RecursionError, IntegrityViolation):
            break
    return found


def reigning(of: Sequence[Reign], place: int) -> Verifier | None:
    return next((each.key for each in reversed(of) if each.start <= place), None)


def _text(sequence: int, old: Verifier, new: Verifier) -> bytes:
    whose = old.name.removeprefix("media-station/").removesuffix("/journal")
    return f"media-station/key/v1/{whose}\n{sequence}\n{old.render()}\n{new.render()}\n".encode()


def _last_line(segment: Path) -> bytes:
    with segment.open("rb") as file:
        file.seek(max(0, segment.stat().st_size - LINE_BYTES))
        return file.read().splitlines()[-1]


def _key_id(line: bytes) -> str:
    try:
        return str(json.loads(line)["media_station"]["key_id"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
