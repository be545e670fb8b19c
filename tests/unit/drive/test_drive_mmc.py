"""What drives answer about discs, byte by byte (MMC-6): a disc is of the kind and in the state that it is in, or unknown."""

import os
import struct
from dataclasses import replace

import pytest
from bench._bay import bay_at

from media_station.drive import mmc
from media_station.drive.identity import identify
from media_station.drive.kernel import Kernel
from media_station.drive.mmc import Profile, Written
from media_station.drive.server import Bench
from media_station.drive.spent import Spent
from media_station.model.errors import MediaFault, Refused
from media_station.model.ids import Identity
from media_station.model.kind import MediumKind
from media_station.proof.key import Signer
from media_station.texts.texts import say

# READ DISC INFORMATION of a blank DVD-R, as a drive sends it: 32 bytes follow, status 00.
BLANK = bytes.fromhex(
    "0020 0001010101 0000000000 00000000 00000000 00ffffff 00ffffff ffffff 00 0000 0000".replace(" ", "")
)[:34]
# READ TRACK INFORMATION of its first track: blank, next writable address valid, 2298496 blocks free.
TRACK = struct.pack(">HBBBBBBIIIIII", 34, 1, 1, 0, 0x04, 0x40, 0x01, 0, 0, 2298496, 16, 2298496, 0)


def header(profile: int) -> bytes:
    return struct.pack(">IHH", 4, 0, profile)


def disc_information(status: int, *, erasable: bool = False) -> bytes:
    return bytes((0, 32, status | erasable << 4)) + bytes(31)


@pytest.mark.parametrize(("number", "profile"), [(each.value, each) for each in Profile if each is not Profile.OTHER])
def test_each_kind_of_disc_is_known_by_its_profile(number, profile):
    assert mmc.parse_profile(header(number)) is profile


@pytest.mark.parametrize("number", [0x0002, 0x0044, 0x0050, 0x0051, 0x0018, 0xFFFE])
def test_a_profile_that_is_not_in_the_list_is_another_kind(number):
    assert mmc.parse_profile(header(number)) is Profile.OTHER


@pytest.mark.parametrize(
    ("status", "written"),
    [(0b00, Written.BLANK), (0b0101, Written.APPENDABLE), (0b1110, Written.CLOSED), (0b11, Written.OTHER)],
)
@pytest.mark.parametrize("erasable", [False, True])
def test_how_far_a_disc_is_written(status, written, erasable):
    assert mmc.parse_disc(disc_information(status, erasable=erasable)) == (written, erasable)


def test_a_blank_disc_takes_what_its_first_track_has_free():
    assert mmc.parse_free_blocks(TRACK) * mmc.BLOCK_BYTES == 4_707_319_808


def test_a_written_disc_holds_what_its_capacity_says():
    assert mmc.parse_capacity(struct.pack(">II", 999, 2048)) == 1000


@pytest.mark.parametrize(
    ("parse", "answer"),
    [
        (mmc.parse_profile, header(0x11)[:7]),
        (mmc.parse_disc, b""),
        (mmc.parse_disc, b"\x00\x20"),
        (mmc.parse_disc, bytes((0, 8, 0)) + bytes(31)),
        (mmc.parse_disc, bytes((0, 32, 0b00100000)) + bytes(31)),  # track resources, not the disc
        (mmc.parse_free_blocks, TRACK[:19]),
        (mmc.parse_free_blocks, TRACK[:6] + b"\x00" + TRACK[7:]),  # not blank
        (mmc.parse_free_blocks, b"\x00\x08" + TRACK[2:]),
        (mmc.parse_capacity, struct.pack(">II", 999, 512)),
        (mmc.parse_capacity, struct.pack(">I", 999)),
    ],
)
def test_an_answer_that_is_none_is_not_guessed_at(parse, answer):
    with pytest.raises(ValueError):
        parse(answer)


def drive(monkeypatch, profile: int, status: int, *, track: bytes = TRACK, blocks: int = 1000) -> None:
    """A drive that answers so. The real one stands in tests/machine."""
    answers = {
        0x46: header(profile),
        0x51: disc_information(status),
        0x52: track,
        0x25: struct.pack(">II", blocks - 1, 2048),
    }
    monkeypatch.setattr(mmc, "_ask", lambda _descriptor, command, size=64: answers[command[0]][:size])


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """What the drive makes of the disc in it."""
    monkeypatch.setattr("media_station.drive.identity.instance_of", lambda *_: "diskseq 7")
    place = tmp_path / "sr0"
    place.touch()
    bay = replace(bay_at(place, MediumKind.DVD_R), found=True)

    def look():
        descriptor = os.open(place, os.O_RDONLY)
        try:
            return identify(Kernel(tmp_path), descriptor, bay).loaded
        finally:
            os.close(descriptor)

    return look


