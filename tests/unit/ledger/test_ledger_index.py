"""The ledger is an index of the journal: deleted, behind or edited, it becomes what the lines say."""

import sqlite3

import pytest

from media_station.desk.ledger.index import Ledger
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.kind import MediumKind
from media_station.model.medium import CUSTODY, CustodyState, MediumDrawn, MediumRegistered, MediumStored
from media_station.proof.record import decode, encode

IDENTITY = Identity(station="aobano", epoch="e1")
AT = Instant(wall="2026-11-24T00:00:00.000000Z", boottime_ms=1, boot_id="00000000-0000-4000-8000-000000000000")
MEDIA = [f"E1-U-{number:05d}" for number in range(1, 6)]
EVENTS = [
    *(
        MediumRegistered(
            medium=medium,
            kind=MediumKind.USB,
            vendor="v",
            model="m",
            serial=medium,
            serial_source="usb",
            size_bytes=4096,
        )
        for medium in MEDIA
    ),
    *(MediumStored(medium=medium, place="kinko") for medium in MEDIA),
    MediumDrawn(medium=MEDIA[0]),
]
LINES = [
    encode(event, sequence=number, identity=IDENTITY, key_id="k", at=AT, actor="sato-ichiro")
    for number, event in enumerate(EVENTS)
]
HEAD = {"size": len(LINES), "root": b"r" * 32}


def rows(path) -> dict[str, list[tuple]]:
    with sqlite3.connect(path) as index:
        found = {table: sorted(index.execute(f"SELECT * FROM {table}")) for table in ("records", "states", "subjects")}
    index.close()
    return found


def folded(path) -> dict[str, list[tuple]]:
    """One record after another, as the journal's neck does it."""
    ledger = Ledger(path)
    for number, line in enumerate(LINES):
        ledger.fold([(decode(line), line)], size=number + 1, root=b"r" * 32)
    ledger.close()
    return rows(path)


def opened(path) -> bool:
    ledger = Ledger(path)
    edited = ledger.rebuild(LINES, **HEAD)
    ledger.close()
    return edited


def test_deleted_and_rebuilt_it_equals_the_fold(tmp_path):
    whole = folded(tmp_path / "folded")
    assert opened(tmp_path / "new") is False
    assert rows(tmp_path / "new") == whole


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE states SET state = 'lost' WHERE number = 'E1-U-00002' AND noun = 'custody'",
        "DELETE FROM subjects WHERE sequence = 3",
        "UPDATE records SET line = replace(line, 'kinko', 'kokin')",
        "INSERT INTO states VALUES ('medium', 'E1-U-00099', 'ready', 2)",
    ],
)
def test_edited_by_hand_it_is_found_and_rebuilt(tmp_path, edit):
    whole = folded(tmp_path / "ledger")
    with sqlite3.connect(tmp_path / "ledger") as index:
        index.execute(edit)
    index.close()
    assert rows(tmp_path / "ledger") != whole
    assert opened(tmp_path / "ledger") is True
    assert rows(tmp_path / "ledger") == whole
    assert opened(tmp_path / "ledger") is False


def test_one_that_was_not_closed_is_rebuilt_without_a_word(tmp_path):
    whole = folded(tmp_path / "ledger")
    with sqlite3.connect(tmp_path / "ledger") as index:
        index.execute("UPDATE head SET content = x''")
        index.execute("DELETE FROM states")
    index.close()
    assert opened(tmp_path / "ledger") is False
    assert rows(tmp_path / "ledger") == whole


def test_it_tells_what_is_where(tmp_path):
    ledger = Ledger(tmp_path / "ledger")
    ledger.rebuild(LINES, **HEAD)
    assert ledger.in_state(CUSTODY, CustodyState.STORED) == MEDIA[1:]
    assert [each.action for each in ledger.history("medium", MEDIA[0]).records] == [
        "medium.registered",
        "medium.stored",
        "medium.drawn",
    ]
    assert [each.action for each in ledger.newest_first("requirement", "O7")] == ["medium.registered"] * 5
    ledger.close()
