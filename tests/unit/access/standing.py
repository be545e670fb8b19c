"""A station, its people and the way to its drive, beside the oracle's books: what test_access_machine walks at."""

import base64
import json
import os
import shutil
from collections import Counter as Tally
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from unittest import mock

from at_the_desk import ADMINISTRATORS, ME, PASSWORD, new_bench, put
from hypothesis.stateful import (
    RuleBasedStateMachine,
)
from what_may_be_written import Given, Oracle, Someone
from with_media import STICK_BYTES, Counter, DriveHere, consign, image_of

from media_station.desk import main
from media_station.desk.access.sign_in import sign_in
from media_station.desk.hands import clock as clocks
from media_station.desk.resume import settle
from media_station.drive import admit, server
from media_station.model import asks
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.instant import parse_wall
from media_station.model.operator import Role
from media_station.model.order import Action
from media_station.model.views import SecondPerson
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

BEGINNING = datetime(2026, 7, 1, 3, tzinfo=UTC)
STAFF = {
    "sousa-hanako": (Role.OPERATOR,),
    "sousa-jun": (Role.OPERATOR, Role.APPROVER),
    "shonin-ichiro": (Role.APPROVER,),
    "kansa-saburo": (Role.AUDITOR,),
}
NAMES = (*STAFF, ADMINISTRATORS[0])
BAYS = ("usb0", "usb1", "usb2")
REFUSED = (Refused, IntegrityViolation, PeerFault)


class World:
    """The clocks, in the test's hand."""

    def __init__(self):
        self.boots = 0
        self.wall = BEGINNING
        self.reboot()

    def reboot(self):
        self.boots += 1
        self.boot = f"00000000-0000-4000-8000-{self.boots:012}"
        self.boottime_ms = 5_000

    def passes(self, seconds):
        self.boottime_ms += int(seconds * 1000)
        self.wall += timedelta(seconds=seconds)


def clock_of(world):
    class TestsClock(clocks.Clock):
        def __init__(self, _):
            super().__init__(None)
            self._boot_id = world.boot

        def wall(self):
            return world.wall

        def boottime_ms(self):
            return world.boottime_ms

    return TestsClock


class Way(DriveHere):
    """The way to the drive, on which an order may be held up, or a medium swapped, or time pass."""

    on_the_way = None

    async def perform(self, order, action, bay, image=-1):
        way, self.on_the_way = self.on_the_way, None
        if way is not None:
            self.orders.append((order, action, bay))
            await way()
            self.orders.pop()
        return await super().perform(order, action, bay, image)


