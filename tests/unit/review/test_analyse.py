"""One pass over the raw lines: what is found doesn't depend on where the period lies, nor on how much is read before it."""

import tracemalloc
from datetime import date, timedelta
from itertools import islice

import pytest
from made_journal import IDENTITY, Made, came_in, handed, refused, transfer_opened, wrong
from unit.ledger.years_of_records import lines

from media_station.cell.review import analyse as module
from media_station.cell.review.analyse import analyse
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.review import AGES_DAYS, DETECTIONS_AT_ONCE, HOURS, TOTALS, Thresholds
from media_station.proof.key import Signer

RECORDS = 5_000
SINCE = date(2025, 4, 1)


@pytest.fixture(scope="module")
def office() -> list[bytes]:
    """Months of an office at work, a record every ten minutes."""
    signer = Signer.generate(IDENTITY.key_name("journal"))
    return [line for _, line in islice(lines(signer, IDENTITY), RECORDS)]


# Its minutes by the two clocks are not the same.
OFFICES = Thresholds(clock_step_seconds=1000)


def found(journal: list[bytes], since: date, until: date) -> list[tuple]:
    detections = analyse(journal, since, until, OFFICES).detections
    return [(each.kind.value, each.first, each.last, each.day) for each in detections]


@pytest.fixture
def whole_answers(monkeypatch):
    monkeypatch.setattr(module, "DETECTIONS_AT_ONCE", 10**6)


def test_what_is_passed_over_before_a_period_changes_nothing(office, whole_answers, monkeypatch):
    period = (date(2025, 4, 28), date(2025, 5, 4))
    fast = analyse(office, *period, OFFICES)
    monkeypatch.setattr(module, "_LEAD", timedelta(days=365))
    assert analyse(office, *period, OFFICES) == fast
    assert fast.found > 10


def test_weeks_together_find_what_a_month_finds(office, whole_answers):
    weeks = [SINCE + timedelta(days=7 * week) for week in range(4)]
    one_by_one = [each for week in weeks for each in found(office, week, week + timedelta(days=6))]
    assert sorted(one_by_one) == sorted(found(office, SINCE, weeks[-1] + timedelta(days=6)))


def test_a_journal_that_goes_on_changes_nothing_of_what_was_found(office, whole_answers):
    day = date(2025, 4, 20)
    there = found(office[:3000], SINCE, day)
    assert there == found(office, SINCE, day)
    assert there


def test_detections_come_in_pages():
    made = Made()
    for number in range(DETECTIONS_AT_ONCE + 1):
        made.at(6, f"10:{number // 60:02}:{number % 60:02}", refused("PAP-011", f"Request{number}"))
    first, second = made.analysis(), analyse(made.lines, date(2026, 4, 6), date(2026, 4, 6), Thresholds(), start=64)
    assert (first.found, len(first.detections)) == (65, 64)
    assert [each.first for each in second.detections] == [64]


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 4, 7), date(2026, 4, 6)), (date(2026, 1, 1), date(2027, 1, 2))],
    ids=["backwards", "too long"],
)
def test_what_is_no_period_is_refused(since, until):
    with pytest.raises(Refused, match="RVW-001"):
        analyse([], since, until, Thresholds())


@pytest.mark.parametrize("of", [{"opens": "8:00"}, {"opens": "19:00"}, {"failures": 0}, {"failures_minutes": 1441}])
def test_thresholds_that_make_no_sense_are_refused(of):
    with pytest.raises(Refused, match="RVW-002"):
        analyse([], SINCE, SINCE, Thresholds(**of))


def test_what_is_no_record_ends_it():
    with pytest.raises(IntegrityViolation, match="REC-001"):
        analyse([b'{"@timestamp":"2026-04-06T00:00:00.000000Z"}'], date(2026, 4, 6), date(2026, 4, 6), Thresholds())


def test_the_figures_are_of_the_period_by_japans_calendar():
    made = Made().at(5, "23:59:59", refused("X", unrecorded=5)).at(6, "00:00", refused("X", unrecorded=2))
    made.at(6, "23:59:59", wrong()).at(7, "00:00", came_in())
    figures = made.analysis().figures
    assert figures.records == 2
    assert (figures.refusals[0], sum(figures.refusals)) == (3, 3)
    assert dict(zip(TOTALS, figures.totals, strict=True)) == {
        **dict.fromkeys(TOTALS, 0),
        "request.refused": 1,
        "sign_in.refused": 1,
    }
    assert made.analysis(6, 7).figures.records == 3


def test_a_refusal_at_a_days_last_hour_stands_there():
    figures = Made().at(12, "23:00", refused("X")).analysis(12, 12).figures
    assert figures.refusals[6 * HOURS + 23] == 1


def test_media_are_as_old_as_they_are_at_the_periods_end():
    made = Made().at(1, "09:00", transfer_opened())
    ages = (*AGES_DAYS, AGES_DAYS[-1] + 1)
    end = date(2026, 7, 1)
    for number, age in enumerate(ages):
        day = (end - timedelta(days=age)).isoformat()
        made.at(20, "10:00", handed(medium=f"R1-U-0000{number}", day=day))
    assert analyse(made.lines, end, end, Thresholds()).figures.away == [1] * len(ages)


def test_an_action_of_a_later_version_is_counted_and_judged_by_no_rule():
    made = Made().at(6, "10:00", came_in())
    made.lines[0] = made.lines[0].replace(b'"sign_in.accepted"', b'"paper.reprinted"')
    analysis = made.analysis()
    assert (analysis.figures.records, analysis.found) == (1, 0)


def test_the_memory_does_not_grow_with_the_journal(office):
    def peak(journal) -> int:
        tracemalloc.start()
        try:
            analyse(journal, SINCE, SINCE + timedelta(days=300), OFFICES)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(office)  # what is made once for each kind of record
    grown = peak(office) - peak(office[:500])
    assert grown < sum(map(len, office[500:])) / 10
