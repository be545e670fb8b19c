"""A desk that ends between the order of an update and its answer: whichever starts then records what became of it, once."""

import asyncio
import json
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from unittest import mock

import pytest
from asyncvarlink import FileDescriptor
from causes import administrators, settings
from one_process import BOOTTIME_MS
from pattern_supplies import PUBLISHER, package, supply

from media_station.desk import main as desk_main
from media_station.desk.access.mint import mint
from media_station.desk.flow import install_update
from media_station.desk.hands.clock import Clock
from media_station.desk.hands.updates import Updates
from media_station.model.asks import InstallUpdate
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.supply import SupplyKind
from media_station.proof import once
from media_station.proof.supply import admit_order
from media_station.update import main as oneshot
from media_station.update import package as folder_of_packages

RUNS = version("media-station")
NEWER = f"{RUNS}.1"
UPDATE = InstallUpdate(supply="update-7")


class KilledError(Exception):
    """Of a desk: nobody hears of it."""


def taking(house, dies):
    """The oneshot's own code in this process; the desk, or both, `dies` there."""

    async def take(self, untrusted_order, file):
        def move_only(folder, _):
            (folder / folder_of_packages.NEW).replace(folder / "next.deb")
            raise KilledError

        if dies == "before it is taken":
            raise KilledError
        halfway = mock.patch.object(folder_of_packages, "hand_over", move_only)
        with mock.patch.object(once, "boottime_ms", lambda: BOOTTIME_MS):
            of = {"key": house.desk.keys.orders.verifier, "identity": house.desk.house.identity}
            order = admit_order(untrusted_order, spent=house.folder / "spent-updates", **of)
            publishers = {SupplyKind.UPDATE: [PUBLISHER.verifier]}
            with halfway if dies == "while it is taken" else nullcontext():
                oneshot.take(order, file.fileno(), publishers, self._folder, present=RUNS)
        raise KilledError

    return take


@pytest.fixture
def folder(walk, tmp_path):
    """Of packages; the update was taken."""
    house = walk.house
    folder = house.station / "state" / "update"
    folder.mkdir()
    (folder / "present.deb").write_bytes(package(tmp_path / "present", RUNS))
    with supply(tmp_path, 7, package(tmp_path, NEWER), kind=SupplyKind.UPDATE).open("rb") as file:
        house.run(settings(walk, f'[supplies]\nupdate = ["{PUBLISHER.verifier.render()}"]\n'))
        house.run(walk.counter.see("TakeSupply", walk.staff.administrator, supply=FileDescriptor(file)))
    return folder


@pytest.fixture
def ordered(walk, folder, monkeypatch):
    """Kills the desk there; the next one has started. The folder of packages."""

    def until(dies):
        house = walk.house
        monkeypatch.setattr(Updates, "take", taking(house, dies))
        with pytest.raises(KilledError):
            house.run(administrators(walk, UPDATE))
        house.restart()
        return folder

    return until


@contextmanager
def later(house, what):
    """As the desk finds it then."""
    if what == "another boot":
        house.desk.clock._boot_id = "another"
    late = BOOTTIME_MS + install_update.TAKEN_WITHIN_MS + 1 if what == "ten minutes later" else BOOTTIME_MS
    with mock.patch.object(Clock, "boottime_ms", lambda _: late):
        yield


def looks(house):
    """Every five seconds; what is recorded of ends then."""
    install_update.record_what_became(house.desk)
    return [(name, each) for name in ("update.installed", "update.failed") for each in house.told(name)]


def test_an_order_that_never_left_the_desk_has_failed_at_once(walk, folder, monkeypatch):
    async def nobody_is_in(self, untrusted_order, file):
        raise PeerFault("DOR-001", door="update")

    monkeypatch.setattr(Updates, "take", nobody_is_in)
    with pytest.raises(PeerFault, match="DOR-001"):
        walk.house.run(administrators(walk, UPDATE))
    ((name, _),) = looks(walk.house)
    assert name == "update.failed"
    asyncio.run(install_update.check(walk.house.desk, UPDATE))


@pytest.mark.parametrize("dies", ["before it is taken", "while it is taken"])
@pytest.mark.parametrize("when", ["ten minutes later", "another boot"])
def test_what_nobody_took_has_failed_when_nobody_can_take_it_any_more(walk, ordered, dies, when):
    ordered(dies)
    assert looks(walk.house) == []
    with pytest.raises(StationError, match="FLW-003"):
        asyncio.run(install_update.check(walk.house.desk, UPDATE))
    with later(walk.house, when):
        ((name, failed),) = looks(walk.house)
        assert (name, failed["supply"], failed["version"]) == ("update.failed", "update-7", RUNS)
        assert [failed["supply_order"]] == [each["supply_order"] for each in walk.house.told("supply.ordered")]
        walk.house.restart()
        assert len(looks(walk.house)) == 1
    asyncio.run(install_update.check(walk.house.desk, UPDATE))


@pytest.mark.parametrize(("runs", "action"), [(NEWER, "update.installed"), (RUNS, "update.failed")])
@pytest.mark.parametrize("when", ["ten minutes later", "another boot"])
def test_what_was_taken_is_waited_for_and_the_version_that_runs_then_says_what_became_of_it(
    walk, ordered, monkeypatch, when, runs, action
):
    folder = ordered("before it is heard")
    assert json.loads((folder / "ordered.json").read_text())["version"] == NEWER
    with pytest.raises(Refused, match="FLW-003"):
        mint(walk.house.desk, None, medium="R1-U-001", transfer="", loaded=None, image_sha256="", image_length=0)
    with later(walk.house, when):
        assert looks(walk.house) == []
        (folder / "ordered.json").rename(folder / "told.json")
        monkeypatch.setattr(desk_main, "version", lambda _: runs)
        walk.house.restart()
        ((name, ended),) = looks(walk.house)
        assert (name, ended["version"]) == (action, runs)
        walk.house.restart()
        assert len(looks(walk.house)) == 1
