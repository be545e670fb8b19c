"""No run writes without a valid password, a fresh code never used before, the right role, the second person where due,
and an unexpired, unused order for that medium and image.

Hypothesis walks at random: sign-ins right and wrong, replays of codes and of orders, clocks that step, restarts of the
desk, of the drive and of the machine, expiries, swapped media, forged orders, older vaults and journals put back. The
desk and the drive are the real ones; the clock and the sticks (files) are the test's. `oracle.py` keeps books of its
own. What it lets happen happens, and nothing else: each order that is given out, and every byte on each stick.
"""

import shutil
from collections import Counter as Tally
from datetime import timedelta

import pytest
from at_the_desk import ME, PASSWORD, cheap_passwords, post
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from standing import BAYS, NAMES, STAFF, Standing
from with_media import image_of, open_transfer, ready, register, seal

from media_station.desk import main
from media_station.model import asks
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.operator import OperatorChanged, OperatorSuspended, OperatorUnlocked, Role

OTHER_ROLES = ((), (Role.OPERATOR,), (Role.APPROVER,), (Role.OPERATOR, Role.APPROVER), (Role.AUDITOR,))
PASSWORDS = (PASSWORD, PASSWORD, PASSWORD, PASSWORD, "wrong" * 4)
CODES = (
    *["now"] * 5,
    "before",
    "after",
    "stale",
    "replayed",
    "someone else's",
    "nonsense",
    "recovery",
    "recovery again",
)
SECONDS = (1, 5, 29, 30, 31, 60, 61, 299, 300, 301, 900, 901)
STEPS = (-3600, -61, -31, -30, 30, 31, 61, 3600)
PICK = st.integers(0, 10_000)


