"""S9: journal, accounts and settings leave sealed to two recipients of the district; the drill proves that one opens.

Media passwords are in no backup, else their destruction would not be true; nor are keys: a restored station has its
own. Payloads and images aren't either: they can be sent and sealed anew.
"""

import asyncio
import hashlib
import io
from collections.abc import Sequence

from media_station.age import passphrase
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.x25519 import X25519Recipient
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.passing import Passing
from media_station.desk.ledger.bundles import waiting
from media_station.model.asks import BackUp, ProveBackup
from media_station.model.backup import BackupMade, BackupProved
from media_station.model.bundle import BUNDLE, BundlePurged, BundleState
from media_station.model.errors import Refused
from media_station.model.views import Answer
from media_station.proof.backup import Content
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.record import Record
from media_station.proof.segments import segments

RECIPIENTS = 2
WORD_GROUPS = 4
_PIECE = 1 << 20


def parse_recipients(texts: Sequence[str]) -> tuple[X25519Recipient, ...]:
    """None, or two that differ; Refused SET-002."""
    try:
        found = tuple(map(X25519Recipient.parse, texts))
    except Refused as error:
        raise Refused("SET-002", problems="backup.recipients: age1…") from error
    if found and len(set(found)) != RECIPIENTS:
        raise Refused("SET-002", problems=f"backup.recipients: {RECIPIENTS}")
    return found


async def check(desk: Desk, _: BackUp) -> None:
    """Refused BKP-001 if the settings name nobody to seal it to."""
    if not desk.house.backup_recipients:
        raise Refused("BKP-001")


async def back_up(desk: Desk, by: Authority, ask: BackUp) -> Answer:
    """Refused BKP-001 as above, FLW-003 while something else is being sealed, SPL-003 without room."""
    await check(desk, ask)
    record, event = await _made(desk, by.operator)
    facts = {"bundle": event.bundle, "records": str(event.head), "sha256": event.sha256, "length": str(event.length)}
    return Answer(record=record.sequence, action=event.name, facts=facts)


async def back_up_by_itself(desk: Desk) -> int:
    """In place of those before that it made by itself; the record's sequence. As `back_up`."""
    await check(desk, BackUp())
    record, _ = await _made(desk, "")
    for each in _left_lying(desk, before=record.sequence):
        desk.spool.purge_bundle(each)
        desk.journal.commit(BundlePurged(bundle=each, incident=""))
    return record.sequence


def _left_lying(desk: Desk, *, before: int) -> list[str]:
    """Those that the station made by itself and that no medium waits to be written with."""
    made = ((each.actor, each.event) for each in desk.ledger.of(BackupMade).records if each.sequence < before)
    its_own = [event.bundle for actor, event in made if not actor and isinstance(event, BackupMade)]
    return [
        each
        for each in its_own
        if desk.ledger.state(BUNDLE, each) is BundleState.SEALED
        and each not in desk.performing
        and not list(waiting(desk.ledger, each))
    ]


async def _made(desk: Desk, actor: str) -> tuple[Record, BackupMade]:
    recipients = parse_recipients(desk.house.backup_recipients)
    number = desk.house.identity.bundle_number(desk.ledger.distinct("bundle") + 1)
    if number in desk.performing:
        raise Refused("FLW-003", number=number)
    desk.performing.add(number)
    try:
        event = await _sealed(desk, number, recipients)
    finally:
        desk.performing.discard(number)
    (record,) = desk.journal.commit(event, actor=actor)
    return record, event


async def prove(desk: Desk, by: Authority, ask: ProveBackup) -> Answer:
    """Refused FLW-002 for a backup that was never made, BKP-005 for a word that isn't in it."""
    made = desk.ledger.history("bundle", ask.bundle).last(BackupMade)
    if made is None:
        raise Refused("FLW-002", number=ask.bundle)
    if _hashed(passphrase.parse(ask.word, WORD_GROUPS)) != made.word_sha256:
        raise Refused("BKP-005", bundle=ask.bundle)
    event = BackupProved(bundle=made.bundle, head=made.head, sha256=made.sha256)
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"bundle": made.bundle, "records": str(made.head)})


async def _sealed(desk: Desk, number: str, recipients: Sequence[X25519Recipient]) -> BackupMade:
    """Journal and vault as they are now: they may go on while they are sealed in another thread."""
    word = passphrase.generate(WORD_GROUPS)
    content = Content(
        identity=desk.house.identity,
        number=number,
        written=desk.clock.wall(),
        segments=tuple((each, each.stat().st_size) for each in segments(desk.journal.directory)),
        checkpoint=desk.journal.head,
        vault=desk.vault.without_passwords(),
        settings=desk.house.settings,
        word=word,
    )
    head, signer = parse_unsigned(content.checkpoint), desk.journal.signer

    def work() -> BackupMade:
        plain, sealed = Passing(content.archive(signer)), hashlib.sha256()
        length = encrypted_length(content.length(signer), *recipients)
        with desk.spool.new_bundle(number, length) as out:
            for piece in encrypt(io.BufferedReader(plain, _PIECE), *recipients):
                sealed.update(piece)
                out.write(piece)
            if out.tell() != length:
                raise RuntimeError("a backup of another length than was told")
        return BackupMade(
            bundle=number,
            readers=tuple(map(str, recipients)),
            head=head.size,
            root=head.root.hex(),
            archive_sha256=plain.sha256(),
            sha256=sealed.hexdigest(),
            length=length,
            word_sha256=_hashed(word),
        )

    return await asyncio.to_thread(work)


def _hashed(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