class Standing(RuleBasedStateMachine):
    """What the walk's steps are made of. Each asks the oracle first, and then the station."""

    folders = None
    tally: ClassVar[Tally] = Tally()

    def __init__(self):
        super().__init__()
        self.held = ExitStack()
        self.world = World()
        self.folder = self.folders / f"run-{os.urandom(6).hex()}"
        clock = clock_of(self.world)
        for of, name, instead in (
            (main, "Clock", clock),
            (admit, "boottime_ms", lambda: self.world.boottime_ms),
            (server, "boottime_ms", lambda: self.world.boottime_ms),
            (admit, "boot", lambda: self.world.boot),
            (server, "boot", lambda: self.world.boot),
            (os, "fsync", lambda _: None),
            (os, "fdatasync", lambda _: None),
        ):
            self.held.enter_context(mock.patch.object(of, name, instead))
        self.bench = new_bench(self.folder)
        self.people, self.recovery_used, self.codes_seen = {}, {}, {name: [] for name in NAMES}
        for name in ADMINISTRATORS:
            self.enrol(name, (Role.ADMINISTRATOR,))
        for name, roles in STAFF.items():
            self.enrol(name, roles, period=60 if name == "kansa-saburo" else 30)
        consign(self.bench)
        here = self.folder / "drive-here"
        here.mkdir()
        house = self.bench.desk.house
        self.drive = Way(here, len(BAYS), self.bench.desk.keys.orders.verifier, house.two_person)
        self.counter = Counter(self.bench, self.drive)
        self.oracle = Oracle(self.people, {"write", "erase"})
        self.oracle.bays = dict.fromkeys(BAYS, 0)
        self.content = {bay: bytes(STICK_BYTES) for bay in BAYS}
        self.insertions = self.old = 0
        self.tokens, self.orders, self.saved = [], [], []
        self.stranger = Signer.generate(house.identity.key_name("orders"))
        self.look()

    def teardown(self):
        self.bench.desk.ledger.close(self.bench.desk.journal.signer)
        self.counter.runner.close()
        self.held.close()
        shutil.rmtree(self.folder)

    @property
    def desk(self):
        return self.bench.desk

    def enrol(self, name, roles, period=30):
        put(self.bench, name, *roles, period=period)
        account = self.bench.desk.vault.accounts[name]
        self.people[name] = Someone(
            secret=base64.b32decode(self.bench.secrets[name]),
            period=period,
            roles=frozenset(role.value for role in roles),
            recovery=set(self.bench.codes[name]),
            highest=account.totp_floor,
        )
        self.recovery_used[name] = []

    def look(self):
        """The oracle looks at the clocks, and at when the last record was made."""
        world, oracle = self.world, self.oracle
        oracle.boot, oracle.now, oracle.wall = world.boot, world.boottime_ms, world.wall
        last = parse_wall(self.desk.ledger.last().at.wall)
        oracle.latest = last if oracle.latest is None else max(last, oracle.latest)

    def code(self, who, kind, pick):
        person, wall = self.people[who], self.world.wall
        match kind:
            case "now" | "before" | "after" | "stale":
                code = person.shows(wall, {"now": 0, "before": -1, "after": 1, "stale": -2 - pick % 3}[kind])
            case "replayed":
                code = self.codes_seen[who][pick % len(self.codes_seen[who])] if self.codes_seen.get(who) else "000000"
            case "someone else's":
                code = self.people[NAMES[pick % len(NAMES)]].shows(wall)
            case "nonsense":
                code = f"{pick:06}"
            case "recovery" if person.recovery:
                code = min(person.recovery)
            case "recovery again" if self.recovery_used[who]:
                code = self.recovery_used[who][pick % len(self.recovery_used[who])]
            case _:
                code = "0" * 6
        self.codes_seen[who].append(code)
        if kind == "recovery":
            self.recovery_used[who].append(code)
        return code

    def token(self, pick):
        tokens = list(self.oracle.sittings) if self.oracle.sittings and pick % 6 else self.tokens
        return tokens[pick % len(tokens)] if tokens else "0" * 64

    def beside(self, second, kind, password, pick):
        """As typed at the door, and as the oracle hears of it."""
        if second is None:
            return None, None
        code = self.code(second, kind, pick)
        return SecondPerson(operator=second, password=password, code=code), (second, password == PASSWORD, code)

    def signs_in(self, who, password, code):
        expected = self.oracle.signs_in(who, password == PASSWORD, code)
        try:
            token = self.counter.runner.run(sign_in(self.desk, self.bench.sessions, ME, who, password, code))
        except Refused as error:
            assert not expected, error.code
            self.tally[f"sign-in {error.code}"] += 1
            return
        assert expected
        self.oracle.sits(token, who)
        self.tokens.append(token)
        self.tally["signed in"] += 1

    def passes(self, seconds):
        self.world.passes(seconds)
        self.look()

    def begin_anew(self):
        self.bench.restart()
        self.counter.open()
        self.oracle.restarts()

    def drive_begins_anew(self, *, notes_lost):
        self.world.passes(0.002)
        if notes_lost:
            shutil.rmtree(self.drive.folder / "spent")
            self.oracle.noted_since = self.world.boottime_ms
        self.drive.restart()

    def swap(self, bay):
        """Another one like it; the inode of the one before isn't given again."""
        path = self.drive.sticks[bay]
        self.old += 1
        path.rename(self.drive.folder / f"old-{self.old}")
        path.write_bytes(self.content[bay])
        self.insertions += 1
        self.oracle.bays[bay] = self.insertions

    def due(self, action, pick):
        """A medium, mostly one that waits for this."""
        state = {"write": "sealed", "erase": "stock"}[action]
        media = sorted(self.oracle.states)
        waiting = [each for each in media if self.oracle.states[each] == state]
        chosen = waiting if waiting and pick % 8 else media
        return chosen[pick % len(chosen)]

    def order(self, token, action, medium, bay, code, second, heard, happens="nothing"):
        asked = {"boot": self.world.boot, "issued": self.world.boottime_ms, "inserted": self.oracle.bays[bay]}
        expected = self.oracle.orders(token, action, medium, bay, code, heard)
        sitting = self.oracle.sittings.get(token)
        self.drive.orders.clear()
        self.drive.on_the_way = None if happens == "nothing" else lambda: self.on_the_way(happens, bay)
        kind = asks.Write if action == "write" else asks.Erase
        try:
            answer = self.counter.runner.run(self.counter.door.ask(kind(medium=medium, bay=bay), token, code, second))
        except REFUSED as error:
            answer = error
        self.drive.on_the_way = None
        if expected is None:
            assert isinstance(answer, Refused)
            assert self.drive.orders == []
            self.tally[f"order {answer.code}"] += 1
            return
        assert self.drive.orders, answer
        (signed, given_action, given_bay) = self.drive.orders[0]
        told = json.loads(signed)
        assert (given_action.value, given_bay, told["action"]) == (action, bay, action)
        assert (told["requester"], told["approver"], told["medium"]) == (sitting.who, expected, medium)
        assert expected != sitting.who
        number = told["number"]
        assert number not in self.oracle.given
        self.orders.append(signed)
        self.oracle.given[number] = Given(number=number, action=action, medium=medium, bay=bay, **asked)
        self.look()
        if happens == "held up":
            assert isinstance(answer, PeerFault)
            self.oracle.states[medium] = f"ordered {number}"
            self.tally["held up"] += 1
            return
        if self.oracle.begins(number, action, bay, untouched=True, right_image=True):
            assert not isinstance(answer, REFUSED), answer
            self.has_begun(number)
            self.has_ended(number)
            self.tally[f"{action} by {'a permit' if code is None else 'codes'}"] += 1
        else:
            assert isinstance(answer, Refused)
            self.tally[f"order {answer.code}"] += 1

    async def on_the_way(self, happens, bay):
        match happens:
            case "held up":
                raise PeerFault("HND-010")
            case "swapped":
                self.swap(bay)
            case "late":
                self.world.passes(301)

    def has_begun(self, number):
        given = self.oracle.given[number]
        before = self.content[given.bay]
        if given.action == "erase":
            self.content[given.bay] = bytes(STICK_BYTES)
        else:
            image = image_of(given.medium)
            whole = image + bytes(-len(image) % 4096)
            self.content[given.bay] = whole + before[len(whole) :]

    def has_ended(self, number):
        given = self.oracle.given[number]
        self.oracle.states[given.medium] = {"write": "written", "erase": "ready"}[given.action]

    def uses_a_permit(self, token, medium, happens):
        self.order(token, "write", medium, self.oracle.homes[medium], None, None, None, happens)

    def settles(self):
        """What became of orders that were held up: who is asked for too early is too late."""
        self.counter.runner.run(settle(self.desk))
        for medium, state in self.oracle.states.items():
            if not state.startswith("ordered"):
                continue
            number = state.split()[1]
            given = self.oracle.given[number]
            if number in self.begun:
                self.has_ended(number)
            elif given.boot != self.world.boot:
                # A drive that was restarted with the machine knows nothing: nothing is claimed of the medium.
                self.oracle.states[medium] = {"write": "spoiled", "erase": "stock"}[given.action]
            else:
                self.oracle.states[medium] = {"write": "sealed", "erase": "stock"}[given.action]
            self.oracle.spent.add(number)

    @property
    def held_up(self):
        numbers = [state.split()[1] for state in self.oracle.states.values() if state.startswith("ordered")]
        return [each for each in self.orders if json.loads(each)["number"] in numbers]

    def shows(self, signed, action, bay, image, edit):
        """An order to the drive, past the desk."""
        told = json.loads(signed)
        given = self.oracle.given[told["number"]]
        action, bay = action or given.action, bay or given.bay
        right = image_of(given.medium)
        content = {"right": right, "another": right[::-1], "longer": right + b"x"}[image]
        if edit == "key":
            fields = {name: value for name, value in told.items() if name not in {"schema", "key_id", "signature"}}
            signed = sign_json("order", fields, self.stranger).decode()
        elif edit is not None:
            other = {"start_by_ms": told["start_by_ms"] + 10**9, "boot_id": self.world.boot, "number": "R1-O-99999"}
            other |= {"medium": "R1-U-00001", "fingerprint": "ab" * 32}
            signed = json.dumps(told | {edit: other[edit]})
        untouched = edit is None or json.loads(signed) == told
        expected = self.oracle.begins(
            given.number, action, bay, untouched=untouched, right_image=image == "right" or action == "erase"
        )
        passed = os.memfd_create("image")
        os.write(passed, content)
        try:
            self.counter.runner.run(
                self.drive.perform(signed, Action(action), bay, passed if action == "write" else -1)
            )
        except REFUSED as error:
            assert not expected, error.code
            self.tally[f"shown {error.code}"] += 1
            return
        finally:
            os.close(passed)
        assert expected
        self.has_begun(given.number)
        self.begun.add(given.number)
        self.tally["shown in time"] += 1

    @property
    def state(self):
        return self.folder / "state" / "desk"

    @property
    def changes(self):
        """How often the vault was changed, by the hashes that the journal holds."""
        lines = [
            line for each in sorted((self.state / "journal").glob("*.jsonl")) for line in each.read_text().splitlines()
        ]
        hashes = [json.loads(line)["media_station"]["data"].get("vault_sha256") for line in lines]
        return len(dict.fromkeys(filter(None, hashes)))
