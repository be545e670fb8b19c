"""Accounts through real processes: locked, unlocked, restarted, recovered; at a terminal, as a fresh reader types it."""

import asyncio
import re
import sys

import pyotp
import pytest
from at_a_terminal import AtATerminal, by, key_on_the_screen, signed_by, token_of
from at_the_counter import at_the_counter, check_the_journal_verifies, told

from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model import account_asks, asks
from media_station.model.errors import Refused
from media_station.model.operator import Role
from media_station.model.views import SecondPerson
from media_station.rehearsal.people import Person
from media_station.rehearsal.walk import Walk

WAIT_SECONDS = 300
NEW_PASSWORD = "eda mame to hiyashi udon 8"


async def refused(doing) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


async def sign_in(walk: Walk, person: Person, *, password: str = "", code: str = ""):
    """In a process of its own kind: a connection that nobody else uses. What the session is good for afterwards."""
    code = code or person.code(await walk.counter._fresh(person))
    async with connect(walk.house.run / "people.sock", People, uids=walk.house.uids) as door:
        session = await door.call("SignIn", operator=person.operator, password=password or person.password, code=code)
        return await door.call("Due", session=session, start=0)


async def fail(walk: Walk, person: Person, times: int) -> list[str]:
    codes = []
    for _ in range(times):
        codes.append(await refused(sign_in(walk, person, password="wrong" * 4, code="000000")))
        await walk.counter.advance(WAIT_SECONDS)
    return codes


async def restart(walk: Walk) -> None:
    walk.house.kill("desk")
    await walk.house.revive()
    await walk.counter.close()
    for person in walk.staff.all():
        person.session = ""


def test_an_account_is_locked_across_a_restart_and_opened_by_another_administrator(tmp_path):
    async def doing(walk):
        person, administrator = walk.staff.operator, walk.staff.administrator
        assert await fail(walk, person, 3) == ["ACC-002"] * 3
        for _ in range(2):
            assert await refused(sign_in(walk, person, password="wrong" * 4, code="000000")) in {"ACC-002", "THR-001"}
        await restart(walk)
        assert await refused(sign_in(walk, person)) == "THR-001"
        await walk.counter.advance(WAIT_SECONDS)
        await fail(walk, person, 6)
        await restart(walk)
        assert await refused(sign_in(walk, person)) == "THR-002"
        await walk.counter.do(account_asks.Unlock(operator=person.operator), administrator, fresh=True)
        assert await sign_in(walk, person) == []
        assert await fail(walk, administrator, 12) == ["ACC-002"] * 12
        assert await sign_in(walk, administrator) == []

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert [each["operator"] for each in told(house, "operator.locked")] == ["sousa-hanako"]
    assert [each["operator"] for each in told(house, "operator.unlocked")] == ["sousa-hanako"]
    check_the_journal_verifies(house)


def test_without_the_token_a_recovery_code_signs_in_and_signs_an_order_once_each(tmp_path):
    async def doing(walk):
        person, second = walk.staff.operator, walk.staff.approver
        codes = person.recovery_codes
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), person)
        assert await sign_in(walk, person, code=codes[0]) == []
        await restart(walk)
        assert await refused(sign_in(walk, person, code=codes[0])) == "ACC-002"
        await walk.counter.see("Due", person, start=0)
        beside = asks.Erase(medium="R1-U-00001", bay="usb0")
        second_person = await signing(walk, second)
        assert (await walk.counter._ask(beside, person.session, codes[1], second_person)).action == "erasure.ended"
        assert await refused(walk.counter._ask(beside, person.session, codes[1], await signing(walk, second)))

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert [each["left"] for each in told(house, "recovery_code.used")] == [9, 8]


async def signing(walk: Walk, person: Person):
    return SecondPerson(
        operator=person.operator, password=person.password, code=person.code(await walk.counter._fresh(person))
    )


def test_a_session_ends_with_the_process_that_began_it(tmp_path):
    script = """
import asyncio, sys
from pathlib import Path
from media_station.doors.people import People
from media_station.doors.socket import connect
async def run():
    async with connect(Path(sys.argv[1]), People, uids=frozenset({int(sys.argv[2])})) as door:
        await door.call("SignIn", operator=sys.argv[3], password=sys.argv[4], code=sys.argv[5])
asyncio.run(run())
"""

    async def doing(walk):
        person = walk.staff.operator
        code = person.code(await walk.counter._fresh(person))
        uid = next(iter(walk.house.uids - {0}), 0)
        command = [sys.executable, "-c", script, str(walk.house.run / "people.sock"), str(uid)]
        process = await asyncio.create_subprocess_exec(*command, person.operator, person.password, code)
        assert await process.wait() == 0
        while not told(walk.house, "session.ended"):
            await asyncio.sleep(0.2)

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert told(house, "session.ended")[0] == {"operator": "sousa-hanako", "reason": "process"}


