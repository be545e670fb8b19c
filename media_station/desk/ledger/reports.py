"""What is read from the ledger: the 管理簿, a noun's whole history, what is due, which requirement has its evidence."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from enum import Enum
from typing import get_args

from media_station.desk.ledger.bundles import carried, is_the_stations_own
from media_station.desk.ledger.fold import REQUIREMENT
from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.seen import handler_names, operator_names, place_names
from media_station.desk.ledger.views import master_rows, opened, terms
from media_station.model.bundle import (
    BUNDLE,
    BundleFetched,
    BundleHandedOver,
    BundleKept,
    BundleReturned,
    BundleSent,
    BundleState,
)
from media_station.model.calendar import working_day
from media_station.model.compliance import TITLES, EvidenceFiled, Result, Side, is_proved_by_paper, proves
from media_station.model.consignment import CONSIGNMENT, ConsignmentState
from media_station.model.erasure import MediumDestroyed, MediumEntrusted
from media_station.model.handover import (
    BACK,
    NOTICE,
    OUT,
    Correctable,
    EnclosuresHandedOver,
    Handed,
    HandoverCorrected,
    LettersDelivered,
    LettersHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
    NoticeState,
)
from media_station.model.instant import parse_wall
from media_station.model.masters import MasterKind
from media_station.model.medium import MEDIUM, MediumRegistered, MediumState, MediumWritten
from media_station.model.payload import ImageSealed
from media_station.model.station import PAPER, PaperStamped, PaperState
from media_station.model.transfer import ENDED, TRANSFER, TransferState
from media_station.model.views import ComplianceRow, DueRow, HistoryRow, LedgerRow
from media_station.proof.record import Record
from media_station.texts.era import JST

_MARKS = {Result.MET: "○", Result.NOT_APPLICABLE: "ー", Result.NOT_MET: "未"}
_WARNED_DAYS = 60
_ALL = slice(None)
# Fields of events that hold an operator's id.
_OPERATORS = ("approver", "clerk", "inspector", "performer", "requester", "validator", "witness")
# Handed to nobody who is registered: a reader of an export, a firm that destroys.
_WITHOUT_A_SLIP = BundleHandedOver | BundleReturned | BundleKept | BundleSent | MediumEntrusted
_DIRECTIONS = {BundleReturned.name: "back", BundleKept.name: "kept"}
_HELD = (TransferState.OPENED, TransferState.OUT, TransferState.DELIVERED, TransferState.PASSED, TransferState.POSTED)


def ledger_rows(ledger: Ledger, start: int, most: int) -> list[LedgerRow]:
    """The rows of the 管理簿 in the order of the journal, `most` from the record `start` on."""
    records = ledger.of(*OUT, *BACK, *get_args(_WITHOUT_A_SLIP), start=start, most=most).records
    clerks, handlers = operator_names(ledger), handler_names(ledger)
    return [
        _ledger_row(ledger, record, record.event, clerks, handlers)
        if isinstance(record.event, Handed)
        else _bare_row(record, record.event, clerks)
        for record in records
        if isinstance(record.event, Handed | _WITHOUT_A_SLIP)
    ]


def _ledger_row(
    ledger: Ledger, record: Record, event: Handed, clerks: Mapping[str, str], handlers: Mapping[str, str]
) -> LedgerRow:
    history = ledger.history("slip", event.slip)
    corrections = history.all(HandoverCorrected)
    now = {each.field: each.becomes for each in corrections}
    stamped = ledger.history("paper", event.slip).last(PaperStamped)
    item, subject, quantity = _thing(event)
    handler = now.get(Correctable.HANDLER, event.handler)
    if isinstance(event, EnclosuresHandedOver):
        quantity = int(now.get(Correctable.SHEETS, quantity))
    if isinstance(event, LettersHandedOver | LettersDelivered):
        quantity = int(now.get(Correctable.LETTERS, quantity))
    return LedgerRow(
        record=record.sequence,
        at=record.at.wall,
        transfer=event.transfer,
        direction="out" if isinstance(event, OUT) else "back",
        item=item,
        subject=subject,
        medium=getattr(event, "medium", ""),
        quantity=quantity,
        clerk=event.clerk,
        clerk_name=clerks.get(event.clerk, ""),
        handler=handler,
        handler_name=handlers.get(handler, ""),
        bag=now.get(Correctable.BAG, event.bag),
        seal=now.get(Correctable.SEAL, event.seal),
        occasion=f"{event.day} {event.visit}",
        slip=event.slip,
        binder="" if stamped is None else stamped.binder,
        corrected=[each.correction for each in corrections],
    )


def _bare_row(
    record: Record,
    event: BundleHandedOver | BundleReturned | BundleKept | BundleSent | MediumEntrusted,
    clerks: Mapping[str, str],
) -> LedgerRow:
    """Whoever took it is no registered handler; the receipt in the binder has his word. By the network it left without
    a medium.
    """
    entrusted = event if isinstance(event, MediumEntrusted) else None
    taken = event if isinstance(event, BundleHandedOver | MediumEntrusted) else None
    clerk = event.clerk if isinstance(event, BundleSent) else record.actor
    return LedgerRow(
        record=record.sequence,
        at=record.at.wall,
        transfer=entrusted.transfer if entrusted else "",
        direction=_DIRECTIONS.get(event.name, "out"),
        item="medium" if entrusted else "bundle",
        subject=event.medium if isinstance(event, MediumEntrusted) else event.bundle,
        medium="" if isinstance(event, BundleSent) else event.medium,
        quantity=1,
        clerk=clerk,
        clerk_name=clerks.get(clerk, ""),
        handler="",
        handler_name=" ".join(filter(None, (entrusted.firm if entrusted else "", taken.taker if taken else ""))),
        bag=taken.bag if taken else "",
        seal="",
        occasion=event.day,
        slip="",
        binder="" if isinstance(event, BundleSent) else event.binder,
        corrected=[],
    )


def _thing(event: Handed) -> tuple[str, str, int]:
    match event:
        case MediumHandedOver() | MediumReturned():
            return "medium", event.medium, 1
        case NoticeHandedOver() | NoticeReturned():
            return "notice", event.notice, 1
        case EnclosuresHandedOver():
            return "enclosures", event.transfer, event.sheets
        case LettersHandedOver() | LettersDelivered():
            return "letters", event.transfer, event.letters
    raise TypeError(event.name)


def history_rows(ledger: Ledger, noun: str, number: str) -> list[HistoryRow]:
    """Everything that happened to it, oldest first."""
    operators = operator_names(ledger)
    others = {"handler": handler_names(ledger), "place": place_names(ledger)}
    rows = []
    for record in ledger.history(noun, number).records:
        details = {} if record.event is None else dict(_details(record.event))
        named = {"actor": record.actor, **{field: details.get(field, "") for field in _OPERATORS}}
        names = {field: operators[each] for field, each in named.items() if each in operators}
        names |= {field: known[details[field]] for field, known in others.items() if details.get(field) in known}
        rows.append(
            HistoryRow(
                record=record.sequence,
                at=record.at.wall,
                actor=record.actor,
                action=record.action,
                outcome="" if record.event is None else record.event.outcome.value,
                details=details,
                names=names,
            )
        )
    return rows


def _details(event: object) -> Iterator[tuple[str, str]]:
    """The event's own plain fields; what is longer than a line of a terminal stays in the journal."""
    for field in fields(event):  # type: ignore[arg-type]
        value = getattr(event, field.name)
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str | int) and str(value):
            yield field.name, str(value)[:80]


