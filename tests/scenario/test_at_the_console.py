"""The main job at the console, key by key, from the sign-in to the closed transfer."""

import hashlib
from contextlib import AsyncExitStack

import pytest
from at_a_console import SIZES, Keys, ambiguous, at_a_console, people_door
from walking_in_one import PAYLOAD, RECORDS

from media_station.console.app import Console
from media_station.model.confirmation import confirmation_code
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.rehearsal.walk import DAY_SECONDS, PULLED, SPARE_SHEETS, SPOILED_SHEETS
from media_station.texts.texts import say
from media_station.texts.width import width


class MainJob:
    """Who does what at one console: whoever is to do the next step signs in for it."""

    def __init__(self, keys, walk) -> None:
        self.keys, self.walk = keys, walk
        self.seen: list[str] = []
        self.here = None

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
            assert len(self.seen) < 60, self.keys.screen
            await self.step(view.steps[0], view)

    async def begin(self) -> None:
        staff = self.walk.staff
        payload = await self.walk.hand_in()
        await self.keys.console._look()
        await self.keys.open(f"{payload} Inspect")
        await self.keys.fill(staff.operator)
        await self.signed_in(staff.approver)
        await self.keys.open(f"{payload} Approve")
        today = (await self.walk.counter.now()).date().isoformat()
        await self.keys.fill(staff.approver, records=str(RECORDS), kinds=[1], tax_due=today)
        assert next(style for _, style in self.keys.console._said("ja")) == "done", self.keys.screen

    async def step(self, step, view) -> None:
        staff = self.walk.staff
        by = staff.approver if step.kind in {StepKind.VALIDATE, StepKind.CERTIFY, StepKind.CLOSE} else staff.operator
        await self.signed_in(by)
        if step.kind in {StepKind.WRITE, StepKind.IDENTIFY, StepKind.ERASE}:
            self.walk.house.load(step.subject)
        if step.kind in {StepKind.HAND_OVER_NOTICE, StepKind.RECEIVE_NOTICE}:
            await self.walk.counter.advance(DAY_SECONDS)
            await self.keys.console._look()
        await self.keys.open(f"{view.transfer} {step.kind.value} {step.subject}".rstrip())
        self.seen.append(self.keys.screen)
        await self.keys.fill(by, staff.approver, **self.answers(step, view))
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


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_main_job_is_done_at_the_keys(walk, language, size):
    """What is on the screen meanwhile fits, and has no glyph that a font may draw narrow or wide."""

    async def job(keys):
        doing = MainJob(keys, walk)
        await doing.whole()
        return doing

    walk.house.run(walk.ready(MediumKind.USB))
    doing = run(walk, job, language=language, size=size)
    assert walk.house.told("transfer.closed")
    assert not walk.house.refused
    assert len(doing.seen) > 25
    for screen in doing.seen:
        assert not ambiguous(screen), screen
        lines = screen.splitlines()
        assert len(lines) == size[1]
        assert max(map(width, lines)) <= size[0]
        assert ".." not in screen.replace("...", ""), screen


def test_before_anyone_signs_in_it_shows_which_station_it_is_its_time_and_its_last_record(walk):
    async def look(keys):
        keys.shows("rehearsal/r1", "訓練用", "2026-04-06 12:03", "第32号", "操作 花子", "サインイン")

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
