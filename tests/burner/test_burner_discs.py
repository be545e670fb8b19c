"""Discs of each kind as burning software meets them, and the faults (MMC-6)."""

import struct
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from burner.disc import BLOCK_BYTES, Disc, Profile, Status
from burner.faults import Faults
from burner.iscsi import CheckCondition, Op, running
from burner.mmc import Drive
from burner.speaking_iscsi import Initiator

BLOCKS = 1024
SEQUENTIAL = [Profile.DVD_R, Profile.DVD_RW, Profile.DVD_PLUS_R]
OVERWRITABLE = [Profile.DVD_RAM, Profile.DVD_RW_RESTRICTED, Profile.DVD_PLUS_RW]
OLD = b"old" * 10000


class Host(Initiator):
    """The commands that the tests send, by name."""

    def write(self, block, data):
        self(struct.pack(">BBIBHB", 0x2A, 0, block, 0, len(data) // BLOCK_BYTES, 0), data)

    def read(self, block, count):
        return self(struct.pack(">BBIBHB", 0x28, 0, block, 0, count, 0), wants=count * BLOCK_BYTES)

    def close(self, function, track=0):
        self([0x5B, 0, function, 0, 0, track])

    def write_type(self, kind, *, more):
        page = bytearray(52)
        page[:4] = bytes([0x05, 0x32, kind, 0xC0 if more else 0])
        self([0x55, 0x10, 0, 0, 0, 0, 0, 0, 60], bytes(8) + page)

    def disc(self):
        """Status, state of the last session, number of sessions."""
        told = self([0x51, 0, 0, 0, 0, 0, 0, 0, 34], wants=34)
        return told[2] & 3, told[2] >> 2 & 3, told[4]

    def profile(self):
        return int.from_bytes(self([0x46, 0, 0, 0, 0, 0, 0, 0, 8], wants=8)[6:8])

    def capacity(self):
        return int.from_bytes(self([0x25], wants=8)[:4])

    def next_block(self, track):
        told = self([0x52, 1, 0, 0, 0, track, 0, 0, 36], wants=36)
        return int.from_bytes(told[12:16]) if told[7] & 1 else None

    def media_event(self):
        told = self([0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8], wants=8)
        return told[4], told[5]


@pytest.fixture
def with_disc(tmp_path):
    """A host at a drive with this disc in it, once the drive has said that it was switched on."""
    with ExitStack() as stack:

        def opened(make, profile, *content, faults=None):
            disc = make(tmp_path / "disc", profile, *content, BLOCKS)
            host = stack.enter_context(Host(stack.enter_context(running(Drive(disc, faults=faults)))))
            with pytest.raises(CheckCondition, match="6/29/00"):
                host([0x00])
            return host, disc

        yield opened


def blocks(count, mark=b"d"):
    return mark * BLOCK_BYTES * count


def refused(sense, command, *arguments):
    with pytest.raises(CheckCondition, match=sense):
        command(*arguments)


@pytest.mark.parametrize("profile", [*SEQUENTIAL, *OVERWRITABLE])
def test_each_kind_says_what_it_is_and_that_nothing_is_on_it(with_disc, profile):
    host, disc = with_disc(Disc.blank, profile)
    assert host.profile() == profile
    assert disc.image.read_bytes() == b""
    if profile in SEQUENTIAL:
        assert (host.disc(), host.capacity(), host.next_block(1)) == ((0, 0, 1), 0, 0)


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_a_sequential_disc_is_written_at_its_next_block_alone(with_disc, profile):
    host, disc = with_disc(Disc.blank, profile)
    host.write(0, blocks(16))
    refused("5/21/02", host.write, 0, blocks(1, b"x"))
    refused("5/21/02", host.write, 32, blocks(1, b"x"))
    assert host.next_block(1) == 16
    host.write(16, blocks(2, b"e"))
    assert disc.image.read_bytes() == blocks(16) + blocks(2, b"e")


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_a_closed_session_leaves_room_for_the_next(with_disc, profile):
    host, _ = with_disc(Disc.blank, profile)
    host.write_type(0, more=True)
    host.write(0, blocks(10))
    assert host.disc() == (1, 1, 1)
    host.close(1, 1)
    host.close(2)
    assert host.disc() == (1, 0, 2)
    assert host.capacity() == 15  # whole units of 16 blocks
    host.write(16, blocks(1))


@pytest.mark.parametrize(("profile", "function"), [(Profile.DVD_R, 2), (Profile.DVD_RW, 2), (Profile.DVD_PLUS_R, 6)])
def test_a_closed_disc_takes_nothing_more(with_disc, profile, function):
    host, disc = with_disc(Disc.blank, profile)
    host.write_type(0, more=False)
    host.write(0, blocks(16))
    host.close(1, 1)
    host.close(function)
    assert host.disc() == (2, 3, 1)
    refused("5/30/05", host.write, 16, blocks(1))
    assert disc.image.read_bytes() == blocks(16)


def test_a_disc_written_at_once_closes_with_its_last_block(with_disc):
    host, _ = with_disc(Disc.blank, Profile.DVD_R)
    host.write_type(2, more=False)
    host([0x53, 0, 0, 0, 0, 0, 0, 0, 32])
    host.write(0, blocks(16))
    host([0x35])
    assert host.disc()[0] == 1
    host.write(16, blocks(16))
    host([0x35])
    assert host.disc() == (2, 3, 1)
    assert host.capacity() == 31


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_a_reserved_track_takes_as_much_as_was_said(with_disc, profile):
    host, _ = with_disc(Disc.blank, profile)
    host([0x53, 0, 0, 0, 0, 0, 0, 0, 32])
    refused("5/21/00", host.write, 0, blocks(33))
    host.write(0, blocks(32))
    assert host.next_block(2) == 32


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_an_incomplete_disc_has_a_session_and_room(with_disc, profile):
    host, _ = with_disc(Disc.incomplete, profile, OLD)
    assert host.disc() == (1, 0, 2)
    assert host.read(0, 1) == OLD[:BLOCK_BYTES]
    assert host.next_block(2) == 16
    refused("5/21/02", host.write, 0, blocks(1))


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_a_closed_one_is_read_and_not_written(with_disc, profile):
    host, disc = with_disc(Disc.closed, profile, OLD)
    before = disc.image.read_bytes()
    assert host.disc() == (2, 3, 1)
    assert host.read(0, 2) == OLD[: 2 * BLOCK_BYTES]
    for block in (0, 16):
        refused("5/30/05", host.write, block, blocks(1))
    refused("5/30/05", host, [0x53, 0, 0, 0, 0, 0, 0, 0, 16])
    assert disc.image.read_bytes() == before


@pytest.mark.parametrize("profile", OVERWRITABLE)
def test_an_overwritable_disc_is_written_anywhere_once_it_is_formatted(with_disc, profile):
    host, _ = with_disc(Disc.blank, profile)
    if profile is Profile.DVD_PLUS_RW:
        refused("5/30/05", host.write, 0, blocks(1))
        host([0x04, 0x11], bytes([0, 2, 0, 8]) + BLOCKS.to_bytes(4) + bytes([0x26 << 2, 0, 0, 0]))
    host.write(500, blocks(3))
    host.write(10, blocks(3, b"e"))
    host.write(500, blocks(1, b"f"))
    assert host.capacity() == BLOCKS - 1
    assert host.read(499, 3) == bytes(BLOCK_BYTES) + blocks(1, b"f") + blocks(1)


def test_a_dvd_rw_is_blanked_and_changes_its_kind_when_formatted(with_disc):
    host, disc = with_disc(Disc.closed, Profile.DVD_RW, OLD)
    refused("5/30/05", host.write, 0, blocks(1))
    host([0xA1, 0x11])
    assert (host.disc(), disc.image.read_bytes()) == ((0, 0, 1), b"")
    host([0x04, 0x11], bytes([0, 2, 0, 8]) + BLOCKS.to_bytes(4) + bytes([0x15 << 2, 0, 0, 16]))
    assert host.profile() == Profile.DVD_RW_RESTRICTED
    host.write(500, blocks(1))
    host([0xA1, 0x10])
    assert host.profile() == Profile.DVD_RW


@pytest.mark.parametrize("profile", [Profile.DVD_R, Profile.DVD_PLUS_R])
def test_what_is_written_once_is_neither_blanked_nor_formatted(with_disc, profile):
    host, disc = with_disc(Disc.closed, profile, OLD)
    before = disc.image.read_bytes()
    refused("5/30/05", host, [0xA1, 0x11])
    refused("5/24/00", host, [0x04, 0x11], bytes([0, 2, 0, 8]) + BLOCKS.to_bytes(4) + bytes([0x26 << 2, 0, 0, 0]))
    assert disc.image.read_bytes() == before


@pytest.mark.parametrize("profile", [*SEQUENTIAL, Profile.DVD_RAM])
def test_nothing_is_written_past_the_end(with_disc, profile):
    host, disc = with_disc(Disc.blank, profile)
    for block in range(0, BLOCKS - 16, 16):
        host.write(block, blocks(16))
    refused("5/21/00", host.write, BLOCKS - 16, blocks(17))
    host.write(BLOCKS - 16, blocks(16))
    assert disc.image.stat().st_size == BLOCKS * BLOCK_BYTES


@pytest.mark.parametrize("profile", [*SEQUENTIAL, *OVERWRITABLE])
def test_every_question_about_a_disc_has_an_answer(with_disc, profile):
    host, _ = with_disc(Disc.incomplete, profile, OLD)
    questions = {
        "page 2A": [0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 64],
        "page 05": [0x5A, 0, 0x05, 0, 0, 0, 0, 0, 64],
        "all pages": [0x1A, 0, 0x3F, 0, 192],
        "formats": [0x23, 0, 0, 0, 0, 0, 0, 0, 64],
        "contents": [0x43, 0, 0, 0, 0, 0, 0, 0, 64],
        "sessions": [0x43, 0, 1, 0, 0, 0, 0, 0, 64],
        "buffer": [0x5C, 0, 0, 0, 0, 0, 0, 0, 12],
        "speeds": [0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3],
        "nominal": [0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
        "structure": [0xAD, 0, 0, 0, 0, 0, 0, 0, 8, 0],
        "mechanism": [0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8],
        "serial": [0x12, 1, 0x80, 0, 64],
    }
    for name, cdb in questions.items():
        assert host(cdb, wants=2052), name
    host([0x54, 1])
    host([0xB6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 28], bytes(28))


def test_what_no_burning_software_sends_is_refused(with_disc):
    host, _ = with_disc(Disc.blank, Profile.DVD_R)
    refused("5/20/00", host, [0xA4])
    refused("5/24/00", host, [0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8])
    refused("5/1A/00", host, [0x55, 0x10, 0, 0, 0, 0, 0, 0, 8], bytes(8))


# --- the tray


def test_a_tray_goes_out_and_in_again(with_disc):
    host, _ = with_disc(Disc.blank, Profile.DVD_R)
    host([0x1B, 0, 0, 0, 2])
    assert host.media_event() == (3, 1)
    refused("2/3A/02", host, [0x00])
    assert host.profile() == 0
    host([0x1B, 0, 0, 0, 3])
    assert host.media_event() == (2, 2)
    assert host.media_event() == (0, 2)
    refused("6/28/00", host, [0x00])
    host([0x00])


def test_a_locked_tray_stays_in(with_disc):
    host, _ = with_disc(Disc.blank, Profile.DVD_R)
    host([0x1E, 0, 0, 0, 1])
    refused("5/53/02", host, [0x1B, 0, 0, 0, 2])
    host([0x1E, 0, 0, 0, 0])
    host([0x1B, 0, 0, 0, 2])


def test_a_slim_drives_tray_is_pushed_in_by_hand(tmp_path):
    drive = Drive(Disc.blank(tmp_path / "disc", Profile.DVD_R, BLOCKS), slim=True)
    with running(drive) as port, Host(port) as host:
        refused("6/29/00", host, [0x00])
        host([0x1B, 0, 0, 0, 2])
        refused("2/3A/02", host, [0x1B, 0, 0, 0, 3])
        drive.push()
        refused("6/28/00", host, [0x00])
        host([0x00])


def test_another_disc_is_another_disc(tmp_path):
    drive = Drive(None)
    with running(drive) as port, Host(port) as host:
        refused("6/29/00", host, [0x00])
        refused("2/3A/01", host, [0x00])
        drive.insert(Disc.blank(tmp_path / "a", Profile.DVD_PLUS_R, BLOCKS))
        refused("6/28/00", host, [0x00])
        assert host.profile() == Profile.DVD_PLUS_R
        drive.insert(Disc.blank(tmp_path / "b", Profile.DVD_R, BLOCKS))
        refused("6/28/00", host, [0x00])
        assert host.profile() == Profile.DVD_R


# --- faults


def test_a_block_that_cant_be_written(with_disc):
    host, disc = with_disc(Disc.blank, Profile.DVD_R, faults=Faults(write_error_at=20))
    host.write(0, blocks(16))
    refused("3/0C/00", host.write, 16, blocks(16))
    assert disc.image.read_bytes() == blocks(16)


def test_a_block_that_cant_be_read(with_disc):
    host, _ = with_disc(Disc.closed, Profile.DVD_R, OLD, faults=Faults(read_error_at=3))
    host.read(0, 3)
    refused("3/11/00", host.read, 2, 2)
    host.read(4, 1)


def test_a_disc_that_is_taken_out_while_it_is_written(with_disc):
    host, disc = with_disc(Disc.blank, Profile.DVD_R, faults=Faults(removed_at=16))
    host([0x1E, 0, 0, 0, 1])
    host.write(0, blocks(16))
    refused("2/3A/02", host.write, 16, blocks(1))
    assert host.media_event() == (3, 1)
    assert disc.image.read_bytes() == blocks(16)


def test_a_disc_that_is_taken_out_while_it_is_read(with_disc):
    host, _ = with_disc(Disc.closed, Profile.DVD_R, OLD, faults=Faults(removed_reading_at=3))
    host.read(0, 3)
    refused("2/3A/02", host.read, 3, 1)


@pytest.mark.parametrize("profile", SEQUENTIAL)
def test_a_session_that_cant_be_closed_after_all_data_was_taken(with_disc, profile):
    host, disc = with_disc(Disc.blank, profile, faults=Faults(close_fails=True))
    host.write(0, blocks(16))
    host([0x35])
    refused("3/72/00", host.close, 2)
    assert disc.image.read_bytes() == blocks(16)
    assert host.disc() == (1, 1, 1)


def test_a_disc_written_at_once_that_cant_be_closed(with_disc):
    host, _ = with_disc(Disc.blank, Profile.DVD_R, faults=Faults(close_fails=True))
    host.write_type(2, more=False)
    host([0x53, 0, 0, 0, 0, 0, 0, 0, 16])
    host.write(0, blocks(16))
    refused("3/72/00", host, [0x35])
    assert host.disc()[0] == 1


def test_a_disc_that_is_taken_out_while_it_is_closed(with_disc):
    host, disc = with_disc(Disc.blank, Profile.DVD_R, faults=Faults(removed_closing=True))
    host.write(0, blocks(16))
    refused("2/3A/02", host.close, 2)
    assert disc.status is Status.APPENDABLE


def test_a_disc_that_takes_long_to_close(tmp_path):
    drive = Drive(Disc.blank(tmp_path / "disc", Profile.DVD_R, BLOCKS), faults=Faults(seconds_to_close=0.2))
    with running(drive) as port, Host(port) as host:
        refused("6/29/00", host, [0x00])
        host.write(0, blocks(16))
        host.begin([0x5B, 0, 2])
        assert host.ask(Op.NOP_OUT, Op.NOP_IN, words={20: 0xFFFFFFFF}, data=b"there?") == b"there?"
        host.end()
    assert drive.disc.status is Status.APPENDABLE


def test_blocks_that_are_acknowledged_and_lost(with_disc):
    host, disc = with_disc(Disc.blank, Profile.DVD_PLUS_R, faults=Faults(lost_from=18))
    host.write(0, blocks(16))
    host.write(16, blocks(16))
    host.close(6)
    assert disc.image.read_bytes() == blocks(18)
    assert host.read(17, 2) == blocks(1) + bytes(BLOCK_BYTES)


def test_a_disc_that_reads_back_differently(with_disc):
    host, disc = with_disc(Disc.closed, Profile.DVD_R, OLD, faults=Faults(differs_at=2))
    assert host.read(0, 2) == OLD[: 2 * BLOCK_BYTES]
    came, due = host.read(1, 2), OLD[BLOCK_BYTES : 3 * BLOCK_BYTES]
    assert sum(a != b for a, b in zip(came, due, strict=True)) == 1
    assert came[BLOCK_BYTES + 1000] != due[BLOCK_BYTES + 1000]
    assert disc.image.read_bytes()[: len(OLD)] == OLD


@pytest.mark.parametrize("profile", [Profile.DVD_R, Profile.DVD_RAM])
def test_a_write_protected_disc(with_disc, profile):
    host, disc = with_disc(Disc.blank, profile, faults=Faults(write_protected=True))
    refused("7/27/00", host.write, 0, blocks(1))
    assert disc.image.read_bytes() == b""


def test_a_slow_drive_answers_a_ping_while_it_writes(with_disc):
    host, disc = with_disc(Disc.blank, Profile.DVD_R, faults=Faults(seconds_per_block=0.2))
    host.begin([0x2A, 0, 0, 0, 0, 0, 0, 0, 1], blocks(1))
    host.send_what_is_asked_for(blocks(1))
    assert host.ask(Op.NOP_OUT, Op.NOP_IN, words={20: 0xFFFFFFFF}, data=b"there?") == b"there?"
    host.end()
    assert disc.image.read_bytes() == blocks(1)


def test_it_runs_alone_and_a_hand_works_at_it(tmp_path):
    command = [sys.executable, "-m", "burner", str(tmp_path / "disc"), "--kind=dvd-r", "--mib=1", "--port=0"]
    with subprocess.Popen(
        [*command, "--fault=write_error_at=3"],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as burner:
        with Host(int(burner.stdout.readline().split()[0].split(":")[1])) as host:
            refused("6/29/00", host, [0x00])
            refused("3/0C/00", host.write, 0, blocks(16))
            burner.stdin.write("fault write_error_at=\nfault nonsense\n")
            burner.stdin.flush()
            assert "no fault: nonsense" in burner.stdout.readline()
            host.write(0, blocks(16))
        burner.stdin.close()
    assert (tmp_path / "disc").read_bytes() == blocks(16)
    assert burner.returncode == 0