def due_rows(ledger: Ledger, today: str) -> list[DueRow]:
    """What has to be back, posted, erased, destroyed or renewed, the soonest first."""
    rows: list[DueRow] = []
    for number in (each for state in _HELD for each in ledger.in_state(TRANSFER, state)):
        began = opened(ledger, number)
        if ledger.state(TRANSFER, number) is not TransferState.POSTED:
            rows.append(_due(began.post_by, "post", number, began.consignment, today))
    rows += _away(ledger, today)
    rows += _exports(ledger, today)
    rows += _media_left(ledger, today)
    rows += _papers_left(ledger, today)
    soon = (date.fromisoformat(today) + timedelta(days=_WARNED_DAYS)).isoformat()
    for consignment in ledger.in_state(CONSIGNMENT, ConsignmentState.OPEN):
        agreed = terms(ledger, consignment)
        for day, what in ((agreed.ends, "contract"), (agreed.privacy_mark_until, "privacy_mark")):
            if day <= soon:
                rows.append(_due(day, what, consignment, consignment, today))
    for (requirement, _), filed in _latest(ledger).items():
        if filed.expires and filed.expires <= soon:
            rows.append(_due(filed.expires, "evidence", requirement, filed.consignment, today))
    return sorted(rows, key=lambda row: (row.day, row.subject))


def _away(ledger: Ledger, today: str) -> Iterator[DueRow]:
    """What a contractor gives back by the terms, a reader by the receipt; what a firm is to prove."""
    holidays = frozenset(row["day"] for row in master_rows(ledger, MasterKind.HOLIDAYS))
    for state, what, machine in ((MediumState.OUT, "medium", MEDIUM), (NoticeState.OUT, "notice", NOTICE)):
        for medium in ledger.in_state(machine, state):
            history = ledger.history("medium", medium)
            if carried(ledger, medium):
                out = history.the(BundleHandedOver)
                yield _due(out.back_by or out.day, what if out.back_by else "kept", medium, "", today)
                continue
            handed = history.the(MediumHandedOver)
            consignment = opened(ledger, handed.transfer).consignment
            last = date.fromisoformat(handed.day) + timedelta(days=terms(ledger, consignment).return_days)
            yield _due(working_day(last, holidays), what, medium, consignment, today)
    for medium in ledger.in_state(MEDIUM, MediumState.ENTRUSTED):
        entrusted = ledger.history("medium", medium).the(MediumEntrusted)
        consignment = opened(ledger, entrusted.transfer).consignment if entrusted.transfer else ""
        yield _due(entrusted.proof_by, "proof", medium, consignment, today)


