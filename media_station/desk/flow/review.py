"""S8: the journal is analysed, findings are raised once and disposed of by a named reviewer; a month's report."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger import findings
from media_station.desk.ledger.people import operators, roles
from media_station.desk.papers import log_report
from media_station.model.errors import PeerFault, Refused
from media_station.model.finding import (
    FINDING,
    TOLD_BY_A_PAPER,
    FindingDisposed,
    FindingKind,
    FindingRaised,
    FindingState,
    noticed,
)
from media_station.model.ids import PaperLetter
from media_station.model.instant import parse_day, parse_wall
from media_station.model.operator import Role
from media_station.model.review import (
    LONGEST_DAYS,
    REPORT,
    Analysis,
    Detection,
    Figures,
    LogAnalysed,
    ReportMade,
    ReportReviewed,
    ReportState,
    days_between,
)
from media_station.model.review_asks import AnalyseLog, DisposeFindings, MakeReport, ReviewReport
from media_station.model.station import PAPER, PaperKind, PaperPrinted, PaperState
from media_station.model.views import Answer
from media_station.proof.record import Record, decode
from media_station.proof.segments import lines, segments
from media_station.texts.era import JST

_PIECE_BYTES = 1 << 18


async def analyse_log(desk: Desk, by: Authority, ask: AnalyseLog) -> Answer:
    """Of today too, as far as it has gone. Refused RVW-001 for no period, one that is too long, or days to come."""
    since, until = parse_day(ask.since, "since"), parse_day(ask.until, "until")
    if not 1 <= days_between(since, until) <= LONGEST_DAYS or ask.until > desk.clock.day():
        raise Refused("RVW-001")
    record, records, _ = await _take_in(desk, by.operator, since, until)
    analysed = record.event
    assert isinstance(analysed, LogAnalysed)  # noqa: S101 - made just now
    facts = {"found": str(analysed.detections), "raised": str(analysed.raised), "records": str(records)}
    return Answer(record=record.sequence, action=analysed.name, facts=facts)


async def analyse_by_itself(desk: Desk) -> int:
    """Each day until yesterday that was not analysed so yet, from the journal's first on; what people have analysed
    meanwhile may have been a part of them, or of a day. Yesterday anew if there is none. The last record's sequence.
    """
    yesterday = date.fromisoformat(desk.clock.day()) - timedelta(days=1)
    own = [each.event for each in desk.ledger.of(LogAnalysed).records if not each.actor]
    until = max((each.until for each in own if isinstance(each, LogAnalysed)), default="")
    since = date.fromisoformat(until) + timedelta(days=1) if until else _day(desk, 0)
    since = min(since, yesterday)
    while True:
        last = min(yesterday, since + timedelta(days=LONGEST_DAYS - 1))
        record, _, _ = await _take_in(desk, "", since, last)
        if last == yesterday:
            return record.sequence
        since = last + timedelta(days=1)


async def dispose(desk: Desk, by: Authority, ask: DisposeFindings) -> Answer:
    """All of them or none. Refused FLW-002 for one that isn't open, RVW-004 for one that concerns the reviewer,
    CNT-002 without the paper of measures or of an incident.
    """
    if ask.disposition in TOLD_BY_A_PAPER and not ask.binder:
        raise Refused("CNT-002")
    numbers = list(dict.fromkeys(ask.findings))
    for number in numbers:
        if desk.ledger.state(FINDING, number) is not FindingState.RAISED:
            raise Refused("FLW-002", number=number)
        if by.operator in desk.ledger.history("finding", number).the(FindingRaised).concerned:
            raise Refused("RVW-004", number=number)
    if not numbers:
        raise Refused("FLW-002", number="-")
    disposed = [
        FindingDisposed(finding=each, disposition=ask.disposition, binder=ask.binder, reviewer=by.operator)
        for each in numbers
    ]
    done = desk.journal.commit(*disposed, actor=by.operator)
    return Answer(record=done[0].sequence, action=disposed[0].name, facts={"findings": str(len(numbers))})


async def make_report(desk: Desk, by: Authority, ask: MakeReport) -> Answer:
    """The month is analysed first, so that nothing is missing of what the rules find. Each printing has a number of
    its own. Refused RVW-005 for a month that isn't over.
    """
    since = date.fromisoformat(f"{ask.month}-01")
    until = since.replace(day=monthrange(since.year, since.month)[1])
    if until.isoformat() >= desk.clock.day():
        raise Refused("RVW-005", month=ask.month)
    about, records, figures = await _take_in(desk, by.operator, since, until)
    number = desk.house.identity.paper_number(PaperLetter.FORM, desk.ledger.count(PaperPrinted) + 1)
    sheet = await log_report.make_report(
        desk,
        number,
        about=about,
        maker=by.operator,
        since=since,
        until=until,
        records=records,
        figures=figures,
        found=findings.of_days(desk.ledger, since.isoformat(), until.isoformat()),
    )
    printed = PaperPrinted(
        paper=number,
        kind=PaperKind.LOG_REPORT,
        medium="",
        incident="",
        sha256=sheet.sha256,
        qr_sha256=sheet.qr_sha256,
    )
    made = ReportMade(report=number, month=ask.month, records=records, sha256=sheet.sha256)
    done = desk.journal.commit(printed, made, actor=by.operator)
    await sheet.print(desk)
    return Answer(record=done[1].sequence, action=made.name, facts={"report": number, "month": ask.month})


async def review_report(desk: Desk, by: Authority, ask: ReviewReport) -> Answer:
    """Refused CNT-002 without the sheet's number in the binder, FLW-002 for a report that isn't there or was reviewed,
    PAP-014 for one that nobody scanned back yet, RVW-006 for an auditor who is an operator on this day, too.
    """
    if not ask.binder:
        raise Refused("CNT-002")
    if desk.ledger.state(REPORT, ask.report) is not ReportState.MADE:
        raise Refused("FLW-002", number=ask.report)
    if desk.ledger.state(PAPER, ask.report) is PaperState.PRINTED:
        raise Refused("PAP-014", number=ask.report)
    if Role.OPERATOR in roles(desk.ledger, by.operator, desk.clock.day()):
        raise Refused("RVW-006")
    reviewed = ReportReviewed(report=ask.report, reviewer=by.operator, binder=ask.binder)
    (record,) = desk.journal.commit(reviewed, actor=by.operator)
    return Answer(record=record.sequence, action=reviewed.name, facts={"report": ask.report})


async def _take_in(desk: Desk, actor: str, since: date, until: date) -> tuple[Record, int, Figures]:
    """Analysed, with what is new raised: the record that says so, the journal's size that it is of, the figures."""
    records, analysis = await _analysed(desk, since, until)
    raised = list(_new(desk, analysis, since, until))
    analysed = LogAnalysed(
        since=since.isoformat(),
        until=until.isoformat(),
        records=records,
        detections=analysis.found,
        raised=len(raised),
    )
    return desk.journal.commit(analysed, *raised, actor=actor)[0], records, analysis.figures


