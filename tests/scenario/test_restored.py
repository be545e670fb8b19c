"""S9: a station is destroyed and comes back from its backup in the next epoch; one that is replaced goes the same way."""

import json
import os
import shutil
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from asyncvarlink import FileDescriptor
from hands_in_memory import Luck
from one_process import CounterOfOne, OneProcess, cheap
from walking_in_one import prepare, refusal

from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone.setup import setup_station
from media_station.desk import restore
from media_station.desk.flow import do_chores
from media_station.desk.journal import epoch
from media_station.desk.main import open_desk
from media_station.drive.admit import claim, parse_signed
from media_station.model import account_asks, asks
from media_station.model.chore import IntegrityVerified
from media_station.model.errors import IntegrityViolation, PeerFault, Refused, StationError
from media_station.model.ids import Identity, parse_identity
from media_station.model.instant import Instant
from media_station.model.kind import MediumKind
from media_station.model.order import Action, OrderState
from media_station.model.station import StationRestored
from media_station.model.steps import StepKind
from media_station.model.vocabulary import ORDER
from media_station.proof.key import Signer, Verifier
from media_station.proof.succession import Reign
from media_station.proof.verify import verify_journal
from media_station.settings import load

ROOT = Path(__file__).parents[2]
NEXT = Identity(station="rehearsal", epoch="r2")
READERS = [X25519Identity.generate(), X25519Identity.generate()]


def fresh(folder: Path, identity: Identity = NEXT, *, clock: Path | None = None) -> Path:
    """A new machine; its clock is right."""
    setup_station(folder / "station", identity, issued_by="架空区 税務部 税務課（訓練）", host_certificate=None)
    if clock is not None:
        (folder / "station" / "state" / "clock").mkdir(parents=True)
        shutil.copy(clock, folder / "station" / "state" / "clock")
    return folder / "station"


def keys(*stations: Path) -> list[Verifier]:
    return [Verifier.parse((each / "public" / "journal.pub").read_text()) for each in stations]


async def seen(walk) -> list[object]:
    """What the people door shows of the station's things."""
    return [
        await walk.counter.all("Ledger", walk.staff.operator),
        await walk.counter.all("Stock", walk.staff.operator),
        await walk.counter.all("Transfers", walk.staff.operator),
        await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer),
        await walk.counter.all("Operators", walk.staff.administrator),
    ]


@pytest.fixture(scope="module")
def lost(tmp_path_factory):
    """A station in the middle of a transfer: a backup, some records more, then nothing is left but what is kept."""
    folder = tmp_path_factory.mktemp("lost")
    with cheap():
        prepared = prepare(folder / "prepared")
        with (prepared.folder / "station" / "station.toml").open("a") as file:
            file.write(f"\n[backup]\nrecipients = {json.dumps([str(each.to_public()) for each in READERS])}\n")
        walk = prepared.opened(folder / "open")
        left = SimpleNamespace(folder=folder, staff=None, file=folder / "backup.age", station=walk.house.station)
        orders = []
        writing = walk.house.drive.write

        async def write(order, image, bay, tell):
            orders.append(order)
            return await writing(order, image, bay, tell)

        walk.house.drive.write = write

        async def work():
            await walk.before()
            await walk.until(StepKind.PRINT_NOTICE)
            walk.house.drive.luck.append(Luck.LOST_BEFORE)
            with pytest.raises(PeerFault):
                await walk.ready(MediumKind.USB)
            left.shown = await seen(walk)
            left.head_then = walk.house.desk.journal.head
            made = await walk.counter.do(asks.BackUp(), walk.staff.administrator, fresh=True)
            out = os.open(left.file, os.O_RDWR | os.O_CREAT, 0o600)
            await walk.counter.see(
                "FetchBundle", walk.staff.administrator, bundle=made.facts["bundle"], into=FileDescriptor(out)
            )
            os.close(out)
            left.backup = left.file.read_bytes()
            left.vault_then = (walk.house.station / "state" / "desk" / "vault").read_bytes()
            # What comes after the backup is lost, but for the head that was kept of it.
            await walk.ready(MediumKind.USB)
            left.head = walk.house.desk.journal.head
            left.now = walk.house.desk.clock.wall()

        walk.house.run(work())
        left.order, left.transfer, left.staff = orders[-1], walk.transfer, walk.staff
        left.named = [walk.staff.administrator.operator, walk.staff.second_administrator.operator]
        left.size = json.loads(walk.house.lines()[-1])["media_station"]["sequence"] + 1
        left.clock = walk.house.station / "state" / "clock" / "ahead_ms"
        walk.house.close()
        yield left


