"""Updates of the station come in, are ordered by two administrators and taken, at real processes; the package's script
installs them, with a package manager that only tells.
"""

import asyncio
import json
import os
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from asyncvarlink import FileDescriptor
from at_the_counter import at_the_counter, check_the_journal_verifies, told
from pattern_supplies import package, supply

from media_station.model.asks import InstallUpdate
from media_station.model.errors import StationError
from media_station.model.supply import SupplyKind
from media_station.proof.key import Signer

PUBLISHER, STRANGER = (Signer.generate("media-station-publisher/update") for _ in range(2))
STARTED = "systemctl start media-station-desk.service media-station.target"
SCRIPT = Path(__file__).parents[2] / "scripts" / "install-update"
RUNS = version("media-station")


def manager(folder: Path, dpkg: str) -> dict[str, str]:
    """An environment with this dpkg; `called` in the folder has what it and systemctl were asked for."""
    folder.mkdir(exist_ok=True)
    listed = "echo media-station-desk.service loaded; echo media-station-cell@1.service loaded"
    for name, text in {"dpkg": dpkg, "systemctl": f'[ "$1" = start ] || {{ {listed}; }}', "sleep": ""}.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >>{folder}/called\n{text}\n')
        path.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


def kept(folder: Path) -> dict[str, str]:
    """Of which version each package in the folder is."""
    asked = ("dpkg-deb", "--field")
    return {
        each.stem: subprocess.run([*asked, each, "Version"], capture_output=True, text=True, check=True).stdout.strip()
        for each in sorted(folder.glob("*.deb"))
    }


def test_an_update_is_taken_if_it_is_newer_and_the_former_version_by_two_persons(tmp_path):
    said = []

    async def doing(walk):
        folder = walk.house.station / "state" / "update"
        environment = manager(tmp_path / "bin", "")

        async def take(number, body, key=PUBLISHER):
            with supply(tmp_path, number, body, key, SupplyKind.UPDATE).open("rb") as file:
                await walk.counter.see("TakeSupply", walk.staff.administrator, supply=FileDescriptor(file))

        async def install(name):
            asked = InstallUpdate(supply=name)
            try:
                answer = await walk.counter.do(asked, walk.staff.administrator, second=walk.staff.second_administrator)
            except StationError as error:
                said.append(error.code)
            else:
                said.append(answer.facts["version"])

        async def until(action, times):
            subprocess.run([SCRIPT, folder], env=environment, check=True)
            for _ in range(60):
                if len(told(walk.house, action)) >= times:
                    return
                await asyncio.sleep(0.2)
            pytest.fail(f"no {action}")

        present = folder / "present.deb"
        folder.mkdir()
        runs = package(tmp_path / "present", RUNS)
        present.write_bytes(runs)
        with pytest.raises(StationError, match="PRF-007"):
            await take(1, package(tmp_path, "9.0"), STRANGER)
        await install("former")
        await install("update-2")
        for number, body in (
            (2, package(tmp_path, "0.0.9")),
            (3, package(tmp_path, RUNS)),
            (4, package(tmp_path, "9.1", "another")),
            (5, b"no package"),
        ):
            await take(number, body)
            await install(f"update-{number}")
        update = package(tmp_path, "9.2")
        await take(6, update)
        laid = walk.house.station / "state" / "desk" / "supplies" / "update.supply"
        whole = laid.read_bytes()
        laid.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        await install("update-6")
        assert not (folder / "ordered.json").exists()
        await take(6, update)
        present.unlink()
        await install("update-6")
        present.write_bytes(runs)
        await install("update-6")
        await install("update-6")
        # This desk is of the version that it was: the package manager has changed nothing.
        await until("update.failed", 7)
        assert kept(folder) == {"former": RUNS, "present": "9.2"}
        await install("former")
        present.write_bytes(runs)
        await install("former")
        await until("update.installed", 1)
        assert kept(folder) == {"former": RUNS, "present": RUNS}

    key = PUBLISHER.verifier.render()
    house = at_the_counter(tmp_path, doing, more_settings=f'\n[supplies]\nupdate = ["{key}"]\n')
    assert said == [
        *("SUP-022", "SUP-004", "SUP-024", "SUP-024", "SUP-023", "SUP-023", "SUP-002"),
        *("SUP-025", "9.2", "FLW-003", "SUP-025", RUNS),
    ]
    orders = [each["supply_order"] for each in told(house, "supply.ordered")]
    failed, (installed,) = told(house, "update.failed"), told(house, "update.installed")
    # Each order has an end; while the station is about to stop, none is minted.
    assert [each["supply_order"] for each in failed] == orders[:-1]
    assert failed[-2] == {"supply_order": orders[-3], "supply": "update-6", "version": RUNS}
    assert installed == {"supply_order": orders[-1], "supply": "former", "version": RUNS}
    check_the_journal_verifies(house)


