"""A dead clock: work stops and nobody is locked out; two administrators set it, across restarts, and work goes on."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from at_the_counter import at_the_counter, check_the_journal_verifies, records, refused, told
from typing_commands import MEDIA_STATION, Done, Typing

from media_station.doors.intake import Intake
from media_station.doors.socket import connect
from media_station.model import asks
from media_station.model.instant import wall_text
from media_station.model.views import SecondPerson
from media_station.rehearsal.people import Person
from media_station.rehearsal.walk import Walk
from media_station.texts.era import JST

DEAD = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Watch:
    """A wrist watch: it goes as the rehearsal's clock did before that was put wrong."""

    walk: Walk
    ahead_ms: int = 0

    @property
    def file(self) -> Path:
        return self.walk.house.station / "state" / "clock" / "ahead_ms"

    def look(self) -> datetime:
        return datetime.now(UTC) + timedelta(milliseconds=self.ahead_ms)

    def put_wrong(self, wall: datetime) -> None:
        """As a battery that ran out, or a hand on the machine's set-up."""
        self.ahead_ms = int(self.file.read_text())
        beside = self.file.with_suffix(".wrong")
        beside.write_text(str((wall - datetime.now(UTC)) // timedelta(milliseconds=1)))
        beside.replace(self.file)

    def fresh(self, *people: Person) -> datetime:
        """When each one's token shows a code that was not used; time passes by the watch alone."""
        used = [person for person in people if person.step(self.look()) <= person.used_step]
        self.ahead_ms += 1000 * max((person.period_seconds for person in used), default=0)
        return self.look()

    async def set_clock(self, *, wrong: timedelta = timedelta(0), second: Person | None = None, session: str = ""):
        first, second = self.walk.staff.administrator, second or self.walk.staff.second_administrator
        now = self.fresh(first, second)
        return await self.walk.counter._ask(
            asks.SetClock(operator=first.operator, password=first.password, proposed=wall_text(now + wrong)),
            session,
            first.code(now),
            SecondPerson(operator=second.operator, password=second.password, code=second.code(now)),
        )

    async def type_it(self) -> Done:
        """`media-station clock set`."""
        first, second = self.walk.staff.administrator, self.walk.staff.second_administrator
        now = self.fresh(first, second)
        answers = [first.operator, first.password, second.operator, second.password, first.code(now), second.code(now)]
        at_the_door = ["--door", str(self.walk.house.run / "people.sock"), "--secrets-from-stdin", "--lang", "en"]
        command = [*MEDIA_STATION, "clock", "set", f"{now.astimezone(JST):%Y-%m-%d %H:%M:%S}", *at_the_door]
        return await Typing(walk=self.walk)._run(command, "\n".join([*answers, ""]))


async def restart(walk: Walk) -> None:
    walk.house.kill("desk")
    await walk.house.revive()
    await walk.counter.close()
    for person in walk.staff.all():
        person.session = ""


def steps(house) -> list[tuple[str, int]]:
    return [(each["against"], each["seconds"]) for each in told(house, "clock.stepped")]


def test_work_stops_while_the_clock_is_dead_and_goes_on_when_two_administrators_have_set_it(tmp_path):
    async def doing(walk):
        operator, watch = walk.staff.operator, Watch(walk)
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), operator)
        watch.put_wrong(DEAD)
        behind = (await walk.counter.greet()).behind_seconds
        assert behind > 20 * 365 * 86_400
        shown = await Typing(walk=walk).bare("clock", "show", "--lang", "en")
        assert shown.code == 0
        assert re.search(r"!! The clock is \d{9} s before the latest record", shown.out)
        (row,) = (await Typing(walk=walk).bare("clock", "show", "--json")).rows
        assert abs(row["behind_seconds"] - behind) < 60
        assert (
            await refused(walk.counter.do(asks.StoreMedium(medium="R1-U-00001", place="kinko"), operator)) == "CLK-003"
        )
        assert len(await walk.counter.all("Stock", operator)) == 1
        async with connect(walk.house.run / "intake.sock", Intake, uids=walk.house.uids) as gates:
            assert await refused(gates.call("Offer", submission="{}")) == "CLK-003"
            assert await gates.call("Checkpoint")
        await restart(walk)
        # No token opens a door at such a time; a recovery code does, and what is there can be read.
        assert await refused(walk.counter._sign_in(operator)) == "ACC-002"
        operator.session = await walk.counter._call(
            "SignIn", operator=operator.operator, password=operator.password, code=operator.recovery_codes[0]
        )
        assert len(await walk.counter.all("Stock", operator)) == 1
        assert await refused(walk.counter.do(asks.RegisterMedium(bay="usb0"), operator)) == "CLK-003"
        assert await refused(watch.set_clock(wrong=timedelta(minutes=3))) == "CLK-005"
        assert await refused(watch.set_clock(wrong=-timedelta(hours=2))) == "CLK-004"
        assert await refused(watch.set_clock(second=operator)) == "CLK-005"
        answer = await watch.set_clock()
        assert answer.action == "clock.set"
        assert abs(await walk.counter.now() - watch.look()) < timedelta(seconds=5)
        await restart(walk)
        assert (await walk.counter.greet()).behind_seconds == 0
        await walk.counter.do(asks.RegisterMedium(bay="dvd0"), operator)

    house = at_the_counter(tmp_path, doing, enrolled=True)
    ((against, seconds),) = steps(house)
    assert against == "boot_time"
    assert seconds < -20 * 365 * 86_400
    (ordered,), (done,) = told(house, "clock.ordered"), told(house, "clock.set")
    assert (ordered["requester"], ordered["approver"]) == ("kanri-jiro", "kanri-misaki")
    assert done["clock_order"] == ordered["clock_order"] == "R1-W-00001"
    assert done["seconds"] > 20 * 365 * 86_400
    assert "CLK-003" in {each["code"] for each in told(house, "request.refused")}
    check_the_journal_verifies(house)


