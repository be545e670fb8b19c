"""Killed between any two events of the flow, desk or drive start again and the transfer still comes to its close.

The places come from the transition tables: a kill follows each event that a table moves by, the first time that it is
committed. What can't happen in one undisturbed walk (failures, branches of refusal) is named by the tables' own edges.
"""

import json
import sys
from collections import Counter as Count
from pathlib import Path

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, records

from media_station.model.operator import OPERATOR
from media_station.model.vocabulary import MACHINES
from media_station.rehearsal.__main__ import image_length
from media_station.rehearsal.house import House
from media_station.rehearsal.media import STICK_BYTES

HERE = Path(__file__).parent
# Edges that only a failure, an exception or an office's other business takes; no walk that succeeds comes past them.
ONLY_IN_FAILURE = {
    "backup.made",
    "backup.proved",
    "bundle.fetched",
    "bundle.handed_over",
    "bundle.kept",
    "bundle.purged",
    "bundle.released",
    "bundle.rendered",
    "bundle.returned",
    "bundle.sealed",
    "bundle.sent",
    "journal.exported",
    "drift.found",
    "drift.mended",
    "erasure.ended FAIL",
    "finding.disposed",
    "finding.raised",
    "erasure.ended UNKNOWN",
    "erasure.interrupted",
    "letters.inspected FAIL",
    "medium.attested",
    "medium.destroyed firm",
    "medium.entrusted",
    "medium.imported",
    "medium.lost",
    "medium.registered dvd+r",
    "medium.registered dvd-rw",
    "medium.registered dvd+rw",
    "medium.registered dvd-ram",
    "notice.lost",
    "notice.spoiled no",
    "notice.spoiled yes",
    "transfer.closed incident",
    "medium.identified FAIL",
    "medium.identified UNKNOWN",
    "medium.spoiled",
    "order.cancelled",
    "order.issued import",
    "order.lapsed",
    "order.refused",
    "payload.imported",
    "payload.refused",
    "payload.rejected",
    "exception.granted before_inspection",
    "exception.granted individual_number",
    "exception.granted stale_patterns",
    "exception.granted same_occasion",
    "image.abandoned",
    "incident.closed",
    "incident.opened",
    "report.made",
    "report.reviewed",
    "transfer.frozen",
    "transfer.resumed",
    "consignment.amended",
    "consignment.ended",
    "count.corrected",
    "handover.corrected",
    "medium.drawn",
    "medium.stored",
    "paper.copied",
    "paper.stamped",
    "certificate.reissued",
    "certificate.superseded",
    "certificate.voided",
    "staff.adopted",
    "staff.proposed",
}


def edges() -> set[str]:
    """All places of the tables, people's own apart; an event that one table branches by stands with its branches."""
    found = [
        (event.name, branch)
        for machine in MACHINES
        if machine is not OPERATOR
        for _, event, branch, _ in machine.edges()
    ]
    branching = {name for name, branch in found if branch is not None}
    return {
        name if branch is None else f"{name} {branch.value}"
        for name, branch in found
        if branch is not None or name not in branching
    }


def walk_to_the_end(folder: Path, commands) -> House:
    """The whole flow in a house whose roles end again and again; everything that ended is started again."""

    async def doing(walk):
        view = await walk.to_the_end()
        assert view.state == "closed"

    return at_the_counter(folder, doing, sticks=4, stick_bytes=STICK_BYTES, commands=commands)


def check_nothing_is_doubled(house: House) -> None:
    made = Count()
    written = Count()
    for record in records(house):
        data, action = record["media_station"]["data"], record["event"]["action"]
        for event, number in (
            ("medium.registered", "medium"),
            ("order.issued", "order"),
            ("transfer.opened", "transfer"),
            ("certificate.issued", "certificate"),
            ("notice.printed", "notice"),
            ("payload.received", "payload"),
        ):
            if action == event:
                made[event, data[number]] += 1
        if action in {"medium.written", "medium.handed_over", "medium.destroyed", "certificate.issued"}:
            written[action, data["medium"]] += 1
    assert made
    assert set(made.values()) == {1}
    assert set(written.values()) == {1}


def crashing(*words: object) -> list[str]:
    return [sys.executable, str(HERE / "crashing.py"), *map(str, words), "--"]


def test_the_desk_killed_after_each_event_comes_to_the_close(tmp_path):
    where = tmp_path / "where"
    house = walk_to_the_end(tmp_path, {"desk": crashing("desk", where)})
    killed = where.read_text().splitlines()
    assert edges() - set(killed) <= ONLY_IN_FAILURE
    assert len(killed) == len(set(killed))
    check_nothing_is_doubled(house)
    check_the_journal_verifies(house)


def test_the_drive_killed_after_each_event_comes_to_the_close(tmp_path):
    where, pid = tmp_path / "where", tmp_path / "drive.pid"
    keeping = ["/bin/sh", "-c", f'echo $$ > {pid}; exec "$@"', "sh", sys.executable, "-m", "media_station"]
    house = walk_to_the_end(tmp_path, {"desk": crashing("desk-kills-drive", where, pid), "drive": keeping})
    assert edges() - set(where.read_text().splitlines()) <= ONLY_IN_FAILURE
    check_nothing_is_doubled(house)
    check_the_journal_verifies(house)


def test_the_drive_killed_in_the_middle_of_its_work_claims_nothing(tmp_path):
    where = tmp_path / "where"
    house = walk_to_the_end(tmp_path, {"drive": crashing("drive", where)})
    assert {"erase 1", "verify 1", "erase 2", "verify 2", "write", "read"} <= set(where.read_text().splitlines())
    actions = Count(record["event"]["action"] for record in records(house))
    assert actions["erasure.interrupted"] >= 4
    assert actions["medium.spoiled"] >= 1
    check_nothing_is_doubled(house)
    check_the_journal_verifies(house)


def test_the_edges_that_only_failure_takes_are_edges():
    assert ONLY_IN_FAILURE <= edges()


@pytest.mark.parametrize("number", ["R1-U-00001"])
def test_the_length_of_an_image_is_the_journals(number, tmp_path):
    (tmp_path / "2026-01-01.jsonl").write_text(
        json.dumps(
            {
                "event": {"action": "image.sealed"},
                "media_station": {"data": {"medium": number, "image_length": 4096}},
            }
        )
        + "\n"
    )
    assert image_length(tmp_path, number) == 4096
