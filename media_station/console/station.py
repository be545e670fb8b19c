"""The people door as the console uses it: a connection for each request, so that a desk that was started again is
simply there again. The session lives in this process alone.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from media_station.doors.people import People, whole
from media_station.doors.socket import connect, makers
from media_station.model.asks import Ask
from media_station.model.errors import PeerFault, StationError
from media_station.model.views import Answer, Greeting, NameView, Progress, RuleView, SecondPerson

# What only looks is answered in milliseconds; a desk that verifies its journal answers nobody.
_LOOK_SECONDS: Final = 10.0


@dataclass(slots=True)
class Station:
    """`permitted` are media whose next order needs no code: two people have shown theirs for all of them."""

    door: Path
    session: str = field(default="", repr=False)
    operator: str = ""
    rules: dict[str, RuleView] = field(default_factory=dict)
    permitted: set[str] = field(default_factory=set)

    async def greet(self) -> Greeting:
        greeting: Greeting = await self._look("Greet")
        return greeting

    async def names(self) -> list[NameView]:
        return await whole(lambda start: self._look("Names", start=start))

    async def sign_in(self, operator: str, password: str, code: str) -> None:
        session = await self._call("SignIn", operator=operator, password=password, code=code)
        rules: list[RuleView] = await whole(lambda start: self._look("Rules", session=session, start=start))
        self.session, self.operator = session, operator
        self.rules = {each.action: each for each in rules}

    async def sign_out(self) -> None:
        """Here at once; the desk, if it is there, is told."""
        session, self.session, self.operator = self.session, "", ""
        self.rules, self.permitted = {}, set()
        if session:
            with suppress(StationError):
                await self._look("SignOut", session=session)

    async def see(self, method: str, **parameters: Any) -> Any:
        return await self._look(method, session=self.session, **parameters)

    async def all(self, method: str, **parameters: Any) -> list[Any]:
        """A view that comes in pages, whole."""
        return await whole(lambda start: self.see(method, start=start, **parameters))

    async def do(self, ask: Ask, code: str | None = None, second: SecondPerson | None = None) -> Answer:
        """One request, however long the work takes."""
        parameters = {each.name: getattr(ask, each.name) for each in fields(ask)}
        answer: Answer = await self._call(
            type(ask).__name__, session=self.session, code=code, second=second, **parameters
        )
        return answer

    async def watch(self) -> AsyncIterator[Progress]:
        """All long work, for as long as the session lasts; a StationError ends it."""
        async with (
            connect(self.door, People, uids=makers()) as caller,
            aclosing(caller.stream("Watch", session=self.session)) as watched,
        ):
            async for progress in watched:
                yield progress

    async def _look(self, method: str, **parameters: Any) -> Any:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                return await self._call(method, **parameters)
        except TimeoutError as error:
            raise PeerFault("DOR-001", door=self.door.name) from error

    async def _call(self, method: str, /, **parameters: Any) -> Any:
        async with connect(self.door, People, uids=makers()) as caller:
            return await caller.call(method, **parameters)
