"""When the guard opens, and when it doesn't: with a firewall, a machine and a desk in memory."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from media_station.guard import firewall
from media_station.guard import watch as watching
from media_station.guard.firewall import Counts
from media_station.guard.ruleset import closed, opened
from media_station.guard.watch import Watch
from media_station.model.errors import IntegrityViolation, PeerFault
from media_station.model.ids import Identity
from media_station.model.link import Link
from media_station.model.network import DriftKind, baseline_text
from media_station.proof.key import Signer
from media_station.proof.note import sign_note

LINK = Link(interface="eth0", address="192.0.2.2", host="192.0.2.1")
IDENTITY = Identity(station="aobano", epoch="e1")
RECEIPTS = Signer.generate(IDENTITY.key_name("receipts"))
CARD, CABLE, OTHER_CABLE = (f"interface eth{number} 52:54:00:00:00:0{number + 1}" for number in range(3))


class World:
    """`note` is what the desk answers; None: it isn't there."""

    def __init__(self, monkeypatch, link=LINK):
        self.rules, self.seen, self.lacking, self.note, self.told, self.now = "", {CARD}, {}, "", [], 1000.0
        monkeypatch.setattr(watching.firewall, "apply", lambda rules: setattr(self, "rules", rules))
        monkeypatch.setattr(watching.firewall, "live", lambda: self.rules)
        monkeypatch.setattr(watching.firewall, "counts", lambda: Counts(total=0, by={}))
        monkeypatch.setattr(watching.machine, "seen", lambda: frozenset(self.seen))
        monkeypatch.setattr(watching.host, "lacking", lambda: self.lacking)
        monkeypatch.setattr(watching.time, "monotonic", lambda: self.now)
        self.watch = Watch(link, IDENTITY, RECEIPTS.verifier, self.report)

    async def report(self, seen, drift, peers):
        if self.note is None:
            raise PeerFault("DOR-001")
        self.told.append({each.kind: each.detail for each in drift})
        return self.note

    def look(self, seconds=watching.CLEAN_SECONDS):
        self.now += seconds
        asyncio.run(self.watch.look())
        return self.rules == opened(LINK)


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def signed(*entries, by=RECEIPTS, identity=IDENTITY):
    return sign_note("baseline", baseline_text(identity.name, entries), by).decode()


def test_nothing_is_open_without_a_baseline_and_the_port_is_with_one(world):
    assert world.rules == closed()
    assert not world.look()
    world.note = signed(CARD, CABLE)
    assert world.look()


def test_a_station_without_a_network_is_watched_and_stays_closed(monkeypatch):
    world = World(monkeypatch, Link())
    world.note = signed(CARD)
    for _ in range(3):
        world.look()
        assert world.rules == closed()
    world.seen.add(CABLE)
    world.look()
    assert world.told[-1] == {DriftKind.INTERFACE: CABLE.partition(" ")[2]}


def test_a_desk_that_knows_of_no_baseline_any_more_closes(world):
    world.note = signed(CARD)
    assert world.look()
    world.note = ""
    assert not world.look()
    assert world.rules == closed()


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (signed(CARD, by=Signer.generate(IDENTITY.key_name("receipts"))), "PRF-007"),
        (signed(CARD, identity=Identity(station="aobano", epoch="e2")), "GRD-004"),
        (signed(CARD).replace("eth0", "eth9"), "PRF-008"),
    ],
)
def test_a_baseline_that_is_not_this_desks_opens_nothing(world, note, code):
    world.note = note
    with pytest.raises(IntegrityViolation, match=code):
        world.look()
    assert world.rules == closed()


def test_what_the_baseline_does_not_name_closes_until_it_is_gone_for_a_while(world):
    world.note = signed(CARD)
    assert world.look()
    world.seen = {CARD, CABLE}
    assert not world.look()
    assert world.told[-1] == {DriftKind.INTERFACE: CABLE.removeprefix("interface ")}
    world.seen = {CARD}
    assert not world.look(1.0)
    assert world.look()
    assert world.told[-1] == {}


def test_rules_that_somebody_changed_are_put_back_closed_and_opened_when_that_is_recorded(world):
    world.note = signed(CARD)
    assert world.look()
    world.rules, world.note = "table inet others {\n}\n", None
    for _ in range(3):
        with pytest.raises(PeerFault):
            world.look()
        assert world.rules == closed()
    world.note = signed(CARD)
    assert not world.look(1.0)
    assert world.told[-1].keys() == {DriftKind.RULESET}
    assert world.look()


