"""Each witness has a head of its own; one that has followed a hand-over hears no former key."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from media_station.cli.session import introduction
from media_station.cli.standalone import witness as host
from media_station.desk.flow import witness
from media_station.desk.hands.clock import Clock
from media_station.desk.hands.disk import Disk
from media_station.desk.journal.append import Log
from media_station.desk.journal.commit import Journal
from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.seen import greeting
from media_station.model.clock import ClockAdvanced
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.model.instant import parse_wall, wall_text
from media_station.model.station import HeadWitnessed
from media_station.proof.checkpoint import Checkpoint, sign
from media_station.proof.cosignature import Witness, cosign
from media_station.proof.key import Signer
from media_station.proof.merkle import ProvingTree, leaf_hash
from media_station.proof.verify import verify_journal

IDENTITY = Identity(station="kita-zei-1", epoch="r1")
OLD, NEW = (Signer.generate(IDENTITY.key_name("journal")) for _ in range(2))
HOST, AUDITOR = (Signer.generate(f"media-station-host/{name}/witness") for name in ("jouhou-1", "kansa-1"))
SECONDS = 1_775_000_000
LINES = [b"%d" % number for number in range(12)]


@pytest.fixture
def desk(tmp_path):
    """What the witness's use case needs of one."""
    log = Log(tmp_path / "journal", IDENTITY, OLD)
    assert list(log.recover()) == []
    log.settle()
    ledger = Ledger(tmp_path / "ledger.sqlite")
    disk = Disk(tmp_path, warn_bytes=1 << 24, refuse_bytes=1 << 23)
    journal = Journal(log=log, ledger=ledger, clock=Clock(), disk=disk, identity=IDENTITY)
    known = tuple(Witness(key=each.verifier).render() for each in (HOST, AUDITOR))
    yield SimpleNamespace(journal=journal, ledger=ledger, house=SimpleNamespace(witnesses=known), performing=set())
    ledger.disconnect()


def cosigned_by(desk, signer: Signer) -> int:
    shown = {}
    grown = asyncio.run(witness.show(desk, shown, 0))
    return witness.take(desk, shown, cosign(grown.checkpoint.encode(), signer, SECONDS).decode())


def test_two_witnesses_have_a_head_each_and_the_verifier_holds_the_journal_against_both(desk):
    desk.journal.commit(ClockAdvanced(seconds=1))
    assert cosigned_by(desk, HOST) == 1
    desk.journal.commit(ClockAdvanced(seconds=2))
    assert cosigned_by(desk, AUDITOR) == 3
    for each in (HOST, AUDITOR):
        known = Witness(key=each.verifier)
        verify_journal(desk.journal.directory, [OLD.verifier], None, witness=known)
    stranger = Witness(key=Signer.generate(HOST.name).verifier)
    with pytest.raises(IntegrityViolation, match="PRF-052"):
        verify_journal(desk.journal.directory, [OLD.verifier], None, witness=stranger)


def test_records_of_witnesses_alone_make_no_others(desk):
    desk.journal.commit(ClockAdvanced(seconds=1))
    for _ in range(3):
        cosigned_by(desk, HOST)
        cosigned_by(desk, AUDITOR)
    assert [each.cosigner for each in desk.ledger.of(HeadWitnessed).all(HeadWitnessed)] == [HOST.name, AUDITOR.name]
    desk.journal.commit(ClockAdvanced(seconds=2))
    cosigned_by(desk, HOST)
    assert desk.ledger.count(HeadWitnessed) == 3


def greeted(desk, days: int, allowed: int = 7):
    """So many days from now."""
    now = Clock().now()
    later = replace(now, wall=wall_text(parse_wall(now.wall) + timedelta(days=days)))
    return greeting(desk.ledger, IDENTITY, later, 0, allowed)


