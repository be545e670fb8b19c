"""Rows to what the model reckons with: terms, handlers, facts of media and transfers."""

from media_station.desk.ledger.index import History, Ledger
from media_station.model.certificate import (
    CERTIFICATE,
    CertificateIssued,
    CertificateReissued,
    CertificateState,
    Issued,
)
from media_station.model.compliance import EvidenceFiled, Result, Side
from media_station.model.consignment import (
    ConsignmentAmended,
    ConsignmentProposed,
    HandlerRegistered,
    Separation,
    Terms,
)
from media_station.model.erasure import ErasureEnded, MediumDestroyed, MediumEntrusted
from media_station.model.errors import Refused
from media_station.model.exemption import ExceptionGranted, ExceptionKind
from media_station.model.handover import (
    NOTICE,
    Correctable,
    EnclosuresAccounted,
    EnclosuresHandedOver,
    Handed,
    HandoverCorrected,
    LettersDelivered,
    MediumHandedOver,
    NoticeHandedOver,
    NoticePrinted,
    NoticeReturned,
    NoticeState,
)
from media_station.model.incident import INCIDENT, IncidentOpened, IncidentState, NoticeLost
from media_station.model.masters import MasterKind, MastersAdopted, MastersProposed, as_fields
from media_station.model.medium import (
    CUSTODY,
    MEDIUM,
    CustodyState,
    MediumIdentified,
    MediumRegistered,
    MediumState,
    MediumStored,
)
from media_station.model.order import Verdict
from media_station.model.payload import PAYLOAD, ImageSealed, PayloadState
from media_station.model.station import PAPER, PaperState
from media_station.model.steps import MediumFacts, TransferFacts
from media_station.model.transfer import (
    FREEZE,
    RELEASE,
    TRANSFER,
    Count,
    CountCorrected,
    CountReported,
    Difference,
    FreezeState,
    LettersInspected,
    ReleaseState,
    TransferOpened,
    TransferState,
    differences,
)


def terms(ledger: Ledger, consignment: str) -> Terms:
    """As proposed, or as last amended; Refused CON-003 if there is no such consignment."""
    history = ledger.history("consignment", consignment)
    amended, proposed = history.last(ConsignmentAmended), history.last(ConsignmentProposed)
    current = amended or proposed
    if current is None:
        raise Refused("CON-003", consignment=consignment)
    return current.terms


def opened(ledger: Ledger, transfer: str) -> TransferOpened:
    """How it began; Refused FLW-002 if there is no such transfer."""
    found = ledger.history("transfer", transfer).last(TransferOpened)
    if found is None:
        raise Refused("FLW-002", number=transfer)
    return found


def terms_of(ledger: Ledger, transfer: str) -> Terms:
    return terms(ledger, opened(ledger, transfer).consignment)


def handlers(ledger: Ledger, consignment: str) -> dict[str, HandlerRegistered]:
    """By number; of several registrations the last."""
    registered = ledger.history("consignment", consignment).all(HandlerRegistered)
    return {each.handler: each for each in registered}


def check_handler(ledger: Ledger, transfer: str, handler: str, day: str, *, before: int | None = None) -> None:
    """O3: only who is registered for the transfer's consignment on this day; Refused HND-002.

    `before` is the sequence of a handover's record: who was registered only after it doesn't count.
    """
    words = ledger.history("consignment", opened(ledger, transfer).consignment).records
    known = [
        record.event
        for record in words
        if isinstance(record.event, HandlerRegistered)
        and record.event.handler == handler
        and (before is None or record.sequence < before)
    ]
    if not known or not known[-1].starts <= day <= known[-1].ends:
        raise Refused("HND-002", handler=handler)


# Of letters, sheets, visits: far more than there ever are. Sums of them are whole numbers to every reader of JSON.
MOST_COUNTED = 9_999_999


def check_counts(*counts: int) -> None:
    """Refused CNT-005 for what is below nothing or more than MOST_COUNTED."""
    if min(counts) < 0 or max(counts) > MOST_COUNTED:
        raise Refused("CNT-005", most=MOST_COUNTED)


def check_not_past(day: str, today: str) -> None:
    """Refused DUE-001 for a day by which something is to be there that is over already."""
    if day < today:
        raise Refused("DUE-001", day=day)


