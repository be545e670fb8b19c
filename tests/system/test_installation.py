"""A fresh machine with the package becomes a station by `setup machine`, under a real systemd (S4, S7)."""

import json
import os
import subprocess
import time
import tomllib
from pathlib import Path

import pyotp
import pytest
from booted import booted
from lan import HOST, LINK, STATION, lan

from media_station.cli.standalone.setup import setup_host

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
PROJECT = Path(__file__).parents[2]
GIVEN = "/opt/given"
KEYS = "/etc/media-station/keys"
SECRETS = ("desk/journal.key", "desk/vault.key", "desk/sealing.key", "desk/papers.key", "gate/tls.key")
PERIOD = 30
# Two people, each with the secret of a hardware token.
PEOPLE = {"kanri-ichiro": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "kanri-jiro": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"}
PASSWORD = "mizuumi-no-hotori-{}-42"


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """After the package, before the setup; its answers lie in GIVEN."""
    folder = tmp_path_factory.mktemp("installation")
    given = folder / "given"
    setup_host(given, "kita-zei-host")
    answers = {"station": "kita-zei-1", "issued_by": "北市", "interface": LINK.interface, "address": STATION}
    answers |= {"host": HOST, "host_certificate": f"{GIVEN}/tls.crt", "witness": f"{GIVEN}/witness.pub"}
    (given / "answers.toml").write_text(
        "".join(f"{name} = {json.dumps(text, ensure_ascii=False)}\n" for name, text in answers.items())
    )
    (given / "wrong.toml").write_text('station = "kita-zei-1"\nissued_by = "北市"\ninterface = "lan0"\ncolour = 1\n')
    built = subprocess.run([PROJECT / "scripts" / "build-deb", folder], capture_output=True, text=True, check=True)
    subprocess.run(["dpkg-deb", "-x", built.stdout.strip(), folder / "installed"], check=True)
    binds = f"--overlay-ro=/usr:{folder}/installed/usr:/usr", f"--bind-ro={given}:{GIVEN}"
    with lan() as wire, booted(folder / "units", wire, None, *binds) as running:
        running.run("ldconfig")  # its /etc began empty
        running.run("systemd-sysusers")
        running.run("systemd-tmpfiles", "--create", "--prefix=/run/media-station", "--prefix=/etc/media-station")
        yield running


@pytest.fixture(scope="module")
def told(machine):
    """What the setup said."""
    with pytest.raises(AssertionError, match="STP-007"):
        machine.run("media-station", "setup", "machine", "--answers", f"{GIVEN}/wrong.toml")
    return json.loads(machine.run("media-station", "setup", "machine", "--answers", f"{GIVEN}/answers.toml", "--json"))


@pytest.mark.parametrize("role", ["desk", "drive", "guard"])
def test_each_process_runs_after_it(machine, told, role):
    assert told["station"] == "kita-zei-1/e1"
    assert machine.run("systemctl", "is-active", f"media-station-{role}.service") == "active\n"


@pytest.mark.parametrize("unit", ["media-station.target", "media-station-guard.service"])
def test_it_starts_at_each_boot(machine, told, unit):
    assert told
    assert machine.run("systemctl", "is-enabled", unit) == "enabled\n"


@pytest.mark.parametrize("key", SECRETS)
def test_no_secret_lies_there_unsealed(machine, told, key):
    assert told["sealed"] == "host"
    assert machine.run("stat", "-c", "%U %a", f"{KEYS}/{key}") == "root 600\n"
    kept = machine.run("cat", f"{KEYS}/{key}")
    opened = machine.run("systemd-creds", f"--name={Path(key).name}", "decrypt", f"{KEYS}/{key}", "-")
    assert opened.strip()
    assert opened.strip() not in kept


def test_the_gate_starts_with_its_sealed_key(machine, told):
    assert told["gate_pin"]
    machine.run("systemctl", "start", "media-station-gate.socket", "media-station-gate.service")
    assert f"{STATION}:{LINK.port}" in machine.run("systemctl", "show", "media-station-gate.socket", "-p", "Listen")


def test_its_settings_are_the_answers(machine, told):
    settings = tomllib.loads(machine.run("cat", "/etc/media-station/station.toml"))
    assert settings["network"] == {
        "interface": LINK.interface,
        "address": STATION,
        "host": HOST,
        "port": LINK.port,
    }
    assert settings["journal"]["witnesses"] == [machine.run("cat", f"{GIVEN}/witness.pub").strip()]
    assert settings["gate"]["host_pins"] == [machine.run("cat", f"{GIVEN}/host.pin").strip()]
    assert told["journal_pub"] == machine.run("cat", "/etc/media-station/public/journal.pub").strip()


def test_a_second_setup_touches_nothing(machine, told):
    assert told
    before = machine.run("sh", "-c", f"sha256sum {KEYS}/*/*")
    with pytest.raises(AssertionError, match="STP-006"):
        machine.run("media-station", "setup", "machine", "--answers", f"{GIVEN}/answers.toml")
    assert machine.run("sh", "-c", f"sha256sum {KEYS}/*/*") == before


def test_the_first_two_administrators_are_enrolled(machine, told):
    assert told
    for name, secret in PEOPLE.items():
        password = PASSWORD.format(name)
        code = pyotp.TOTP(secret, interval=PERIOD).at(time.time())
        lines = f"{password}\n{password}\n{secret}\n{code}"
        enrol = f"media-station operator enrol {name} --name 管理者 --role administrator --setup --token {PERIOD}"
        said = machine.run("sh", "-c", f'printf "%s\\n" "$0" | {enrol} --secrets-from-stdin', lines)
        assert name in said


def test_another_machine_gets_the_keys_back_by_the_sheet(machine, told):
    """The key of this machine's own is lost, as with another board."""
    opened = "systemd-creds", "--name=journal.key", "decrypt", f"{KEYS}/desk/journal.key", "-"
    key = machine.run(*opened)
    machine.run("rm", "-f", "/var/lib/systemd/credential.secret")
    with pytest.raises(AssertionError):
        machine.run(*opened)
    recover = "media-station setup recover --secrets-from-stdin"
    with pytest.raises(AssertionError, match="AGE-04"):
        machine.run("sh", "-c", f"echo wrong | {recover}")
    machine.run("sh", "-c", f'echo "$0" | {recover}', told["recovery"])
    assert machine.run(*opened) == key
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "media-station-desk.service")
    assert machine.run("systemctl", "is-active", "media-station-desk.service") == "active\n"