def test_whoever_signs_in_sees_the_last_cosigned_head_and_is_warned_of_an_old_one(desk):
    desk.journal.commit(ClockAdvanced(seconds=1))
    before = greeted(desk, 0)
    assert (before.witnessed, before.witnessed_at, before.witness_late) == (0, "", True)
    assert not greeted(desk, 0, allowed=0).witness_late  # no witness is known
    cosigned_by(desk, HOST)
    assert [(greeted(desk, days).witnessed, greeted(desk, days).witness_late) for days in (0, 6, 8)] == [
        *((1, False), (1, False), (1, True))
    ]
    for language, said in (("ja", "副署された記録  第0号"), ("en", "cosigned     no. 0")):
        fresh, old = (introduction(greeted(desk, days), language) for days in (6, 8))
        assert any(line.startswith(said) for line in fresh)
        assert [line[:2] for line in old].count("!!") == [line[:2] for line in fresh].count("!!") + 1


def head(size: int, *signers: Signer) -> bytes:
    tree = ProvingTree([])
    for line in LINES[:size]:
        tree.append(leaf_hash(line))
    return sign(Checkpoint(origin=IDENTITY.origin, size=size, root=tree.root()), *signers)


@pytest.fixture
def witnesses(tmp_path, monkeypatch):
    """`media-station witness` once, before a gate that shows this head."""
    (tmp_path / "witness.key").write_text(HOST.render_secret() + "\n")
    for name, each in (("old.pub", OLD), ("new.pub", NEW)):
        (tmp_path / name).write_text(each.verifier.render() + "\n")
    kept = tmp_path / "head"

    def witnesses(size: int, *signers: Signer) -> bytes:
        def ask(method, path, *_):
            if method == "PUT":
                return json.dumps({"witnessed": size})
            tree = ProvingTree([], int(path.rpartition("/")[2]))
            for line in LINES[:size]:
                tree.append(leaf_hash(line))
            shown = head(size, *signers).decode()
            return json.dumps({"checkpoint": shown, "consistency": [each.hex() for each in tree.proofs()[1]]})

        monkeypatch.setattr(host, "Gate", lambda *_: SimpleNamespace(ask=ask, close=lambda: None))
        keys = [tmp_path / "old.pub", tmp_path / "new.pub"]
        asked = SimpleNamespace(host_keys=tmp_path, journal_key=keys, head=kept, to="", gate_cert=None, json=True)
        host.run(asked)
        return kept.read_bytes()

    witnesses.kept = kept
    return witnesses


def test_a_hand_over_is_followed_and_the_former_key_counts_no_more(witnesses):
    witnesses(3, OLD)
    witnesses(5, OLD, NEW)
    kept = witnesses(7, NEW)
    with pytest.raises(IntegrityViolation, match="WIT-014"):
        witnesses(9, OLD)
    assert witnesses.kept.read_bytes() == kept
    witnesses(10, NEW)


def test_from_the_hand_over_itself_on_the_former_key_counts_no_more(witnesses):
    kept = witnesses(5, OLD, NEW)
    with pytest.raises(IntegrityViolation, match="WIT-014"):
        witnesses(6, OLD)
    assert witnesses.kept.read_bytes() == kept


def test_after_a_reading_of_the_journal_the_next_one_waits_four_times_as_long(desk, monkeypatch):
    desk.journal.commit(ClockAdvanced(seconds=1))
    times, rests = iter([10.0, 12.5]), []

    async def rest(seconds):
        rests.append(seconds)
        with pytest.raises(Refused, match="FLW-003"):
            await witness.show(desk, {}, 0)

    monkeypatch.setattr(witness, "time", SimpleNamespace(monotonic=lambda: next(times)))
    monkeypatch.setattr(witness.asyncio, "sleep", rest)
    asyncio.run(witness.show(desk, {}, 0))
    assert rests == [10.0]
    assert desk.performing == set()


def test_a_head_that_was_shown_to_nobody_is_not_taken(desk):
    with pytest.raises(Refused, match="WIT-002"):
        witness.take(desk, {}, cosign(head(1, OLD), HOST, SECONDS).decode())