async def _analysed(desk: Desk, since: date, until: date) -> tuple[int, Analysis]:
    """The journal as it is now, and how many records that is; PeerFault HND-013 if a detection isn't of its day."""
    records, _ = desk.ledger.head()
    analysis = await desk.cells.analyse(
        lambda: _pieces(desk, records),
        since,
        until,
        desk.house.analysis,
        records=records,
        operators=operators(desk.ledger).keys(),
    )
    if not all(_is_of_its_day(desk, each) for each in analysis.detections):
        raise PeerFault("HND-013")
    return records, analysis


def _pieces(desk: Desk, records: int) -> Iterator[bytes]:
    """The first lines of the journal itself, many at a time; it may go on meanwhile."""
    held: list[bytes] = []
    size = 0
    every = (line for segment in segments(desk.journal.directory) for line in lines(segment))
    for line in islice(every, records):
        held.append(line)
        size += len(line)
        if size >= _PIECE_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _is_of_its_day(desk: Desk, found: Detection) -> bool:
    """What is overdue became so on a later day than its record's."""
    day = _day(desk, found.last).isoformat()
    return day <= found.day if found.kind is FindingKind.OVERDUE else day == found.day


def _day(desk: Desk, sequence: int) -> date:
    """The record's, by Japan's calendar."""
    return parse_wall(decode(desk.ledger.line(sequence)).at.wall).astimezone(JST).date()


def _new(desk: Desk, analysis: Analysis, since: date, until: date) -> Iterator[FindingRaised]:
    """Of the detections, and last how many more there are of each kind than are listed or were raised before."""
    numbers = findings.numbers(desk.ledger, desk.house.identity)
    raised = desk.ledger.of(FindingRaised).all(FindingRaised)
    known = {(each.kind, each.first, each.last) for each in raised}
    for each in analysis.detections:
        if (each.kind, each.first, each.last) not in known:
            yield FindingRaised(
                finding=next(numbers),
                kind=each.kind,
                concerned=tuple(each.concerned),
                first=each.first,
                last=each.last,
                day=each.day,
                detail="",
            )
    listed = {(each.kind, each.first, each.last) for each in analysis.detections}
    days = since.isoformat(), until.isoformat()
    before = {(each.kind, each.first, each.last) for each in raised if days[0] <= each.day <= days[1]}
    more = Counter(dict(zip(FindingKind, analysis.kinds, strict=True)))
    more -= Counter(kind for kind, _, _ in listed | before)
    detail = ", ".join(f"{kind.value} {count}" for kind, count in more.items())
    told = {each.detail for each in raised if (each.kind, each.day) == (FindingKind.MORE, days[1])}
    if detail and detail not in told:
        yield noticed(next(numbers), FindingKind.MORE, days[1], detail)
