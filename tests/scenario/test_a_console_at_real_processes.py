"""A console before a rehearsal's real processes: the desk is killed under it, and what it began goes on."""

import asyncio
from contextlib import AsyncExitStack, suppress

from at_a_console import SIZES, Keys
from at_the_counter import at_the_counter, check_the_journal_verifies, told, until
from test_at_the_console import MainJob

from media_station.console.app import Console
from media_station.model.errors import PeerFault
from media_station.model.steps import StepKind

WAITS = 400  # of 50 ms


class AtRealProcesses(MainJob):
    def load(self, medium: str) -> None:
        """It is in its bay."""


async def seen(keys, text: str) -> None:
    for _ in range(WAITS):
        if text in keys.screen:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{text}\n{keys.screen}")


async def desk_killed(walk, keys) -> None:
    """Gone, and back; who sat at the console has to sign in anew."""
    walk.house.kill("desk")
    await keys.console._look()
    await seen(keys, "異常なし")
    with suppress(PeerFault):
        await walk.counter.greet()
    await walk.counter.greet()
    await seen(keys, "サインインしていません")
    await keys.console._look()


def test_a_medium_is_written_and_handed_over_while_the_desk_is_killed_under_the_console(tmp_path):
    async def doing(walk):
        await until(walk, StepKind.WRITE)
        operator, approver = walk.staff.operator, walk.staff.approver
        console = Console(walk.house.run / "people.sock")
        async with console.run_test(size=SIZES[0]) as pilot:
            keys = Keys(console, pilot, walk)
            await keys.sign_in(operator)
            await keys.open(f"{walk.transfer} write")
            await desk_killed(walk, keys)
            await keys.sign_in(operator)

            await keys.open(f"{walk.transfer} write")
            orders = len(told(walk.house, "order.issued"))
            writing = asyncio.create_task(keys.fill(operator, approver))
            while len(told(walk.house, "order.issued")) == orders:
                await asyncio.sleep(0.01)
            await desk_killed(walk, keys)
            await writing
            await keys.sign_in(operator)
            job = AtRealProcesses(keys, walk)
            job.here = operator
            handed = False
            while not handed:  # the order may have lapsed before the drive had it: then it is written once more
                view = await walk.counter.see("Transfer", operator, transfer=walk.transfer)
                if view.steps:
                    await keys.console._look()
                    await job.step(view.steps[0], view)
                    handed = view.steps[0].kind is StepKind.HAND_OVER_MEDIUM
                await asyncio.sleep(0.05)

    house = at_the_counter(tmp_path, doing, stick_bytes=36 * 1024 * 1024)
    check_the_journal_verifies(house)
    assert len(told(house, "medium.written")) == len(told(house, "medium.handed_over")) == 1
    assert len(told(house, "station.started")) == 3


async def same(walk, *consoles) -> list[str]:
    """What waits, once each console says so by itself, and what the command line says."""
    for _ in range(WAITS):
        view = await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer)
        waiting = [f"{view.transfer} {each.kind.value} {each.subject}" for each in view.steps]
        shown = [[each.name for each in keys.page.items if each.name in waiting] for keys in consoles]
        if waiting and all(each == waiting for each in shown):
            return waiting
        await asyncio.sleep(0.05)
    raise AssertionError("\n".join(keys.screen for keys in consoles))


def test_two_consoles_and_a_command_at_once_stay_right(tmp_path):
    """What one has done the others show; what was begun here and done there is refused here, and done once."""

    async def doing(walk):
        await until(walk, StepKind.WRITE)
        staff, door = walk.staff, walk.house.run / "people.sock"
        async with AsyncExitStack() as opened:
            here, there = [
                Keys(each, await opened.enter_async_context(each.run_test(size=SIZES[0])), walk)
                for each in (Console(door), Console(door))
            ]
            await here.sign_in(staff.operator)
            await there.sign_in(staff.approver)
            before = await same(walk, here, there)
            await here.open(f"{walk.transfer} write")
            await walk._once()
            assert before != await same(walk, there)
            await here.fill(staff.operator, staff.approver)
            here.shows("!! ")
            await here.press("escape")
            assert before != await same(walk, here, there)
            job = AtRealProcesses(there, walk)
            view = await walk.counter.see("Transfer", staff.operator, transfer=walk.transfer)
            await job.step(view.steps[0], view)
            await same(walk, here, there)

    house = at_the_counter(tmp_path, doing, stick_bytes=36 * 1024 * 1024)
    check_the_journal_verifies(house)
    assert len(told(house, "medium.written")) == 1
