"""`setup machine` in a folder in place of /: what is asked, what is refused, what is left of a setup that was killed."""

import argparse
import dataclasses
import io
import json
import re
import tomllib
from contextlib import nullcontext

import pytest

from media_station.age import passphrase
from media_station.age.decrypt import decrypt_whole
from media_station.age.scrypt import ScryptIdentity
from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone import machine, recovery_sheet, restoring
from media_station.cli.standalone.setup import setup_host, station_files
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.proof.key import Signer
from media_station.settings import load

ANSWERS = machine.Answers(station="kita-zei-1", issued_by="北市")
KEYS = "etc/media-station/keys/desk"
TOML = "etc/media-station/station.toml"
READERS = [str(X25519Identity.generate().to_public()) for _ in range(2)]


class Typed:
    """A terminal at which these lines are typed."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.told = []

    def tell(self, text):
        self.told.append(text)

    def name(self, _prompt):
        return self.lines.pop(0)

    secret = name


def written(root, answers=ANSWERS):
    """What others need to know of it, and the passphrase."""
    shown = []
    return machine.write(root, answers, station_files, load, lambda _, passphrase: shown.append(passphrase)), *shown


@pytest.fixture
def unsealing(monkeypatch):
    """A machine without systemd-creds."""
    monkeypatch.setenv("PATH", "/nowhere")


def test_a_person_is_asked_for_what_the_network_needs_only_if_there_is_one():
    alone = machine.ask(Typed("kita-zei-1", "北市", "", "queue", "clamd.sock", *READERS), "ja")
    assert alone == machine.Answers(
        station="kita-zei-1", issued_by="北市", printer="queue", scanner="clamd.sock", recipients=READERS
    )
    linked = machine.ask(Typed("kita-zei-1", "北市", "lan0", "192.0.2.2", "192.0.2.1", "tls.crt", *[""] * 4), "en")
    assert (linked.host, linked.host_certificate, linked.printer) == ("192.0.2.1", "tls.crt", "")
    assert (linked.scanner, linked.recipients) == ("", [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('station = "kita-zei-1"', "issued_by"),
        ('station = "kita-zei-1"\nissued_by = "北市"\ncolour = 1', "colour"),
        ('station = "kita-zei-1"\nissued_by = "北市"\ninterface = "lan0"', "host_certificate"),
        ('station = "kita-zei-1"\nissued_by = "北市"\nport = "8443"', "port"),
        ('station = "kita-zei-1"\nissued_by = "北市"\nadministrators = [["a", "b"]]', "administrators"),
        (f'station = "kita-zei-1"\nissued_by = "北市"\nrecipients = ["{READERS[0]}"]', "recipients"),
        (f'station = "kita-zei-1"\nissued_by = "北市"\nrecipients = ["{READERS[0]}", 5]', "recipients"),
        (f'station = "kita-zei-1"\nissued_by = "北市"\nrecipients = {[READERS[0]] * 2}', "recipients"),
        ("not toml", "answers.toml"),
    ],
)
def test_answers_that_are_wrong_are_named(tmp_path, text, wrong):
    (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(Refused, match="STP-007") as refused:
        machine.read(tmp_path / "answers.toml")
    assert wrong in str(refused.value)


def test_keys_that_cannot_be_sealed_are_roots_alone_and_it_says_so(tmp_path, unsealing):
    told, _ = written(tmp_path)
    assert told["sealed"] == "none"
    key = tmp_path / KEYS / "vault.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.read_text())) == 32
    assert not (tmp_path / "etc/systemd/system").exists() or not any((tmp_path / "etc/systemd/system").iterdir())


def test_the_envelope_holds_each_key_for_its_sheet_alone(tmp_path, unsealing):
    _, sheet = written(tmp_path)
    sealed = (tmp_path / "etc/media-station/recovery.age").read_bytes()
    kept = decrypt_whole(io.BytesIO(sealed), ScryptIdentity(sheet)).decode()
    assert (tmp_path / KEYS / "journal.key").read_text().strip() in kept
    (tmp_path / KEYS / "journal.key").unlink()
    names, _ = recovery_sheet.recover(tmp_path, sheet)
    assert {"keys/desk/journal.key", "keys/gate/tls.key"} <= set(names)
    assert (tmp_path / KEYS / "journal.key").exists()
    with pytest.raises(Refused, match="AGE-011"):
        recovery_sheet.recover(tmp_path, "another")


def test_a_setup_that_was_killed_while_the_passphrase_was_shown_is_made_anew(tmp_path, unsealing):
    def killed(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        machine.write(tmp_path, ANSWERS, station_files, load, killed)
    before = (tmp_path / KEYS / "vault.key").read_text()
    assert not (tmp_path / TOML).exists()
    written(tmp_path)
    assert (tmp_path / TOML).exists()
    assert (tmp_path / KEYS / "vault.key").read_text() != before


def arguments(*given):
    parser = argparse.ArgumentParser()
    machine.arrange(parser)
    return parser.parse_args(given)


def test_a_setup_that_could_not_start_is_started_by_the_next_one(tmp_path, unsealing, monkeypatch, capsys):
    """What it made stays, since its passphrase was shown."""
    starts = []

    def start():
        starts.append(1)
        if len(starts) == 1:
            raise Refused("STP-008", what="systemctl")

    monkeypatch.setattr(machine, "_ROOT", tmp_path)
    monkeypatch.setattr(machine, "start", start)
    (tmp_path / "answers.toml").write_text('station = "kita-zei-1"\nissued_by = "北市"\n')
    asked = arguments("--answers", str(tmp_path / "answers.toml"), "--json")
    with pytest.raises(Refused, match="STP-008"):
        machine.run(asked, station_files, load)
    sheet = json.loads(capsys.readouterr().out)["recovery"]
    assert machine.run(asked, station_files, load) == 0
    assert len(starts) == 2
    assert "keys/desk/journal.key" in recovery_sheet.recover(tmp_path, sheet)[0]


def test_a_machine_that_was_a_station_is_left_alone(tmp_path):
    (tmp_path / "var/lib/media-station/desk/journal").mkdir(parents=True)
    with pytest.raises(Refused, match="STP-006"):
        machine.require_fresh(tmp_path)


def test_a_witness_that_is_none_is_refused_before_anything_is_written(tmp_path, unsealing):
    (tmp_path / "witness.pub").write_text("another file")
    answers = dataclasses.replace(ANSWERS, witness=str(tmp_path / "witness.pub"))
    with pytest.raises(Refused, match="STP-007"):
        written(tmp_path, answers)
    assert not (tmp_path / "etc").exists()


def test_a_printer_may_have_any_name(tmp_path, unsealing):
    written(tmp_path, dataclasses.replace(ANSWERS, printer="𠮷"))
    assert load(tmp_path / TOML).printing.queue == "𠮷"


def test_the_settings_name_what_was_asked(tmp_path, unsealing):
    setup_host(tmp_path / "host", "kita-zei-host")
    answers = machine.Answers(
        station="kita-zei-1",
        issued_by="北市",
        interface="lan0",
        address="192.0.2.2",
        host="192.0.2.1",
        host_certificate=str(tmp_path / "host" / "tls.crt"),
        witness=str(tmp_path / "host" / "witness.pub"),
        printer="office",
        scanner="/run/clamd.sock",
        recipients=READERS,
    )
    written(tmp_path, answers)
    settings = tomllib.loads((tmp_path / "etc/media-station/station.toml").read_text())
    assert settings["network"]["port"] == 8443
    assert settings["printing"] == {"queue": "office"}
    assert settings["scanner"] == {"socket": "/run/clamd.sock"}
    assert settings["backup"] == {"recipients": READERS}
    assert len(settings["journal"]["witnesses"]) == len(settings["gate"]["host_pins"]) == 1
    socket = (tmp_path / "etc/systemd/system/media-station-gate.socket.d/network.conf").read_text()
    assert "ListenStream=192.0.2.2:8443\n" in socket


def test_a_machine_with_the_keys_of_a_later_epoch_waits_for_its_backup(tmp_path, unsealing, monkeypatch, capsys):
    """Whoever forgets what it was made for begins no second journal."""
    identity = Identity(station="kita-zei-1", epoch="e2")
    machine.write(tmp_path, ANSWERS, station_files, load, lambda *_: None, identity)
    assert (tmp_path / KEYS / "identity").read_text() == "kita-zei-1/e2\n"
    monkeypatch.setattr(machine, "_ROOT", tmp_path)
    (tmp_path / "answers.toml").write_text('station = "kita-zei-1"\nissued_by = "北市"\n')
    with pytest.raises(Refused, match="RST-003"):
        machine.run(arguments("--answers", str(tmp_path / "answers.toml"), "--json"), station_files, load)
    with pytest.raises(Refused, match="STP-007"):
        machine.write(tmp_path, dataclasses.replace(ANSWERS, station="other"), station_files, load, print, identity)


def test_a_restore_needs_two_administrators_before_anything_is_made(tmp_path, monkeypatch):
    asked = "--restore", tmp_path / "backup", "-i", tmp_path / "key", "--head", tmp_path / "head"
    given(tmp_path, "e1")
    (tmp_path / "answers.toml").write_text('station = "kita-zei-1"\nissued_by = "北市"\n')
    monkeypatch.setattr(machine, "_ROOT", tmp_path / "root")
    more = "--journal-key", tmp_path / "e1.pub", "--answers", tmp_path / "answers.toml", "--json"
    with pytest.raises(Refused, match="STP-007") as refused:
        machine.run(arguments(*map(str, (*asked, *more))), station_files, load)
    assert refused.value.parameters["problems"] == "administrators"
    assert not (tmp_path / "root").exists()


def options_of(folder, *epochs):
    """A restore whose journal keys are of these epochs, as it is typed."""
    options = []
    for epoch in epochs:
        key = Signer.generate(Identity(station="kita-zei-1", epoch=epoch).key_name("journal"))
        (folder / f"{epoch}.pub").write_text(f"{key.verifier.render()}\n")
        options += ["--journal-key", str(folder / f"{epoch}.pub")]
    (folder / "key").write_text(X25519Identity.generate().secret_text())
    for name in ("backup", "head"):
        (folder / name).write_text("")
    asked = "--restore", folder / "backup", "-i", folder / "key", "--head", folder / "head"
    return [*map(str, asked), *options]


def given(folder, *epochs):
    """What `restoring.given` makes of it."""
    return restoring.given(arguments(*options_of(folder, *epochs)))


def restoring_on(root, monkeypatch, *epochs):
    """Types a restore with the keys of these epochs onto the machine in this folder."""
    options = options_of(root.parent, *epochs)
    named = [["a", "A"], ["b", "B"], ["c", "C"]]
    (root.parent / "answers.toml").write_text(
        f'station = "kita-zei-1"\nissued_by = "北市"\nadministrators = {json.dumps(named)}\n'
    )
    monkeypatch.setattr(machine, "_ROOT", root)
    asked = arguments("--answers", str(root.parent / "answers.toml"), "--json", *options)
    return machine.run(asked, station_files, load)


@pytest.fixture
def commands(monkeypatch):
    """What systemd was asked for; nothing is done."""
    asked = []
    monkeypatch.setattr(machine, "_system", lambda *command: asked.append(" ".join(command)))
    return asked


def test_a_restore_with_too_few_keys_is_begun_anew_with_all_of_them(tmp_path, unsealing, monkeypatch, capsys, commands):
    def refuse(_, what, names):
        raise Refused("STP-010", said=f"{what.identity} {names}")

    root = tmp_path / "root"
    monkeypatch.setattr(restoring, "_begin", refuse)
    sheets = []
    for epochs in (["e1"], ["e1"], ["e1", "e2"]):
        with pytest.raises(Refused, match="STP-010") as refused:
            restoring_on(root, monkeypatch, *epochs)
        said = capsys.readouterr().out
        sheets += [json.loads(said)["recovery"]] if said else [None]
        assert "['a', 'b', 'c']" in refused.value.parameters["said"]
    assert sheets[1] is None
    assert (root / KEYS / "identity").read_text() == "kita-zei-1/e3\n"
    assert "keys/desk/journal.key" in recovery_sheet.recover(root, sheets[2])[0]
    assert len([each for each in commands if "stop" in each and "drive" in each]) == 1


def test_a_restore_that_was_cut_off_after_its_last_step_goes_on(tmp_path, unsealing, monkeypatch, capsys, commands):
    root = tmp_path / "root"
    state = root / "var/lib/media-station/desk"
    told = {"station": "kita-zei-1/e2", "former": "kita-zei-1/e1", "records": 5, "lost": 1}
    told |= {"accounts": ["a", "b"], "locked": [], "settings": "x"}

    def cut_off(*_):
        (state / "journal").mkdir(parents=True)
        (state / "restored.json").write_text(json.dumps(told))
        raise KeyboardInterrupt

    def fail():
        raise Refused("STP-008", what="systemctl")

    monkeypatch.setattr(restoring, "_begin", cut_off)
    with pytest.raises(KeyboardInterrupt):
        restoring_on(root, monkeypatch, "e1")
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "/nowhere")
    for start in (fail, lambda: None):
        monkeypatch.setattr(machine, "_system", lambda *_: None)
        monkeypatch.setattr(machine, "start", start)
        capsys.readouterr()
        if start is fail:
            with pytest.raises(Refused, match="STP-008"):
                restoring_on(root, monkeypatch, "e1")
        else:
            assert restoring_on(root, monkeypatch, "e1") == 0
        assert json.loads(capsys.readouterr().out)["lost"] == "1"
        assert (root / "etc/media-station/station.toml.former").read_text() == "x"
    with pytest.raises(Refused, match="STP-006"):
        restoring_on(root, monkeypatch, "e1")


def test_a_restored_machine_is_of_the_epoch_after_the_latest_key(tmp_path):
    assert given(tmp_path, "e3", "e10", "e9").identity == Identity(station="kita-zei-1", epoch="e11")
    with pytest.raises(Refused, match="IDS-003"):
        given(tmp_path, "r1")
    with pytest.raises(Refused, match="STP-007") as refused:
        restoring.given(arguments("--restore", str(tmp_path / "backup"), "--head", str(tmp_path / "head")))
    assert refused.value.parameters["problems"] == "-i, --journal-key"
    assert restoring.given(arguments()) is None


def test_what_the_restore_tells_steers_no_terminal_of_roots(tmp_path, monkeypatch):
    state = tmp_path / "var/lib/media-station/desk"
    told = {"station": "\x1b]0;x\x07", "former": "\x9b2J", "records": 5, "lost": 1}
    told |= {"accounts": ["a\x1b[2J"], "locked": [], "settings": "x"}
    monkeypatch.setattr(restoring, "_begin", lambda *_: None)
    state.mkdir(parents=True)
    (state / "restored.json").write_text(json.dumps(told))
    said = restoring.restore(tmp_path, None, [])
    assert all(each.isprintable() for each in said.values()), said
    for other in ([], {**told, "records": "5"}, {name: told[name] for name in told if name != "lost"}):
        (state / "restored.json").write_text(json.dumps(other))
        with pytest.raises(Refused, match="STP-008"):
            restoring.restore(tmp_path, None, [])


@pytest.mark.parametrize(
    ("named", "fails", "left"), [([], None, ["2 to go"]), (["a", "b"], None, []), (["a", "b"], "b", ["1 to go"])]
)
def test_what_is_said_to_be_next_is_what_is_left(
    tmp_path, unsealing, monkeypatch, commands, capsys, named, fails, left
):
    """Of the administrators nobody is to be enrolled who was; one who wasn't is, whatever ended it."""

    def enrol(administrator, _):
        if administrator[0] == fails:
            raise Refused("CLI-020", file=fails)

    monkeypatch.setattr(machine, "_ROOT", tmp_path)
    monkeypatch.setattr(machine, "_enrol", enrol)
    people = json.dumps([[each, each] for each in named])
    (tmp_path / "answers.toml").write_text(f'station = "kita-zei-1"\nissued_by = "北市"\nadministrators = {people}\n')
    asked = arguments("--answers", str(tmp_path / "answers.toml"), "--secrets-from-stdin", "--lang", "en")
    with pytest.raises(Refused) if fails else nullcontext():
        machine.run(asked, station_files, load)
    *enrol, rest = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Next: ")]
    assert "baseline adopt" in rest
    assert [re.search(r"\d to go", line)[0] for line in enrol] == left


def test_the_sheet_is_shown_until_it_was_typed_back():
    sheet = passphrase.generate()
    asking = Typed("AAAAA", passphrase.generate(), sheet.lower(), "not asked for")
    recovery_sheet.shown_once(asking, sheet, "en")
    assert sheet in asking.told[0]
    assert "AGE-040" in asking.told[1]
    assert asking.lines == ["not asked for"]
