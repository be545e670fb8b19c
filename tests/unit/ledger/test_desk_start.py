"""A desk with years of records starts by telling how far it is; with a journal that isn't whole it doesn't start."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from recovering import encoded
from years_of_records import write_journal

from media_station.desk.hands import keys, systemd
from media_station.desk.hands.vault import Vault
from media_station.desk.journal.append import Log
from media_station.doors.socket import listen_notify
from media_station.model.station import StationStarted
from media_station.model.views import Progress
from media_station.rehearsal.house import House
from media_station.settings import load
from media_station.texts.texts import LANGUAGES
from media_station.texts.words import start_words

RECORDS = 2500
LIMIT_SECONDS = 120  # against a hang
IMPATIENT = [sys.executable, str(Path(__file__).with_name("impatient.py"))]


@pytest.fixture
def house(tmp_path):
    """A station that has worked for a while: its journal, its vault, and no ledger."""
    house = House(tmp_path / "house")
    house.set_up([])
    settings = load(house.station / "station.toml")
    identity = settings.identity("desk")
    held = keys.load(settings.credentials("desk"), identity)
    write_journal(desk(house) / "journal", held.journal, identity, RECORDS)
    sha256 = Vault(desk(house) / "vault", held.vault, identity).put_accounts({})
    log = Log(desk(house) / "journal", identity, held.journal)
    for _ in log.recover():
        pass
    log.settle()
    log.append([encoded(StationStarted(version="9", records=0, vault_sha256=sha256), log.size)], "2001-01-01")
    yield house
    house.stop()


def desk(house: House) -> Path:
    return house.station / "state" / "desk"


def started(house: House) -> tuple[int | None, list[str]]:
    """What a desk tells the service manager until it is ready, then it is ended; its exit code if it ended itself."""
    address = house.run / "desk.notify"
    manager = listen_notify(address)
    manager.settimeout(0.2)
    process = subprocess.Popen(
        [*IMPATIENT, "desk", "--settings", str(house.station / "station.toml")],
        env={**os.environ, "NOTIFY_SOCKET": str(address)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    told = []
    try:
        while not any("READY=1" in each for each in told):
            try:
                told.append(manager.recv(4096).decode())
            except TimeoutError:
                if process.poll() is not None:
                    return process.returncode, told
        process.terminate()
        process.communicate(timeout=LIMIT_SECONDS)
    finally:
        process.kill()
        process.communicate()
        manager.close()
    return None, told


def test_a_rebuild_is_told_and_keeps_the_service_manager_patient(house):
    code, told = started(house)
    assert code is None
    *working, ready = [dict(line.split("=", 1) for line in each.splitlines()) for each in told]
    assert ready == {"READY": "1", "STATUS": ""}
    shares = [int(re.search(r"(\d+) %, about \d+ s left", each["STATUS"])[1]) for each in working]
    assert len(shares) == RECORDS // 1000
    assert shares == sorted(shares)
    assert all("台帳をアクセス記録から作り直しています" in each["STATUS"] for each in working)
    assert all(int(each["EXTEND_TIMEOUT_USEC"]) > 0 for each in working)
    _, again = started(house)
    assert "アクセス記録を検証しています" in again[0]


def test_a_desk_whose_journal_does_not_verify_does_not_start_and_leaves_the_ledger(house):
    started(house)
    index = desk(house) / "ledger.sqlite"
    day = min((desk(house) / "journal").glob("*.jsonl"))
    day.write_bytes(day.read_bytes().replace(b"sousa-hanako", b"sousa-hanaka", 1))
    before = index.read_bytes()
    code, told = started(house)
    assert code == 5
    assert not any("READY=1" in each for each in told)
    assert index.read_bytes() == before


def test_a_vault_whose_record_was_set_aside_is_opened_and_an_older_one_is_not(house):
    settings = load(house.station / "station.toml")
    identity = settings.identity("desk")
    held = keys.load(settings.credentials("desk"), identity)
    vault, checkpoint = desk(house) / "vault", desk(house) / "journal" / "checkpoint"
    older = vault.read_bytes()
    log = Log(desk(house) / "journal", identity, held.journal)
    for _ in log.recover():
        pass
    log.settle()
    sealing = Vault(vault, held.vault, identity)
    sealing.open(hashlib.sha256(older).hexdigest())
    for _ in range(2):  # the second one's record is not acknowledged
        signed = checkpoint.read_bytes()
        changed = StationStarted(version="9", records=0, vault_sha256=sealing.put_accounts({}))
        log.append([encoded(changed, log.size)], "2001-01-01")
    checkpoint.write_bytes(signed)
    code, _ = started(house)
    assert code is None
    assert len(list((desk(house) / "journal" / "aside").iterdir())) == 1
    vault.write_bytes(older)
    code, _ = started(house)
    assert code == 5


def test_a_start_is_told_at_most_as_often_as_it_may(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(systemd, "_SECONDS_BETWEEN", 3600.0)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))  # would fail if it told
    starting = systemd.Starting()
    starting.tell(Progress(subject="journal", phase="verify", done=1, total=2))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("phase", ["rebuild", "verify"])
def test_both_languages_say_how_far_and_how_long(phase):
    assert [re.findall(r"\d+", start_words(phase, 34, 40, language)) for language in LANGUAGES] == [["34", "40"]] * 2