def test_a_person_is_enrolled_suspended_unlocked_and_recovered_at_a_terminal(tmp_path):
    seen: dict[str, AtATerminal] = {}

    async def doing(walk):
        staff = walk.staff
        person = Person(operator="shinnin-goro", name="新任 五郎", roles=(Role.OPERATOR,), password=NEW_PASSWORD)

        terminal = seen["enrol"] = AtATerminal(walk)
        enrolling = [
            *by(walk, staff.administrator),
            (r"a new password.*: ", "shinnin-goro-2026"),
            (r"Once more.*: ", "shinnin-goro-2026"),
            (r"The code that .* shows now.*: ", key_on_the_screen(walk, person)),
            (r"ACC-020(?s:.*)a new password.*: ", person.password),
            (r"Once more.*: ", person.password),
            *signed_by(walk, staff.administrator, staff.second_administrator),
            (r"Enter when .*: ", ""),
        ]
        command = ["operator", "enrol", person.operator, "--name", person.name, "--role", "operator"]
        assert await terminal.run(command, enrolling) == 0, terminal.shown
        person.recovery_codes = re.findall(r"\d  ((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})", terminal.shown)
        assert len(person.recovery_codes) == 10
        assert await sign_in(walk, person) == []

        await fail(walk, person, 10)
        terminal = seen["unlock"] = AtATerminal(walk)
        code = [(r"A new one-time code of .*: ", token_of(walk, staff.administrator))]
        assert (
            await terminal.run(["operator", "unlock", person.operator], [*by(walk, staff.administrator), *code]) == 0
        ), terminal.shown
        assert await sign_in(walk, person) == []

        terminal = seen["recover"] = AtATerminal(walk)
        person.secret, person.period_seconds, person.used_step = pyotp.random_base32(), 60, 0
        recovering = [
            *by(walk, staff.administrator),
            (r"a new password.*: ", person.password),
            (r"Once more.*: ", person.password),
            (r"The token's secret.*: ", person.secret.lower()),
            (r"The code that .* shows now.*: ", token_of(walk, person)),
            *signed_by(walk, staff.administrator, staff.approver),
            (r"Enter when .*: ", ""),
        ]
        command = ["operator", "recover", person.operator, "--token", "60"]
        assert await terminal.run(command, recovering) == 0, terminal.shown
        assert await refused(sign_in(walk, person, code=person.recovery_codes[0])) == "ACC-002"
        assert await sign_in(walk, person) == []

        terminal = seen["list"] = AtATerminal(walk)
        assert await terminal.run(["operator", "list"], by(walk, staff.auditor)) == 0, terminal.shown

        terminal = seen["suspend"] = AtATerminal(walk)
        assert (
            await terminal.run(
                ["operator", "suspend", person.operator],
                [*by(walk, staff.administrator), (r"A new one-time code of .*: ", token_of(walk, staff.administrator))],
            )
            == 0
        ), terminal.shown
        assert await refused(sign_in(walk, person)) == "ACC-002"

    house = at_the_counter(tmp_path, doing, enrolled=True)
    for terminal in seen.values():
        secrets = [text for pattern, text in terminal.typed if not re.match("Operator|Second|Enter", pattern)]
        assert len(secrets) >= 2
        assert not [text for text in secrets if text in terminal.shown]
    assert re.search(r"shinnin-goro +新任 五郎 +enrolled +operator +60 s +10 +0", seen["list"].shown)
    assert [each["operator"] for each in told(house, "operator.renewed")] == ["shinnin-goro"]
    whole = read_whole(house)
    assert "新任 五郎" in whole
    assert not [text for pattern, text in seen["enrol"].typed if "password" in pattern and text in whole]
    check_the_journal_verifies(house)


def read_whole(house) -> str:
    """Everything that the station left in files, but for its keys."""
    return "".join(
        path.read_bytes().decode(errors="replace")
        for path in house.station.rglob("*")
        if path.is_file() and "keys" not in path.parts
    )
