"""The main job at the console, key by key, from the sign-in to the closed transfer."""

import asyncio
import hashlib
import json
from collections import Counter as Tally
from contextlib import AsyncExitStack
from dataclasses import replace
from random import Random
from string import Formatter
from unittest import mock

import pytest
from at_a_console import SIZES, Keys, ambiguous, at_a_console, people_door
from hands_in_memory import Luck
from walking_in_one import PAYLOAD, RECORDS

from media_station.console.app import Console
from media_station.console.drawing import plain
from media_station.console.filling import Filling
from media_station.console.pages import FormPage
from media_station.console.rows import Pick, Typed
from media_station.console.station import Station
from media_station.console.tasks import OTHERS
from media_station.model.confirmation import confirmation_code
from media_station.model.errors import Refused
from media_station.model.finding import OF_THE_STATION, FindingKind, FindingRaised
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.model.views import Progress
from media_station.rehearsal.walk import DAY_SECONDS, PULLED, SPARE_SHEETS, SPOILED_SHEETS
from media_station.texts.nouns import FINDINGS, of
from media_station.texts.texts import catalogue, say
from media_station.texts.width import width


class MainJob:
    """Who does what at one console: whoever is to do the next step signs in for it."""

    def __init__(self, keys, walk) -> None:
        self.keys, self.walk = keys, walk
        self.seen: list[dict] = []
        self.keys_of: dict[str, int] = {}
        self.before: dict[str, int] = {}
        self.after: dict[str, int] = {}
        self.here = None

    def load(self, medium: str) -> None:
        self.walk.house.load(medium)

    def saw(self, name: str) -> None:
        """A step's form, and what was said when it had been done."""
        del name
        self.seen.append(self.keys.drawn())

    async def signed_in(self, person) -> None:
        if self.here is not person:
            await self.keys.press("f12")
            await self.keys.sign_in(person)
            self.here = person

    async def whole(self) -> None:
        operator, _approver = self.walk.staff.operator, self.walk.staff.approver
        await self.signed_in(operator)
        while True:
            await self.keys.console._look()
            transfers = await self.walk.counter.all("Transfers", self.walk.staff.auditor)
            if not transfers and self.walk.transfer:
                return
            if not transfers:
                await self.begin()
                continue
            view = transfers[0]
            self.walk.transfer = view.transfer
            assert len(self.seen) < 150, self.keys.screen
            await self.step(view.steps[0], view)

    async def begin(self) -> None:
        staff = self.walk.staff
        payload = await self.walk.hand_in()
        await self.keys.console._look()
        await self.keys.open(f"{payload} Inspect")
        self.saw("inspect")
        await self.keys.fill(staff.operator)
        await self.signed_in(staff.approver)
        await self.keys.open(f"{payload} Approve")
        self.saw("approve")
        today = (await self.walk.counter.today()).isoformat()
        await self.keys.fill(staff.approver, records=str(RECORDS), kinds=[1], tax_due=today)
        assert next(style for _, style in self.keys.console._said("ja")) == "done", self.keys.screen

    async def step(self, step, view) -> None:
        staff = self.walk.staff
        by = staff.approver if step.kind in {StepKind.VALIDATE, StepKind.CERTIFY, StepKind.CLOSE} else staff.operator
        await self.signed_in(by)
        before = self.keys.pressed
        self.before.setdefault(step.kind.value, before)
        if step.kind in {StepKind.WRITE, StepKind.IDENTIFY, StepKind.ERASE}:
            self.load(step.subject)
        if step.kind in {StepKind.HAND_OVER_NOTICE, StepKind.RECEIVE_NOTICE}:
            await self.walk.counter.advance(DAY_SECONDS)
            await self.keys.console._look()
        await self.keys.open(f"{view.transfer} {step.kind.value} {step.subject}".rstrip())
        self.saw(step.kind.value)
        await self.keys.fill(by, staff.approver, **self.answers(step, view))
        self.saw(f"{step.kind.value}_done")
        self.after[step.kind.value] = self.keys.pressed
        self.keys_of[step.kind.value] = self.keys_of.get(step.kind.value, 0) + self.keys.pressed - before
        assert next(style for _, style in self.keys.console._said("ja")) == "done", self.keys.screen

    def answers(self, step, view) -> dict:
        count = {"combined": 0, "spoiled": SPOILED_SHEETS, "posted": RECORDS - PULLED}
        scans = step.kind in {StepKind.SCAN_PAPER, StepKind.SCAN_NOTICE}
        return {
            "scan": self.walk.house.scan(step.subject) if scans else "",
            "bag": "BAG-3",
            "sheets": str(RECORDS + SPARE_SHEETS),
            "letters": str(RECORDS if step.kind is StepKind.RECEIVE_LETTERS else RECORDS - PULLED),
            "value": str(count.get(step.subject, RECORDS)),
            "confirmation_code": confirmation_code(view.transfer, hashlib.sha256(PAYLOAD).hexdigest()),
            "verdict": 1,
            "inspected": str(RECORDS),
            "pulled": str(PULLED),
            "enclosed": str(RECORDS),
            "spoiled": str(SPOILED_SHEETS),
            "returned": str(SPARE_SHEETS - SPOILED_SHEETS),
            "statement": list(range(1, 10)),
            "binder": "12",
        }


