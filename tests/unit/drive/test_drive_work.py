"""What the drive did, by what is on the medium afterwards: written (F2), read back, erased to the last byte (F6, M)."""

import asyncio
import errno
import hashlib
import os
import secrets
import threading

import pytest
from asyncvarlink import FileDescriptor
from bench_with_media import MIB

from media_station.doors.media import Known, Media
from media_station.doors.pieces import PIECE_BYTES, pair, pieces
from media_station.doors.socket import connect, listen
from media_station.drive import erase, optical, perform
from media_station.drive.keystream import Keystream
from media_station.drive.server import MediaDoor
from media_station.drive.spent import Spent
from media_station.model.errors import MediaFault, Refused
from media_station.model.order import Action, Verdict


def test_a_stick_holds_the_image_and_the_evidence_says_so(bay, image):
    evidence = bay.does(bay.order(Action.WRITE, image=image), image=image)
    assert bay.content()[: len(image)] == image
    assert (evidence.verdict, evidence.code) == (Verdict.PASS, "")
    assert (evidence.bytes_written, evidence.bytes_verified) == (len(image), len(image))
    assert evidence.sha256 == hashlib.sha256(image).hexdigest()


def test_a_disc_holds_the_image_and_names_the_burner(bay):
    image = secrets.token_bytes(2048 * 1000)
    evidence = bay.does(bay.order(Action.WRITE, bay="dvd0", image=image), bay="dvd0", image=image)
    assert bay.disc.read_bytes()[: len(image)] == image
    assert (evidence.verdict, evidence.sha256) == (Verdict.PASS, hashlib.sha256(image).hexdigest())
    assert "xorriso 1." in evidence.tool


def test_reading_tells_the_hash_of_what_came_back(bay, image):
    bay.does(bay.order(Action.WRITE, image=image), image=image)
    evidence = bay.does(bay.order(Action.READ, image=image))
    assert (evidence.verdict, evidence.sha256) == (Verdict.PASS, hashlib.sha256(image).hexdigest())
    assert evidence.bytes_written == 0


def test_what_reads_back_differently_fails(bay, image):
    evidence = bay.does(bay.order(Action.READ, image=image))
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-030")
    assert evidence.sha256 == hashlib.sha256(bay.content()[: len(image)]).hexdigest()


def test_a_write_that_reads_back_differently_fails(filed, image, monkeypatch):
    written = perform.block.write_image

    def damaged(descriptor, *rest):
        done = written(descriptor, *rest)
        os.pwrite(os.open(filed.stick, os.O_RDWR), b"\x00\x01", 12345)
        return done

    monkeypatch.setattr(perform.block, "write_image", damaged)
    evidence = filed.does(filed.order(Action.WRITE, image=image), image=image)
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-030")


def test_a_burner_that_fails_is_a_failure(filed, monkeypatch):
    def failing(*_):
        raise OSError("xorriso ended with 5")

    monkeypatch.setattr(optical, "burn", failing)
    image = secrets.token_bytes(2048 * 10)
    evidence = filed.does(filed.order(Action.WRITE, bay="dvd0", image=image), bay="dvd0", image=image)
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-031")


@pytest.mark.parametrize(("says", "status"), [("UPDATE :    1 of    3 MB written", 0), ("", 0), ("", 5)])
def test_whoever_has_the_drive_at_last_is_looked_at_whatever_xorriso_says(tmp_path, monkeypatch, says, status):
    """And what it had told of before counts as written, on whatever disc."""
    xorriso = tmp_path / "xorriso"
    xorriso.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {status}\n")
    xorriso.chmod(0o755)
    monkeypatch.setattr(optical, "_ENVIRONMENT", {"PATH": str(tmp_path)})
    told = []

    def another():
        raise MediaFault("DRV-033", bay="dvd0")

    with open(os.devnull) as image, pytest.raises(MediaFault, match="DRV-033"):
        optical.burn(tmp_path / "disc", image.fileno(), 3 * MIB, told.append, another)
    assert told == ([MIB] if says else [])


def test_an_erased_stick_is_zero_to_its_last_byte(bay):
    evidence = bay.does(bay.order(Action.ERASE))
    content = bay.content()
    assert len(content) == 10 * MIB
    assert content.count(0) == len(content)
    assert (evidence.verdict, evidence.passes, evidence.bad_sectors) == (Verdict.PASS, 2, 0)
    assert evidence.differs_at == -1
    assert (evidence.bytes_written, evidence.bytes_verified) == (20 * MIB, 20 * MIB)