def test_a_blank_dvd_r_is_blank_and_has_its_capacity(monkeypatch, seen):
    drive(monkeypatch, 0x11, 0b00)
    loaded = seen()
    assert (loaded.kind, loaded.blank, loaded.size_bytes) == (MediumKind.DVD_R, True, 4_707_319_808)


@pytest.mark.parametrize("status", [0b0101, 0b1110, 0b11])
def test_an_appendable_or_closed_dvd_r_is_not_blank(monkeypatch, seen, status):
    drive(monkeypatch, 0x11, status)
    loaded = seen()
    assert (loaded.blank, loaded.size_bytes) == (False, 2_048_000)


def test_the_same_drive_with_another_disc_has_another_fingerprint(monkeypatch, seen):
    drive(monkeypatch, 0x11, 0b00)
    blank = seen().fingerprint
    drive(monkeypatch, 0x11, 0b1110)
    assert seen().fingerprint != blank


OTHERS = {
    0x08: "CD-ROM",
    0x09: "CD-R",
    0x0A: "CD-RW",
    0x10: "DVD-ROM",
    0x15: "DVD-R DL",
    0x16: "DVD-R DL",
    0x2A: "DVD+RW DL",
    0x2B: "DVD+R DL",
    0x40: "BD-ROM",
    0x41: "BD-R",
    0x42: "BD-R",
    0x43: "BD-RE",
    0x50: "unknown_disc",
}


@pytest.mark.parametrize(("profile", "kind"), OTHERS.items())
def test_a_disc_of_a_kind_that_is_not_written_here_is_refused_as_what_it_is(monkeypatch, seen, profile, kind):
    """Whatever the drive says of it: it isn't asked for more."""
    drive(monkeypatch, profile, 0b11100000)
    with pytest.raises(MediaFault, match="DRV-042") as fault:
        seen()
    assert fault.value.parameters["kind"] == kind


def test_a_bay_with_a_disc_that_is_not_written_here_is_not_empty(monkeypatch, tmp_path):
    monkeypatch.setattr("media_station.drive.identity.instance_of", lambda *_: "diskseq 7")
    (tmp_path / "sr0").touch()
    bench = Bench(
        kernel=Kernel(tmp_path),
        settled={"dvd0": replace(bay_at(tmp_path / "sr0", MediumKind.DVD_R), name="dvd0", found=True)},
        finding=False,
        identity=Identity(station="rehearsal", epoch="r1"),
        orders_key=Signer.generate("rehearsal/r1/orders").verifier,
        two_person=frozenset(),
        spent=Spent(tmp_path / "spent"),
        tool="",
    )
    drive(monkeypatch, 0x09, 0b00)
    (loaded,) = bench.loaded()
    with pytest.raises(Refused) as refused:
        loaded.require_usable()
    assert (
        say(refused.value, "en").body
        == "The disc in dvd0 is a CD-R: this station doesn't use those. It was not touched."
    )
    assert "dvd0に入っているのはCD-Rで" in say(refused.value, "ja").body
    drive(monkeypatch, 0x00, 0b00)
    assert bench.loaded() == []
    drive(monkeypatch, 0x11, 0b00)
    (usable,) = bench.loaded()
    usable.require_usable()
    assert (usable.other_kind, usable.refused) == ("", "")


def test_an_empty_tray_is_empty(monkeypatch, seen):
    drive(monkeypatch, 0x0000, 0b00)
    with pytest.raises(Refused, match="DRV-017"):
        seen()


def test_a_drive_that_answers_nonsense_is_not_used(monkeypatch, seen):
    drive(monkeypatch, 0x11, 0b00, track=bytes(36))
    with pytest.raises(MediaFault, match="DRV-024"):
        seen()


def test_what_is_no_disc_drive_is_not_asked(tmp_path):
    (tmp_path / "file").touch()
    descriptor = os.open(tmp_path / "file", os.O_RDONLY)
    try:
        with pytest.raises(OSError):
            mmc.look(descriptor)
    finally:
        os.close(descriptor)
