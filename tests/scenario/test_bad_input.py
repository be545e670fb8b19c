"""What people and payloads get wrong: refused with a code, told in the journal, and nothing happens to any medium."""

import resource

import pyotp
import pytest
from at_the_counter import RECORDS, at_the_counter, check_the_journal_verifies, told

from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.views import SecondPerson
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.people import PERIOD_SECONDS


async def refused(doing) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


def sign_in(walk, person, password, code):
    async def knock():
        async with connect(walk.house.run / "people.sock", People, uids=walk.house.uids) as door:
            return await door.call("SignIn", operator=person.operator, password=password, code=code)

    return knock()


def test_a_wrong_password_a_wrong_code_and_a_replayed_code_open_nothing(tmp_path):
    async def doing(walk):
        person = walk.staff.operator
        good = person.code(await walk.counter._fresh(person))
        wrong = f"{(int(good) + 1) % 1_000_000:06}"
        assert await refused(sign_in(walk, person, person.password + "x", good)) == "ACC-002"
        assert await refused(sign_in(walk, person, person.password, wrong)) == "ACC-002"
        assert await sign_in(walk, person, person.password, good)
        assert await refused(sign_in(walk, person, person.password, good)) == "ACC-002"
        assert await refused(sign_in(walk, walk.staff.auditor, "not enrolled at all", "000000")) == "ACC-002"

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert [(each["operator"], each["factor"]) for each in told(house, "sign_in.refused")] == [
        ("sousa-hanako", "password"),
        ("sousa-hanako", "code"),
        ("sousa-hanako", "replayed"),
        ("kansa-saburo", "password"),
    ]
    assert {each["code"] for each in told(house, "sign_in.refused")} == {"ACC-002"}


def test_a_replayed_or_missing_code_and_the_same_person_twice_mint_no_order(tmp_path):
    async def doing(walk):
        person, second = walk.staff.operator, walk.staff.approver
        answer = await walk.counter.do(asks.RegisterMedium(bay="usb0"), person)
        erase = asks.Erase(medium=answer.facts["medium"], bay="usb0")
        used = pyotp.TOTP(person.secret).at(person.used_step * PERIOD_SECONDS)  # signed in with it
        other = beside(second, second.code(await walk.counter._fresh(second)))
        assert await refused(walk.counter._ask(erase, person.session, used, other)) == "ACC-002"
        assert await refused(walk.counter._ask(erase, person.session, None, None)) == "ACC-012"
        now = await walk.counter._fresh(person)
        own = beside(person, person.code(now))
        assert await refused(walk.counter._ask(erase, person.session, person.code(now), own)) in {"ACC-013", "ACC-014"}

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert told(house, "order.issued") == []
    assert told(house, "step_up.refused")[0]["code"] == "ACC-002"
    assert {each["request"] for each in told(house, "request.refused")} >= {"Erase"}


def beside(person, code):
    return SecondPerson(operator=person.operator, password=person.password, code=code)


def lines(payload: bytes) -> list[list[str]]:
    return [line.split(",") for line in payload.decode("cp932").splitlines()]


def joined(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\r\n" for row in rows).encode("cp932")


def an_extra_column(payload):
    return joined([[*row, "備考"] for row in lines(payload)])


def a_missing_column(payload):
    return joined([row[:-1] for row in lines(payload)])


def a_broken_encoding(payload):
    return payload[:-4] + b"\x81\xff\r\n"


@pytest.mark.parametrize(
    ("spoil", "code"), [(an_extra_column, "INS-022"), (a_missing_column, "INS-021"), (a_broken_encoding, "INS-012")]
)
def test_a_payload_that_is_not_as_approved_goes_nowhere(tmp_path, spoil, code):
    async def doing(walk):
        await walk.consign()
        walk.send()
        (payload,) = await walk.counter.all("Payloads", walk.staff.operator)
        assert await refused(walk.counter.do(asks.Inspect(payload=payload.payload), walk.staff.operator)) == code
        approve = asks.Approve(payload=payload.payload, records=RECORDS, kinds=[], tax_due="2026-01-31")
        assert await refused(walk.counter.do(approve, walk.staff.approver)) in {"FLW-001", "FLW-002"}
        assert await walk.counter.all("Transfers", walk.staff.operator) == []

    house = at_the_counter(tmp_path, doing, payload=spoil(synthesize(RECORDS, 7)), enrolled=True)
    assert [each["code"] for each in told(house, "payload.refused")] == [code]
    assert told(house, "request.refused")[-2]["code"] == code
    assert told(house, "order.issued") == []


def test_a_medium_that_is_too_small_gets_no_image(tmp_path):
    async def doing(walk):
        await walk.before()
        (transfer,) = await walk.counter.all("Transfers", walk.staff.operator)
        seal = asks.Seal(transfer=transfer.transfer, medium=await walk.ready(MediumKind.USB))
        assert await refused(walk.counter.do(seal, walk.staff.operator)) == "SEA-002"

    house = at_the_counter(tmp_path, doing, stick_bytes=1024 * 1024, enrolled=True)
    assert told(house, "image.sealed") == []
    assert told(house, "request.refused")[-1]["code"] == "SEA-002"


def test_a_journal_that_cannot_be_written_takes_no_new_work_until_a_restart(tmp_path):
    async def doing(walk):
        person = walk.staff.operator
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), person)
        erase = asks.Erase(medium="R1-U-00001", bay="usb0")
        before = walk.bays[0].backing.read_bytes()
        limits = resource.prlimit(walk.house.pid("desk"), resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        assert await refused(walk.counter.do(asks.RegisterMedium(bay="dvd0"), person)) == "JNL-001"
        resource.prlimit(walk.house.pid("desk"), resource.RLIMIT_FSIZE, limits)
        assert await refused(walk.counter.do(asks.RegisterMedium(bay="dvd0"), person)) == "JNL-001"
        (medium,) = await walk.counter.all("Stock", person)
        assert medium.state == "stock"
        assert walk.bays[0].backing.read_bytes() == before
        await walk.counter.close()
        walk.house.kill("desk")
        await walk.house.revive()
        await walk.counter.do(erase, person, second=walk.staff.approver)

    house = at_the_counter(tmp_path, doing, enrolled=True)
    assert [each["medium"] for each in told(house, "medium.registered")] == ["R1-U-00001"]
    assert [each["evidence"]["verdict"] for each in told(house, "erasure.ended")] == ["PASS"]
    check_the_journal_verifies(house)
