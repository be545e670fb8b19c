"""A console before a rehearsal's real processes: the desk is killed under it, and what it began goes on."""

import asyncio
from contextlib import suppress

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
