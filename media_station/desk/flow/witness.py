"""Another machine witnesses the journal's head: it is shown how the journal has grown, and cosigns what it saw.

What the station's own disk loses of its past, or its keys' holder rewrites, that machine's last head then shows.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final

from media_station.desk.desk import Desk
from media_station.desk.hands.durably import replace_durably
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.instant import wall_text
from media_station.model.journal import Grown
from media_station.model.station import HeadWitnessed
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.cosignature import Witness, cosigned_at
from media_station.proof.note import split_note
from media_station.proof.prove import consistency
from media_station.proof.segments import witnessed

LONGEST_DAYS: Final = 366  # between two cosigned heads, as the settings may allow it
_PROVING = "head"  # one at a time: each is a reading of all lines
_SHOWN: Final = 16
_REST: Final = 4  # times as long as it read: who asks without end has a fifth of one core, and of the disk
_SECONDS: Final = range(253_402_300_800)  # to the end of the year 9999


async def show(desk: Desk, shown: dict[str, int], old_size: int) -> Grown:
    """The latest checkpoint, and the hashes that lead to it from the one of `old_size` records; none if the journal
    hasn't as many. `shown` notes what may be cosigned. Refused FLW-003 while another is proved, or rests after it.
    """
    if _PROVING in desk.performing:
        raise Refused("FLW-003", number=_PROVING)
    head = desk.journal.head
    desk.performing.add(_PROVING)
    began = time.monotonic()
    try:
        hashes = await asyncio.to_thread(consistency, desk.journal.directory, head, old_size)
        await asyncio.sleep(_REST * (time.monotonic() - began))
    finally:
        desk.performing.discard(_PROVING)
    while len(shown) >= _SHOWN:
        del shown[next(iter(shown))]
    text, _ = split_note(head)
    shown[text] = parse_unsigned(head).size
    return Grown(checkpoint=head.decode(), consistency=[each.hex() for each in hashes])


def take(desk: Desk, shown: dict[str, int], untrusted_note: str) -> int:
    """How many records this witness has cosigned. Kept beside the journal, and recorded if anything but such records
    has come since its last one: a record of it moves the head itself.

    Refused WIT-001 where no witness is known; WIT-002 for what was not shown. IntegrityViolation PRF-052 if none of the
    witnesses signed it.
    """
    raw = untrusted_note.encode()
    witnesses = [Witness.parse(each) for each in desk.house.witnesses]
    if not witnesses:
        raise Refused("WIT-001")
    text, _ = split_note(raw)
    if text not in shown:
        raise Refused("WIT-002")
    witness, seconds = _cosigner(raw, witnesses)
    covered = parse_unsigned(raw)
    path = witnessed(desk.journal.directory, witness.key_id)
    before = parse_unsigned(path.read_bytes()).size if path.exists() else -1
    if covered.size <= before:
        return before
    replace_durably(path, raw)
    if _has_grown(desk, witness.key.name, covered.size):
        when = datetime.fromtimestamp(seconds, UTC)
        event = HeadWitnessed(
            cosigner=witness.key.name, size=covered.size, root=covered.root.hex(), cosigned_at=wall_text(when)
        )
        desk.journal.commit(event)
    return covered.size


def _has_grown(desk: Desk, cosigner: str, size: int) -> bool:
    """By more than records of witnesses, since this one's last."""
    told = desk.ledger.of(HeadWitnessed).records
    own = [n for n, each in enumerate(told) if getattr(each.event, "cosigner", "") == cosigner]
    if not own:
        return True
    since = [each for each in told[own[-1] :] if each.sequence < size]
    return size - told[own[-1]].sequence > len(since)


def _cosigner(raw: bytes, witnesses: list[Witness]) -> tuple[Witness, int]:
    for witness in witnesses:
        try:
            seconds = cosigned_at(raw, witness)
        except IntegrityViolation:
            continue
        if seconds in _SECONDS:
            return witness, seconds
    raise IntegrityViolation("PRF-052")
