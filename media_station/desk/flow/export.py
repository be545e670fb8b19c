"""What leaves the station sealed to a reader's key: an incident's evidence (O11), the journal's lines of a period (S8).

The spool holds the ciphertext until it is purged; fetching and purging are the same for both.
"""

import asyncio
import hashlib
import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.x25519 import X25519Recipient
from media_station.desk.access.authority import Authority
from media_station.desk.access.images import drop_unrecorded
from media_station.desk.desk import Desk
from media_station.desk.hands.passing import Passing
from media_station.desk.ledger.bundles import Sealed, incident_of, is_the_stations_own, kept, waiting
from media_station.desk.ledger.concerning import concerning, printed
from media_station.desk.papers import sheet
from media_station.desk.papers.readme import readme
from media_station.model.asks import ExportEvidence, ExportJournal, FetchBundle, PurgeBundle
from media_station.model.bundle import BundleFetched, BundlePurged, BundleSealed, JournalExported
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.incident import INCIDENT, IncidentOpened
from media_station.model.instant import parse_wall
from media_station.model.views import Answer
from media_station.proof.bundle import Bundle, archive, archive_length, files
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.prove import prove
from media_station.proof.record import Record, wall
from media_station.proof.segments import lines_within

_PIECE = 1 << 20


async def export_evidence(desk: Desk, by: Authority, ask: ExportEvidence) -> Answer:
    """Refused AGE-030 for what is no reader's key, FLW-002 for an unknown incident, FLW-003 while another one is being
    sealed, SPL-003 without room.
    """
    reader = X25519Recipient.parse(ask.reader)
    if desk.ledger.state(INCIDENT, ask.incident) is None:
        raise Refused("FLW-002", number=ask.incident)
    number = _next_number(desk)
    _begin(desk, number)
    try:
        event = await _sealed(desk, ask.incident, number, reader)
    finally:
        desk.performing.discard(number)
    (record,) = desk.journal.commit(event, actor=by.operator)
    counts = {"length": event.length, "records": event.records, "papers": event.papers}
    facts = {name: str(count) for name, count in (counts | {"papers_missing": event.papers_missing}).items()}
    return Answer(record=record.sequence, action=event.name, facts={"bundle": number, "sha256": event.sha256, **facts})


async def export_journal(desk: Desk, by: Authority, ask: ExportJournal) -> Answer:
    """Refused AGE-030 for what is no reader's key, JNL-004 if no record is of that time, FLW-003 while another one is
    being sealed, SPL-003 without room.
    """
    reader = X25519Recipient.parse(ask.reader)
    number = _next_number(desk)
    _begin(desk, number)
    try:
        event = await _sealed_lines(desk, ask, number, reader)
    finally:
        desk.performing.discard(number)
    (record,) = desk.journal.commit(event, actor=by.operator)
    facts = {"bundle": number, "sha256": event.sha256, "ndjson_sha256": event.ndjson_sha256}
    facts |= {"records": str(event.records), "length": str(event.length)}
    return Answer(record=record.sequence, action=event.name, facts=facts)


async def fetch(desk: Desk, by: Authority, ask: FetchBundle, into: int) -> Answer:
    """The sealed file into the caller's descriptor, in place of whatever was in it; all of it or nothing.

    Refused FLW-002 for a bundle that isn't there, BKP-006 for a backup that the station made by itself, SPL-004 if
    `into` is no plain file that takes it;
    IntegrityViolation SPL-002, SPL-005 if the spool doesn't hold what was sealed.
    """
    sealed = kept(desk.ledger, ask.bundle)
    if is_the_stations_own(desk.ledger, ask.bundle):
        raise Refused("BKP-006", bundle=ask.bundle)
    _begin(desk, ask.bundle)
    try:
        # A pipe that nobody empties would hold the desk up.
        if not stat.S_ISREG(os.fstat(into).st_mode):
            raise Refused("SPL-004", bundle=ask.bundle)
        await asyncio.to_thread(_copy, desk, sealed, into)
    except OSError as error:
        raise Refused("SPL-004", bundle=ask.bundle) from error
    finally:
        desk.performing.discard(ask.bundle)
    fetched = BundleFetched(bundle=ask.bundle, incident=incident_of(sealed), sha256=sealed.sha256)
    (record,) = desk.journal.commit(fetched, actor=by.operator)
    return Answer(record=record.sequence, action=fetched.name, facts={"sha256": sealed.sha256})


async def purge(desk: Desk, by: Authority, ask: PurgeBundle) -> Answer:
    """The file first, then the record: a crash between leaves a purge that can be asked for again.

    Refused FLW-002 for a bundle that isn't there, FLW-003 while it is being fetched, SPL-006 while a medium waits to be
    written with it.
    """
    sealed = kept(desk.ledger, ask.bundle)
    if ask.bundle in desk.performing:
        raise Refused("FLW-003", number=ask.bundle)
    for medium in waiting(desk.ledger, ask.bundle):
        raise Refused("SPL-006", bundle=ask.bundle, medium=medium)
    desk.spool.purge_bundle(ask.bundle)
    drop_unrecorded(desk)
    purged = BundlePurged(bundle=ask.bundle, incident=incident_of(sealed))
    (record,) = desk.journal.commit(purged, actor=by.operator)
    return Answer(record=record.sequence, action=purged.name, facts={})


