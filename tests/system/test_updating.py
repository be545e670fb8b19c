"""A station's package is replaced by the order of two administrators, under a real systemd by the real dpkg; back again,
and killed meanwhile (S4).
"""

import json
import os
import shutil
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from booted import PATIENCE_SECONDS, booted
from lan import lan
from pattern_supplies import supply
from system.lost_station import PERIOD, SECRETS, Person
from system.sandboxes import AS_THE_DESK
from test_sandboxes import HERE, PATHS, PYTHON, built

from media_station.cli.standalone.setup import setup_host, setup_station
from media_station.model.ids import parse_identity
from media_station.model.supply import SupplyKind
from media_station.proof.key import Signer

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
IDENTITY = "kita-zei-1/e1"
PUBLISHER = Signer.generate("media-station-publisher/update")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
FOLDER = "/var/lib/media-station-update"
RUNS = version("media-station")
NEWER, NEWEST = f"{RUNS}.1", f"{RUNS}.2"
INSTALLS = "update-media-station.service"


def as_version(its: str, package: Path, folder: Path) -> bytes:
    """The same package under another version."""
    tree = folder / its
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    (library,) = (tree / "usr/lib/media-station").glob("media_station-*.dist-info")
    for path, name in ((tree / "DEBIAN/control", "Version"), (library / "METADATA", "Version")):
        path.write_text(path.read_text().replace(f"{name}: {RUNS}\n", f"{name}: {its}\n"))
    deb = folder / f"{its}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "-b", tree, deb], check=True, capture_output=True
    )
    shutil.rmtree(tree)
    return deb.read_bytes()


class Machine:
    def __init__(self, running, key):
        self._running, self._key = running, key
        self._orders = 100  # the desk's own begin with 1

    def sh(self, command):
        return self._running.run("sh", "-c", command)

    def types(self, command, *lines):
        """What is said when these lines answer it."""
        return self._running.run(
            "sh", "-c", f'printf "%s\\n" "$@" | {command} --secrets-from-stdin --lang en', "sh", *lines
        )

    def recorded(self, action):
        """The data of each such record."""
        lines = self.sh("cat /var/lib/media-station/desk/journal/*.jsonl").splitlines()
        return [each["media_station"]["data"] for each in map(json.loads, lines) if each["event"]["action"] == action]

    def order(self, name, path="", number=0):
        """What the oneshot answers; of an order that was used before if its number is given."""
        self._orders += not number
        given = (IDENTITY, self._key, BOOT_ID, f"E1-A-{number or self._orders:05d}", name)
        script = (PYTHON, "/opt/tests/ordering_an_update.py")
        return self._running.run(
            *AS_THE_DESK, "env", PATHS, *script, *given, path or f"/opt/supplies/{name}.supply"
        ).strip()

    def wait(self, condition):
        until = time.monotonic() + 3 * PATIENCE_SECONDS
        while self.sh(f"{condition} && echo yes || true") != "yes\n":
            assert time.monotonic() < until, self.sh(
                f"journalctl -n 50 -u {INSTALLS}; systemctl status {INSTALLS} || true"
            )
            time.sleep(0.1)

    def ended(self):
        """What it told when the station runs again, and as what."""
        self.wait(f"[ ! -e {FOLDER}/ordered.json ] && [ ! -e {FOLDER}/running ]")
        told = json.loads(self.sh(f"cat {FOLDER}/told.json"))["version"]
        runs = self.recorded("station.started")[-1]["version"]
        return told, runs, self.sh("dpkg-query -W -f '${Version} ${Status}' media-station")

    def runs(self):
        return {
            each: self.sh(f"systemctl is-active media-station-{each} || true").strip()
            for each in ("desk.service", "drive.service", "update.socket", "people.socket")
        }


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """With dpkg's knowledge of this machine, and a /usr that can be written: it runs the first version."""
    folder = tmp_path_factory.mktemp("updating")
    etc, units, supplies, dpkg, upper = (folder / each for each in ("etc", "units", "supplies", "dpkg", "upper"))
    setup_host(folder / "host", "kita-zei-host")
    setup_station(etc, parse_identity(IDENTITY), issued_by="北市", host_certificate=folder / "host" / "tls.crt")
    with (etc / "station.toml").open("a") as settings:
        settings.write(f'\n[supplies]\nupdate = ["{PUBLISHER.verifier.render()}"]\n')
    key = (etc / "keys" / "desk" / "orders.key").read_text()
    package = built(folder / "package")
    for each in (supplies, units, upper):
        each.mkdir()
    newer = as_version(NEWER, package, folder)
    for number, body in ((1, newer), (2, as_version(NEWEST, package, folder)), (3, package.read_bytes())):
        supply(supplies, number, body, PUBLISHER, SupplyKind.UPDATE)
    changed = bytearray((supplies / "update-1.supply").read_bytes())
    changed[-1] ^= 1
    (supplies / "changed.supply").write_bytes(changed)
    supply(folder, 1, newer, Signer.generate("media-station-publisher/update"), SupplyKind.UPDATE)
    (folder / "update-1.supply").rename(supplies / "strangers.supply")
    shutil.copytree("/var/lib/dpkg", dpkg)
    (dpkg / "statoverride").write_text("")  # names users that its /etc hasn't
    binds = (
        f"--overlay=/usr:{upper}:/usr",
        f"--bind={etc}:/etc/media-station",
        f"--bind={dpkg}:/var/lib/dpkg",
        f"--bind-ro={package}:/opt/media-station.deb",
        f"--bind-ro={supplies}:/opt/supplies",
        f"--bind-ro={HERE}:/opt/tests",
    )
    with lan() as wire, booted(units, wire, None, *binds) as running:
        running.run("ldconfig")  # its /etc began empty
        running.run("systemd-sysusers")
        running.run("dpkg", "--install", "/opt/media-station.deb")
        running.run("install", "-D", "-m", "644", "/opt/media-station.deb", f"{FOLDER}/present.deb")
        running.run("systemctl", "start", "media-station.target")
        yield Machine(running, key)


