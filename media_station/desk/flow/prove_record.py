"""A record's proof under the latest signed checkpoint, and that a head kept elsewhere is the journal's beginning."""

import asyncio

from media_station.desk.desk import Desk
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.journal import RecordProof
from media_station.model.key import KeyRotated
from media_station.proof.checkpoint import Checkpoint, open_checkpoint
from media_station.proof.key import Verifier
from media_station.proof.prove import prove

_PROVING = "journal"  # one at a time: each is a reading of all lines


async def prove_record(desk: Desk, record: int, untrusted_kept: str) -> RecordProof:
    """Refused PRF-030 for a record that isn't there, FLW-003 while another is proved. IntegrityViolation PRF-024 if the
    head is unusable, PRF-025, PRF-026 if it witnesses another past than the journal's.
    """
    kept = _kept(desk, untrusted_kept.encode()) if untrusted_kept else None
    if _PROVING in desk.performing:
        raise Refused("FLW-003", number=_PROVING)
    head = desk.journal.head  # of now: the journal may go on meanwhile
    desk.performing.add(_PROVING)
    try:
        proofs = await asyncio.to_thread(prove, desk.journal.directory, head, [record], kept)
    finally:
        desk.performing.discard(_PROVING)
    (proven,) = proofs.records
    return RecordProof(
        record=record,
        size=proven.size,
        proof=[each.hex() for each in proven.proof],
        checkpoint=head.decode(),
        consistency=[each.hex() for each in proofs.consistency],
    )


def _kept(desk: Desk, untrusted_raw: bytes) -> Checkpoint:
    try:
        rotations = desk.ledger.of(KeyRotated).all(KeyRotated)
        former = [Verifier.parse(each.old_key) for each in rotations]
        kept = open_checkpoint(untrusted_raw, [*former, desk.journal.verifier])
    except StationError as error:
        raise IntegrityViolation("PRF-024") from error
    if kept.identity != desk.house.identity:
        raise IntegrityViolation("PRF-024")
    return kept