def _next_number(desk: Desk) -> str:
    return desk.house.identity.bundle_number(desk.ledger.distinct("bundle") + 1)


def _begin(desk: Desk, number: str) -> None:
    """Refused FLW-003 if somebody is at it."""
    if number in desk.performing:
        raise Refused("FLW-003", number=number)
    desk.performing.add(number)


async def _sealed(desk: Desk, incident: str, number: str, reader: X25519Recipient) -> BundleSealed:
    """The journal as it is now: it may go on while the evidence is gathered and sealed in another thread."""
    raw, head = desk.journal.head, desk.ledger.last()
    told = desk.ledger.history("incident", incident).the(IncidentOpened)
    records = concerning(desk.ledger, incident)
    assert head is not None  # noqa: S101 - the incident is in the journal
    as_of = parse_wall(head.at.wall)

    def work() -> BundleSealed:
        bundle, missing = _gathered(desk, number, told, raw, records, as_of)
        content = files(bundle, desk.journal.signer)
        plain, sealed = Passing(archive(number, content, as_of)), hashlib.sha256()
        length = encrypted_length(archive_length(content), reader)
        with desk.spool.new_bundle(number, length) as out:
            for piece in encrypt(io.BufferedReader(plain, _PIECE), reader):
                sealed.update(piece)
                out.write(piece)
        return BundleSealed(
            bundle=number,
            incident=incident,
            transfer=told.transfer,
            reader=str(reader),
            head=parse_unsigned(raw).size,
            records=len(bundle.records),
            papers=len(bundle.papers),
            papers_missing=missing,
            archive_sha256=plain.sha256(),
            sha256=sealed.hexdigest(),
            length=length,
        )

    return await asyncio.to_thread(work)


async def _sealed_lines(desk: Desk, ask: ExportJournal, number: str, reader: X25519Recipient) -> JournalExported:
    """The journal as it is now: it may go on while its lines are sealed in another thread."""
    size, _ = desk.ledger.head()
    within = desk.ledger.of_days(ask.since[:10], ask.until[:10])

    def lines() -> Iterator[bytes]:
        for line in lines_within(desk.journal.directory, within):
            if ask.since <= wall(line) < ask.until:
                yield line

    def work() -> JournalExported:
        records = length = 0
        for line in lines():
            records, length = records + 1, length + len(line)
        if not records:
            raise Refused("JNL-004")
        plain, sealed = Passing(lines()), hashlib.sha256()
        sealed_length = encrypted_length(length, reader)
        with desk.spool.new_bundle(number, sealed_length) as out:
            for piece in encrypt(io.BufferedReader(plain, _PIECE), reader):
                sealed.update(piece)
                out.write(piece)
        return JournalExported(
            bundle=number,
            reader=str(reader),
            since=ask.since,
            until=ask.until,
            head=size,
            records=records,
            ndjson_sha256=plain.sha256(),
            sha256=sealed.hexdigest(),
            length=sealed_length,
        )

    return await asyncio.to_thread(work)


def _gathered(
    desk: Desk, number: str, told: IncidentOpened, raw: bytes, records: Sequence[Record], as_of: datetime
) -> tuple[Bundle, int]:
    """The bundle, and how many papers the spool doesn't hold any more as they were printed: README names them."""
    sheets = {paper: sheet.kept(desk, sha256) for paper, sha256 in printed(records).items()}
    papers = {paper: whole for paper, whole in sheets.items() if whole is not None}
    missing = sorted(sheets.keys() - papers.keys())
    text = readme(
        identity=desk.house.identity,
        bundle=number,
        incident=told.incident,
        head=parse_unsigned(raw).size,
        as_of=as_of,
        records=len(records),
        papers=len(papers),
        missing=missing,
    )
    bundle = Bundle(
        identity=desk.house.identity,
        number=number,
        incident=told.incident,
        readme=text,
        checkpoint=raw,
        records=prove(desk.journal.directory, raw, [record.sequence for record in records]).records,
        papers=papers,
    )
    return bundle, len(missing)


def _copy(desk: Desk, sealed: Sealed, into: int) -> None:
    with desk.spool.bundle(sealed.bundle) as source:
        try:
            os.ftruncate(into, 0)
            seen, offset = hashlib.sha256(), 0
            while piece := source.read(_PIECE):
                seen.update(piece)
                rest = memoryview(piece)
                while rest:
                    count = os.pwrite(into, rest, offset)
                    rest, offset = rest[count:], offset + count
            if (seen.hexdigest(), offset) != (sealed.sha256, sealed.length):
                raise IntegrityViolation("SPL-005", file=sealed.bundle)
        except (OSError, IntegrityViolation):
            with suppress(OSError):
                os.ftruncate(into, 0)
            raise
