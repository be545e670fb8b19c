"""Each fault of a medium at each stage comes to what tests/system/faults.toml says: never a false success, never a
wrong medium. The drive is the real one, on a loop device over a stick with faults at will.
"""

import errno
import os
import secrets
import subprocess
import time
from contextlib import ExitStack

import pytest
from bench_with_media import MIB, BenchWithMedia
from faults import expected, mediums_cells
from faulty_stick import FaultyStick

from media_station.drive import perform
from media_station.model.errors import StationError
from media_station.model.order import Action, Verdict

SIZE = 8 * MIB
BAD = 5 * MIB  # an offset that no probe touches, within the image
ACTIONS = {"write": Action.WRITE, "read back": Action.WRITE, "erase": Action.ERASE, "verify": Action.ERASE}
KINDS = {"write": "write", "read back": "read", "erase": "write", "verify": "read"}


@pytest.fixture(scope="module")
def image() -> bytes:
    return secrets.token_bytes(6 * MIB)


@pytest.fixture
def plugged(tmp_path):
    """`plugged(**how)`: a stick with a bench whose bay it is in; taken out at the end."""
    if os.geteuid() != 0:
        pytest.fail("only root can make a loop device")
    with ExitStack() as held:

        def plug(name: str = "stick", **how):
            stick = FaultyStick(tmp_path, name, SIZE, **how)
            held.callback(stick.remove)
            return stick, BenchWithMedia(tmp_path, stick.path, SIZE)

        yield plug


def outcome(doing) -> str:
    try:
        evidence = doing()
    except StationError as error:
        return f"refused {error.code}"
    if evidence.verdict is Verdict.PASS:
        return "PASS"
    return f"{evidence.verdict.value} {evidence.code}"


def at(kind: str, do):
    """A fault at the first request of this kind that covers BAD, and at each after it."""
    fired = []

    def fault(asked: str, offset: int, length: int) -> None:
        if fired or (asked == kind and offset <= BAD < offset + length and length > 4096):
            first = not fired
            fired.append(asked)
            do(asked, first)

    fault.fired = fired
    return fault


def raises(number: int, only: str):
    def do(asked: str, _first: bool) -> None:
        if asked == only:
            raise OSError(number, os.strerror(number))

    return do


def once(do):
    return lambda _asked, first: do() if first else None


def does(bench, stage: str, image: bytes):
    action = ACTIONS[stage]
    order = bench.order(action, image=image if action is Action.WRITE else b"")
    return lambda: bench.does(order, image=image if action is Action.WRITE else b"")


def seen(bench) -> str:
    """What is in the bay as the desk is told."""
    found = [each for each in bench.bench.loaded() if each.bay == "usb0"]
    if not found:
        return "refused DRV-017"
    return f"refused {found[0].refused}" if found[0].refused else "seen"


def pull(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    if stage == "identify":
        doing = does(bench, "write", image)
        subprocess.run(["losetup", "-d", stick.device], check=True)
        said = outcome(doing)
        subprocess.run(["losetup", stick.device, stick.file], check=True)
        return said
    stick.fault = at(KINDS[stage], once(stick.pull))
    return outcome(does(bench, stage, image))


def eio_on_write(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    stick.fault = at("write", raises(errno.EIO, "write"))
    return outcome(does(bench, stage, image))


def eio_on_read(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    if stage == "identify":
        stick.fault = lambda kind, *_: raises(errno.EIO, "read")(kind, True)
        return seen(bench)
    stick.fault = at("read", raises(errno.EIO, "read"))
    return outcome(does(bench, stage, image))


def slow(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    only = KINDS.get(stage, "read")
    stick.fault = lambda kind, *_: time.sleep(0.02) if kind == only else None
    return seen(bench) if stage == "identify" else outcome(does(bench, stage, image))


def read_only(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    if stage == "identify":
        doing = does(bench, "write", image)
        subprocess.run(["blockdev", "--setro", stick.device], check=True)
        try:
            return outcome(doing)
        finally:  # else whoever gets this loop device next has a read-only one
            subprocess.run(["blockdev", "--setrw", stick.device], check=True)
    stick.fault = at(KINDS[stage], raises(errno.EPERM, "write"))
    return outcome(does(bench, stage, image))


def fake_capacity(plugged, stage, image, monkeypatch):
    _, bench = plugged(keeps=4 * MIB)
    if stage == "identify":
        return seen(bench)
    if stage == "verify":
        monkeypatch.setattr(perform, "keeps_its_ends", lambda *_: True)
    return outcome(does(bench, stage, image))


def swapped(plugged, stage, image, _monkeypatch):
    stick, bench = plugged()
    twin, _ = plugged("twin")
    before = bytes(twin.content)
    if stage == "identify":
        doing = does(bench, "write", image)
        stick.swap_for(twin)
        said = outcome(doing)
    else:
        # At the reading the twin must be there before the medium is opened for it: when the last write ends.
        last = {"read back": len(image), "verify": SIZE}.get(stage)
        kind = KINDS[stage]
        if last is None:
            stick.fault = at(kind, once(lambda: stick.swap_for(twin)))
        else:
            stick.fault = lambda asked, offset, length: (
                stick.swap_for(twin) if asked == "write" and length > 4096 and offset + length == last else None
            )
        said = outcome(does(bench, stage, image))
    assert bytes(twin.content) == before
    return said


MEASURED = {
    "pull": pull,
    "EIO on write": eio_on_write,
    "EIO on read": eio_on_read,
    "slow": slow,
    "read-only": read_only,
    "fake capacity": fake_capacity,
    "swapped": swapped,
}


@pytest.mark.parametrize(("fault", "stage"), mediums_cells(MEASURED))
def test_a_fault_comes_to_what_was_written_down(plugged, image, monkeypatch, fault, stage):
    assert MEASURED[fault](plugged, stage, image, monkeypatch) == expected(fault, stage)