@pytest.fixture
def people(walk):
    return walk.staff


def run(walk, doing, **of_console):
    async def begun():
        async with at_a_console(walk, **of_console) as keys:
            return await doing(keys)

    return walk.house.run(begun())


def check_fits(screens: dict) -> None:
    for (_, (columns, rows)), screen in screens.items():
        assert not ambiguous(screen), screen
        lines = screen.splitlines()
        assert len(lines) == rows
        assert max(map(width, lines)) <= columns
        assert ".." not in screen.replace("...", ""), screen


def test_the_main_job_is_done_at_the_keys(walk, people):
    """What is on the screen meanwhile fits in each language and size, and no font draws a glyph of it otherwise."""

    async def job(keys):
        doing = MainJob(keys, walk)
        await doing.whole()
        return doing, keys

    walk.house.run(walk.ready(MediumKind.USB))
    doing, keys = run(walk, job)
    assert walk.house.told("transfer.closed")
    assert not walk.house.refused
    assert len(doing.seen) > 50
    for screens in doing.seen:
        check_fits(screens)
    # Keys pressed beside what is typed or scanned, of all steps of a kind together.
    assert doing.keys_of["write"] <= 6
    assert doing.keys_of["hand_over_medium"] <= 9
    assert doing.keys_of["erase"] <= 6
    assert keys.pressed <= 170
    # From the first sign-in, two more and the payload's approval among it.
    assert doing.after["hand_over_medium"] <= 38
    # From the letters' return, with notice, reports, five slips and two sign-ins.
    assert doing.after["render_certificate"] - doing.before["receive_letters"] <= 83


def test_what_no_transfer_asks_for_opens_as_a_form_that_fits(walk, people):
    async def others(keys):
        opened = 0
        for person in (people.operator, people.approver, people.administrator, people.auditor):
            await keys.press("f12")
            await keys.sign_in(person)
            await keys.press("f4")
            check_fits(keys.drawn())
            for name in keys.offered():
                await keys.open(name)
                check_fits(keys.drawn())
                assert isinstance(keys.page, FormPage)
                opened += 1
                await keys.press("escape", "f4")
        return opened

    walk.house.run(walk.until(StepKind.IDENTIFY))
    assert run(walk, others) > len(OTHERS)