def test_something_more_of_a_kind_is_told_while_the_first_stands_and_both_are_over_together(world):
    world.note = signed(CARD)
    assert world.look()
    for entries in ({CARD, CABLE}, {CARD, CABLE, OTHER_CABLE}, {CARD, OTHER_CABLE}):
        world.seen = entries
        assert not world.look(1.0)
    assert [each[DriftKind.INTERFACE] for each in world.told[-3:]] == [
        CABLE.removeprefix("interface "),
        *[", ".join(each.removeprefix("interface ") for each in (CABLE, OTHER_CABLE))] * 2,
    ]
    world.seen = {CARD}
    assert world.look()


def test_rules_that_are_changed_again_in_another_way_are_told_again(world):
    world.note = signed(CARD)
    assert world.look()
    for rules in ("", "table inet others {\n}\n"):
        world.rules = rules
        assert not world.look(1.0)
    first, both = (each[DriftKind.RULESET] for each in world.told[-2:])
    assert both.startswith(f"{first}, ")


def test_what_changes_all_the_time_ends_to_be_told_when_a_detail_is_full(world):
    world.note = signed(CARD)
    assert world.look()
    for port in range(1000, 1100):
        world.seen = {CARD, f"socket tcp 0.0.0.0:{port}"}
        assert not world.look(1.0)
    details = [each[DriftKind.SOCKET] for each in world.told if DriftKind.SOCKET in each]
    assert len(set(details)) == 11
    assert max(map(len, details)) < 200


def test_a_desk_that_was_away_is_told_what_came_meanwhile_before_it_is_over(world):
    world.note = signed(CARD)
    assert world.look()
    world.seen = {CARD, CABLE}
    assert not world.look(1.0)
    world.seen, world.note = {CARD, CABLE, OTHER_CABLE}, None
    with pytest.raises(PeerFault):
        world.look(1.0)
    world.seen = {CARD}
    with pytest.raises(PeerFault):
        world.look()
    world.note = signed(CARD)
    assert not world.look()
    assert OTHER_CABLE.removeprefix("interface ") in world.told[-1][DriftKind.INTERFACE]
    assert world.look()


def test_a_machine_that_runs_short_is_told_of_and_stays_open(world):
    world.note = signed(CARD)
    world.lacking = {DriftKind.MEMORY: {"": "100 MiB"}}
    assert world.look()
    assert world.told[-1] == {DriftKind.MEMORY: "100 MiB"}
    world.lacking = {}
    assert world.look(watching.HOST_CLEAN_SECONDS)
    assert world.told[-1] == {}


def test_memory_that_is_short_at_every_other_look_is_told_once(world):
    world.note = signed(CARD)
    for number in range(40):
        world.lacking = {} if number % 2 else {DriftKind.MEMORY: {"": f"{200 - number} MiB"}}
        assert world.look(watching.HOST_SECONDS)
    assert world.told == [{DriftKind.MEMORY: "200 MiB"}] * 40


def test_a_second_unit_that_failed_is_told_beside_the_first(world):
    world.note = signed(CARD)
    world.lacking = {DriftKind.UNIT: {"cups.service": "cups.service"}}
    assert world.look()
    world.lacking = {DriftKind.UNIT: {each: each for each in ("clamd.service", "cups.service")}}
    assert world.look(watching.HOST_SECONDS)
    assert world.told[-1] == {DriftKind.UNIT: "cups.service, clamd.service"}


def test_a_firewall_that_takes_no_rules_ends_the_guard(monkeypatch, tmp_path):
    """Its unit's failure is told; the rules stay as they are."""
    nft = tmp_path / "nft"
    nft.write_text("#!/bin/sh\nexit 1\n")
    nft.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IntegrityViolation, match="GRD-002"):
        firewall.apply("")


def test_a_desk_that_does_not_answer_is_waited_for_no_longer(monkeypatch, tmp_path):
    @asynccontextmanager
    async def silent(*_, **__):
        await asyncio.sleep(60)
        yield

    monkeypatch.setattr(watching, "connect", silent)
    monkeypatch.setattr(watching, "ANSWER_SECONDS", 0)
    with pytest.raises(PeerFault, match="GRD-003"):
        asyncio.run(watching.reporter(tmp_path)([], [], []))