def master_rows(ledger: Ledger, kind: MasterKind) -> list[dict[str, str]]:
    """The table that was adopted last."""
    adopted = [each for each in ledger.of(MastersAdopted).all(MastersAdopted) if each.kind is kind]
    if not adopted:
        return []
    proposed = ledger.history("masters", adopted[-1].masters).the(MastersProposed)
    return [as_fields(kind, row) for row in proposed.rows]


def granted(history: History, kind: ExceptionKind, day: str = "") -> bool:
    """Whether an approver decided otherwise, on this day if one is named."""
    return any(each.kind is kind and day in ("", each.day) for each in history.all(ExceptionGranted))


def is_by_day(ledger: Ledger, transfer: str) -> bool:
    return terms_of(ledger, transfer).separation is Separation.DAY


def master_row(ledger: Ledger, kind: MasterKind, field: str, number: str) -> dict[str, str]:
    """Refused DST-002 for what isn't in the masters."""
    row = next((each for each in master_rows(ledger, kind) if each[field] == number), None)
    if row is None:
        raise Refused("DST-002", field=field, number=number)
    return row


def certificate_of(ledger: Ledger, history: History) -> Issued | None:
    """The one of a medium's last erasure that is not void: an earlier erasure's may be reissued at any time."""
    erasure = max((each.sequence for each in history.records if isinstance(each.event, ErasureEnded)), default=None)
    issued: list[Issued] = history.all(CertificateIssued, CertificateReissued)
    valid = (each for each in reversed(issued) if is_valid(ledger, each))
    return next((each for each in valid if each.erasure == erasure), None)


def is_valid(ledger: Ledger, issued: Issued) -> bool:
    return ledger.state(CERTIFICATE, issued.certificate) is not CertificateState.VOID


def medium_facts(ledger: Ledger, number: str) -> MediumFacts:
    whole = ledger.history("medium", number)
    history = whole.since(ImageSealed)
    state = ledger.state(MEDIUM, number)
    assert isinstance(state, MediumState)  # noqa: S101 - numbered media have a state
    certificate, destroyed = certificate_of(ledger, history), history.last(MediumDestroyed)
    issued, record = certificate.certificate if certificate else "", destroyed.record if destroyed else ""
    issued_state, record_state = ledger.state(CERTIFICATE, issued), ledger.state(PAPER, record)
    notice = ledger.state(NOTICE, number)
    return MediumFacts(
        number=number,
        kind=whole.the(MediumRegistered).kind,
        state=state,
        notice=notice if isinstance(notice, NoticeState) else NoticeState.KEPT,
        left=history.last(MediumHandedOver) is not None,
        back=any(each.verdict is Verdict.PASS for each in history.all(MediumIdentified)),
        notice_left=bool(history.all(NoticeHandedOver, NoticeLost)),
        notice_back=history.last(NoticeReturned) is not None,
        certificate_due=issued if issued_state is CertificateState.ISSUED else "",
        record_due=record if record_state is None else "",
        notice_due=history.the(NoticePrinted).notice if notice is NoticeState.PRINTED else "",
        scans_due=(
            *([issued] if issued_state is CertificateState.RENDERED else ()),
            *([record] if record_state is PaperState.PRINTED else ()),
        ),
    )


def media_of(ledger: Ledger, transfer: str) -> list[str]:
    """Every medium that an image of this transfer was sealed for."""
    return list(dict.fromkeys(sealed.medium for sealed in ledger.history("transfer", transfer).all(ImageSealed)))