def test_a_wiper_that_skips_the_last_mebibyte_does_not_pass(bay, monkeypatch):
    whole = erase.write
    monkeypatch.setattr(
        erase, "write", lambda descriptor, length, fill, tell: whole(descriptor, length - MIB, fill, tell)
    )
    evidence = bay.does(bay.order(Action.ERASE))
    assert bay.content()[-MIB:-4096] == b"old data" * ((MIB - 4096) // 8)
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-035")
    assert evidence.bad_sectors >= 2 * MIB // 512


def test_a_wiper_that_skips_a_sector_does_not_pass(bay, monkeypatch):
    whole = erase.write

    def skipping(descriptor, length, fill, tell):
        done = whole(descriptor, length, fill, tell)
        spoilt = os.open(bay.stick, os.O_RDWR)
        (written,) = os.pread(spoilt, 1, 5 * MIB + 1500)
        os.pwrite(spoilt, bytes([written ^ 0xFF]), 5 * MIB + 1500)
        os.fsync(spoilt)
        os.posix_fadvise(spoilt, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(spoilt)
        return done

    monkeypatch.setattr(erase, "write", skipping)
    evidence = bay.does(bay.order(Action.ERASE))
    assert (evidence.verdict, evidence.bad_sectors) == (Verdict.FAIL, 2)
    assert evidence.differs_at == 5 * MIB + 1024


def test_a_stick_that_ends_early_does_not_pass(filed, monkeypatch):
    whole = erase.write

    def shrinking(descriptor, length, fill, tell):
        done = whole(descriptor, length, fill, tell)
        os.truncate(filed.stick, 8 * MIB)
        return done

    monkeypatch.setattr(erase, "write", shrinking)
    assert filed.does(filed.order(Action.ERASE)).verdict is not Verdict.PASS


def test_the_pattern_is_the_same_again_at_any_offset():
    stream = Keystream()
    whole, part = memoryview(bytearray(4096)), memoryview(bytearray(1024))
    stream.fill(whole, 0)
    stream.fill(part, 2048)
    assert part == whole[2048:3072]
    other = memoryview(bytearray(4096))
    Keystream().fill(other, 0)
    assert other != whole


def at_the_door(filed, talk):
    """`talk(connect)` against the drive's real door, on a socket of its own."""

    async def opened():
        path = filed.folder / "media.sock"
        door = listen(path, lambda _peer: MediaDoor(filed.bench, lambda *_: None), uids=frozenset({os.getuid()}))
        try:
            return await talk(lambda: connect(path, Media, uids=frozenset({os.getuid()})))
        finally:
            asyncio.get_running_loop().remove_reader(door)
            door.close()

    return asyncio.run(opened())


def call(filed, method, number):
    async def talk(connected):
        async with connected() as door:
            return await door.call(method, order=number)

    return at_the_door(filed, talk)


def test_evidence_is_kept_until_the_desk_has_it(filed):
    order = filed.order(Action.ERASE)
    evidence = filed.does(order)
    filed.bench.spent = Spent(filed.folder / "spent")
    report = call(filed, "Ask", order.number)
    assert (report.known, report.evidence) == (Known.ENDED, evidence)
    call(filed, "Forget", order.number)
    assert call(filed, "Ask", order.number).evidence is None


def test_an_order_that_was_asked_for_is_too_late(filed):
    order = filed.order(Action.ERASE)
    assert call(filed, "Ask", order.number).known is Known.UNKNOWN
    before = filed.content()
    with pytest.raises(Refused) as refusal:
        filed.does(order)
    assert refusal.value.code == "DRV-014"
    assert filed.content() == before


def test_work_that_began_and_did_not_end_is_broken_off(filed):
    order = filed.order(Action.ERASE)
    filed.bench.spent.claim(order.number)
    filed.bench.spent.begin(order.number)
    assert call(filed, "Ask", order.number).known is Known.BROKEN_OFF


def test_work_goes_on_when_the_desk_goes_away(filed):
    order = filed.order(Action.ERASE)

    async def talk(connected):
        async with connected() as door:
            async for _ in door.stream("Erase", order=filed.signed(order), bay="usb0"):
                break
        await filed.bench.at_rest()
        async with connected() as door:
            return await door.call("Ask", order=order.number)

    report = at_the_door(filed, talk)
    assert (report.known, report.evidence.verdict) == (Known.ENDED, Verdict.PASS)


def test_the_door_carries_progress_and_at_last_the_evidence(filed, image):
    order = filed.order(Action.WRITE, image=image)

    async def talk(connected):
        passed = os.memfd_create("image")
        os.write(passed, image)
        async with connected() as door:
            signed, descriptor = filed.signed(order), FileDescriptor(passed)
            told = [each async for each in door.stream("Write", order=signed, image=descriptor, bay="usb0")]
        os.close(passed)
        return told

    told = at_the_door(filed, talk)
    assert told[-1].evidence.verdict is Verdict.PASS
    assert (told[-1].progress.done, told[-1].progress.total) == (len(image), len(image))
    assert all(each.evidence is None for each in told[:-1])


@pytest.mark.parametrize(
    ("action", "phases", "bay"),
    [
        (Action.WRITE, ["write"], "usb0"),
        (Action.WRITE, ["write", "read"], "usb0"),
        (Action.WRITE, ["write"], "dvd0"),
        (Action.READ, ["read"], "usb0"),
        (Action.ERASE, ["erase 1"], "usb0"),
        (Action.ERASE, ["erase 1", "verify 1"], "usb0"),
    ],
)
def test_what_is_cancelled_ends_at_once_and_is_a_failure(filed, monkeypatch, action, phases, bay):
    """In the first part of the last of these phases."""
    image = secrets.token_bytes(3 * MIB)
    order = filed.order(action, bay=bay, image=b"" if action is Action.ERASE else image)
    seen, made = [], perform.Progress

    def watched(**fields):
        if fields["phase"] not in seen:
            seen.append(fields["phase"])
        if seen == phases:
            filed.bench.working[order.number].cancelled = True
        return made(**fields)

    monkeypatch.setattr(perform, "Progress", watched)
    evidence = filed.does(order, bay=bay, image=image)
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-045")
    assert seen == phases


def test_the_door_cancels_what_is_at_work_and_nothing_else(filed):
    order, other = filed.order(Action.ERASE), filed.order(Action.ERASE)
    perform_it, may_go = filed.bench._perform, threading.Event()

    def when_it_may(work):
        may_go.wait()
        return perform_it(work)

    filed.bench._perform = when_it_may

    async def cancel(connected):
        try:
            async with connected() as door:
                while order.number not in filed.bench.working:
                    await asyncio.sleep(0.01)
                await door.call("Stop", order=other.number)
                assert not filed.bench.working[order.number].cancelled
                await door.call("Stop", order=order.number)
        finally:
            may_go.set()

    async def talk(connected):
        async with connected() as door:
            await door.call("Stop", order=order.number)  # not at work yet
            cancelling = asyncio.create_task(cancel(connected))
            told = [each async for each in door.stream("Erase", order=filed.signed(order), bay="usb0")]
            await cancelling
            return told

    assert at_the_door(filed, talk)[-1].evidence.code == "DRV-045"


def test_a_refusal_crosses_the_door_as_what_it_is(filed):
    with pytest.raises(Refused) as refusal:
        at_the_door(filed, _erase_without_an_order)
    assert refusal.value.code == "DRV-010"


async def _erase_without_an_order(connected):
    async with connected() as door:
        return [each async for each in door.stream("Erase", order="{}", bay="usb0")]


def imported(bay, places):
    """What a cell gets of these places of the stick (None: the drive closed), and the drive's evidence."""

    def cell(wants):
        with pieces(wants.detach()) as medium:
            assert medium.length == len(bay.content())
            try:
                return [medium.read(length, at) for at, length in places]
            except EOFError:
                return None

    async def work():
        gives, wants = pair()
        with gives:
            begun = bay.bench.start(bay.signed(bay.order(Action.IMPORT)), Action.IMPORT, "usb0", gives.fileno())
        got, evidence = await asyncio.gather(asyncio.to_thread(cell, wants), begun.task)
        await asyncio.sleep(0)
        return got, evidence

    return asyncio.run(work())


def test_a_cell_gets_the_pieces_that_it_wants_and_the_medium_stays_as_it_was(bay, image):
    bay.does(bay.order(Action.WRITE, image=image), image=image)
    before = bay.content()
    places = [(0, 512), (4095, 4098), (len(before) - 1, 1), (len(before) - 10, 100), (0, PIECE_BYTES + 1)]
    got, evidence = imported(bay, places)
    assert got == [before[at : at + min(length, PIECE_BYTES)] for at, length in places]
    assert bay.content() == before
    assert (evidence.verdict, evidence.code, evidence.method) == (Verdict.PASS, "", "pieces")
    assert (evidence.bytes_verified, evidence.bytes_written) == (sum(map(len, got)), 0)
    assert evidence.sha256 == hashlib.sha256(b"".join(got)).hexdigest()


@pytest.mark.parametrize("why", [OSError(errno.EIO, "bad sector"), EOFError("ends before its length")], ids=repr)
def test_a_piece_that_can_not_be_read_fails_and_the_cell_is_told(bay, monkeypatch, why):
    def broken(descriptor, length, at):
        raise why

    monkeypatch.setattr(perform, "read_piece", broken)
    got, evidence = imported(bay, [(0, 512)])
    assert got is None
    assert (evidence.verdict, evidence.code, evidence.bad_sectors) == (Verdict.FAIL, "DRV-031", -1)
