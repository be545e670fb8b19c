"""All rules over the journal's raw lines, in one pass. The memory holds what is open, not what there was.

Of the records long before the period only those are read of which a rule keeps something; the bytes of a line say
which one it is (canonical JSON, proof/record): its day first, its action where it stands once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from media_station.cell.review.counter_rules import counter_rules
from media_station.cell.review.figures import Counting
from media_station.cell.review.machine_rules import machine_rules
from media_station.cell.review.media_rules import media_rules
from media_station.cell.review.people_rules import people_rules
from media_station.cell.review.rule import Calendar, Rule, Seen
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind
from media_station.model.instant import parse_wall
from media_station.model.review import DETECTIONS_AT_ONCE, LONGEST_DAYS, Analysis, Detection, Thresholds, days_between
from media_station.proof.record import Record, decode
from media_station.texts.era import JST

# Before the period, by UTC's days: the longest span between records that a rule looks back over, and an hour's zone.
_LEAD: Final = timedelta(days=2)
_DAY: Final = slice(len('{"@timestamp":"'), len('{"@timestamp":"YYYY-MM-DD'))
_ACTION: Final = b'"event":{"action":"'


def rules(thresholds: Thresholds, calendar: Calendar) -> tuple[Rule, ...]:
    """Every rule, fresh."""
    return (
        *people_rules(thresholds, calendar),
        *media_rules(thresholds, calendar),
        *counter_rules(thresholds),
        *machine_rules(thresholds, calendar),
    )


def analyse(lines: Iterable[bytes], since: date, until: date, thresholds: Thresholds, *, start: int = 0) -> Analysis:
    """The journal from its first record on: what was found in the days from `since` to `until`, both included, from
    the `start`th detection on; and the period's figures.

    Refused RVW-001 for no period or one that is too long, RVW-002 for thresholds that make no sense;
    IntegrityViolation REC-001 for a line that is no record.
    """
    if not 1 <= days_between(since, until) <= LONGEST_DAYS:
        raise Refused("RVW-001")
    if problems := thresholds.problems():
        raise Refused("RVW-002", names=", ".join(problems))
    calendar = Calendar(thresholds.opens, thresholds.closes)
    every, counting = rules(thresholds, calendar), Counting(since, until)
    found, some = Counter[FindingKind](), list[Detection]()
    for each in _detections(_seen(lines, since, until, calendar, _carried(every)), every, counting, until):
        if since.isoformat() <= each.day <= until.isoformat():
            if start <= found.total() < start + DETECTIONS_AT_ONCE:
                some.append(each)
            found[each.kind] += 1
    kinds = [found[kind] for kind in FindingKind]
    return Analysis(found=found.total(), kinds=kinds, detections=some, figures=counting.figures())


def _detections(
    stream: Iterator[Seen], every: tuple[Rule, ...], counting: Counting, until: date
) -> Iterator[Detection]:
    for seen in stream:
        counting.see(seen)
        for rule in every:
            yield from rule.see(seen)
    for rule in every:
        yield from rule.end(until)


def _carried(every: tuple[Rule, ...]) -> frozenset[bytes]:
    kinds = (*Calendar.carries, *Counting.carries, *(kind for rule in every for kind in rule.carries))
    return frozenset(kind.name.encode() for kind in kinds)


def _seen(
    lines: Iterable[bytes], since: date, until: date, calendar: Calendar, carried: frozenset[bytes]
) -> Iterator[Seen]:
    for record in _read(lines, since - _LEAD, carried):
        at = parse_wall(record.at.wall).astimezone(JST)
        if at.date() > until:
            continue
        calendar.see(record.event)
        yield Seen(record=record, at=at, day=at.date(), closed=calendar.is_closed(at.date()))


def _read(lines: Iterable[bytes], lead: date, carried: frozenset[bytes]) -> Iterator[Record]:
    """Every record from the first one of the day `lead` on, and of those before it the carried ones and the last."""
    first_day = lead.isoformat().encode()
    numbered = iter(lines)
    skipped = b""
    for line in numbered:
        if line[_DAY] >= first_day:
            if skipped:
                yield decode(skipped)
            yield decode(line)
            break
        if _action(line) in carried:
            yield decode(line)
            skipped = b""
        else:
            skipped = line
    yield from map(decode, numbered)


def _action(line: bytes) -> bytes:
    start = line.find(_ACTION) + len(_ACTION)
    return line[start : line.find(b'"', start)]