@pytest.fixture
def ordered(tmp_path):
    """A folder with one version, and another taken."""
    folder = tmp_path / "update"
    folder.mkdir()
    (folder / "present.deb").write_bytes(package(tmp_path, "1"))
    (folder / "next.deb").write_bytes(package(tmp_path, "2"))
    (folder / "ordered.json").write_text(json.dumps({"supply_order": "E1-A-00001", "version": "2"}))
    return folder


def test_what_the_package_manager_refuses_leaves_the_version_that_was_there(ordered, tmp_path):
    environment = manager(tmp_path / "bin", '[ "$2" != next.deb ]')
    subprocess.run([SCRIPT, ordered], env=environment, check=True)
    called = (tmp_path / "bin" / "called").read_text().splitlines()
    assert called[-3:] == ["dpkg --install next.deb", "dpkg --install present.deb", STARTED]
    assert kept(ordered) == {"present": "1"}
    assert sorted(each.name for each in ordered.iterdir()) == ["present.deb", "told.json"]


@pytest.mark.parametrize("dies_at", ["sleep", "list-units", "stop", "--configure", "--install", "start"])
def test_killed_at_any_step_it_goes_on(ordered, tmp_path, dies_at):
    dying = f'case "$*" in *{dies_at}*) [ -e {tmp_path}/died ] || {{ touch {tmp_path}/died; kill -9 $PPID; }};; esac'
    environment = manager(tmp_path / "bin", "")
    for name in ("dpkg", "systemctl", "sleep"):
        path = tmp_path / "bin" / name
        path.write_text(path.read_text().replace("\n", f"\n{dying}\n", 1).replace('"$*"', f'"{name} $*"'))
    assert subprocess.run([SCRIPT, ordered], env=environment, check=False).returncode != 0
    subprocess.run([SCRIPT, ordered], env=environment, check=True)
    assert kept(ordered) == {"former": "1", "present": "2"}
    assert sorted(each.name for each in ordered.iterdir()) == ["former.deb", "present.deb", "told.json"]
    assert (tmp_path / "bin" / "called").read_text().splitlines()[-1] == STARTED


def test_what_cannot_be_put_back_ends_and_is_not_installed_later(ordered, tmp_path):
    environment = manager(tmp_path / "bin", "[ $1 != --install ]")
    assert subprocess.run([SCRIPT, ordered], env=environment, check=False).returncode == 3
    assert sorted(each.name for each in ordered.iterdir()) == ["present.deb", "told.json"]
    assert (tmp_path / "bin" / "called").read_text().splitlines()[-1] == STARTED


def test_what_a_former_order_left_running_is_not_what_runs_now(ordered, tmp_path):
    (ordered / "running").write_text("media-station-gate.socket\n")
    os.utime(ordered / "running", (1, 1))
    subprocess.run([SCRIPT, ordered], env=manager(tmp_path / "bin", ""), check=True)
    called = (tmp_path / "bin" / "called").read_text().splitlines()
    assert called[0] == "sleep 1"
    assert called[-1] == STARTED


def test_what_did_not_start_is_started_again(ordered, tmp_path):
    environment = manager(tmp_path / "bin", "")
    fails = f'#!/bin/sh\n[ "$1" != start ] || [ -e {tmp_path}/failed ] || {{ touch {tmp_path}/failed; exit 1; }}\n'
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.write_text(systemctl.read_text().replace("#!/bin/sh\n", fails, 1))
    assert subprocess.run([SCRIPT, ordered], env=environment, check=False).returncode == 1
    subprocess.run([SCRIPT, ordered], env=environment, check=True)
    assert (tmp_path / "bin" / "called").read_text().splitlines()[-1] == STARTED
    assert not (ordered / "running").exists()
