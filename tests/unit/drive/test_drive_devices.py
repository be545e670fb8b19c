"""On real block devices: twins, what is held by others, what can't be written, what the kernel counted (F2, F6)."""

import fcntl
import os
import subprocess
from dataclasses import replace

import pytest
from bench_with_media import MIB, BenchWithMedia

from media_station.drive import direct, perform
from media_station.drive.kernel import Counters, Kernel
from media_station.model.errors import Refused
from media_station.model.order import Action, Verdict


def losetup(*words) -> str:
    return subprocess.run(["losetup", *map(str, words)], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def looped(tmp_path):
    """A stick that is a loop device of 10 MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a loop device")
    backing = tmp_path / "stick"
    backing.write_bytes(b"old data" * (10 * MIB // 8))
    device = losetup("--find", "--show", backing)
    bench = BenchWithMedia(tmp_path, backing, 10 * MIB)
    bench.bays["usb0"] = replace(bench.bays["usb0"], path=type(backing)(device))
    bench.restart()
    yield bench
    losetup("-d", device)


def device(looped):
    return looped.bays["usb0"].path


def refused(looped, order, image=b"") -> str:
    before = looped.content()
    with pytest.raises(Refused) as caught:
        looped.does(order, image=image)
    assert looped.content() == before
    return caught.value.code


@pytest.mark.parametrize("action", list(Action))
def test_a_stick_pulled_and_its_twin_plugged_between_order_and_work_is_refused(looped, image, action):
    order = looped.order(action, image=image if action in {Action.WRITE, Action.READ} else b"")
    twin = looped.folder / "twin"
    twin.write_bytes(looped.content())
    losetup("-d", device(looped))
    losetup(device(looped), twin)
    assert looped.loaded("usb0").serial == "S1"
    assert refused(looped, order, image) == "DRV-018"
    assert twin.read_bytes() == looped.content()


def test_the_same_stick_pulled_and_plugged_again_wants_a_new_order(looped, image):
    order = looped.order(Action.WRITE, image=image)
    losetup("-d", device(looped))
    losetup(device(looped), looped.stick)
    assert refused(looped, order, image) == "DRV-018"
    assert looped.does(looped.order(Action.WRITE, image=image), image=image).verdict is Verdict.PASS


@pytest.mark.parametrize("action", list(Action))
def test_what_somebody_else_has_to_himself_is_refused(looped, image, action):
    order = looped.order(action, image=image if action in {Action.WRITE, Action.READ} else b"")
    held = os.open(device(looped), os.O_RDONLY | os.O_EXCL)
    try:
        assert refused(looped, order, image) == "DRV-023"
    finally:
        os.close(held)


def test_what_somebody_else_has_locked_is_refused(looped, image):
    order = looped.order(Action.WRITE, image=image)
    held = os.open(device(looped), os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_SH)
        assert refused(looped, order, image) == "DRV-023"
    finally:
        os.close(held)


def test_nobody_else_gets_it_while_it_is_written(looped, image, monkeypatch):
    written, tried = perform.block.write_image, []

    def watched(descriptor, *rest):
        other = os.open(device(looped), os.O_RDONLY)
        for attempt in (
            lambda: os.close(os.open(device(looped), os.O_RDONLY | os.O_EXCL)),
            lambda: fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB),
        ):
            with pytest.raises(OSError) as caught:
                attempt()
            tried.append(type(caught.value))
        os.close(other)
        return written(descriptor, *rest)

    monkeypatch.setattr(perform.block, "write_image", watched)
    assert looped.does(looped.order(Action.WRITE, image=image), image=image).verdict is Verdict.PASS
    assert tried == [OSError, BlockingIOError]


def partitioned(stick) -> None:
    """One partition over nearly all of it, as any computer makes it."""
    with stick.open("r+b") as disk:
        disk.seek(446)
        disk.write(bytes.fromhex("80202100 0c5f5501 00080000 00480000") + bytes(48) + b"\x55\xaa")


def formatted(stick) -> None:
    subprocess.run(["mkfs.vfat", "-I", stick], check=True, capture_output=True)


@pytest.mark.parametrize("use", [formatted, partitioned])
def test_a_stick_that_was_in_another_computer_since_it_was_erased_is_not_written(looped, image, use):
    assert looped.does(looped.order(Action.ERASE)).verdict is Verdict.PASS
    order = looped.order(Action.WRITE, image=image)
    use(looped.stick)
    assert refused(looped, order, image) == "DRV-047"
    assert looped.does(looped.order(Action.ERASE)).verdict is Verdict.PASS
    assert looped.does(looped.order(Action.WRITE, image=image), image=image).verdict is Verdict.PASS


@pytest.mark.parametrize("action", [Action.WRITE, Action.ERASE])
def test_a_read_only_stick_is_not_written_and_says_why(looped, image, action):
    losetup("-d", device(looped))
    losetup("-r", device(looped), looped.stick)
    assert refused(looped, looped.order(action, image=image if action is Action.WRITE else b""), image) == "DRV-041"


def test_a_read_only_stick_can_be_read(looped, image):
    looped.does(looped.order(Action.WRITE, image=image), image=image)
    losetup("-d", device(looped))
    losetup("-r", device(looped), looped.stick)
    assert looped.does(looped.order(Action.READ, image=image)).verdict is Verdict.PASS


def test_the_kernel_counted_at_least_what_is_claimed(looped, image):
    wrote = looped.does(looped.order(Action.WRITE, image=image), image=image)
    assert wrote.device_written >= len(image)
    assert wrote.device_read >= len(image)
    read = looped.does(looped.order(Action.READ, image=image))
    assert (read.device_written, read.device_read >= len(image)) == (0, True)
    erased = looped.does(looped.order(Action.ERASE))
    assert erased.device_written >= 20 * MIB
    assert erased.device_read >= 20 * MIB


def test_of_a_rehearsals_file_nothing_is_counted(filed, image):
    wrote = filed.does(filed.order(Action.WRITE, image=image), image=image)
    assert (wrote.device_read, wrote.device_written) == (-1, -1)


def test_what_came_out_of_a_cache_counts_for_nothing(looped, image, monkeypatch):
    looped.does(looped.order(Action.WRITE, image=image), image=image)
    with device(looped).open("rb") as cached:
        cached.read()
    monkeypatch.setattr(direct.os, "O_DIRECT", 0)
    kept = os.open(device(looped), os.O_RDONLY)  # while it is open, the cache stays
    try:
        os.pread(kept, 4 * MIB, 0)
        evidence = looped.does(looped.order(Action.READ, image=image))
    finally:
        os.close(kept)
    assert (evidence.verdict, evidence.code) == (Verdict.FAIL, "DRV-043")
    assert evidence.device_read < len(image)


def test_counters_that_stand_still_bear_nothing_out(looped, image, monkeypatch):
    monkeypatch.setattr(Kernel, "counters", lambda *_: Counters(read=7, written=7))
    for order in (looped.order(Action.WRITE, image=image), looped.order(Action.READ, image=image)):
        assert looped.does(order, image=image).code == "DRV-043"
    assert looped.does(looped.order(Action.ERASE)).code == "DRV-043"
