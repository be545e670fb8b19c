"""Accounts, factors, staff and the room: what leads to each refusal."""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from causes import administrators, by, cause, post, refused, settings, two

from media_station.cell.weigh import is_enough
from media_station.desk.access.throttle import FREE_ATTEMPTS, LOCKED_AT, WAITS_SECONDS
from media_station.desk.hands.turns import MOST_WAITING
from media_station.model import account_asks, asks
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Legible
from media_station.model.instant import wall_text
from media_station.model.operator import SETUP
from media_station.model.presence import HEADINGS as PRESENCE
from media_station.model.staff import HEADINGS as STAFF
from media_station.model.views import SecondPerson
from media_station.rehearsal.people import Person

NOBODY = "kenmu-shiro"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrolling(walk, **other):
    return account_asks.Enrol(
        **{
            "operator": NOBODY,
            "person": "兼務 四郎",
            "posts": [post(walk)],
            "password": "ki-no-ue-ni-sakana-ga-iru",
            "token_secret": SECRET,
            "token_period_seconds": 30,
            "proof": "",
            **other,
        }
    )


async def enrol(walk, **other):
    if "proof" not in other and "token_secret" not in other:
        shows = Person(operator=NOBODY, name="", roles=(), secret=SECRET)
        other["proof"] = shows.code(await walk.counter.now())
    return await administrators(walk, enrolling(walk, **other))


async def sign_in(walk, who: Person, *, password: str = "", code: str = ""):
    shown = code or who.code(await walk.counter._fresh(who))
    return await walk.house.call("SignIn", operator=who.operator, password=password or who.password, code=shown)


cause("ACC-001")(lambda walk: enrol(walk, password="kurz"))
cause("ACC-003")(lambda walk: enrol(walk, operator=walk.staff.auditor.operator))
cause("ACC-021")(lambda walk: enrol(walk, operator=SETUP))
cause("ACC-023")(lambda walk: enrol(walk, token_secret="x"))
cause("ACC-024")(lambda walk: enrol(walk, proof="000000"))
cause("ACC-025")(lambda walk: enrol(walk, token_secret=walk.staff.auditor.secret))
cause("ACC-026")(lambda walk: enrol(walk, posts=[]))


@cause("ACC-002")
async def _(walk):
    await sign_in(walk, walk.staff.auditor, password="machigai-no-aikotoba")


@cause("ACC-004")
async def _(walk):
    await administrators(walk, account_asks.Suspend(operator=walk.staff.administrator.operator))


@cause("ACC-005")
async def _(walk):
    await administrators(walk, account_asks.Suspend(operator=walk.staff.second_administrator.operator))


@cause("ACC-010")
async def _(walk):
    await walk.house.call("Stock", session="0" * 64, start=0)


@cause("ACC-011")
async def _(walk):
    await by(walk, asks.EndConsignment(consignment=walk.terms.consignment))


def exception(walk, **other):
    about = {"kind": ExceptionKind.SAME_OCCASION, "transfer": "R1-T-00001", "payload": "", "binder": "別紙-1"}
    return asks.GrantException(**{**about, **other})


def spoiling(walk):
    return asks.SpoilNotice(medium="R1-U-00001", legible=Legible.NO, reason="jam")


refused("ACC-012")(lambda walk: (exception(walk), "approver"))
cause("ACC-013")(lambda walk: by(walk, spoiling(walk), fresh=True))
refused("ACC-014")(lambda walk: (spoiling(walk), "operator", "operator"))


@cause("ACC-020", alone=True)
async def _(walk):
    async def weigh(password, words):
        return is_enough(password, words)

    walk.house.cells.weigh = weigh
    await enrol(walk, password="password-password")


@cause("ACC-022", alone=True)
async def _(walk):
    tomorrow = (await walk.counter.today() + timedelta(days=1)).isoformat()
    password = "ki-no-ue-ni-sakana-ga-iru"
    await enrol(walk, password=password, posts=[post(walk, starts=tomorrow)])
    person = Person(operator=NOBODY, name="", roles=(), secret=SECRET, password=password)
    await walk.counter.advance(60)
    await sign_in(walk, person)


@cause("ACC-028")
async def _(walk):
    code = walk.staff.approver.recovery_codes[0]
    await sign_in(walk, walk.staff.approver, code=("A" if code[0] != "A" else "C") + code[1:])