def transfer_facts(ledger: Ledger, number: str) -> TransferFacts:
    history = ledger.history("transfer", number)
    began = opened(ledger, number)
    state, payload = ledger.state(TRANSFER, number), ledger.state(PAYLOAD, began.payload)
    release, freeze = ledger.state(RELEASE, number), ledger.state(FREEZE, number)
    assert isinstance(state, TransferState)  # noqa: S101 - opened above
    assert isinstance(payload, PayloadState)  # noqa: S101 - a transfer is opened from a payload
    assert isinstance(release, ReleaseState)  # noqa: S101
    assert isinstance(freeze, FreezeState)  # noqa: S101
    incidents = tuple(each.incident for each in history.all(IncidentOpened))
    unsettled = (each for each in incidents if ledger.state(INCIDENT, each) is IncidentState.OPEN)
    slips = [each.slip for each in history.all(Handed)] + [e.correction for e in history.all(HandoverCorrected)]
    papers = {paper: ledger.state(PAPER, paper) for paper in slips}
    return TransferFacts(
        number=number,
        state=state,
        release=release,
        freeze=freeze,
        incident=next(unsettled, ""),
        incidents=incidents,
        payload_number=began.payload,
        payload=payload,
        kinds=began.kinds,
        media=tuple(medium_facts(ledger, medium) for medium in media_of(ledger, number)),
        counts=frozenset(counts(history)),
        slips_due=tuple(paper for paper, state in papers.items() if state is None),
        scans_due=tuple(paper for paper, state in papers.items() if state is PaperState.PRINTED),
        enclosures_out=history.last(EnclosuresHandedOver) is not None,
        enclosures_accounted=_are_accounted(history),
        report_filed=_is_reported(history),
    )


def sheets_out(history: History) -> int:
    """All enclosures that were handed over, as their slips say after corrections."""
    corrections = history.all(HandoverCorrected)
    now = {each.slip: int(each.becomes) for each in corrections if each.field is Correctable.SHEETS}
    return sum(now.get(each.slip, each.sheets) for each in history.all(EnclosuresHandedOver))


def _are_accounted(history: History) -> bool:
    word = history.last(EnclosuresAccounted)
    return word is not None and word.enclosed + word.spoiled + word.returned == sheets_out(history)


def _is_reported(history: History) -> bool:
    """An erasure that was reported before data went out, or before ⑦ sent the contractor back to it, is another one."""
    reported = False
    for record in history.records:
        match record.event:
            case MediumHandedOver() | LettersInspected(verdict=Verdict.FAIL | Verdict.UNKNOWN):
                reported = False
            case EvidenceFiled(requirement="O9", side=Side.CONTRACTOR, result=result):
                reported = result is Result.MET
    return reported


def _this_round(history: History) -> History:
    """What was reported before a ⑦ that was not passed counts no more."""
    failed = [
        number
        for number, record in enumerate(history.records)
        if isinstance(record.event, LettersInspected) and record.event.verdict is not Verdict.PASS
    ]
    return History(records=history.records[failed[-1] + 1 :] if failed else history.records)


def counts(history: History) -> dict[Count, CountReported | CountCorrected]:
    """The last word on each count of this round."""
    words: dict[Count, CountReported | CountCorrected] = {}
    for record in _this_round(history).records:
        if isinstance(record.event, CountReported | CountCorrected):
            words[record.event.count] = record.event
    return words


def delivered_letters(history: History) -> int | None:
    """納品数 of this round's delivery, as its slip says after corrections; None before it."""
    delivered = _this_round(history).last(LettersDelivered)
    if delivered is None:
        return None
    corrections = history.all(HandoverCorrected)
    now = [c.becomes for c in corrections if c.slip == delivered.slip and c.field is Correctable.LETTERS]
    return int(now[-1]) if now else delivered.letters


def unexplained(ledger: Ledger, transfer: str) -> list[Difference]:
    """What keeps it from being closed, as far as it is known already."""
    history = ledger.history("transfer", transfer)
    words = counts(history)
    inspected = _this_round(history).last(LettersInspected)
    found = differences(
        records=opened(ledger, transfer).records,
        counts={count: word.value for count, word in words.items()},
        explained=frozenset(count for count, word in words.items() if isinstance(word, CountCorrected)),
        delivered=delivered_letters(history),
        passed=None if inspected is None else inspected.inspected - inspected.pulled,
    )
    return list(found)


def place_of(ledger: Ledger, medium: str) -> str:
    """The cabinet that it lies in, the handler or (by its name) the firm that has it; else empty."""
    custody, history = ledger.state(CUSTODY, medium), ledger.history("medium", medium)
    if custody is CustodyState.AWAY:
        if ledger.state(MEDIUM, medium) is MediumState.ENTRUSTED:
            return history.the(MediumEntrusted).firm
        handed = history.last(MediumHandedOver)
        return "" if handed is None else handed.handler  # an export's reader is nobody's handler
    if custody is CustodyState.STORED:
        return history.the(MediumStored).place
    return ""
