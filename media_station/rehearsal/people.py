"""Scripted people at the console: each with a password and a token, each code used once."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyotp

from media_station.doors.people import People, whole
from media_station.doors.socket import Caller, connect
from media_station.model.account_asks import Enrol
from media_station.model.asks import AdvanceClock, Ask
from media_station.model.errors import PeerFault, Refused
from media_station.model.instant import parse_wall
from media_station.model.operator import Post, Role
from media_station.model.views import Answer, Greeting, SecondPerson
from media_station.texts.era import JST

PERIOD_SECONDS = 30


@dataclass(slots=True, kw_only=True)
class Person:
    """`used_step` is the time step of the last code that this person typed.

    A person without a hardware token's `secret` has a phone, whose secret comes from the station.
    """

    operator: str
    name: str
    roles: tuple[Role, ...]
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    secret: str = field(default="", repr=False)
    period_seconds: int = PERIOD_SECONDS
    used_step: int = 0
    recovery_codes: list[str] = field(default_factory=list, repr=False)
    session: str = field(default="", repr=False)

    def code(self, now: datetime) -> str:
        """The token's display at the station's time."""
        self.used_step = self.step(now)
        return pyotp.TOTP(self.secret, interval=self.period_seconds).at(now)

    def step(self, now: datetime) -> int:
        return int(now.timestamp()) // self.period_seconds


class Counter:
    """The console at the counter: one connection, made again when the desk comes back."""

    def __init__(self, door: Path, uids: frozenset[int], revive: Callable[[], Awaitable[None]]) -> None:
        self._door = door
        self._uids = uids
        self._revive = revive
        self._open = AsyncExitStack()
        self._caller: Caller | None = None

    async def close(self) -> None:
        self._caller = None
        await self._open.aclose()

    async def greet(self) -> Greeting:
        greeting: Greeting = await self._call("Greet")
        return greeting

    async def now(self) -> datetime:
        return parse_wall((await self.greet()).now.wall)

    async def today(self) -> date:
        """By the municipality's calendar, as the desk counts days."""
        return (await self.now()).astimezone(JST).date()

    async def enrol(self, person: Person, by: Person | None, second: Person | None = None) -> None:
        """In person: the password, then a code that shows that the token works; then those who may enrol. By nobody at
        setup.
        """
        typed = base64.b32decode(person.secret).hex()  # as on the vendor's sheet
        if not person.secret:
            typed = person.secret = (await self._call("NewToken", operator=person.operator)).secret
        now = await self.now()
        ask = Enrol(
            operator=person.operator,
            person=person.name,
            posts=[
                Post(role=role, starts=now.astimezone(JST).date().isoformat(), ends="", deputy_of="")
                for role in person.roles
            ],
            password=person.password,
            token_secret=typed,
            token_period_seconds=person.period_seconds,
            proof=person.code(now),
        )
        answer = await (self._ask(ask, "", None, None) if by is None else self.do(ask, by, second=second))
        person.recovery_codes = answer.facts["recovery_codes"].split()

    async def do(self, ask: Ask, by: Person, *, second: Person | None = None, fresh: bool = False) -> Answer:
        """One request by a signed-in person, with a fresh code and a second person where it needs them."""
        if not by.session:
            await self._sign_in(by)
        signing = [by] if second is None else [by, second]
        now = await self._fresh(*signing) if fresh or second is not None else None
        code = None if now is None else by.code(now)
        beside = None
        if now is not None and second is not None:
            beside = SecondPerson(operator=second.operator, password=second.password, code=second.code(now))
        try:
            return await self._ask(ask, by.session, code, beside)
        except Refused as error:
            if error.code != "ACC-010":
                raise
        by.session = ""
        return await self.do(ask, by, second=second, fresh=fresh)

    async def see(self, method: str, by: Person, **parameters: Any) -> Any:
        """A view."""
        if not by.session:
            await self._sign_in(by)
        try:
            return await self._call(method, session=by.session, **parameters)
        except Refused as error:
            if error.code != "ACC-010":
                raise
        by.session = ""
        return await self.see(method, by, **parameters)

    async def all(self, method: str, by: Person, **parameters: Any) -> list[Any]:
        """A view that comes in pages, whole."""
        return await whole(lambda start: self.see(method, by, start=start, **parameters))

    async def advance(self, seconds: int) -> None:
        """The rehearsal's clock goes on."""
        await self._ask(AdvanceClock(seconds=seconds), "", None, None)

    async def _sign_in(self, person: Person) -> None:
        code = person.code(await self._fresh(person))
        person.session = await self._call("SignIn", operator=person.operator, password=person.password, code=code)

    async def _fresh(self, *people: Person) -> datetime:
        """Waits, by the rehearsal's clock, until each one's token shows a code that was not used; that moment."""
        now = await self.now()
        used = [person for person in people if person.step(now) <= person.used_step]
        if used:
            await self.advance(max(person.period_seconds for person in used))
            now = await self.now()
        return now

    async def _ask(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Answer:
        parameters = {each.name: getattr(ask, each.name) for each in fields(ask)}
        answer: Answer = await self._call(type(ask).__name__, session=session, code=code, second=second, **parameters)
        return answer

    async def _call(self, method: str, /, **parameters: Any) -> Any:
        """If the desk went away: wait for it, and let the caller see that its request's fate is unknown."""
        if self._caller is None:
            await self._revive()
            self._caller = await self._open.enter_async_context(connect(self._door, People, uids=self._uids))
        try:
            return await self._caller.call(method, **parameters)
        except PeerFault:
            await self.close()
            self._open = AsyncExitStack()
            raise
