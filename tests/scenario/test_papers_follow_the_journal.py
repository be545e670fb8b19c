"""A certificate says what the journal says: a journal that is changed (and signed anew) changes the paper."""

import asyncio
import json
import re
import shutil
import subprocess

import pytest

from media_station.desk.hands import keys
from media_station.desk.journal.append import Log
from media_station.desk.main import open_desk
from media_station.desk.papers.certificate import make_certificate
from media_station.model.certificate import CertificateIssued
from media_station.proof.note import canonical
from media_station.rehearsal.house import House
from media_station.settings import load


def reprinted(rehearsed, tmp_path, change) -> str:
    """The certificate's text, printed anew by a desk whose journal had each record's data put through `change`."""
    house = House(tmp_path / "house")
    shutil.copytree(rehearsed.path("station"), house.station)
    settings = house.station / "station.toml"
    settings.write_text(re.sub(r'(?m)^run = ".*"$', f'run = "{house.run}"', settings.read_text()))
    shutil.rmtree(house.station / "state" / "papers")
    signed_anew(house, change)

    async def print_again() -> str:
        house.open_once_doors()
        try:
            desk = open_desk(load(settings), lambda _: None)
            (number,) = (each.stem for each in rehearsed.path("papers").glob("*-C-*.pdf"))
            issued = desk.ledger.history("certificate", number).the(CertificateIssued)
            await (await make_certificate(desk, issued)).print(desk)
        finally:
            house.stop()
        return number

    number = asyncio.run(print_again())
    paper = house.station / "state" / "papers" / f"{number}.pdf"
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", "", said)


def signed_anew(house, change):
    settings = load(house.station / "station.toml")
    directory = house.station / "state" / "desk" / "journal"
    segments = {path.stem: path.read_bytes().splitlines() for path in sorted(directory.glob("*.jsonl"))}
    shutil.rmtree(directory)
    for left in directory.parent.glob("ledger.sqlite*"):  # it was closed, and signed, over the journal as it was
        left.unlink()
    identity = settings.identity("desk")
    log = Log(directory, identity, keys.load(settings.credentials("desk"), identity).journal)
    assert list(log.recover()) == []
    log.settle()
    for day, lines in segments.items():
        records = [json.loads(line) for line in lines]
        for record in records:
            change(record["event"]["action"], record["media_station"]["data"])
        log.append([canonical(record) for record in records], day)


def nothing(_action, _data):
    pass


def another_serial(action, data):
    if action == "medium.registered" and data["kind"] == "usb":
        data["serial"] = "ANOTHER-SERIAL-7"


def another_count(action, data):
    if action == "transfer.opened":
        data["records"] = 4711


@pytest.mark.parametrize(
    ("change", "said"), [(another_serial, "シリアル番号ANOTHER-SERIAL-7"), (another_count, "件数4,711件")]
)
def test_a_changed_journal_changes_the_certificate(rehearsed, tmp_path, change, said):
    (tmp_path / "same").mkdir()
    (tmp_path / "changed").mkdir()
    before = reprinted(rehearsed, tmp_path / "same", nothing)
    after = reprinted(rehearsed, tmp_path / "changed", change)
    assert "件数5,400件" in before
    assert said not in before
    assert said in after
