"""console, cli → desk: what people ask and see. One method for each request of model/asks, made from its fields."""

import inspect
from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from typing import Any

from asyncvarlink import VarlinkInterface, varlinkmethod

from media_station.model.asks import ASKS, Ask
from media_station.model.views import Answer, Greeting, Loaded, MediumView, PayloadView, Progress, SecondPerson
from media_station.model.views import TransferView as Transfer


class People(VarlinkInterface, name="media-station.people.v1"):
    """The people door. `session` is bound to this process; `code` and `second` are for actions that ask for them."""

    async def ask(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Answer:
        """What the request methods come down to."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="greeting")
    async def Greet(self) -> Greeting:
        """Before sign-in: identity, the station's time, the last record."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="session")
    async def SignIn(self, *, operator: str, password: str, code: str) -> str:
        """Both factors or nothing. The refusal doesn't say which failed."""
        raise NotImplementedError

    @varlinkmethod
    async def SignOut(self, *, session: str) -> None:
        raise NotImplementedError

    @varlinkmethod(return_parameter="payloads")
    async def Payloads(self, *, session: str) -> list[PayloadView]:
        raise NotImplementedError

    @varlinkmethod(return_parameter="transfers")
    async def Transfers(self, *, session: str) -> list[Transfer]:
        raise NotImplementedError

    @varlinkmethod(return_parameter="media")
    async def Stock(self, *, session: str) -> list[MediumView]:
        """All media that the station has numbered."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self, *, session: str) -> list[Loaded]:
        """What is in the drive's bays now."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="progress")
    async def Watch(self, *, session: str) -> AsyncIterator[Progress]:
        """Progress of all long work, until the caller closes the connection."""
        raise NotImplementedError
        yield


def _method(kind: type[Ask]) -> Callable[..., Any]:
    async def method(self: People, *, session: str, code: str | None, second: SecondPerson | None, **of: Any) -> Answer:
        return await self.ask(kind(**of), session, code, second)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("session", keyword, annotation=str),
        inspect.Parameter("code", keyword, annotation=str | None),
        inspect.Parameter("second", keyword, annotation=SecondPerson | None),
        *(inspect.Parameter(field.name, keyword, annotation=field.type) for field in fields(kind)),
    ]
    method.__signature__ = inspect.Signature(parameters, return_annotation=Answer)  # type: ignore[attr-defined]
    method.__name__ = kind.__name__
    method.__doc__ = kind.__doc__
    return varlinkmethod(return_parameter="answer")(method)


for _kind in ASKS:
    setattr(People, _kind.__name__, _method(_kind))