class Station(Standing):
    """The steps of the walk."""

    @rule(who=st.sampled_from(NAMES), password=st.sampled_from(PASSWORDS), kind=st.sampled_from(CODES), pick=PICK)
    def someone_signs_in(self, who, password, kind, pick):
        self.signs_in(who, password, self.code(who, kind, pick))

    @rule(who=st.sampled_from(["sousa-hanako", "sousa-jun"]), seconds=st.sampled_from([31, 61]))
    def an_operator_signs_in_after_a_while(self, who, seconds):
        self.passes(seconds)
        self.signs_in(who, PASSWORD, self.code(who, "now", 0))

    @rule(pick=PICK)
    def someone_signs_out(self, pick):
        token = self.token(pick)
        expected = self.oracle.sitting(token) is not None
        try:
            self.bench.sessions.sign_out(token, ME)
        except Refused:
            assert not expected
            return
        assert expected
        del self.oracle.sittings[token]

    @rule(who=st.sampled_from(list(STAFF)), times=st.sampled_from([1, 2, 3, 4, 11]), gap=st.sampled_from([0, 5, 300]))
    def someone_guesses(self, who, times, gap):
        for _ in range(times):
            self.signs_in(who, "wrong" * 4, "000000")
            self.passes(gap)
            self.look()

    @rule(who=st.sampled_from(list(STAFF)))
    def someone_is_suspended(self, who):
        if not self.people[who].suspended:
            self.desk.journal.commit(OperatorSuspended(operator=who))
            self.people[who].suspended, self.people[who].locked = True, False

    @rule(who=st.sampled_from(list(STAFF)))
    def someone_comes_back(self, who):
        """Unlocked; or enrolled anew, with another token."""
        if self.people[who].locked:
            self.desk.journal.commit(OperatorUnlocked(operator=who))
            self.people[who].locked, self.people[who].wrong = False, 0
        elif self.people[who].suspended:
            self.enrol(who, STAFF[who])

    @rule(who=st.sampled_from(list(STAFF)), roles=st.sampled_from(OTHER_ROLES))
    def someone_has_another_post(self, who, roles):
        if not self.people[who].suspended:
            posts = tuple(map(post, roles)) or (post(Role.OPERATOR, ends="2026-02-01"),)
            self.desk.journal.commit(OperatorChanged(operator=who, posts=posts))
            self.people[who].roles = frozenset(role.value for role in roles)

    @rule()
    def a_new_week_begins(self):
        """Everyone is there, in the post of before, and nobody waits."""
        for who, roles in STAFF.items():
            self.someone_comes_back(who)
            self.someone_has_another_post(who, roles)
        self.the_clock_comes_right()
        self.passes(301)
        if "sealed" not in self.oracle.states.values():
            self.a_medium_is_made_ready("usb0", True, False)
            self.a_medium_is_made_ready("usb1", True, True)

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds):
        self.passes(seconds)

    @rule(seconds=st.sampled_from(STEPS))
    def the_clock_steps(self, seconds):
        self.world.wall += timedelta(seconds=seconds)

    @rule()
    def the_clock_comes_right(self):
        self.world.wall = max(self.world.wall, self.oracle.latest + timedelta(seconds=1))

    @rule()
    def the_desk_restarts(self):
        self.begin_anew()
        self.settles()

    @rule()
    def the_drive_restarts(self):
        self.drive_begins_anew(notes_lost=False)

    @rule()
    def the_drives_notes_are_lost(self):
        self.drive_begins_anew(notes_lost=True)

    @rule(off=st.sampled_from([1, 40, 4000]))
    def the_machine_restarts(self, off):
        self.world.wall += timedelta(seconds=off)
        self.world.reboot()
        self.drive_begins_anew(notes_lost=True)
        self.look()
        self.begin_anew()
        self.settles()

    @rule(bay=st.sampled_from(BAYS), sealed=st.booleans(), more=st.booleans())
    def a_medium_is_made_ready(self, bay, sealed, more):
        if not sealed:
            medium = register(self.bench, self.drive, bay)
            self.oracle.states[medium], self.oracle.homes[medium] = "stock", bay
            return
        medium = ready(self.bench, self.drive, bay)
        if more and self.oracle.transfers:
            transfer = max(self.oracle.transfers.values())
            seal(self.bench, transfer, medium)
        else:
            transfer = open_transfer(self.bench, medium)
        self.oracle.transfers[medium] = transfer
        self.oracle.states[medium], self.oracle.homes[medium] = "sealed", bay

    @initialize()
    def two_of_one_transfer_wait(self):
        self.a_medium_is_made_ready("usb0", True, False)
        self.a_medium_is_made_ready("usb1", True, True)
        self.a_medium_is_made_ready("usb2", False, False)

    @rule(bay=st.sampled_from(BAYS))
    def a_medium_is_swapped(self, bay):
        self.swap(bay)

    @rule(
        action=st.sampled_from(["write", "write", "write", "erase"]),
        token=PICK,
        medium=PICK,
        elsewhere=st.sampled_from([None, None, None, *BAYS]),
        kind=st.sampled_from([None, *CODES]),
        second=st.sampled_from([None, *STAFF, "shonin-ichiro", "shonin-ichiro"]),
        theirs=st.sampled_from(CODES),
        password=st.sampled_from(PASSWORDS),
        pick=PICK,
    )
    def someone_asks_for_an_order(self, action, token, medium, elsewhere, kind, second, theirs, password, pick):
        number = self.due(action, medium)
        token = self.token(token)
        sitting = self.oracle.sittings.get(token)
        code = None if kind is None else self.code(sitting.who if sitting else NAMES[0], kind, pick)
        asked, heard = self.beside(None if code is None and pick % 2 else second, theirs, password, pick)
        self.order(token, action, number, elsewhere or self.oracle.homes[number], code, asked, heard)

    @rule(
        action=st.sampled_from(["write", "write", "erase"]),
        medium=PICK,
        who=st.sampled_from(["sousa-hanako", "sousa-jun"]),
        happens=st.sampled_from(["nothing", "nothing", "held up", "swapped", "late", "the clock is behind"]),
    )
    def everything_is_as_it_should_be_but_for_the_way(self, action, medium, who, happens):
        """Both persons with fresh codes at a session of now."""
        self.passes(61)
        self.signs_in(who, PASSWORD, self.code(who, "now", 0))
        self.passes(61)
        if happens == "the clock is behind":
            self.signs_in("kansa-saburo", "wrong" * 4, "000000")
            self.look()
            self.world.wall -= timedelta(seconds=31)
            self.look()
        token = self.tokens[-1] if self.tokens else "0" * 64
        number = self.due(action, medium)
        asked, heard = self.beside("shonin-ichiro", "now", PASSWORD, 0)
        bay = self.oracle.homes[number]
        sitting = self.oracle.sittings.get(token)
        code = self.code(sitting.who if sitting else who, "now", 0)
        self.order(token, action, number, bay, code, asked, heard, happens)

    @rule(
        token=PICK,
        transfer=PICK,
        kind=st.sampled_from([None, *["now"] * 5, *CODES]),
        second=st.sampled_from([None, "sousa-jun", "shonin-ichiro", "shonin-ichiro", "shonin-ichiro"]),
        theirs=st.sampled_from(["now", "now", *CODES]),
        password=st.sampled_from(PASSWORDS),
        wait=st.sampled_from([0, 31, 31, 31]),
        pick=PICK,
    )
    def someone_asks_for_a_permit(self, token, transfer, kind, second, theirs, password, wait, pick):
        self.passes(wait)
        token = self.token(token)
        transfers = sorted(set(self.oracle.transfers.values()))
        number = transfers[transfer % len(transfers)]
        sitting = self.oracle.sittings.get(token)
        code = None if kind is None else self.code(sitting.who if sitting else NAMES[0], kind, pick)
        asked, heard = self.beside(second, theirs, password, pick)
        expected = self.oracle.permits(token, "write", number, code, heard)
        answer = self.counter.asks(asks.PermitWrites(transfer=number), token, code, asked)
        assert expected is not isinstance(answer, str), answer
        self.tally["permitted" if expected else f"permit {answer}"] += 1

    @rule(
        token=PICK,
        medium=PICK,
        happens=st.sampled_from(["nothing", "nothing", "nothing", "held up", "swapped", "late"]),
    )
    def someone_uses_a_permit(self, token, medium, happens):
        number = self.due("write", medium)
        permitted = [each for each, sitting in self.oracle.sittings.items() if sitting.permits]
        self.uses_a_permit(permitted[token % len(permitted)] if permitted else self.token(token), number, happens)

    @rule(who=st.sampled_from(["sousa-hanako", "sousa-jun"]), transfer=PICK, gap=st.sampled_from([0, 0, 5, 500, 901]))
    def a_courier_waits(self, who, transfer, gap):
        """One pair of codes, then one medium after the other."""
        self.passes(61)
        self.signs_in(who, PASSWORD, self.code(who, "now", 0))
        self.passes(61)
        self.someone_asks_for_a_permit(
            6 * len(self.tokens) + 5, transfer, "now", "shonin-ichiro", "now", PASSWORD, 0, 0
        )
        for medium in [each for each, state in self.oracle.states.items() if state == "sealed"]:
            self.passes(gap)
            self.uses_a_permit(self.tokens[-1] if self.tokens else "", medium, "nothing")

    @rule()
    def the_desk_asks_what_became_of_its_orders(self):
        self.settles()

    @precondition(lambda self: self.orders)
    @rule(
        which=PICK,
        action=st.sampled_from([None, None, None, "write", "erase"]),
        bay=st.sampled_from([None, None, None, *BAYS]),
        image=st.sampled_from(["right", "right", "right", "another", "longer"]),
        edit=st.sampled_from([None, None, None, "start_by_ms", "boot_id", "medium", "fingerprint", "number", "key"]),
    )
    def somebody_shows_the_drive_an_order(self, which, action, bay, image, edit):
        """One that was given out, by whoever got hold of it: at once, again, late, elsewhere, with another image, edited."""
        self.shows(self.orders[-1 - which % len(self.orders)], action, bay, image, edit)

    @precondition(lambda self: self.held_up)
    @rule(which=PICK, wait=st.sampled_from([0, 299, 301]))
    def an_order_that_was_held_up_comes_after_all(self, which, wait):
        self.passes(wait)
        self.shows(self.held_up[which % len(self.held_up)], None, None, "right", None)

    @rule()
    def yesterdays_files_are_kept(self):
        kept = self.folder / f"kept-{len(self.saved)}"
        kept.mkdir()
        shutil.copy(self.state / "vault", kept / "vault")
        shutil.copytree(self.state / "journal", kept / "journal")
        self.saved.append((kept, self.changes))

    @precondition(lambda self: self.saved)
    @rule(which=PICK, what=st.sampled_from(["vault", "journal"]))
    def yesterdays_is_put_back(self, which, what):
        """Refused, as soon as a code or a password was used since; then the right one is put back."""
        kept, changes = self.saved[which % len(self.saved)]
        since = self.changes - changes
        self.desk.ledger.close(self.desk.journal.signer)
        beside = self.folder / "beside"
        shutil.copytree(self.state, beside)
        if what == "vault":
            shutil.copy(kept / "vault", self.state / "vault")
        else:
            shutil.rmtree(self.state / "journal")
            shutil.copytree(kept / "journal", self.state / "journal")
            for index in self.state.glob("ledger.sqlite*"):
                index.unlink()  # closed beside its journal, it would tell: JNL-002
        try:
            opened = main.open_desk(main.load(self.folder / "station.toml"), lambda _: None)
        except IntegrityViolation as error:
            assert since, "nothing had changed"
            assert error.code == "VLT-001"
            self.tally[f"{what} put back"] += 1
        else:
            opened.ledger.close(opened.journal.signer)
            assert since <= (what == "journal")  # a crash leaves a vault one step ahead, and no code is good again
        shutil.rmtree(self.state)
        beside.rename(self.state)
        self.begin_anew()
        self.settles()

    @initialize()
    def nothing_began_yet(self):
        self.begun = set()

    @invariant()
    def on_the_sticks_is_what_orders_made_of_them(self):
        for bay, path in self.drive.sticks.items():
            assert path.read_bytes() == self.content[bay], bay
        self.look()