def test_an_erasure_that_runs_when_the_clock_dies_comes_to_its_end_on_record(tmp_path):
    async def doing(walk):
        watch = Watch(walk)
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), walk.staff.operator)
        erasing = asyncio.create_task(walk._ordered(asks.Erase(medium="R1-U-00001", bay="usb0")))
        while not told(walk.house, "order.issued"):
            await asyncio.sleep(0.005)
        watch.put_wrong(DEAD)
        assert (await erasing).action == "erasure.ended"
        storing = walk.counter.do(asks.StoreMedium(medium="R1-U-00001", place="kinko"), walk.staff.operator)
        assert await refused(storing) == "CLK-003"

    house = at_the_counter(tmp_path, doing, stick_bytes=64 * 1024 * 1024, enrolled=True)
    (ended,) = [each for each in records(house) if each["event"]["action"] == "erasure.ended"]
    assert ended["@timestamp"].startswith("2000-01-01")
    assert ended["media_station"]["data"]["evidence"]["verdict"] == "PASS"
    check_the_journal_verifies(house)


def test_a_clock_that_ran_ahead_is_put_back_though_records_were_made_by_it(tmp_path):
    async def doing(walk):
        watch = Watch(walk)
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), walk.staff.operator)
        await walk.counter.advance(60)  # what is typed has whole seconds, and must be later than what is recorded
        watch.put_wrong(datetime(2099, 1, 1, tzinfo=UTC))
        await restart(walk)
        assert (await walk.counter.greet()).last_record_at.startswith("2099")
        done = await watch.type_it()
        assert (done.code, done.err) == (0, "")
        assert re.fullmatch(r"The clock is set: \S+ \(moved by -\d{10} s\)\n", done.out)
        assert (await walk.counter.greet()).behind_seconds == 0
        await restart(walk)
        assert (await walk.counter.greet()).behind_seconds == 0
        assert len(await walk.counter.all("Stock", walk.staff.operator)) == 1

    house = at_the_counter(tmp_path, doing, enrolled=True)
    ((against, seconds),) = steps(house)
    assert against == "boot_time"
    assert seconds > 70 * 365 * 86_400
    check_the_journal_verifies(house)