def test_what_was_not_signed_or_is_not_newer_is_refused(machine):
    for name, path, code in (
        ("update-1", "changed", "SUP-002"),
        ("update-1", "strangers", "PRF-007"),
        ("update-2", "update-1", "SUP-016"),
        ("update-3", "update-3", "SUP-024"),
        ("former", "update-1", "SUP-022"),
    ):
        with pytest.raises(AssertionError, match=code):
            machine.order(name, f"/opt/supplies/{path}.supply")
    assert machine.sh(f"ls {FOLDER}") == "present.deb\n"


def test_two_administrators_type_it_and_the_station_runs_as_it_and_says_so(machine):
    first, second = people = [Person(name) for name in SECRETS]
    for each in people:
        enrol = f"media-station operator enrol {each.name} --name 管理者 --role administrator --setup --token {PERIOD}"
        machine.types(enrol, each.password, each.password, SECRETS[each.name], each.code_of(each.now() - 2))
    take = f"media-station supply take /opt/supplies/update-1.supply --as {second.name}"
    assert "update-1" in machine.types(take, second.password, second.code())
    before = machine.runs()
    assert set(before.values()) == {"active"}
    install = f"media-station supply install update-1 --as {first.name}"
    lines = first.password, first.code(), second.name, second.password, first.code(), second.code()
    assert NEWER in machine.types(install, *lines)
    assert machine.ended() == (NEWER, NEWER, f"{NEWER} install ok installed")
    assert machine.runs() == before
    assert machine.sh(f"ls {FOLDER}").split() == ["former.deb", "present.deb", "told.json"]
    machine.wait("grep -q update.installed /var/lib/media-station/desk/journal/*.jsonl")
    (ordered,), (installed,) = machine.recorded("supply.ordered"), machine.recorded("update.installed")
    assert (ordered["requester"], ordered["approver"]) == (first.name, second.name)
    assert installed == {"supply_order": ordered["supply_order"], "supply": "update-1", "version": NEWER}


def test_an_order_is_good_once(machine):
    with pytest.raises(AssertionError, match="SUP-012"):
        machine.order("update-2", number=1)


def test_two_persons_have_the_version_before_again(machine):
    assert machine.order("former", f"{FOLDER}/former.deb") == RUNS
    assert machine.ended() == (RUNS, RUNS, f"{RUNS} install ok installed")


def test_killed_while_the_package_manager_works_it_goes_on(machine):
    assert machine.order("update-2") == NEWEST
    machine.wait("pgrep -x dpkg >/dev/null")
    machine.sh(f"systemctl kill -s KILL {INSTALLS}")
    assert machine.ended() == (NEWEST, NEWEST, f"{NEWEST} install ok installed")
    assert machine.sh(f"systemctl show --value -p NRestarts {INSTALLS}") == "1\n"
    assert set(machine.runs().values()) == {"active"}
