"""The journal's key hands over to the next: by two administrators, for who verifies with the first key without a break."""

import asyncio
import shutil

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, OPERATOR, PASSWORD

from media_station.cli.standalone.setup import setup_next_key
from media_station.desk.access.authority import grant
from media_station.desk.flow import rotate_key
from media_station.desk.flow.prove_record import prove_record
from media_station.model.asks import RotateKey
from media_station.model.errors import Refused, StationError
from media_station.model.key import KeyRotated
from media_station.model.sign_in import StepUpAccepted
from media_station.model.station import DriftMended
from media_station.model.views import SecondPerson
from media_station.proof.checkpoint import open_checkpoint
from media_station.proof.key import Verifier
from media_station.proof.verify import verify_journal

FIRST, SECOND = ADMINISTRATORS


def next_key(bench) -> str:
    made = setup_next_key(bench.folder)
    bench.restart()
    return made["key_id"]


def rotate(bench, key_id, by=FIRST, second=SECOND):
    """What the door does with the request; or the refusal's code."""
    ask = RotateKey(key_id=key_id)
    bench.wait(60)

    async def asked():
        session = bench.sessions.begin(by, ME)
        beside = SecondPerson(operator=second, password=PASSWORD, code=bench.code(second)) if second else None
        granted = await grant(
            *(bench.desk, bench.sessions, ME),
            action=RotateKey,
            session=session,
            code=bench.code(by),
            second=beside,
            check=lambda: rotate_key.check_rotation(bench.desk, ask),
        )
        return await rotate_key.rotate(bench.desk, granted, ask)

    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def first_key(bench) -> Verifier:
    return Verifier.parse((bench.folder / "public" / "journal.pub").read_text())


def retire(bench) -> None:
    """As whoever looks after the machine does it."""
    keys = bench.folder / "keys" / "desk"
    (keys / "journal.next.key").replace(keys / "journal.key")


def checkpoint_keys(bench) -> int:
    return bench.desk.journal.head.count("—".encode())


@pytest.mark.parametrize("moved", [True, False], ids=["the old key put away", "both keys there"])
def test_two_administrators_hand_over_and_the_first_key_still_verifies(bench, moved):
    key_id, first = next_key(bench), first_key(bench)
    kept = bench.desk.journal.head
    answer = rotate(bench, key_id)
    assert answer.facts == {"old": first.key_id, "new": key_id}
    assert checkpoint_keys(bench) == 2
    assert {open_checkpoint(bench.desk.journal.head, [each]).size for each in (first, bench.desk.journal.verifier)} == {
        answer.record + 1
    }
    bench.wait(1)
    assert checkpoint_keys(bench) == 1
    if moved:
        retire(bench)
    bench.restart()
    assert not bench.told(DriftMended)
    assert bench.desk.journal.verifier.key_id == key_id
    verify_journal(bench.desk.journal.directory, [first], kept)
    proof = asyncio.run(prove_record(bench.desk, 0, kept.decode()))
    assert proof.consistency


def test_it_hands_over_again_and_again(bench):
    first = first_key(bench)
    for _ in range(2):
        assert rotate(bench, next_key(bench)).action == "key.rotated"
        retire(bench)
        shutil.move(bench.folder / "public" / "journal.next.pub", bench.folder / "former.pub")
        bench.restart()
    assert len(bench.told(KeyRotated)) == 2
    verify_journal(bench.desk.journal.directory, [first], None)


@pytest.mark.parametrize(
    ("by", "second", "code"),
    [
        (FIRST, "", "ACC-013"),
        (FIRST, FIRST, "ACC-014"),
        (FIRST, APPROVER, "ACC-014"),
        (APPROVER, FIRST, "ACC-011"),
        (OPERATOR, FIRST, "ACC-011"),
    ],
)
def test_nobody_else_does(bench, by, second, code):
    assert rotate(bench, next_key(bench), by, second) == code
    assert not bench.told(KeyRotated)


def test_a_key_that_does_not_wait_is_refused_before_a_code_is_burnt(bench):
    assert rotate(bench, first_key(bench).key_id) == "KEY-003"
    key_id = next_key(bench)
    assert rotate(bench, "0" * 8) == "KEY-003"
    assert not bench.told(StepUpAccepted)
    assert rotate(bench, key_id).action == "key.rotated"
    assert rotate(bench, key_id) == "KEY-003"


def test_a_desk_with_the_old_key_alone_does_not_start(bench):
    key_id = next_key(bench)
    rotate(bench, key_id)
    bench.wait(1)
    (bench.folder / "keys" / "desk" / "journal.next.key").rename(bench.folder / "away.key")
    with pytest.raises(StationError) as caught:
        bench.restart()
    assert caught.value.code == "PRF-007"
    (bench.folder / "away.key").rename(bench.folder / "keys" / "desk" / "journal.next.key")
