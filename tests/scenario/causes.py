"""What really leads to each refusal: a request at a station that stands where a person would make it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields

from walking_in_one import WalkInOne

from media_station.model.asks import Ask
from media_station.model.operator import Post, Role
from media_station.model.steps import StepKind
from media_station.rehearsal.people import Person

Provoke = Callable[[WalkInOne], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`at`: the walk's next step, before a transfer if None. `station`: which one, of those that go this far."""

    provoke: Provoke
    at: StepKind | None
    station: str


CAUSES: dict[str, Cause] = {}


def cause(code: str, *, at: StepKind | None = None, alone: bool = False, station: str = ""):
    """What the function does is refused with this code; `alone`: at a station at which nothing else is tried."""

    def known(provoke: Provoke) -> Provoke:
        assert code not in CAUSES
        CAUSES[code] = Cause(provoke=provoke, at=at, station=code if alone else station)
        return provoke

    return known


def refused(code: str, at: StepKind | None = None):
    """The same, of a function that only names a request and who makes it."""

    def known(asked):
        @cause(code, at=at)
        async def provoke(walk):
            await by(walk, *asked(walk))

        return asked

    return known


async def by(walk: WalkInOne, ask: Ask, who: str = "operator", second: str = "", *, fresh: bool = False):
    """The request, by the one with this post; before the other one."""
    beside = getattr(walk.staff, second) if second else None
    return await walk.counter.do(ask, getattr(walk.staff, who), second=beside, fresh=fresh)


async def two(walk: WalkInOne, ask: Ask):
    return await by(walk, ask, "operator", "approver")


async def administrators(walk: WalkInOne, ask: Ask):
    return await by(walk, ask, "administrator", "second_administrator")


async def somebody(walk: WalkInOne, *roles: Role, operator: str = "kenmu-shiro") -> Person:
    """One more person, who is all of these from today."""
    person = Person(operator=operator, name="兼務 四郎", roles=roles)
    await walk.counter.enrol(person, walk.staff.administrator, walk.staff.second_administrator)
    return person


def post(walk: WalkInOne, role: Role = Role.OPERATOR, starts: str = "2026-04-06") -> Post:
    return Post(role=role, starts=starts, ends="", deputy_of="")


def like(ask: Ask, **other):
    """This request with other fields, whatever they are: the door checks them, not the form."""
    made = object.__new__(type(ask))
    for each in fields(ask):
        object.__setattr__(made, each.name, other.get(each.name, getattr(ask, each.name)))
    return made


async def settings(walk: WalkInOne, more: str, instead_of: str = "") -> None:
    """The desk is started again with these."""
    file = walk.house.station / "station.toml"
    text = file.read_text()
    file.write_text(text.replace(instead_of, more) if instead_of else f"{text}\n{more}")
    await walk.house.restart_within()