def walked(folder, **how) -> Tally:
    """What happened in so many examples."""
    Station.folders, Station.tally = folder, Tally()
    quick = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    with cheap_passwords():
        run_state_machine_as_test(Station, settings=settings(suppress_health_check=quick, **how))
    return Station.tally


def test_nothing_is_written_but_by_fresh_codes_of_the_right_people_and_an_order_of_now(tmp_path):
    tally = walked(tmp_path, max_examples=40, stateful_step_count=50, derandomize=True)
    assert tally["signed in"], tally
    assert tally["permitted"], tally  # which draws there are depends on all that is imported; the next test writes


@pytest.fixture
def station(tmp_path):
    Station.folders, Station.tally = tmp_path, Tally()
    with cheap_passwords():
        station = Station()
        station.nothing_began_yet()
        station.two_of_one_transfer_wait()
        yield station
        station.on_the_sticks_is_what_orders_made_of_them()
        station.teardown()


def test_what_may_be_written_is_written(station):
    """So that the walk above proves something: each way to a write leads to one, and none leads to two."""
    first, second, stock = sorted(station.oracle.states)
    station.a_courier_waits("sousa-hanako", 0, 5)
    assert station.tally["write by a permit"] == 2
    station.everything_is_as_it_should_be_but_for_the_way("erase", 1, "sousa-jun", "nothing")
    assert station.oracle.states == {first: "written", second: "written", stock: "ready"}
    station.a_medium_is_made_ready("usb2", True, False)
    station.everything_is_as_it_should_be_but_for_the_way("write", 1, "sousa-hanako", "nothing")
    assert station.tally["write by codes"] == station.tally["erase by codes"] == 1
    written = [image_of(medium) for medium in (first, second, max(station.oracle.states))]
    for (bay, path), image in zip(station.drive.sticks.items(), written, strict=True):
        assert path.read_bytes().startswith(image), bay