@pytest.fixture(scope="module")
def restored(lost):
    """The station on a fresh machine, its desk started."""
    with cheap():
        station = fresh(lost.folder / "new", clock=lost.clock)
        lost.told = restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[1], keys(lost.station), lost.head, lost.named
        )
        vault = (station / "state" / "desk" / "vault").read_bytes()
        house = OneProcess(lost.folder / "new")
        people = deepcopy(lost.staff)
        for each in people.all():
            each.session = ""
        walk = SimpleNamespace(house=house, counter=CounterOfOne(house), staff=people)
        walk.transfer, walk.vault_at_first = lost.transfer, vault
        shut = people.operator
        asked = house.call("SignIn", operator=shut.operator, password=shut.password, code=shut.code(lost.now))
        walk.refused_before = refusal(house, asked)
        house.run(unlocking(walk, lost.told["locked"]))
        yield walk
        house.close()


async def unlocking(walk, names):
    await walk.counter.advance(90)
    for name in names:
        await walk.counter.do(account_asks.Unlock(operator=name), walk.staff.administrator, fresh=True)
        await walk.counter.advance(30)


def test_its_journal_verifies_and_goes_on_in_the_next_epoch(lost, restored):
    trusted = keys(lost.station, restored.house.station)
    assert verify_journal(restored.house.journal, trusted, lost.head_then).size == len(restored.house.lines())
    (told,) = restored.house.told("station.restored")
    assert (told["former"], told["records"]) == ("rehearsal/r1", int(lost.told["records"]))
    assert (told["known"], told["known_size"]) == ("rehearsal/r1", lost.size)
    assert lost.told["lost"] == lost.size - told["records"] > 0
    command = [sys.executable, "-I", ROOT / "scripts" / "verify_journal.py", restored.house.journal]
    for each in (lost.station, restored.house.station):
        command += ["--key", each / "public" / "journal.pub"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "whole")


def test_a_head_of_what_was_lost_says_so(lost, restored):
    with pytest.raises(IntegrityViolation, match="PRF-055"):
        verify_journal(restored.house.journal, keys(lost.station, restored.house.station), lost.head)


def test_a_code_that_was_used_is_refused(lost, restored):
    """By the new machine, at the very time at which the old one took it; whoever has his next code gets in."""
    person = restored.staff.auditor
    again = restored.house.call(
        "SignIn", operator=person.operator, password=person.password, code=person.code(lost.now)
    )
    assert refusal(restored.house, again) == "ACC-002"
    restored.house.run(restored.counter.advance(90))
    assert restored.house.run(restored.counter.all("Operators", restored.staff.auditor))


def test_the_ledger_is_equal(lost, restored):
    restored.house.run(restored.counter.advance(90))
    shown = restored.house.run(seen(restored))
    assert shown[:4] == lost.shown[:4]
    # But for the sign-in that shows it, and for the recovery codes.
    assert [replace(each, recovery_codes=0) for each in lost.shown[4]] == shown[4]
    assert restored.house.rows() == restored.house.rows_folded_anew()


def test_all_but_the_two_who_are_named_are_locked_until_one_of_them_has_looked(lost, restored):
    """Who was shut out since is among them, and lets nobody else in."""
    everyone = sorted(each.operator for each in lost.staff.all())
    assert lost.told["accounts"] == everyone
    assert lost.told["locked"] == sorted(set(everyone) - set(lost.named)) != []
    # For whoever was cut off from what it said.
    assert json.loads((restored.house.station / "state" / "desk" / "restored.json").read_text()) == lost.told
    assert restored.refused_before == "THR-002"
    locked = [each["operator"] for each in restored.house.told("operator.locked")]
    assert locked == lost.told["locked"]


