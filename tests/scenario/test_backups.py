"""S9: a backup leaves sealed to two recipients of the district; whoever holds one's key proves that it opens."""

import asyncio
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from asyncvarlink import FileDescriptor
from one_process import cheap
from walking_in_one import prepare, refusal

from media_station.age.decrypt import decrypt
from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.cli.main import main
from media_station.desk.flow import back_up
from media_station.desk.hands.passing import Passing
from media_station.model import asks
from media_station.model.backup import BackupMade
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.steps import StepKind
from media_station.proof.backup import unpack
from media_station.proof.key import Verifier

READERS = [X25519Identity.generate(), X25519Identity.generate()]


def name_recipients(station: Path, *recipients) -> None:
    with (station / "station.toml").open("a") as file:
        file.write(f"\n[backup]\nrecipients = {json.dumps(list(map(str, recipients)))}\n")


async def fetch(walk, by, bundle: str, into: Path) -> Path:
    out = os.open(into, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        await walk.counter.see("FetchBundle", by, bundle=bundle, into=FileDescriptor(out))
    finally:
        os.close(out)
    return into


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A station in the middle of a transfer that has made a backup; the sealed file."""
    folder = tmp_path_factory.mktemp("backups")
    with cheap():
        prepared = prepare(folder / "prepared")
        name_recipients(prepared.folder / "station", *(each.to_public() for each in READERS))
        walk = prepared.opened(folder / "open")
        administrator = walk.staff.administrator

        async def work():
            await walk.before()
            await walk.until(StepKind.PRINT_NOTICE)
            answer = await walk.counter.do(asks.BackUp(), administrator, fresh=True)
            return await fetch(walk, administrator, answer.facts["bundle"], folder / "backup.age"), answer

        walk.file, walk.answer = walk.house.run(work())
        for reader, name in zip(READERS, ("one.txt", "other.txt"), strict=True):
            (folder / name).write_text(reader.secret_text() + "\n")
        walk.folder = folder
        yield walk
        walk.house.close()


def journal_key(walk) -> Path:
    return walk.house.station / "public" / "journal.pub"


def proving(walk, file: Path, key: str = "one.txt") -> list[str]:
    return ["backup", "prove", str(file), "-i", str(walk.folder / key), "--journal-key", str(journal_key(walk))]


def opened(walk) -> bytes:
    with walk.file.open("rb") as sealed:
        return b"".join(map(bytes, decrypt(sealed, READERS[0])))


@pytest.mark.parametrize("key", ["one.txt", "other.txt"])
def test_either_recipient_proves_it_and_the_word_goes_into_the_journal(made, capsys, key):
    assert main([*proving(made, made.file, key), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert f"{made.answer.facts['records']} records of rehearsal/r1" in told
    bundle = made.answer.facts["bundle"]
    word = told.partition("Word ")[2].partition(" ")[0]
    recorded = made.house.run(made.counter.do(asks.ProveBackup(bundle=bundle, word=word), made.staff.administrator))
    assert recorded.action == "backup.proved"


def test_a_word_that_is_not_in_it_proves_nothing(made):
    guess = asks.ProveBackup(bundle=made.answer.facts["bundle"], word="2222A-2222C-2222E-2222F")
    assert refusal(made.house, made.counter.do(guess, made.staff.administrator)) in {"BKP-005", "AGE-041"}


def test_no_password_and_no_key_is_in_it(made):
    plain = opened(made)
    (password,) = made.house.desk.vault._passwords.values()
    secrets = [path.read_bytes().strip() for path in (made.house.station / "keys" / "desk").glob("*.key")]
    assert password.encode() not in plain
    assert not [secret for secret in secrets if secret in plain]


def test_a_backup_holds_the_settings_and_every_account(made, tmp_path):
    verifiers = [Verifier.parse(journal_key(made).read_text())]
    held = unpack(iter([memoryview(opened(made))]), tmp_path, verifiers)
    assert held.accounts.keys() == made.house.desk.vault.accounts.keys()
    assert held.settings == (made.house.station / "station.toml").read_text()


def test_what_was_changed_by_someone_who_can_seal_is_not_taken(made, tmp_path):
    """The recipients' keys are public: the journal's signature over the list of hashes is what counts."""
    verifiers = [Verifier.parse(journal_key(made).read_text())]
    plain = opened(made)
    for number, at in enumerate(range(600, len(plain) - 2048, len(plain) // 25)):
        changed = bytearray(plain)
        changed[at] ^= 1
        into = tmp_path / str(number)
        into.mkdir()
        try:
            held = unpack(iter([memoryview(bytes(changed))]), into, verifiers)
        except (IntegrityViolation, Refused):
            continue
        # Of a header's padding or time nothing is read.
        assert held.accounts == unpack(iter([memoryview(plain)]), _new(into), verifiers).accounts


def _new(beside: Path) -> Path:
    folder = beside.with_name(f"{beside.name}-whole")
    folder.mkdir()
    return folder


def test_a_backup_that_was_cut_off_is_refused(made, tmp_path, capsys):
    cut = tmp_path / "cut.age"
    cut.write_bytes(made.file.read_bytes()[:-100])
    assert main(proving(made, cut)) != 0
    assert "AGE-02" in capsys.readouterr().err


def test_another_stations_backup_is_refused(made, tmp_path, capsys):
    verifier = Verifier.parse(journal_key(made).read_text())
    other = Verifier(name=verifier.name, public=READERS[0].to_public().public_bytes)
    (tmp_path / "other.pub").write_text(other.render())
    asked = proving(made, made.file)
    assert main([*asked[:-1], str(tmp_path / "other.pub")]) != 0
    assert "BKP-002" in capsys.readouterr().err


def test_what_the_station_made_by_itself_is_fetched_by_nobody(made):
    """Nobody was asked for a code when it was made: an auditor alone would carry it out."""
    desk = made.house.desk
    record = made.house.run(back_up.back_up_by_itself(desk))
    (bundle,) = [each.event.bundle for each in desk.ledger.of(BackupMade).records if each.sequence == record]
    for by in (made.staff.administrator, made.staff.approver):
        into = made.folder / f"taken-by-{by.operator}.age"
        assert refusal(made.house, fetch(made, by, bundle, into)) == "BKP-006"
        assert into.read_bytes() == b""


def test_without_recipients_there_is_none(made):
    desk = made.house.desk
    without = replace(desk, house=replace(desk.house, backup_recipients=()))
    with pytest.raises(Refused, match="BKP-001"):
        asyncio.run(back_up.check(without, asks.BackUp()))


@pytest.mark.parametrize("recipients", [READERS[:1], [READERS[0], READERS[0]], ["age1nobody"]])
def test_one_recipient_alone_is_no_setting(recipients):
    texts = [each if isinstance(each, str) else str(each.to_public()) for each in recipients]
    with pytest.raises(Refused, match="SET-002"):
        back_up.parse_recipients(texts)


def test_sealed_to_another_it_does_not_open(made, tmp_path, capsys):
    stranger = X25519Identity.generate()
    strange = tmp_path / "strange.age"
    strange.write_bytes(b"".join(map(bytes, encrypt(_reader(opened(made)), stranger.to_public()))))
    assert main(proving(made, strange)) != 0
    assert "AGE-010" in capsys.readouterr().err


def _reader(data: bytes):
    return io.BufferedReader(Passing(iter([data])))
