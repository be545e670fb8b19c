"""The people door's end. The table: request → use case; which role, code and second person it needs is in rules.py."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from asyncvarlink import FileDescriptor, varlinkmethod

from media_station.desk.access import accounts, presence, staff
from media_station.desk.access.authority import Authority, grant, grant_clock, needs_second
from media_station.desk.access.permitting import check_permit, permit
from media_station.desk.access.session import IDLE_MS, Sessions
from media_station.desk.access.shown import name_views, rule_views
from media_station.desk.access.sign_in import change_password, sign_in
from media_station.desk.desk import Desk
from media_station.desk.flow import (
    approve,
    back_up,
    cancel,
    carry_bundle,
    certify,
    close,
    destroy,
    entrust,
    erase,
    export,
    hand_over,
    handle_incident,
    inspect,
    inspect_delivery,
    install_patterns,
    install_update,
    keep_masters,
    keep_slips,
    keep_stock,
    keep_watch,
    know_host,
    map_requirements,
    open_consignment,
    print_sheets,
    prove_record,
    receive,
    release,
    release_notice,
    report_count,
    review,
    rotate_key,
    scan_back,
    seal,
    set_clock,
    take_back,
    take_supply,
    write,
)
from media_station.desk.ledger import findings, people, reports, search, seen, views
from media_station.desk.ledger.index import Ledger as Index
from media_station.desk.serving.jobs import LOOKED_SECONDS, Jobs
from media_station.doors.people import People
from media_station.doors.refusals import Refusals
from media_station.doors.socket import Peer
from media_station.model import account_asks, asks, ids, network_asks, review_asks
from media_station.model.asks import Ask
from media_station.model.errors import Refused, StationError
from media_station.model.finding import FindingState
from media_station.model.journal import EVERYTHING, Found, JournalRow, RecordProof, Wanted
from media_station.model.masters import MasterKind
from media_station.model.medium import CUSTODY, CustodyState
from media_station.model.network import BaselineView
from media_station.model.operator import Role
from media_station.model.payload import PAYLOAD, PayloadState
from media_station.model.transfer import ENDED, TRANSFER, TransferState
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
UseCase = Callable[[Desk, Authority, Any], Awaitable[Answer]]

TABLE: dict[type[Ask], UseCase] = {
    account_asks.Enrol: accounts.enrol,
    account_asks.Renew: accounts.renew,
    account_asks.ChangePosts: accounts.change_posts,
    account_asks.Suspend: accounts.suspend,
    account_asks.Unlock: accounts.unlock,
    account_asks.ProposeStaff: staff.propose,
    account_asks.AdoptStaff: staff.adopt,
    account_asks.RecordPresence: presence.record,
    account_asks.ImportPresence: presence.take_in,
    account_asks.ComparePresence: presence.compare,
    asks.ProposeConsignment: open_consignment.propose,
    asks.OpenConsignment: open_consignment.open_consignment,
    asks.AmendConsignment: open_consignment.amend,
    asks.EndConsignment: open_consignment.end,
    asks.AddCourier: open_consignment.add_courier,
    asks.ProposeMasters: keep_masters.propose,
    asks.AdoptMasters: keep_masters.adopt,
    asks.RegisterMedium: keep_stock.register,
    asks.StoreMedium: keep_stock.store,
    asks.DrawMedium: keep_stock.draw,
    asks.CountStock: keep_stock.count,
    asks.Import: receive.import_payload,
    asks.Inspect: inspect.inspect,
    asks.Approve: approve.approve,
    asks.Reject: approve.reject,
    asks.GrantException: approve.grant_exception,
    asks.Seal: seal.seal,
    asks.Write: write.write,
    asks.Cancel: cancel.cancel,
    asks.HandOver: hand_over.hand_over,
    asks.TakeBack: take_back.take_back,
    asks.PrintSlip: keep_slips.print_slip,
    asks.StampPaper: keep_slips.stamp,
    asks.ScanPaper: scan_back.scan_paper,
    asks.CorrectHandover: keep_slips.correct,
    asks.PrintNotice: release_notice.print_notice,
    asks.SpoilNotice: release_notice.spoil,
    asks.ReportCount: report_count.report_count,
    asks.CorrectCount: report_count.correct_count,
    asks.AccountEnclosures: report_count.account_enclosures,
    asks.FileEvidence: report_count.file_evidence,
    asks.TakeErasureReport: report_count.take_erasure_report,
    asks.Identify: take_back.identify,
    asks.InspectLetters: inspect_delivery.inspect_letters,
    asks.Erase: erase.erase,
    asks.Validate: erase.validate,
    asks.Certify: certify.certify,
    asks.RenderCertificate: certify.render,
    asks.ReissueCertificate: certify.reissue,
    asks.VoidCertificate: certify.void,
    asks.CopyPaper: keep_slips.copy,
    asks.Destroy: destroy.destroy,
    asks.DestroyTogether: destroy.destroy_together,
    asks.Entrust: entrust.entrust,
    asks.ProveDestruction: entrust.prove,
    asks.PrintDestructionRecord: destroy.print_record,
    asks.DestroyPassword: close.destroy_password,
    asks.Purge: close.purge,
    asks.Close: close.close,
    asks.OpenIncident: handle_incident.open_incident,
    asks.Attest: handle_incident.attest,
    asks.CloseIncident: handle_incident.close_incident,
    asks.PrintIncidentReport: handle_incident.print_report,
    asks.ExportEvidence: export.export_evidence,
    asks.ExportJournal: export.export_journal,
    asks.ReleaseBundle: release.release,
    asks.PurgeBundle: export.purge,
    asks.BackUp: back_up.back_up,
    asks.ProveBackup: back_up.prove,
    asks.WriteBundle: carry_bundle.write_bundle,
    asks.HandOverBundle: carry_bundle.hand_over,
    asks.TakeBackBundle: carry_bundle.take_back,
    asks.KeepBundle: carry_bundle.keep,
    asks.RotateKey: rotate_key.rotate,
    asks.InstallPatterns: install_patterns.install,
    asks.InstallUpdate: install_update.install,
    review_asks.AnalyseLog: review.analyse_log,
    review_asks.DisposeFindings: review.dispose,
    review_asks.MakeReport: review.make_report,
    review_asks.ReviewReport: review.review_report,
    asks.PrintCompliance: map_requirements.print_map,
    asks.PrintSheet: print_sheets.print_sheets,
    network_asks.AdoptBaseline: keep_watch.adopt,
    network_asks.AdoptHost: know_host.adopt,
}

# What is refused before anyone's code is burnt for it.
CHECKS: dict[type[Ask], Callable[[Desk, Any], Awaitable[None]]] = {
    account_asks.Enrol: accounts.check_enrolment,
    account_asks.Renew: accounts.check_renewal,
    asks.RotateKey: rotate_key.check_rotation,
    asks.InstallPatterns: install_patterns.check,
    asks.InstallUpdate: install_update.check,
    asks.BackUp: back_up.check,
    asks.PermitWrites: check_permit,
    network_asks.AdoptBaseline: keep_watch.check,
    network_asks.AdoptHost: know_host.check,
    asks.PermitErasures: check_permit,
}


@dataclass(frozen=True, slots=True)
class Room:
    """What all connections to the people door share."""

    desk: Desk
    sessions: Sessions
    jobs: Jobs
    refusals: Refusals


NOBODY_SECONDS = 300.0
SOMEBODY_SECONDS = IDLE_MS / 1000
PAGE = 24
# Histories that tell of people; one's own account's is one's own.
OF_ACCOUNTS = frozenset({"operator", "staff", "person", "requirement", "finding"})
FINDINGS_SEEN_BY = frozenset({Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR})
PAYLOADS_SHOWN = (PayloadState.RECEIVED, PayloadState.INSPECTED, PayloadState.REFUSED, PayloadState.REJECTED)


def _page(rows: Sequence[Row], start: int) -> list[Row]:
    return list(rows[_from(start)])


def _from(start: int) -> slice:
    return slice(max(start, 0), max(start, 0) + PAGE)


class PeopleDoor(People):
    """One connection. Where nobody has come in it is closed after a while; else when the session would be, too."""

    def __init__(self, room: Room, peer: Peer) -> None:
        self._room = room
        self._desk = room.desk
        self._peer = peer
        self.idle_seconds = NOBODY_SECONDS

    def interface(self) -> People:
        return self

    @property
    def _ledger(self) -> Index:
        return self._desk.ledger

    def refused(self, request: str, error: StationError) -> None:
        self._room.refusals.take("people", self._peer.uid, request, error)

    async def ask(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Answer:
        if isinstance(ask, asks.AdvanceClock):
            return set_clock.advance(self._desk, ask)
        if isinstance(ask, asks.SetClock):
            asked_ms = self._desk.clock.boottime_ms()
            by = await grant_clock(self._desk, ask, code=code, second=second)
            return await set_clock.set_clock(self._desk, by, ask, asked_ms)
        by = await self._granted(ask, session, code, second)
        if isinstance(ask, asks.PermitWrites | asks.PermitErasures):
            return permit(self._desk, self._room.sessions, session, by, ask)
        return await TABLE[type(ask)](self._desk, by, ask)

    @varlinkmethod(return_parameter="greeting")
    async def Greet(self) -> Greeting:  # noqa: N802 - varlink names
        house = self._desk.house
        witness_days = house.witness_days if house.witnesses else 0
        behind_seconds = math.ceil(self._desk.clock.behind().total_seconds())
        return seen.greeting(self._ledger, house.identity, self._desk.clock.now(), behind_seconds, witness_days)

    @varlinkmethod(return_parameter="names")
    async def Names(self, *, start: int) -> list[NameView]:  # noqa: N802
        return _page(name_views(self._desk), start)

    @varlinkmethod(return_parameter="session")
    async def SignIn(self, *, operator: str, password: str, code: str) -> str:  # noqa: N802
        session = await sign_in(self._desk, self._room.sessions, self._peer, operator, password, code)
        self.idle_seconds = SOMEBODY_SECONDS
        return session

    @varlinkmethod
    async def SignOut(self, *, session: str) -> None:  # noqa: N802
        self._room.sessions.sign_out(session, self._peer)

    @varlinkmethod
    async def ChangePassword(self, *, session: str, password: str, code: str, new_password: str) -> None:  # noqa: N802
        await change_password(self._desk, self._operator(session), password, code, new_password)

    @varlinkmethod(return_parameter="token")
    async def NewToken(self, *, operator: str) -> Token:  # noqa: N802
        return accounts.new_token(self._desk, ids.parse_operator(operator))

    @varlinkmethod(return_parameter="needed")
    async def NeedsSecond(self, *, session: str, action: str) -> bool:  # noqa: N802
        self._operator(session)
        return needs_second(self._desk, action)

    @varlinkmethod(return_parameter="rules")
    async def Rules(self, *, session: str, start: int) -> list[RuleView]:  # noqa: N802
        return _page(rule_views(self._desk, self._operator(session)), start)

    @varlinkmethod(return_parameter="payloads")
    async def Payloads(self, *, session: str, start: int) -> list[PayloadView]:  # noqa: N802
        self._operator(session)
        waiting = [each for state in PAYLOADS_SHOWN for each in self._ledger.in_state(PAYLOAD, state)]
        return [seen.payload_view(self._ledger, number) for number in _page(waiting, start)]

    @varlinkmethod(return_parameter="transfers")
    async def Transfers(self, *, session: str, start: int, ended: bool = False) -> list[Transfer]:  # noqa: N802
        self._operator(session)
        states = [state for state in TransferState if (state in ENDED) is ended]
        numbers = sorted(each for state in states for each in self._ledger.in_state(TRANSFER, state))
        return [seen.transfer_view(self._ledger, number) for number in _page(numbers, start)]

    @varlinkmethod(return_parameter="transfer")
    async def Transfer(self, *, session: str, transfer: str) -> Transfer:  # noqa: N802
        self._operator(session)
        return seen.transfer_view(self._ledger, transfer)

    @varlinkmethod(return_parameter="media")
    async def Stock(self, *, session: str, start: int) -> list[MediumView]:  # noqa: N802
        self._operator(session)
        there = [
            each
            for state in CustodyState
            if state is not CustodyState.GONE
            for each in self._ledger.in_state(CUSTODY, state)
        ]
        return [seen.medium_view(self._ledger, number) for number in _page(sorted(there), start)]

    @varlinkmethod(return_parameter="medium")
    async def Medium(self, *, session: str, medium: str) -> MediumView:  # noqa: N802
        self._operator(session)
        return seen.medium_view(self._ledger, medium)

    @varlinkmethod(return_parameter="rows")
    async def Masters(self, *, session: str, kind: MasterKind, start: int) -> list[dict[str, str]]:  # noqa: N802
        self._operator(session)
        return _page(views.master_rows(self._ledger, kind), start)

    @varlinkmethod(return_parameter="rows")
    async def Handlers(self, *, session: str, consignment: str, start: int) -> list[HandlerView]:  # noqa: N802
        self._operator(session)
        return _page([seen.handler_view(each) for each in views.handlers(self._ledger, consignment).values()], start)

    @varlinkmethod(return_parameter="rows")
    async def Ledger(self, *, session: str, start: int) -> list[LedgerRow]:  # noqa: N802
        self._operator(session)
        return reports.ledger_rows(self._ledger, start, PAGE)

    @varlinkmethod(return_parameter="rows")
    async def History(self, *, session: str, noun: str, number: str, start: int) -> list[HistoryRow]:  # noqa: N802
        operator = self._operator(session)
        if noun in OF_ACCOUNTS and (noun, number) != ("operator", operator):
            accounts.require_reader(self._desk, operator)
        return _page(reports.history_rows(self._ledger, noun, number), start)

    @varlinkmethod(return_parameter="rows")
    async def Due(self, *, session: str, start: int) -> list[DueRow]:  # noqa: N802
        self._operator(session)
        return _page(reports.due_rows(self._ledger, self._desk.clock.day()), start)

    @varlinkmethod(return_parameter="rows")
    async def Compliance(self, *, session: str, start: int) -> list[ComplianceRow]:  # noqa: N802
        self._operator(session)
        return reports.compliance_rows(self._ledger, self._desk.clock.day(), _from(start))

    @varlinkmethod(return_parameter="rows")
    async def Operators(self, *, session: str, start: int) -> list[OperatorView]:  # noqa: N802
        views_of_all = accounts.operator_views(self._desk, self._operator(session)) + staff.expected_views(self._desk)
        return _page(views_of_all, start)

    @varlinkmethod(return_parameter="findings")
    async def OpenFindings(self, *, session: str) -> OpenFindings:  # noqa: N802
        self._operator(session)
        return findings.open_findings(self._ledger)

    @varlinkmethod(return_parameter="rows")
    async def Findings(self, *, session: str, start: int, disposed: bool = False) -> list[FindingView]:  # noqa: N802
        self._require(session, FINDINGS_SEEN_BY)
        state = FindingState.DISPOSED if disposed else FindingState.RAISED
        return findings.finding_views(self._ledger, state, _from(start))

    @varlinkmethod(return_parameter="baseline")
    async def Baseline(self, *, session: str) -> BaselineView:  # noqa: N802
        self._require(session, frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))
        return keep_watch.view(self._desk, know_host.pins(self._desk))

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self, *, session: str) -> list[Loaded]:  # noqa: N802
        self._operator(session)
        return await self._desk.drive.bays()

    @varlinkmethod(return_parameter="progress", delay_generator=False)
    async def Watch(self, *, session: str) -> AsyncIterator[Progress]:  # noqa: N802
        self._operator(session)
        async with aclosing(self._room.jobs.watch(lambda: self._room.sessions.is_open(session))) as watched:
            async for progress in watched:
                yield progress
        raise Refused("ACC-010")

    @varlinkmethod(return_parameter="found")
    async def ReadJournal(self, *, session: str, wanted: Wanted, start: int) -> Found:  # noqa: N802
        await self._may_read_the_journal(session)
        return search.search(self._ledger, wanted, start)

    @varlinkmethod(return_parameter="row")
    async def Record(self, *, session: str, record: int) -> JournalRow:  # noqa: N802
        await self._may_read_the_journal(session)
        return search.row(self._ledger, record)

    @varlinkmethod(return_parameter="piece")
    async def RecordPiece(self, *, session: str, record: int, start: int) -> str:  # noqa: N802
        await self._may_read_the_journal(session)
        return search.piece(self._ledger, record, start)

    @varlinkmethod(return_parameter="proof")
    async def ProveRecord(self, *, session: str, record: int, kept: str) -> RecordProof:  # noqa: N802
        await self._may_read_the_journal(session)
        return await prove_record.prove_record(self._desk, record, kept)

    @varlinkmethod(return_parameter="found", delay_generator=False)
    async def FollowJournal(self, *, session: str, wanted: Wanted, start: int) -> AsyncIterator[Found]:  # noqa: N802
        await self._may_read_the_journal(session)
        while True:
            # Nothing new is recorded where the journal can't be written; a session ends there too.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._desk.journal.beyond(start), LOOKED_SECONDS)
            if not self._room.sessions.is_open(session):
                raise Refused("ACC-010")
            found = search.search(self._ledger, wanted, start)
            start = self._ledger.head()[0] if found.following < 0 else found.following
            if found.rows:
                yield found

    @varlinkmethod(return_parameter="answer")
    async def FetchBundle(self, *, session: str, bundle: str, into: FileDescriptor) -> Answer:  # noqa: N802
        ask = asks.FetchBundle(bundle=bundle)
        by = await self._granted(ask, session, None, None)
        return await export.fetch(self._desk, by, ask, into.fileno())

    @varlinkmethod(return_parameter="answer")
    async def TakeSupply(self, *, session: str, supply: FileDescriptor) -> Answer:  # noqa: N802
        by = await self._granted(asks.TakeSupply(), session, None, None)
        return await take_supply.take_by_hand(self._desk, by, supply.fileno())

    async def _may_read_the_journal(self, session: str) -> None:
        await self._granted(asks.ReadJournal(wanted=EVERYTHING, start=0), session, None, None)

    async def _granted(self, ask: Ask, session: str, code: str | None, second: SecondPerson | None) -> Authority:
        check = CHECKS.get(type(ask))
        by = await grant(
            self._desk,
            self._room.sessions,
            self._peer,
            action=type(ask),
            session=session,
            code=code,
            second=second,
            check=None if check is None else lambda: check(self._desk, ask),
        )
        self.idle_seconds = SOMEBODY_SECONDS
        return by

    def _require(self, session: str, roles: frozenset[Role]) -> None:
        """Refused ACC-011 for who has none of these roles today."""
        if people.roles(self._ledger, self._operator(session), self._desk.clock.day()).isdisjoint(roles):
            raise Refused("ACC-011")

    def _operator(self, session: str) -> str:
        operator = self._room.sessions.operator(session, self._peer)
        self.idle_seconds = SOMEBODY_SECONDS
        return operator