def test_a_stick_is_bought_cleared_and_stored_at_the_keys(walk, people):
    async def stock(keys):
        walk.house.drive.bays_now["usb0"] = walk.house.drive.new_piece(MediumKind.USB)
        await keys.sign_in(people.operator)
        for name, answers in (("RegisterMedium", {}), ("Erase", {}), ("StoreMedium", {})):
            await keys.press("f4")
            await keys.open(name)
            await keys.fill(people.operator, people.approver, **answers)
            keys.shows("済")

    run(walk, stock)
    actions = [walk.house.told(each) for each in ("medium.registered", "erasure.ended", "medium.stored")]
    assert list(map(len, actions)) == [1, 1, 1]


def test_long_work_shows_how_far_it_is_and_stops_at_the_second_f8(walk, people):
    """What the drive then reports is told as no success."""
    stop, drive = asyncio.Event(), walk.house.drive
    writes = drive.write

    async def slow(order, image, bay, tell):
        tell(Progress(subject="R1-U-00001", phase="write", done=250_000, total=1_000_000))
        await stop.wait()
        drive.luck.append(Luck.PULLED)
        return await writes(order, image, bay, tell)

    async def cancelled(_number):
        stop.set()

    async def work(keys):
        await keys.sign_in(people.operator)
        await keys.open(f"{walk.transfer} write")
        writing = asyncio.create_task(keys.fill(people.operator, people.approver))
        while "25 %" not in keys.screen:
            await asyncio.sleep(0.01)
        keys.shows("[#######.......................]", "書込", "F8：中止")
        await keys.console.take("enter", None)
        keys.shows("実行中です")
        await keys.console.take("f8", None)
        keys.shows("もう一度 F8")
        assert not stop.is_set()
        await keys.console.take("f8", None)
        await writing
        keys.shows("!! ", catalogue("ja")["DRV-033"].title)

    view = walk.house.run(walk.until(StepKind.WRITE))
    walk.house.load(view.steps[0].subject)
    with mock.patch.object(drive, "write", slow), mock.patch.object(drive, "cancel", cancelled):
        run(walk, work)
    assert not walk.house.told("medium.written")


def test_work_that_was_begun_before_a_lock_is_stopped_by_whoever_signs_in_next(walk, people):
    begun, stop, drive = asyncio.Event(), asyncio.Event(), walk.house.drive
    writes = drive.write

    async def slow(order, image, bay, tell):
        begun.set()
        while not stop.is_set():
            tell(Progress(subject="R1-U-00001", phase="write", done=250_000, total=1_000_000))
            await asyncio.sleep(0.01)
        drive.luck.append(Luck.PULLED)
        return await writes(order, image, bay, tell)

    async def cancelled(_number):
        stop.set()

    async def work(keys):
        await keys.sign_in(people.operator)
        await keys.open(f"{walk.transfer} write")
        writing = asyncio.create_task(keys.fill(people.operator, people.approver))
        await begun.wait()
        await keys.console.take("f12", None)
        working = set(keys.console._working)
        await keys.console.take("f8", None)
        assert "もう一度 F8" not in keys.screen
        person = people.operator
        await keys.console.station.sign_in(person.operator, person.password, await keys.fresh_code(person))
        keys.console._watching = asyncio.create_task(keys.console._watch())
        while "25 %" not in keys.screen:
            await asyncio.sleep(0.01)
        keys.shows("F8：中止")
        await keys.console.take("f8", None)
        keys.shows("もう一度 F8", "R1-U-00001")
        await keys.console.take("f2", None)
        await keys.console.take("f8", None)
        assert not stop.is_set()
        await keys.console.take("f8", None)
        assert stop.is_set()
        await asyncio.wait(working)
        await writing

    view = walk.house.run(walk.until(StepKind.WRITE))
    walk.house.load(view.steps[0].subject)
    with mock.patch.object(drive, "write", slow), mock.patch.object(drive, "cancel", cancelled):
        run(walk, work)
    assert len(walk.house.told("order.cancelled")) == 1