def test_an_order_that_was_held_up_is_good_until_its_time_and_once(station):
    station.everything_is_as_it_should_be_but_for_the_way("write", 1, "sousa-hanako", "held up")
    station.an_order_that_was_held_up_comes_after_all(0, 299)
    station.shows(station.orders[-1], None, None, "right", None)
    assert (station.tally["shown in time"], station.tally["shown DRV-014"]) == (1, 1)
    station.the_desk_asks_what_became_of_its_orders()
    station.everything_is_as_it_should_be_but_for_the_way("write", 1, "sousa-hanako", "held up")
    station.the_desk_asks_what_became_of_its_orders()
    station.shows(station.orders[-1], None, None, "right", None)
    assert station.tally["shown DRV-014"] == 2
    assert sorted(station.oracle.states.values()) == ["sealed", "stock", "written"]


def test_a_permit_that_is_over_and_a_clock_that_is_behind_write_nothing(station):
    station.a_courier_waits("sousa-hanako", 0, 500)
    assert station.tally["write by a permit"] == station.tally["order ACC-012"] == 1
    station.everything_is_as_it_should_be_but_for_the_way("write", 1, "sousa-hanako", "the clock is behind")
    assert station.tally["order CLK-003"] == 1
    assert sorted(station.oracle.states.values()) == ["sealed", "stock", "written"]


def test_yesterdays_vault_and_yesterdays_journal_are_refused(station):
    station.yesterdays_files_are_kept()
    station.yesterdays_is_put_back(0, "vault")
    station.yesterdays_is_put_back(0, "journal")
    assert not {each for each in station.tally if each.endswith("put back")}
    station.everything_is_as_it_should_be_but_for_the_way("write", 1, "sousa-hanako", "nothing")
    station.yesterdays_is_put_back(0, "vault")
    station.yesterdays_is_put_back(0, "journal")
    assert station.tally["vault put back"] == station.tally["journal put back"] == 1