@pytest.mark.parametrize(
    "named", [(), ("administrator",), ("administrator", "administrator"), ("administrator", "operator")]
)
def test_without_two_of_its_administrators_nothing_is_restored(lost, tmp_path, named):
    station = fresh(tmp_path, clock=lost.clock)
    names = [getattr(lost.staff, each).operator for each in named]
    with cheap(), pytest.raises(Refused, match="RST-004"):
        restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[0], keys(lost.station), lost.head, names
        )
    assert not list((station / "state" / "desk").iterdir())


def test_recovery_codes_of_before_are_void(lost, restored):
    person = restored.staff.approver
    asked = restored.house.call(
        "SignIn", operator=person.operator, password=person.password, code=person.recovery_codes[0]
    )
    assert refusal(restored.house, asked) == "ACC-002"
    assert all(not each.recovery_hashes for each in restored.house.desk.vault.accounts.values())


def test_an_order_of_before_is_refused(lost, restored):
    drive, own = restored.house.drive, keys_of_orders(lost.station)
    with pytest.raises(StationError, match="DRV-027"):
        parse_signed(lost.order, restored.house.desk.keys.orders.verifier)
    with pytest.raises(Refused, match="DRV-011"):
        claim(parse_signed(lost.order, own), Action.WRITE, NEXT, drive._spent)


def keys_of_orders(station: Path) -> Verifier:
    return Verifier.parse((station / "public" / "orders.pub").read_text())


def test_yesterdays_vault_is_refused(lost, restored, tmp_path):
    station = shutil.copytree(restored.house.station, tmp_path / "station")
    for vault in (lost.vault_then, b"", restored.vault_at_first):
        (station / "state" / "desk" / "vault").write_bytes(vault)
        with cheap(), pytest.raises(IntegrityViolation, match=r"VLT-00[12]"):
            open_desk(load(station / "station.toml"), lambda _: None)


def test_no_medium_has_a_password_and_its_notice_says_why(lost, restored):
    restored.house.run(restored.counter.advance(90))
    (medium,) = {each["medium"] for each in restored.house.told("image.sealed")}
    printing = restored.counter.do(
        asks.PrintNotice(medium=medium), restored.staff.operator, second=restored.staff.approver
    )
    assert refusal(restored.house, printing) == "VLT-003"


def test_no_number_comes_twice(lost, restored):
    restored.house.run(restored.counter.advance(90))
    pieces = [restored.house.drive.new_piece(MediumKind.USB) for _ in range(9)]
    restored.house.drive.bays_now["usb0"] = pieces[-1]  # none of the serials that the old station registered
    before = {each["medium"] for each in restored.house.told("medium.registered")}
    registered = restored.house.run(registering(restored))
    assert registered.startswith("R2-U-")
    assert registered not in before


async def registering(walk) -> str:
    return (await walk.counter.do(asks.RegisterMedium(bay="usb0"), walk.staff.operator)).facts["medium"]


def test_an_order_that_was_out_is_closed_without_asking_the_drive_and_nothing_is_claimed(lost, restored):
    """No drive of this epoch knows it; what became of the medium nobody can tell."""
    ledger = restored.house.desk.ledger
    (out,) = ledger.in_state(ORDER, OrderState.ISSUED)
    restored.house.run(restored.house.settle())
    assert ledger.state(ORDER, out) is OrderState.SPENT
    ended = restored.house.told("erasure.interrupted")[-1]
    assert (ended["order"], ended["code"]) == (out, "DRV-092")


@pytest.mark.parametrize("epoch_name", ["r1", "e2"])
def test_into_no_later_epoch_it_is_refused(lost, tmp_path, epoch_name):
    identity = Identity(station="rehearsal", epoch=epoch_name)
    station = fresh(tmp_path, identity, clock=lost.clock)
    with cheap(), pytest.raises(Refused, match="IDS-003"):
        restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[0], keys(lost.station), lost.head, lost.named
        )
    assert not (station / "state" / "desk" / "journal").exists()


def test_into_a_station_that_was_used_it_is_refused(lost, restored):
    asking = (
        load(restored.house.station / "station.toml"),
        BytesIO(lost.backup),
        READERS[0],
        keys(lost.station),
        lost.head,
        lost.named,
    )
    before = restored.house.lines()
    with pytest.raises(Refused, match="RST-001"):
        restore.restore(*asking)
    assert restored.house.lines() == before