@cause("ACC-030", alone=True)
async def _(walk):
    await settings(walk, "[policy]\npermit_minutes = 0\n", "[policy]\n")
    await two(walk, asks.PermitWrites(transfer="R1-T-00001"))


WRONG = "machigai-no-aikotoba"


@cause("THR-001", alone=True)
async def _(walk):
    for _ in range(FREE_ATTEMPTS + 1):
        with suppress(Refused):
            await sign_in(walk, walk.staff.auditor, password=WRONG, code="000000")
    await sign_in(walk, walk.staff.auditor, code="000000")


@cause("THR-002", alone=True)
async def _(walk):
    for _ in range(LOCKED_AT):
        with suppress(Refused):
            await sign_in(walk, walk.staff.auditor, password=WRONG)
        await walk.counter.advance(max(WAITS_SECONDS))
    await sign_in(walk, walk.staff.auditor)


@cause("THR-003", alone=True)
async def _(walk):
    async with AsyncExitStack() as waiting:
        tasks = [
            asyncio.create_task(waiting.enter_async_context(walk.house.desk.checking)) for _ in range(MOST_WAITING + 1)
        ]
        await asyncio.sleep(0)
        try:
            await sign_in(walk, walk.staff.auditor)
        finally:
            for each in tasks[1:]:
                each.cancel()


def moves(*lines):
    return account_asks.ProposeStaff(lines=[list(STAFF), *map(list, lines)], sha256="0" * 64)


JOINS = ("aoki-rei", "青木 礼", "転入", "操作者", "2026-05-01", "")

refused("STF-001")(lambda walk: (account_asks.ProposeStaff(lines=[["氏名"]], sha256="0" * 64), "administrator"))
refused("STF-002")(lambda walk: (moves((*JOINS[:4], "五月", "")), "administrator"))
refused("STF-003")(lambda walk: (moves((*JOINS[:2], "転出", "", "2026-05-01", "")), "administrator"))


@cause("STF-004")
async def _(walk):
    answer = await by(walk, moves(JOINS), "administrator")
    await by(walk, account_asks.AdoptStaff(staff=answer.facts["staff"]), "administrator", fresh=True)


def presence(*lines):
    return account_asks.ImportPresence(lines=[list(PRESENCE), *map(list, lines)])


refused("PRS-001")(lambda walk: (account_asks.ImportPresence(lines=[["氏名"]]), "auditor"))
refused("PRS-002")(lambda walk: (presence(("昨日", "sousa-hanako", "入室")), "auditor"))
refused("PRS-003")(lambda walk: (presence(("2026-04-06 09:00", "dareka", "入室")), "auditor"))


def setting(walk, proposed, code, *, password="", second="second_administrator", seconds_code=""):
    first, other = walk.staff.administrator, getattr(walk.staff, second)
    beside = SecondPerson(operator=other.operator, password=other.password, code=seconds_code or other.code(proposed))
    asked = {"operator": first.operator, "password": password or first.password, "proposed": wall_text(proposed)}
    return walk.house.call("SetClock", session="", code=code or first.code(proposed), second=beside, **asked)


@cause("CLK-004")
async def _(walk):
    await setting(walk, await walk.counter.now() - timedelta(days=400), "")


@cause("CLK-005")
async def _(walk):
    await setting(walk, await walk.counter.now() + timedelta(hours=1), "", password=WRONG)


@cause("CLK-006")
async def _(walk):
    await setting(walk, await walk.counter.now() + timedelta(hours=1), walk.staff.administrator.recovery_codes[0])


@cause("CLK-007", alone=True)
async def _(walk):
    class SetsNothing:
        async def set(self, order):
            """What the oneshot says, and the machine's clock stays as it was."""

    object.__setattr__(walk.house.desk, "setter", SetsNothing())
    await setting(walk, await walk.counter.now() + timedelta(hours=1), "")


cause("CLK-002")(lambda walk: walk.counter.advance(-1))


@cause("CLK-003", alone=True)
async def _(walk):
    await walk.counter.advance(86_400)
    await walk.counter.see("OpenFindings", walk.staff.approver)
    (walk.house.station / "state" / "clock" / "ahead_ms").write_text("0")
    await by(walk, asks.EndConsignment(consignment=walk.terms.consignment), "approver")