def test_once_a_permit_has_ended_the_form_asks_for_the_codes(walk, people):
    """What was chosen stays."""

    async def ended(keys):
        await keys.sign_in(people.operator)

        keys.console.station.permitted = {view.steps[0].subject}
        await keys.open(f"{walk.transfer} write")
        assert "own_code" not in [each.name for each in keys.page.rows]
        await keys.press("enter", "enter")
        keys.shows("ACC-0")
        assert not keys.console.station.permitted
        assert [each.name for each in keys.page.rows][-1] == "own_code"
        await keys.fill(people.operator, people.approver)
        assert walk.house.told("medium.written")

    view = walk.house.run(walk.until(StepKind.WRITE))
    walk.house.load(view.steps[0].subject)
    run(walk, ended)


def test_nothing_is_attested_that_nobody_chose(walk, people):
    """A choice among several is open; what comes back is marked or scanned by hand."""

    async def opened(keys):
        for person in (people.operator, people.approver, people.administrator, people.auditor):
            await keys.press("f12")
            await keys.sign_in(person)
            await keys.press("f4")
            for name in keys.offered():
                await keys.open(name)
                for row in keys.page.rows:
                    if isinstance(row, Pick) and len(row.options) > 1 and row.options[0].value != "":
                        assert row.open, (name, row.name)
                await keys.press("escape", "f4")
        await keys.press("f12")
        await keys.sign_in(people.operator)
        await keys.open(f"{walk.transfer} receive_medium")
        (media,) = (row for row in keys.page.rows if row.name == "media")
        assert media.options
        assert not media.value

    walk.house.run(walk.until(StepKind.RECEIVE_MEDIUM))
    run(walk, opened)


def test_each_refusal_of_the_station_fits_with_its_title_its_reason_and_what_to_do(walk, people):
    async def each_code(keys):
        for code, text in catalogue("ja").items():
            names = {name for part in (text.body, text.action) for _, name, _, _ in Formatter().parse(part) if name}
            await keys.console._refused(Refused(code, **dict.fromkeys(names, "R1-U-00001")))
            check_fits(keys.drawn())
            for (language, (columns, _)), screen in keys.drawn().items():
                whole = "".join(screen.split())
                told = say(Refused(code, **dict.fromkeys(names, "R1-U-00001")), language)
                for part in (f"!!{code}", told.title, told.body, told.action):
                    assert "".join(plain(part).split()) in whole, (code, columns, screen)

    run(walk, each_code)