def _exports(ledger: Ledger, today: str) -> Iterator[DueRow]:
    """What was sealed for a reader and hasn't left by any way, and what is written for one: due from its first day on.
    The station's own backup makes room for the next one.
    """
    for bundle in ledger.in_state(BUNDLE, BundleState.SEALED):
        history = ledger.history("bundle", bundle)
        left = history.last(BundleFetched) or history.last(BundleHandedOver)
        if left is None and not is_the_stations_own(ledger, bundle):
            yield _due(_day(history.records[0]), "bundle", bundle, "", today)
    for medium in ledger.in_state(MEDIUM, MediumState.WRITTEN):
        if carried(ledger, medium):
            written = ledger.history("medium", medium).record(MediumWritten)
            yield _due(_day(written), "hand_over", medium, "", today)


def _media_left(ledger: Ledger, today: str) -> Iterator[DueRow]:
    """What no transfer's steps ask for: due on the day on which the medium came to it."""
    for state in (MediumState.FOREIGN, MediumState.SPOILED, MediumState.UNERASED):
        for medium in ledger.in_state(MEDIUM, state):
            history = ledger.history("medium", medium)
            sealed = history.last(ImageSealed)
            if sealed is not None and ledger.state(TRANSFER, sealed.transfer) not in ENDED:
                continue
            erased = state is MediumState.FOREIGN and not history.the(MediumRegistered).kind.write_once
            came = next(each for each in reversed(history.records) if each.event and MEDIUM.concerns(each.event))
            consignment = "" if sealed is None else opened(ledger, sealed.transfer).consignment
            yield _due(_day(came), "erase" if erased else "destroy", medium, consignment, today)


def _papers_left(ledger: Ledger, today: str) -> Iterator[DueRow]:
    """Records of what belongs to no transfer that goes on: due until their sheets are scanned back."""
    papers = {
        event.record: _day(record)
        for record in ledger.of(MediumDestroyed).records
        if isinstance(event := record.event, MediumDestroyed)
        if not event.transfer or ledger.state(TRANSFER, event.transfer) in ENDED
    }
    for paper, day in papers.items():
        if ledger.state(PAPER, paper) in {None, PaperState.PRINTED}:
            yield _due(day, "paper", paper, "", today)


def _day(record: Record) -> str:
    return parse_wall(record.at.wall).astimezone(JST).date().isoformat()


def _due(day: str, what: str, subject: str, consignment: str, today: str) -> DueRow:
    return DueRow(day=day, what=what, subject=subject, consignment=consignment, overdue=day < today)


def _latest(ledger: Ledger) -> Mapping[tuple[str, Side], EvidenceFiled]:
    return {(each.requirement, each.side): each for each in ledger.of(EvidenceFiled).all(EvidenceFiled)}


def compliance_rows(ledger: Ledger, today: str, rows: slice = _ALL) -> list[ComplianceRow]:
    """Each id of the map for both sides, or some of these rows: the last record that proves it."""
    names = operator_names(ledger)
    wanted = [(requirement, side) for requirement in TITLES for side in Side][rows]
    return [_compliance_row(ledger, requirement, side, today, names) for requirement, side in wanted]


def _compliance_row(
    ledger: Ledger, requirement: str, side: Side, today: str, names: Mapping[str, str]
) -> ComplianceRow:
    kinds = (EvidenceFiled,) if is_proved_by_paper(requirement, side) else ()
    newest_first = ledger.newest_first(REQUIREMENT, requirement, *kinds)
    proof = next((each for each in newest_first if each.event and proves(each.event, requirement, side)), None)
    status, evidence = "未", ""
    if proof is not None and proof.event is not None:
        status, evidence = "○", proof.action
        if isinstance(proof.event, EvidenceFiled):
            paper = proof.event
            status, evidence = _MARKS[paper.result], paper.binder
            if paper.expires and paper.expires < today:
                status = "未"
    return ComplianceRow(
        requirement=requirement,
        title=TITLES[requirement],
        side=side.value,
        status=status,
        evidence=evidence,
        record=-1 if proof is None else proof.sequence,
        confirmer="" if proof is None else proof.actor,
        confirmer_name="" if proof is None else names.get(proof.actor, ""),
        day="" if proof is None else _day(proof),
    )
