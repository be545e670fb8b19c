"""The tax section's year through the real doors: 36 transfers, 17,132 letters, and everything accounted for (O7, O9)."""

import asyncio
import shutil
import sqlite3
from collections import Counter as Tally
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_the_counter import ROOT, check_the_journal_verifies, told
from year_office import Office
from year_plan import LOST_NOTICE, ROWS, SPARE, SPOILED_BURN, UNREADABLE, handovers

from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.reports import compliance_rows
from media_station.model.compliance import ORGANISATIONAL, TITLES
from media_station.model.instant import parse_wall
from media_station.rehearsal import media
from media_station.rehearsal.house import House
from media_station.rehearsal.people import Counter
from media_station.rehearsal.walk import sample_masters, sample_terms
from media_station.texts.era import JST

LETTERS = 17_132
STICKS = 3


@dataclass(frozen=True)
class Year:
    """What the year left behind: the ledger, the stock, the requirement map, and the house."""

    house: House
    ledger: list
    stock: list
    compliance: list
    transfers: list


@pytest.fixture(scope="module")
def year(tmp_path_factory) -> Year:
    folder: Path = tmp_path_factory.mktemp("year")
    house = House(folder / "house")
    sticks = [media.stick(folder, f"usb{n}", f"RH000000020{n}") for n in range(STICKS)]
    tray = media.blank_disc(folder, "dvd0")
    (folder / "shelf").mkdir()

    async def whole() -> Year:
        house.set_up([*sticks, tray])
        await house.start()
        counter = Counter(house.run / "people.sock", house.uids, house.revive)
        office = Office(
            house=house,
            counter=counter,
            tray=tray,
            shelf=folder / "shelf",
            sample=sample_terms(ROOT / "config" / "consignment.sample.csv"),
            masters=sample_masters(ROOT / "config" / "masters"),
        )
        try:
            await office.live_through_the_year()
            return Year(
                house=house,
                ledger=await counter.all("Ledger", office.operator),
                stock=await counter.all("Stock", office.operator),
                compliance=await counter.all("Compliance", office.operator),
                transfers=[await counter.see("Transfer", office.operator, transfer=row.transfer) for row in ROWS],
            )
        finally:
            await counter.close()
            house.stop()

    try:
        return asyncio.run(whole())
    finally:
        for bay in sticks:
            media.remove(bay)


def test_the_ledger_is_what_was_planned_by_hand(year):
    assert sum(row.posted for row in ROWS) == LETTERS
    assert [
        (
            str(parse_wall(row.at).astimezone(JST).date()),
            *(row.transfer, row.direction, row.item, row.subject, row.quantity, row.clerk, row.handler),
        )
        for row in year.ledger
    ] == handovers()


def test_each_transfer_is_closed_as_its_story_says(year):
    by_incident = {f"R1-{LOST_NOTICE[0]}", f"R1-{UNREADABLE}"}
    assert {each.transfer: each.state for each in year.transfers} == {
        row.transfer: "closed_by_incident" if row.transfer in by_incident else "closed" for row in ROWS
    }
    closed = told(year.house, "transfer.closed")
    assert sum(each["posted"] for each in closed) == LETTERS
    assert {each["transfer"]: (each["records"], each["posted"]) for each in closed} == {
        row.transfer: (row.records, row.posted) for row in ROWS
    }


def test_every_medium_is_accounted_for(year):
    assert {(each.medium, each.state, each.custody) for each in year.stock} == {
        ("R1-U-00002", "certified", "hand"),
        ("R1-U-00003", "certified", "hand"),
        (f"R1-{SPARE}", "ready", "stored"),
    }
    registered = {each["medium"] for each in told(year.house, "medium.registered")}
    destroyed = [each["medium"] for each in told(year.house, "medium.destroyed")]
    assert sorted(destroyed) == sorted(
        {row.medium for row in ROWS if row.medium.startswith("R1-D-")} | {f"R1-{SPOILED_BURN[1]}", "R1-U-00001"}
    )
    assert registered == set(destroyed) | {each.medium for each in year.stock}
    certified = Tally(each["medium"] for each in told(year.house, "certificate.rendered"))
    assert certified == Tally(row.medium for row in ROWS if row.medium.startswith("R1-U-"))


def test_what_went_wrong_is_told_by_its_own_record(year):
    assert [each["medium"] for each in told(year.house, "medium.spoiled")] == [f"R1-{SPOILED_BURN[1]}"]
    assert [each["verdict"] for each in told(year.house, "letters.inspected")].count("FAIL") == 1
    assert [each["kind"] for each in told(year.house, "incident.opened")] == [
        "lost_notice",
        "unreadable_return",
        "other",
    ]
    assert [each["field"] for each in told(year.house, "handover.corrected")] == ["sheets"]
    assert [each["operator"] for each in told(year.house, "operator.suspended")] == ["sousa-hanako"]
    counted = told(year.house, "stock.counted")
    assert [(each["expected"], each["found"], each["binder"]) for each in counted] == [
        ([f"R1-{SPARE}"], [], "別紙-棚卸"),
        ([f"R1-{SPARE}"], [f"R1-{SPARE}"], ""),
    ]


def test_the_years_journal_verifies(year):
    check_the_journal_verifies(year.house)


# S1, S2, S4, S5, S9, S10 and S11 get records of the station's own with the firewall, the scanner, the backup and the rest.
CONFIRMED_ON_PAPER = {"O2", "S1", "S2", "S4", "S5", "S9", "S10", "S11"}
AFTER = "2100-04-08"


@pytest.fixture(scope="module")
def index(year) -> Path:
    """As the desk left it."""
    return year.house.station / "state" / "desk" / "ledger.sqlite"


def test_what_is_confirmed_on_paper_alone_is_a_fixed_list():
    assert ORGANISATIONAL == CONFIRMED_ON_PAPER


def test_the_year_proves_every_line_of_the_requirement_map_on_both_sides(year):
    assert [(row.requirement, row.side) for row in year.compliance] == [
        (requirement, side) for requirement in TITLES for side in ("municipality", "contractor")
    ]
    assert {row.status for row in year.compliance} == {"○"}
    assert [row.day for row in year.compliance if row.side == "contractor"].count("2099-04-01") >= len(TITLES) - 1
    own = {
        row.requirement for row in year.compliance if row.side == "municipality" and row.evidence != "evidence.filed"
    }
    assert own >= set(TITLES) - CONFIRMED_ON_PAPER


# Whose record it is: the contractor's rows stand on the papers that were filed for him, the municipality's on the rest.
OF_THE_CONTRACTOR = """CAST(line AS TEXT) LIKE '%"action":"evidence.filed"%"side":"contractor"%'"""
WITHOUT = """DELETE FROM subjects WHERE noun = 'requirement' AND number = ? AND sequence IN
(SELECT sequence FROM records WHERE {} ({}))"""


@pytest.mark.parametrize(("side", "which"), [("contractor", ""), ("municipality", "NOT")])
@pytest.mark.parametrize("requirement", TITLES)
def test_without_its_records_a_line_is_not_proven(year, index, tmp_path, requirement, side, which):
    shutil.copy(index, tmp_path / "ledger")
    with closing(sqlite3.connect(tmp_path / "ledger")) as copy:
        assert copy.execute(WITHOUT.format(which, OF_THE_CONTRACTOR), (requirement,)).rowcount > 0
        copy.commit()
    ledger = Ledger(tmp_path / "ledger")
    rows = compliance_rows(ledger, AFTER)
    ledger.disconnect()
    changed = {(row.requirement, row.side): row.status for row in rows if row.status != "○"}
    assert changed == {(requirement, side): "未"}
