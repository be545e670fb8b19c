"""A fresh machine with the package becomes a station by `setup machine`, under a real systemd (S4, S7)."""

import json
import os
import subprocess
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from booted import booted
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
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


def ending() -> bytes:
    """A certificate that ends tomorrow."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(tz=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "host")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


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
    (given / "ending.crt").write_bytes(ending())
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


def wrong(machine) -> dict[str, str]:
    """What the doctor found: by code and what it speaks of, the remedy."""
    said = machine.run("sh", "-c", "media-station doctor --json --lang en; test $? -eq 3")
    rows = [json.loads(line) for line in said.splitlines()]
    return {f"{row['code']} {row['body']}": row["action"] for row in rows if row["state"] == "wrong"}


@pytest.fixture(scope="module")
def at_first(machine, told):
    """A container has neither a disk of its own nor drives, and nobody set up its printer."""
    assert told
    machine.run("sh", "-c", "echo 0 >/proc/sys/kernel/sysrq || true")
    return wrong(machine)


def test_a_new_station_lacks_only_what_a_container_has_not(at_first):
    codes = {told.split()[0] for told in at_first}
    assert codes <= {"DOC-012", "DOC-013", "DOC-015", "DOC-018", "DOC-019", "DOC-020", "DOC-027", "DOC-028"}, at_first
    assert {"DOC-012", "DOC-015", "DOC-027", "DOC-028"} <= codes


TOML = "/etc/media-station/station.toml"
SEALED = "/etc/systemd/system/media-station-desk.service.d/sealed.conf"
DROP_IN = "/etc/systemd/system/media-station-drive.service.d"
# What is done to the machine, what the doctor says of it, and how it is undone.
FAULTS = {
    "a program that is gone": (
        "mount --bind /dev/null /usr/bin/xorriso",
        "DOC-001 xorriso",
        "umount /usr/bin/xorriso",
    ),
    "a process that stands still": (
        "systemctl stop media-station-drive.service media-station-media.socket",
        "DOC-002 media-station-drive.service is inactive",
        "systemctl start media-station-media.socket media-station-drive.service",
    ),
    "a drop-in of somebody's": (
        f"mkdir -p {DROP_IN}; echo '[Service]' >{DROP_IN}/more.conf",
        "DOC-003 media-station-drive.service.d/more.conf",
        f"rm -r {DROP_IN}",
    ),
    "a sandbox with gaps": (
        f"mkdir -p {DROP_IN}; printf '[Service]\\nPrivateNetwork=no\\n' >{DROP_IN}/sealed.conf; systemctl daemon-reload",
        "DOC-004 media-station-drive.service",
        f"rm -r {DROP_IN}; systemctl daemon-reload",
    ),
    "a key that is gone": (
        f"mv {KEYS}/drive/orders.pub /run/kept",
        "DOC-005 keys/drive/orders.pub",
        f"mv /run/kept {KEYS}/drive/orders.pub",
    ),
    "a key that others may read": (
        f"chmod 640 {KEYS}/desk/vault.key",
        "DOC-006 keys/desk/vault.key",
        f"chmod 600 {KEYS}/desk/vault.key",
    ),
    "a key that lies open": (
        f"sed -i /vault/d {SEALED}",
        "DOC-007 keys/desk/vault.key",
        f"echo LoadCredentialEncrypted=vault.key:{KEYS}/desk/vault.key >>{SEALED}",
    ),
    "a key of another machine": (
        f"cp -p {KEYS}/desk/vault.key /run/kept; cat {KEYS}/desk/orders.key >{KEYS}/desk/vault.key",
        "STP-009 keys/desk/vault.key",
        f"cat /run/kept >{KEYS}/desk/vault.key",
    ),
    "no firewall": (
        "systemctl stop media-station-guard.service; nft flush ruleset",
        "DOC-008 The guard's rules (inet)",
        "systemctl start media-station-guard.service",
    ),
    "a hardware clock in local time": (
        "printf '0.0 0 0.0\\n0\\nLOCAL\\n' >/etc/adjtime",
        "DOC-010 By /etc/adjtime",
        "rm /etc/adjtime",
    ),
    "a clock before the latest record": (
        "touch -d '2 hours' /var/lib/media-station/desk/journal/later",
        "DOC-009 ",
        "rm /var/lib/media-station/desk/journal/later",
    ),
    "a program that sets the clock": (
        "cp /usr/bin/sleep /run/chronyd; /run/chronyd 600 >/dev/null 2>&1 & echo $! >/run/pid; sleep 0.3",
        "DOC-011 chronyd",
        "kill $(cat /run/pid)",
    ),
    "a printer that is not there": (
        f"cp -p {TOML} /run/toml; printf '[printing]\\nqueue = \"office\"\\n' >>{TOML}",
        "DOC-016 The station's cupsd has no queue office",
        f"cat /run/toml >{TOML}",
    ),
    "a disk that is nearly full": (
        f"cp -p {TOML} /run/toml; printf '[disk]\\nwarn_bytes = 9000000000000000\\n' >>{TOML}",
        "DOC-014 ",
        f"cat /run/toml >{TOML}",
    ),
    "settings that nobody knows": (
        f"cp -p {TOML} /run/toml; printf '[colour]\\n' >>{TOML}",
        "SET-002 colour: unknown",
        f"cat /run/toml >{TOML}",
    ),
    "rules for media that are gone": (
        "mount --bind /opt /usr/lib/udev/rules.d",
        "DOC-017 Without 71-media-station.rules",
        "umount /usr/lib/udev/rules.d",
    ),
    "a certificate that ends": (
        f"cp -p {KEYS}/gate/host.crt /run/crt; cat {GIVEN}/ending.crt >{KEYS}/gate/host.crt",
        "DOC-021 host.crt",
        f"cat /run/crt >{KEYS}/gate/host.crt",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_doctor_names_each_fault_and_its_remedy(machine, at_first, fault):
    breaks, says, mends = FAULTS[fault]
    machine.run("sh", "-c", breaks)
    try:
        found = wrong(machine)
    finally:
        machine.run("sh", "-c", mends)
    (told,) = [each for each in found if each.startswith(says)]
    assert told not in at_first
    assert found[told]


def test_a_fault_that_is_mended_is_named_no_more(machine, at_first):
    assert wrong(machine) == at_first


GATE = "systemctl is-active media-station-gate.socket"


def test_the_gates_socket_comes_back_with_the_guard(machine, told):
    assert told
    machine.run("systemctl", "stop", "media-station-guard.service")
    assert machine.run("sh", "-c", f"{GATE} || true") == "inactive\n"
    machine.run("systemctl", "start", "media-station-guard.service")
    machine.run("sh", "-c", f"timeout 60 sh -c 'until {GATE}; do sleep 0.2; done'")
    machine.run("systemctl", "kill", "-s", "KILL", "media-station-guard.service")
    machine.run("sh", "-c", f"sleep 1; timeout 60 sh -c 'until {GATE}; do sleep 0.2; done'")


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
