"""console, cli → desk: what people ask and see. One method for each request of model/asks, made from its fields."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import fields
from typing import Any, TypeVar

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod

from media_station.model.account_asks import ACCOUNT_ASKS
from media_station.model.asks import ASKS, Ask
from media_station.model.journal import Found, JournalRow, RecordProof, Wanted
from media_station.model.masters import MasterKind
from media_station.model.network import BaselineView
from media_station.model.network_asks import NETWORK_ASKS
from media_station.model.review_asks import REVIEW_ASKS
from media_station.model.views import (
    Answer,
    ComplianceRow,
    DueRow,
    FindingView,
    Greeting,
    HandlerView,
    HistoryRow,
    LedgerRow,
    Loaded,
    MediumView,
    NameView,
    OpenFindings,
    OperatorView,
    PayloadView,
    Progress,
    RuleView,
    SecondPerson,
    Token,
)
from media_station.model.views import TransferView as Transfer

Row = TypeVar("Row")


class People(VarlinkInterface, name="media-station.people.v1"):
    """The people door. `session` is bound to this process; `code` and `second` are for actions that ask for them."""

    async def ask(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Answer:
        """What the request methods come down to."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="greeting")
    async def Greet(self) -> Greeting:
        """Before sign-in: identity, the station's time, the last record."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="names")
    async def Names(self, *, start: int) -> list[NameView]:
        """Before sign-in: who may sign in today."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="session")
    async def SignIn(self, *, operator: str, password: str, code: str) -> str:
        """Both factors or nothing. The refusal doesn't say which failed."""
        raise NotImplementedError

    @varlinkmethod
    async def SignOut(self, *, session: str) -> None:
        raise NotImplementedError

    @varlinkmethod
    async def ChangePassword(self, *, session: str, password: str, code: str, new_password: str) -> None:
        """One's own, with both factors."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="token")
    async def NewToken(self, *, operator: str) -> Token:
        """What a phone is to hold for an enrolment. Hardware tokens have their vendor's."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="needed")
    async def NeedsSecond(self, *, session: str, action: str) -> bool:
        """Whether rule or policy ask for a second person for this request: nobody types a password for nothing."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rules")
    async def Rules(self, *, session: str, start: int) -> list[RuleView]:
        """What each request asks for of this session's operator: a console offers what is his, and asks beforehand."""
        raise NotImplementedError

    # What may be long comes in pages: `start` is how many came before; no row means that was all.

    @varlinkmethod(return_parameter="payloads")
    async def Payloads(self, *, session: str, start: int) -> list[PayloadView]:
        """Those that are in the inbox or on their way."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="transfers")
    async def Transfers(self, *, session: str, start: int, ended: bool = False) -> list[Transfer]:
        """Those that are not closed, or those that are."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="transfer")
    async def Transfer(self, *, session: str, transfer: str) -> Transfer:
        """One, closed or not: what is missing to close it."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="media")
    async def Stock(self, *, session: str, start: int) -> list[MediumView]:
        """All media that are not destroyed: in hand, in a place, away, lost."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="medium")
    async def Medium(self, *, session: str, medium: str) -> MediumView:
        """One, destroyed or not."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Masters(self, *, session: str, kind: MasterKind, start: int) -> list[dict[str, str]]:
        """A master's table as it was adopted last, by field."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Handlers(self, *, session: str, consignment: str, start: int) -> list[HandlerView]:
        """Who was registered for a consignment."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Ledger(self, *, session: str, start: int) -> list[LedgerRow]:
        """The 管理簿; here `start` is the first record's sequence."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def History(self, *, session: str, noun: str, number: str, start: int) -> list[HistoryRow]:
        """All that happened to a medium, transfer, payload, consignment, incident, slip, operator.

        Another operator's, and a transfer of staff's, are for administrators and auditors.
        """
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Due(self, *, session: str, start: int) -> list[DueRow]:
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Compliance(self, *, session: str, start: int) -> list[ComplianceRow]:
        """Each id of the requirement map, for both sides."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Operators(self, *, session: str, start: int) -> list[OperatorView]:
        """All accounts, and who is expected; for administrators and auditors."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="findings")
    async def OpenFindings(self, *, session: str) -> OpenFindings:
        """For the banner that everyone sees."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="rows")
    async def Findings(self, *, session: str, start: int, disposed: bool = False) -> list[FindingView]:
        """Those that wait for a reviewer, or those that were disposed of; for all but operators."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="baseline")
    async def Baseline(self, *, session: str) -> BaselineView:
        """What the guard saw of the machine, and what was adopted; for administrators and auditors."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self, *, session: str) -> list[Loaded]:
        """What is in the drive's bays now."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="progress")
    async def Watch(self, *, session: str) -> AsyncIterator[Progress]:
        """Progress of all long work, until the caller closes the connection or the session ends: Refused ACC-010."""
        raise NotImplementedError
        yield

    # The journal is for administrators and auditors.

    @varlinkmethod(return_parameter="found")
    async def ReadJournal(self, *, session: str, wanted: Wanted, start: int) -> Found:
        """What is wanted, from the record `start` on; a page may be empty and not the last."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="row")
    async def Record(self, *, session: str, record: int) -> JournalRow:
        raise NotImplementedError

    @varlinkmethod(return_parameter="piece")
    async def RecordPiece(self, *, session: str, record: int, start: int) -> str:
        """Of a line that is too long for a row, from the character `start` on; empty at its end."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="proof")
    async def ProveRecord(self, *, session: str, record: int, kept: str) -> RecordProof:
        """Under the latest checkpoint; `kept` is an older one, or empty."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="found")
    async def FollowJournal(self, *, session: str, wanted: Wanted, start: int) -> AsyncIterator[Found]:
        """What is wanted from the record `start` on and as it is recorded, until the session ends."""
        raise NotImplementedError
        yield

    @varlinkmethod(return_parameter="answer")
    async def FetchBundle(self, *, session: str, bundle: str, into: FileDescriptor) -> Answer:
        """A sealed bundle into `into`, a file that the caller has opened for writing."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="answer")
    async def TakeSupply(self, *, session: str, supply: FileDescriptor) -> Answer:
        """A supply as one file, header and body, that the caller has opened."""
        raise NotImplementedError


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


for _kind in (*ASKS, *ACCOUNT_ASKS, *NETWORK_ASKS, *REVIEW_ASKS):
    if _kind.__name__ not in vars(People):  # a request that comes with a descriptor is written out above
        setattr(People, _kind.__name__, _method(_kind))


async def whole(page: Callable[[int], Awaitable[list[Row]]]) -> list[Row]:
    """All rows of a view that comes in pages: the caller's part of `start`."""
    rows: list[Row] = []
    while more := await page(_start(rows)):
        rows += more
    return rows


def _start(rows: list[Row]) -> int:
    """Where the next page starts: the ledger's after its last record, the others' after as many rows."""
    return rows[-1].record + 1 if rows and isinstance(rows[-1], LedgerRow) else len(rows)
