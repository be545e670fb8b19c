"""S10: who was in the room, entered by hand or imported, and compared with who signed in."""

from datetime import date, datetime, timedelta
from typing import Final

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger import findings, people
from media_station.model.account_asks import ComparePresence, ImportPresence, RecordPresence
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.instant import parse_day, parse_wall, wall_text
from media_station.model.presence import (
    Presence,
    PresenceCompared,
    PresenceEntered,
    PresenceLeft,
    PresenceSource,
    presence,
    read_presence,
)
from media_station.model.sign_in import SignInAccepted
from media_station.model.views import Answer
from media_station.proof.record import Record
from media_station.texts.era import JST

# The door's clock and the station's are two.
CLOCKS_APART: Final = timedelta(minutes=3)


async def record(desk: Desk, by: Authority, ask: RecordPresence) -> Answer:
    """By hand, now. Refused FLW-002 for someone who isn't an operator."""
    if ask.operator not in people.operators(desk.ledger):
        raise Refused("FLW-002", number=ask.operator)
    time = wall_text(desk.clock.wall())
    event = presence(ask.operator, entered=ask.entered, time=time, source=PresenceSource.HAND)
    (done,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=done.sequence, action=event.name, facts={})


async def take_in(desk: Desk, by: Authority, ask: ImportPresence) -> Answer:
    """The door system's lines; what is known already and whoever isn't an operator is left out.

    Refused PRS-001, PRS-002, PRS-003 if nothing is left.
    """
    known, there = people.operators(desk.ledger), set(_presences(desk))
    read = read_presence(ask.lines)
    new = [each for each in dict.fromkeys(read) if each.operator in known and each not in there]
    if not new:
        raise Refused("PRS-003")
    records = desk.journal.commit(*new, actor=by.operator)
    facts = {"recorded": str(len(new)), "left_out": str(len(read) - len(new))}
    return Answer(record=records[0].sequence, action=new[0].name, facts=facts)


async def compare(desk: Desk, by: Authority, ask: ComparePresence) -> Answer:
    """Each sign-in of these days whose operator was not in the room becomes a finding, once."""
    since = _midnight(parse_day(ask.since, "since"))
    until = _midnight(parse_day(ask.until, "until") + timedelta(days=1))
    known, numbers = findings.known(desk.ledger), findings.numbers(desk.ledger, desk.house.identity)
    presences = _presences(desk)
    sign_ins = _sign_ins(desk, since, until)
    raised = [
        FindingRaised(
            finding=next(numbers),
            kind=FindingKind.NO_PRESENCE,
            concerned=(operator,),
            first=signed.sequence,
            last=signed.sequence,
            day=parse_wall(signed.at.wall).astimezone(JST).date().isoformat(),
            detail="",
        )
        for signed, operator in sign_ins
        if (FindingKind.NO_PRESENCE, signed.sequence, signed.sequence) not in known
        and not _was_there(presences, operator, parse_wall(signed.at.wall))
    ]
    compared = PresenceCompared(since=ask.since, until=ask.until, sign_ins=len(sign_ins), findings=len(raised))
    records = desk.journal.commit(compared, *raised, actor=by.operator)
    facts = {"sign_ins": str(compared.sign_ins), "findings": str(compared.findings)}
    return Answer(record=records[0].sequence, action=compared.name, facts=facts)


def _sign_ins(desk: Desk, since: datetime, until: datetime) -> list[tuple[Record, str]]:
    return [
        (each, each.event.operator)
        for each in desk.ledger.of(SignInAccepted).records
        if isinstance(each.event, SignInAccepted) and since <= parse_wall(each.at.wall) < until
    ]


def _presences(desk: Desk) -> list[Presence]:
    kinds = (PresenceEntered, PresenceLeft)
    return [each for each in desk.ledger.of(*kinds).all(*kinds) if isinstance(each, Presence)]


def _was_there(presences: list[Presence], operator: str, time: datetime) -> bool:
    """Entered before, and not left since."""
    own = sorted((each for each in presences if each.operator == operator), key=lambda each: each.time)
    before = [each for each in own if parse_wall(each.time) <= time + CLOCKS_APART]
    left_late = before and isinstance(before[-1], PresenceLeft) and parse_wall(before[-1].time) > time - CLOCKS_APART
    return bool(before) and (isinstance(before[-1], PresenceEntered) or bool(left_late))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JST)