@pytest.mark.parametrize("sequences", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_no_sequence_of_keys_crashes_it_or_does_what_asks_for_a_code(walk, people, sequences):
    """Before anyone is signed in, in the list of today, in each form beside. Only what needs no code may be done by them,
    as by anyone who sits down at it.
    """
    random = Random("keys")
    keys_there_are = [*"123aZ- ", *(f"f{n}" for n in range(1, 13) if n != 12), "up", "down", "tab", "shift+tab"]
    keys_there_are += ["enter"] * 6 + ["escape", "backspace", "delete", "home", "end", "ctrl+c", "ctrl+z", "ctrl+q"]

    opened = Tally({each.name: 0 for each in OTHERS})

    async def hammered(keys):
        here = None
        for number in range(sequences):
            person = people.all()[number % len(people.all())]
            if random.random() < 0.3:
                await keys.press("f12")
            elif not keys.console.station.session or here is not person:
                await keys.press("f12")
                await walk.counter.advance(DAY_SECONDS // 24)  # what was typed wrongly makes its owner wait
                await keys.sign_in(person)
                here = person
            if keys.console.station.session and random.random() < 0.8:
                await keys.press("escape", "escape", "f4")
                await keys.open(name := min(keys.offered(), key=opened.get))
                opened[name] += 1
            for key in random.choices(keys_there_are, k=25):
                await keys.press(key)
            keys.console._draw(*SIZES[0])
            assert keys.console.is_running

    view = walk.house.run(walk.until(StepKind.WRITE))
    assert view.steps
    before = Tally(json.loads(line)["event"]["action"] for line in walk.house.lines())
    run(walk, hammered)
    done = Tally(json.loads(line)["event"]["action"] for line in walk.house.lines()) - before
    assert done["sign_in.accepted"] > sequences // 10
    assert sum(map(bool, opened.values())) > min(sequences // 4, len(OTHERS) - 1)
    guarded = {"order.issued", "step_up.accepted", "permit.granted", "medium.written", "notice.printed"}
    assert not guarded & set(done), done


def test_before_anyone_signs_in_it_shows_which_station_it_is_its_time_and_its_last_record(walk):
    async def look(keys):
        last = walk.house.desk.ledger.last().sequence
        keys.shows("rehearsal/r1", "訓練用", "2026-04-06 12:03", f"記録 第{last}号", "操作 花子", "サインイン")

    run(walk, look)


def test_wrong_factors_are_refused_with_their_text_and_the_right_ones_let_in_afterwards(walk, people):
    async def refused(keys):
        await keys.press("3", "enter")
        await keys.type("wrong")
        await keys.press("enter")
        await keys.type("000000")
        await keys.press("enter")
        keys.shows("ACC-002", say(Refused("ACC-002"), "ja").title, say(Refused("ACC-002"), "ja").action[:20])
        assert not keys.console.station.session
        await keys.type(people.operator.password)
        await keys.press("enter")
        await keys.type(await keys.fresh_code(people.operator))
        await keys.press("enter")
        keys.shows("sousa-hanako", "今日すること")

    run(walk, refused)


def test_a_name_chosen_stays_chosen_when_names_come_and_go_and_what_was_typed_goes_with_it(walk, people):
    async def names_change(keys):
        there = await keys.console.station.names()
        names = mock.AsyncMock(return_value=there)
        with mock.patch.object(Station, "names", names):
            await keys.press("down", "down", "enter")
            await keys.type(people.operator.password)
            row, password, _ = keys.page.rows
            chosen = row.value
            names.return_value = there[1:]
            await keys.console._look()
            assert (row.value, password.value) == (chosen, people.operator.password)
            names.return_value = [each for each in there if each.operator != chosen][:1]
            await keys.console._look()
            assert (row.value, password.value, keys.page.at) == (there[0].operator, "", 0)
            names.return_value = []
            await keys.console._look()
            assert "1  " not in keys.screen

    run(walk, names_change)


def test_an_end_by_a_fault_prints_nothing_of_what_was_typed(walk, people):
    async def fails(keys):
        of_a_frame = people.operator.password
        await keys.press("enter")
        await keys.type(of_a_frame)
        screen = keys.console
        try:
            keys.page.rows[9].take("a", "a")
        except IndexError:
            screen._fatal_error()
        printed = "".join(segment.text for each in screen._exit_renderables for segment in each.segments)
        assert "IndexError" in printed
        assert of_a_frame not in printed

    run(walk, fails)


def test_what_was_typed_at_the_sign_in_is_gone_when_its_owner_is(walk, people):
    async def left(keys):
        await keys.press("enter")
        await keys.type(people.operator.password)
        keys.console._tick()
        assert keys.page.rows[1].value == people.operator.password
        keys.console._idle_seconds = 0
        keys.console._tick()
        assert keys.page.rows[1].value == ""
        assert keys.page.at == 0

    run(walk, left)


def test_a_code_is_not_kept_by_a_form_that_was_filled_in_wrongly(walk, people):
    async def wrong(keys):
        await keys.sign_in(people.operator)
        await keys.open(f"{walk.transfer} write")
        secrets = [row for row in keys.page.rows if isinstance(row, Typed) and row.secret]
        for each in secrets:
            each.text = "123456"
        with mock.patch.object(Filling, "ask", side_effect=Refused("IDS-001", what="text")):
            keys.page.at = len(keys.page.rows)
            await keys.press("enter")
        keys.shows("IDS-001")
        assert secrets
        assert not any(each.text for each in secrets)

    view = walk.house.run(walk.until(StepKind.WRITE))
    walk.house.load(view.steps[0].subject)
    run(walk, wrong)


def test_the_quick_lock_and_the_idle_lock_end_the_session(walk, people):
    async def locked(keys):
        await keys.sign_in(people.operator)
        session = keys.console.station.session
        await keys.press("f12")
        keys.shows("ロックしました", "サインインしていません")
        with pytest.raises(Refused, match="ACC-010"):
            await walk.house.call("Due", session=session, start=0)
        await keys.sign_in(people.operator)
        keys.console._idle_seconds = 0
        keys.console._tick()
        await keys.settled()
        keys.shows("しばらく操作がない", "サインインしていません")
        assert not keys.console.station.session

    run(walk, locked)


def test_it_has_two_languages_and_no_key_that_ends_it(walk, people):
    async def keys_that_do_nothing(keys):
        await keys.press("f2")
        keys.shows("REHEARSAL, VOID", "Sign in")
        await keys.press("f2")
        await keys.sign_in(people.operator)
        before = keys.screen.splitlines()[1:]  # without the clock
        for key in ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+d", "ctrl+backslash", "f1", "f3", "f10", "alt+f4"):
            await keys.pilot.press(key)
        await keys.pilot.pause()
        assert keys.console.is_running
        assert len(keys.console.screen_stack) == 1
        assert keys.screen.splitlines()[1:] == before

    run(walk, keys_that_do_nothing)


def test_the_other_language_leaves_a_form_as_it_was_filled_in(walk, people):
    """Its cursor, what was chosen and typed; what can be chosen is said in that language."""

    async def turned(keys):
        await keys.sign_in(people.operator)
        await keys.press("f4")
        await keys.open("OpenIncident")
        await keys.press("2", "enter", "enter", "enter")
        await keys.type("jiko-1")
        before = [row.value for row in keys.page.rows], keys.page.at
        keys.shows("パスワード通知書の紛失", "jiko-1_")
        await keys.press("f2")
        keys.shows("a notice is lost", "jiko-1_", "Report an incident")
        assert "紛失" not in keys.screen
        assert ([row.value for row in keys.page.rows], keys.page.at) == before
        assert before[1] == 3
        await keys.press("f2", "enter", "enter")
        keys.shows("INC-001")

    run(walk, turned)


def test_the_banner_says_the_worst_that_is_of_the_station_and_of_nobody(walk, people):
    """Damage, disk, drift, patterns, certificates; that somebody wasn't in the room is for those who review."""
    finding = FindingRaised(
        finding="", kind=FindingKind.GAP, day="2026-04-06", first=-1, last=-1, detail="", concerned=()
    )

    async def looked_at(keys):
        await keys.sign_in(people.operator)
        keys.shows("異常なし")
        kinds = [FindingKind.NO_PRESENCE, *reversed(OF_THE_STATION)]
        for number, kind in enumerate(kinds, start=1):
            raised = replace(finding, finding=f"R1-F-{number:05}", kind=kind)
            walk.house.desk.journal.commit(raised, actor="")
            await keys.console._look()
            keys.shows(f"検出 {number}件")
            told = [each for each in FindingKind if f"!! {of(FINDINGS, each.value, 'ja')}" in keys.screen]
            assert told == [each for each in (kind,) if each in OF_THE_STATION]
            check_fits(keys.drawn())

    run(walk, looked_at)


def test_a_desk_that_is_gone_is_said_and_one_that_is_back_asks_for_a_new_sign_in(walk, people):
    async def away():
        async with AsyncExitStack() as opened:
            async with people_door(walk.house) as door:
                console = Console(door)
                keys = Keys(console, await opened.enter_async_context(console.run_test(size=SIZES[0])), walk)
                await keys.sign_in(people.operator)
            await walk.house.restart_within()
            await console._look()
            keys.shows("!! 端末の本体につながりません", "今日すること")
            async with people_door(walk.house) as console.station.door:
                await console._look()
                keys.shows("ACC-010", "サインインしていません", "異常なし")
                await keys.sign_in(people.operator)
                keys.shows("今日すること", "異常なし")

    walk.house.run(away())
