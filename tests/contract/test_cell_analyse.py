"""The journal through a real cell's pipe; and what a cell that was taken over could make the desk record: nothing."""

import asyncio
from datetime import date

import pytest
from cells_at_work import running
from least_settings import LEAST
from unit.review.made_journal import Made, came_in, refused, wrong

from media_station.cell.review.analyse import analyse
from media_station.desk.hands import cells
from media_station.desk.hands.cells import Cells
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.finding import FindingKind
from media_station.model.review import Analysis, Thresholds
from media_station.rehearsal.house import House

SINCE, UNTIL = date(2026, 4, 6), date(2026, 4, 7)
OPERATORS = frozenset({"sousa-hanako"})
TAKEN_OVER = """
from media_station.cell import main
from media_station.cell.review import analyse
from media_station.model.finding import FindingKind
from dataclasses import replace
def answer(*asked):
    true = true_answer(*asked)
    one = true.detections[0]
    figures = true.figures
    return {answer}
true_answer, main._analysed = main._analysed, answer
run()
"""


def journal() -> list[bytes]:
    made = Made()
    for minute in range(70):  # more than one answer holds
        made.at(6, f"10:{minute % 60:02}:{minute // 60:02}", refused("PAP-011", f"Request{minute}"))
    for second in range(5):
        made.at(7, f"12:00:0{second}", wrong())
    return made.at(7, "12:00:06", came_in()).lines


def analysed(folder, lines, command=None, since=SINCE, until=UNTIL) -> Analysis:
    house = House(folder / "house", commands={"cell": command} if command else None)
    (house.station / "keys/cell").mkdir(parents=True)
    (house.station / "keys/cell/identity").write_text("rehearsal/r1")
    (house.station / "station.toml").write_text(LEAST)

    async def whole():
        at_work = Cells(house.run / "cell.sock", house.uids)
        house.open_once_doors()
        try:
            pieces = [line + b"\n" for line in lines]
            of = {"records": len(lines), "operators": OPERATORS}
            return await at_work.analyse(lambda: iter(pieces), since, until, Thresholds(), **of)
        finally:
            house.stop()

    return asyncio.run(whole())


def test_the_desk_gets_what_the_rules_find_in_as_many_cells_as_it_takes(tmp_path):
    lines = journal()
    got = analysed(tmp_path, lines)
    first, second = (analyse(lines, SINCE, UNTIL, Thresholds(), start=start) for start in (0, 64))
    assert got.detections == first.detections + second.detections
    assert (got.found, got.figures) == (len(got.detections), first.figures)


def test_of_more_than_anyone_looks_into_the_first_come_and_the_number_of_each_kind(tmp_path, monkeypatch):
    lines = journal()
    monkeypatch.setattr(cells, "DETECTIONS_MOST", 70)
    got = analysed(tmp_path, lines)
    first, second = (analyse(lines, SINCE, UNTIL, Thresholds(), start=start) for start in (0, 64))
    every = first.detections + second.detections
    assert got.detections == every[:70] != every
    assert (got.found, got.kinds) == (len(every), [sum(each.kind is kind for each in every) for kind in FindingKind])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("replace(true, detections=[replace(one, kind=FindingKind.CLOCK_OFF)])", "HND-013"),
        ("replace(true, detections=[replace(one, last=76)])", "HND-013"),
        ("replace(true, detections=[replace(one, first=-1)])", "HND-013"),
        ("replace(true, detections=[replace(one, first=5, last=4)])", "HND-013"),
        ("replace(true, detections=[replace(one, day='2026-04-08')])", "HND-013"),
        ("replace(true, detections=[replace(one, day='2026-04-06秘')])", "HND-013"),
        ("replace(true, detections=[replace(one, concerned=['himitsu'])])", "HND-013"),
        ("replace(true, detections=[])", "HND-013"),
        ("replace(true, found=1)", "HND-013"),
        ("replace(true, found=-1)", "HND-013"),
        ("replace(true, found=2001)", "HND-013"),
        ("replace(true, kinds=true.kinds[1:])", "HND-013"),
        ("replace(true, kinds=[true.found, *[0] * (len(true.kinds) - 1)])", "HND-013"),
        ("replace(true, found=10**9, kinds=[*true.kinds[:-1], true.kinds[-1] + 10**9 - true.found])", "HND-013"),
        ("replace(true, figures=replace(figures, jobs=[0]))", "HND-013"),
        ("replace(true, figures=replace(figures, refusals=[*figures.refusals[1:], -1]))", "HND-013"),
        ("replace(true, figures=replace(figures, totals=[77, *figures.totals[1:]]))", "HND-013"),
    ],
)
def test_what_could_not_be_of_this_journal_is_not_taken(tmp_path, answer, code):
    with pytest.raises((PeerFault, Refused), match=code):
        analysed(tmp_path, journal(), running(TAKEN_OVER.replace("{answer}", answer)))


def test_what_is_no_record_or_no_period_comes_back_as_its_code(tmp_path):
    with pytest.raises(IntegrityViolation, match="REC-001"):
        analysed(tmp_path / "one", [*journal(), b"{}"])
    with pytest.raises(Refused, match="RVW-001"):
        analysed(tmp_path / "two", journal(), since=UNTIL, until=SINCE)
