"""The console's parts without a desk: progress reckoned, rows typed and scanned, what can be chosen."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest

from media_station.console.drawing import done
from media_station.console.progress import Tracks
from media_station.console.rows import Marks, Option, Pick, Typed, Wrong
from media_station.console.sources import Given, any_bay, any_handler, bay, to_be_printed
from media_station.model.kind import MediumKind
from media_station.model.steps import Step, StepKind
from media_station.model.views import Answer, Loaded, Progress


def told(done, total=1_000_000_000, phase="write"):
    return Progress(subject="R1-U-00001", phase=phase, done=done, total=total)


def test_speed_and_time_left_are_reckoned_from_what_was_told():
    tracks = Tracks()
    tracks.take(told(0), 100.0)
    assert tracks.lines(100.0, "en") == [f"R1-U-00001  write  [{'.' * 30}]    0 %"]
    tracks.take(told(500_000_000), 110.0)
    (line,) = tracks.lines(110.0, "en")
    assert line.endswith(" 50 %  50.0 MB/s  about 10 s left")
    tracks.take(told(510_000_000), 1_110.0)
    assert "about 17 min left" in tracks.lines(1_110.0, "en")[0]


def test_another_phase_begins_anew_and_what_has_ended_or_tells_nothing_more_is_gone():
    tracks = Tracks()
    tracks.take(told(900), 1.0)
    tracks.take(told(10, phase="verify 1"), 2.0)
    assert "verify 1" in tracks.lines(2.0, "en")[0]
    assert "MB/s" not in tracks.lines(2.0, "en")[0]
    assert tracks.lines(60.0, "en") == []
    tracks.take(told(5, total=5), 61.0)
    assert tracks.lines(61.0, "en") == []


def scan(row, text):
    for each in text:
        row.take(each, each)
    row.leave()


def test_a_scan_finds_its_entry_and_one_that_is_not_there_is_refused():
    pick = Pick(options=[Option(value=each, label=each) for each in ("R1-U-00001", "R1-U-00002")])
    scan(pick, "r1-u-00002")
    assert pick.value == "R1-U-00002"
    with pytest.raises(Wrong, match="not_listed"):
        scan(pick, "R1-U-00009")
    assert pick.value == "R1-U-00002"


def test_space_marks_and_goes_on_to_the_next():
    marks = Marks(options=[Option(value=each, label=each) for each in "abc"])
    for _ in range(3):
        marks.take("space", " ")
    assert marks.value == ["a", "b", "c"]
    marks.take("space", " ")  # at the last one it stays
    assert marks.value == ["a", "b"]


def test_a_scan_marks_and_stays_for_the_next_one():
    marks = Marks(options=[Option(value=each, label=each) for each in ("R1-U-00001", "R1-U-00002")])
    for number in ("R1-U-00002", "R1-U-00001"):
        with pytest.raises(Wrong, match="marked"):
            scan(marks, number)
    assert marks.value == ["R1-U-00001", "R1-U-00002"]
    marks.leave()


def test_a_number_is_taken_whole_and_only_at_its_end():
    names = [f"name {n}" for n in range(1, 13)]
    pick = Pick(options=[Option(value=each, label=each) for each in names])
    pick.take("1", "1")
    assert pick.value == "name 1"
    scan(pick, "2")
    assert pick.value == "name 12"
    with pytest.raises(Wrong, match="not_listed"):
        scan(pick, "13")
    marks = Marks(options=[Option(value=each, label=each) for each in names])
    with pytest.raises(Wrong, match="marked"):
        scan(marks, "12")
    for key in ("1", "1"):
        marks.take(key, key)
    with pytest.raises(Wrong, match="marked"):
        marks.take("space", " ")
    assert marks.value == ["name 11", "name 12"]


def test_a_scan_that_begins_with_a_digit_is_no_number():
    marks = Marks(options=[Option(value=each, label=each) for each in ("2-A", "1-B", "2")])
    with pytest.raises(Wrong, match="not_listed"):
        scan(marks, "2-C")
    assert not marks.value
    with pytest.raises(Wrong, match="marked"):
        scan(marks, "2")
    assert marks.value == ["2"]


def test_nobody_has_chosen_where_the_choice_is_left_open():
    pick = Pick(options=[Option(value=True, label="yes"), Option(value=False, label="no")], open=True)
    assert not pick.is_filled
    with pytest.raises(Wrong, match="missing"):
        pick.leave()
    pick.take("2", "2")
    pick.leave()
    assert pick.is_filled
    assert pick.value is False


def test_a_number_is_one_and_a_secret_is_not_shown_and_not_kept():
    number = Typed(name="value", number=True)
    scan(number, "1,234")
    assert number.value == 1234
    with pytest.raises(Wrong, match="not_a_number"):
        scan(number, "x")
    secret = Typed(secret=True)
    scan(secret, "wasabi")
    assert secret.brief("ja") == "******"
    assert "wasabi" not in repr(secret)
    secret.clear()
    assert not secret.is_filled


def test_a_record_of_two_transfers_is_listed_once_and_chosen_as_the_only_one():
    scan_it = SimpleNamespace(steps=[Step(kind=StepKind.SCAN_PAPER, subject="R1-X-00001")])
    rows = {"Transfers": [scan_it, scan_it], "Due": [SimpleNamespace(what="paper", subject="R1-X-00001")]}

    class Station:
        async def all(self, name):
            return rows[name]

    row = asyncio.run(to_be_printed("X")(Given(at=Station(), rules={}, today="2026-06-01")))
    assert [each.value for each in row.options] == ["R1-X-00001"]
    assert row.value == "R1-X-00001"


def test_two_people_of_one_id_are_told_apart_by_their_consignments():
    people = {"R1-C-1": ("山田", "架空運送"), "R1-C-2": ("鈴木", "例示運送")}

    class Station:
        async def all(self, name, consignment=""):
            if name == "Transfers":
                return [SimpleNamespace(consignment=each) for each in people]
            person, employer = people[consignment]
            return [SimpleNamespace(handler="hakobiya", person=person, employer=employer)]

    row = asyncio.run(any_handler(Given(at=Station(), rules={}, today="2026-06-01")))
    assert [each.text("ja") for each in row.options] == ["山田 架空運送  R1-C-1", "鈴木 例示運送  R1-C-2"]
    assert [each.value for each in row.options] == ["hakobiya", "hakobiya"]
    assert not row.is_filled


def loaded(bay, kind, serial="", **other):
    about = {"vendor": "V", "model": "M", "serial_source": "", "size_bytes": 4_700_000_000, "blank": False}
    about |= {"other_kind": "", "refused": "", "fingerprint": ""}
    return Loaded(**{**about, "bay": bay, "kind": kind, "serial": serial, **other})


def test_a_disc_that_is_not_written_here_is_listed_as_what_it_is_after_those_that_are_sought():
    media = {"R1-D-00001": (MediumKind.DVD_R, ""), "R1-U-00001": (MediumKind.USB, "7")}

    class Station:
        async def see(self, method, medium=""):
            if method == "Medium":
                kind, serial = media[medium]
                return SimpleNamespace(kind=kind, serial=serial)
            other = loaded("dvd0", MediumKind.DVD_R, other_kind="unknown_disc", refused="DRV-042")
            blank = loaded("dvd1", MediumKind.DVD_R)
            return [other, blank, loaded("usb1", MediumKind.USB, "7"), loaded("usb2", MediumKind.USB, "8")]

    given = Given(at=Station(), rules={}, today="2026-06-01")
    disc = asyncio.run(bay(replace(given, subject="R1-D-00001")))
    assert [each.value for each in disc.options] == ["dvd1", "dvd0"]
    assert disc.options[1].text("ja") == "dvd0  不明な種類のディスク  V M !! DRV-042"
    stick = asyncio.run(bay(replace(given, subject="R1-U-00001")))
    assert [each.value for each in stick.options] == ["usb1"]
    of_any = asyncio.run(any_bay(given))
    assert [each.text("en") for each in of_any.options][2:] == ["usb1  USB  V M 7  4.7 GB", "usb2  USB  V M 8  4.7 GB"]


@pytest.mark.parametrize("code", ["DRV-017", "no code at all"])
def test_a_drive_whose_code_has_no_text_or_names_more_ends_no_console(code):
    facts = {"order": "R1-O-00001", "verdict": "fail", "code": code}
    assert done(Answer(record=7, action="medium.spoiled", facts=facts), "ja")[1:] == [(f"!! {code}", "alarm")]