def test_before_it_no_desk_starts(lost, tmp_path):
    """Else a second journal would begin in the later epoch, and nothing could be restored any more."""
    station = fresh(tmp_path, clock=lost.clock)
    with cheap(), pytest.raises(Refused, match="RST-003"):
        open_desk(load(station / "station.toml"), lambda _: None)
    with cheap():
        assert restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[0], keys(lost.station), lost.head, lost.named
        )


def test_with_a_clock_before_the_backup_it_is_refused(lost, tmp_path):
    station = fresh(tmp_path)
    with cheap(), pytest.raises(Refused, match="RST-002"):
        restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[0], keys(lost.station), lost.head, lost.named
        )
    assert not list((station / "state" / "desk").iterdir())


def test_a_head_that_is_not_its_beginning_is_refused(lost, tmp_path):
    key = Signer.parse((lost.station / "keys" / "desk" / "journal.key").read_text())
    text, _, _ = lost.head_then.decode().partition("\n\n")
    origin, size, root = text.split("\n")
    forged = f"{origin}\n{size}\n{root[::-1].lstrip('=')}=\n"
    head = f"{forged}\n— {key.name} {key.sign(forged.encode())}\n".encode()
    station = fresh(tmp_path, clock=lost.clock)
    with cheap(), pytest.raises(IntegrityViolation, match=r"PRF-02[46]|PRF-009"):
        restore.restore(
            load(station / "station.toml"), BytesIO(lost.backup), READERS[0], keys(lost.station), head, lost.named
        )
    assert not list((station / "state" / "desk").iterdir())


# --- Succession: a station that is replaced in order ---


@pytest.fixture
def succeeded(lost, tmp_path):
    """A journal and a certificate of an earlier release; the new machine's first record after them."""
    golden = next(iter((ROOT / "tests" / "vectors" / "journals").iterdir()))
    journal = shutil.copytree(golden / "journal", tmp_path / "journal")
    first = Verifier.parse((golden / "journal.pub").read_text())
    before = verify_journal(journal, [first], None)
    former = Reign(start=0, key=first).identity
    identity = parse_identity(former).following("r2")
    signer = Signer.generate(identity.key_name("journal"))
    event = StationRestored(
        bundle="R1-B-00001",
        backup_sha256="0" * 64,
        former=former,
        former_checkpoint=before.checkpoint.decode(),
        records=before.size,
        known=former,
        known_size=before.size,
        known_root=before.root.hex(),
        new_key=signer.verifier.render(),
        vault_sha256="0" * 64,
    )
    at = Instant(wall="2031-04-01T00:00:00.000000Z", boottime_ms=1, boot_id="b" * 32)
    epoch.begin(journal, event, at=at, identity=identity, signer=signer)
    return SimpleNamespace(golden=golden, journal=journal, keys=[first, signer.verifier], before=before)


def test_after_a_succession_old_journal_papers_and_heads_verify(succeeded, tmp_path):
    assert (
        verify_journal(succeeded.journal, succeeded.keys, succeeded.before.checkpoint).size == succeeded.before.size + 1
    )
    (certificate,) = succeeded.golden.glob("*-C-*.pdf")
    given = []
    for number, key in enumerate(succeeded.keys):
        (tmp_path / f"{number}.pub").write_text(key.render())
        given += ["--key", tmp_path / f"{number}.pub"]
    kept = ["--head", succeeded.golden / "sheet", "--paper", certificate]
    command = [sys.executable, "-I", ROOT / "scripts" / "verify_journal.py", succeeded.journal, *given, *kept]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout.partition(":")[0]) == (0, "whole"), done.stdout


def test_the_old_keys_alone_do_not_lead_into_the_new_epoch(succeeded):
    with pytest.raises(IntegrityViolation, match="PRF-007"):
        verify_journal(succeeded.journal, succeeded.keys[:1], None)


def test_what_no_backup_holds_is_missed_by_nobody(restored):
    desk = restored.house.desk
    restored.house.run(do_chores.verify(desk))
    assert desk.ledger.of(IntegrityVerified).the(IntegrityVerified).damaged == ()
