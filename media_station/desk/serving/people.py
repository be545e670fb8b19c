"""The people door's end. The table: request → use case; which role, code and second person it needs is in rules.py."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from asyncvarlink import varlinkmethod

from media_station.desk.access import accounts
from media_station.desk.access.authority import Authority, grant
from media_station.desk.access.session import Sessions
from media_station.desk.access.sign_in import sign_in
from media_station.desk.desk import Desk
from media_station.desk.flow import (
    approve,
    certify,
    close,
    destroy,
    erase,
    hand_over,
    inspect,
    inspect_delivery,
    keep_stock,
    open_consignment,
    release_notice,
    report_count,
    seal,
    take_back,
    write,
)
from media_station.desk.ledger import views
from media_station.desk.serving.jobs import Jobs
from media_station.desk.serving.refusals import record_refusal
from media_station.doors.people import People
from media_station.doors.socket import Peer
from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.errors import Refused, StationError
from media_station.model.medium import MEDIUM
from media_station.model.payload import PAYLOAD
from media_station.model.station import ClockSet
from media_station.model.transfer import TRANSFER
from media_station.model.views import Answer, Greeting, Loaded, MediumView, PayloadView, Progress, SecondPerson
from media_station.model.views import TransferView as Transfer

UseCase = Callable[[Desk, Authority, Any], Awaitable[Answer]]

TABLE: dict[type[Ask], UseCase] = {
    asks.Enrol: accounts.enrol,
    asks.ProposeConsignment: open_consignment.propose,
    asks.OpenConsignment: open_consignment.open_consignment,
    asks.RegisterHandler: open_consignment.register_handler,
    asks.RegisterMedium: keep_stock.register,
    asks.Inspect: inspect.inspect,
    asks.Approve: approve.approve,
    asks.Seal: seal.seal,
    asks.Write: write.write,
    asks.HandOverMedium: hand_over.hand_over_medium,
    asks.HandOverEnclosures: hand_over.hand_over_enclosures,
    asks.PrintSlip: hand_over.print_slip,
    asks.PrintNotice: release_notice.print_notice,
    asks.HandOverNotice: release_notice.hand_over_notice,
    asks.ReportCount: report_count.report_count,
    asks.AccountEnclosures: report_count.account_enclosures,
    asks.FileReport: report_count.file_report,
    asks.ReceiveMedium: take_back.receive_medium,
    asks.ReceiveNotice: take_back.receive_notice,
    asks.ReceiveLetters: take_back.receive_letters,
    asks.Identify: take_back.identify,
    asks.InspectLetters: inspect_delivery.inspect_letters,
    asks.HandOverLetters: inspect_delivery.hand_over_letters,
    asks.Erase: erase.erase,
    asks.Validate: erase.validate,
    asks.Certify: certify.certify,
    asks.RenderCertificate: certify.render,
    asks.Destroy: destroy.destroy,
    asks.PrintDestructionRecord: destroy.print_record,
    asks.DestroyPassword: close.destroy_password,
    asks.Purge: close.purge,
    asks.Close: close.close,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What all connections to the people door share."""

    desk: Desk
    sessions: Sessions
    jobs: Jobs


class PeopleDoor(People):
    """One connection."""

    def __init__(self, room: Room, peer: Peer) -> None:
        self._room = room
        self._desk = room.desk
        self._peer = peer

    def interface(self) -> People:
        return self

    def refused(self, method: str, error: StationError) -> None:
        record_refusal(self._desk, "people", method, error, self._peer)

    async def ask(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Answer:
        if isinstance(ask, asks.AdvanceClock):
            return self._advance_clock(ask)
        by = await grant(
            self._desk,
            self._room.sessions,
            self._peer,
            action=type(ask),
            session=session,
            code=code,
            second=second,
        )
        return await TABLE[type(ask)](self._desk, by, ask)

    @varlinkmethod(return_parameter="greeting")
    async def Greet(self) -> Greeting:  # noqa: N802 - varlink names
        return views.greeting(self._desk.ledger, self._desk.house.identity, self._desk.clock.now())

    @varlinkmethod(return_parameter="session")
    async def SignIn(self, *, operator: str, password: str, code: str) -> str:  # noqa: N802
        return await sign_in(self._desk, self._room.sessions, self._peer, operator, password, code)

    @varlinkmethod
    async def SignOut(self, *, session: str) -> None:  # noqa: N802
        self._operator(session)
        self._room.sessions.end(session)

    @varlinkmethod(return_parameter="payloads")
    async def Payloads(self, *, session: str) -> list[PayloadView]:  # noqa: N802
        self._operator(session)
        return [views.payload_view(self._desk.ledger, number) for number in self._desk.ledger.numbers(PAYLOAD)]

    @varlinkmethod(return_parameter="transfers")
    async def Transfers(self, *, session: str) -> list[Transfer]:  # noqa: N802
        self._operator(session)
        return [views.transfer_view(self._desk.ledger, number) for number in self._desk.ledger.numbers(TRANSFER)]

    @varlinkmethod(return_parameter="media")
    async def Stock(self, *, session: str) -> list[MediumView]:  # noqa: N802
        self._operator(session)
        return [views.medium_view(self._desk.ledger, number) for number in self._desk.ledger.numbers(MEDIUM)]

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self, *, session: str) -> list[Loaded]:  # noqa: N802
        self._operator(session)
        return await self._desk.drive.bays()

    @varlinkmethod(return_parameter="progress")
    async def Watch(self, *, session: str) -> AsyncIterator[Progress]:  # noqa: N802
        self._operator(session)
        async for progress in self._room.jobs.watch():
            yield progress

    def _operator(self, session: str) -> str:
        now = self._desk.clock.boottime_ms()
        return self._room.sessions.operator(session, uid=self._peer.uid, pid=self._peer.pid, now_ms=now)

    def _advance_clock(self, ask: asks.AdvanceClock) -> Answer:
        """Refused CLK-001 outside a rehearsal, CLK-002 backwards."""
        if not self._desk.house.identity.rehearsal:
            raise Refused("CLK-001")
        if ask.seconds <= 0:
            raise Refused("CLK-002")
        offset_ms = self._desk.clock.offset_ms + ask.seconds * 1000
        event = ClockSet(offset_ms=offset_ms)
        (record,) = self._desk.journal.commit(event)
        self._desk.clock.offset_ms = offset_ms
        return Answer(record=record.sequence, action=event.name, facts={})
