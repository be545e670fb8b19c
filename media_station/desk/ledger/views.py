"""Rows to what the model reckons with and people see."""

from media_station.desk.ledger.index import Ledger
from media_station.model.certificate import CERTIFICATE, CertificateIssued, CertificateState
from media_station.model.consignment import HandlerRegistered
from media_station.model.erasure import MediumDestroyed
from media_station.model.errors import Refused
from media_station.model.handover import (
    NOTICE,
    EnclosuresAccounted,
    EnclosuresHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeState,
)
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.medium import MEDIUM, MediumRegistered, MediumState
from media_station.model.payload import PAYLOAD, ImageSealed, PayloadReceived, PayloadState
from media_station.model.station import PAPER
from media_station.model.steps import MediumFacts, TransferFacts, next_steps
from media_station.model.transfer import TRANSFER, CountReported, EvidenceFiled, TransferOpened, TransferState
from media_station.model.views import Greeting, MediumView, PayloadView, TransferView


def medium_facts(ledger: Ledger, number: str) -> MediumFacts:
    history = ledger.history("medium", number)
    state = ledger.state(MEDIUM, number)
    assert isinstance(state, MediumState)  # noqa: S101 - numbered media have a state
    slips = [each.slip for each in history.all(MediumHandedOver)] + [each.slip for each in history.all(MediumReturned)]
    certificate = history.last(CertificateIssued)
    rendered = certificate and ledger.state(CERTIFICATE, certificate.certificate) is CertificateState.RENDERED
    destroyed = history.last(MediumDestroyed)
    notice = ledger.state(NOTICE, number)
    return MediumFacts(
        number=number,
        kind=history.the(MediumRegistered).kind,
        state=state,
        notice=notice if isinstance(notice, NoticeState) else NoticeState.KEPT,
        certificate_due="" if certificate is None or rendered else certificate.certificate,
        slips_due=tuple(slip for slip in slips if ledger.state(PAPER, slip) is None),
        record_due="" if destroyed is None or ledger.state(PAPER, destroyed.record) else destroyed.record,
    )


def media_of(ledger: Ledger, transfer: str) -> list[str]:
    """Every medium that an image of this transfer was sealed for."""
    return list(dict.fromkeys(sealed.medium for sealed in ledger.history("transfer", transfer).all(ImageSealed)))


def transfer_facts(ledger: Ledger, number: str) -> TransferFacts:
    history = ledger.history("transfer", number)
    opened = history.the(TransferOpened)
    state, payload = ledger.state(TRANSFER, number), ledger.state(PAYLOAD, opened.payload)
    assert isinstance(state, TransferState)  # noqa: S101 - opened above
    assert isinstance(payload, PayloadState)  # noqa: S101 - a transfer is opened from a payload
    return TransferFacts(
        number=number,
        state=state,
        payload=payload,
        kinds=opened.kinds,
        media=tuple(medium_facts(ledger, medium) for medium in media_of(ledger, number)),
        counts=frozenset(each.count for each in history.all(CountReported)),
        enclosures_out=history.last(EnclosuresHandedOver) is not None,
        enclosures_accounted=history.last(EnclosuresAccounted) is not None,
        report_filed=history.last(EvidenceFiled) is not None,
    )


def transfer_view(ledger: Ledger, number: str) -> TransferView:
    facts = transfer_facts(ledger, number)
    opened = ledger.history("transfer", number).the(TransferOpened)
    return TransferView(
        transfer=number,
        consignment=opened.consignment,
        state=facts.state.value,
        records=opened.records,
        media=[medium_view(ledger, medium.number) for medium in facts.media],
        steps=list(next_steps(facts)),
    )


def medium_view(ledger: Ledger, number: str) -> MediumView:
    facts = medium_facts(ledger, number)
    registered = ledger.history("medium", number).the(MediumRegistered)
    return MediumView(
        medium=number,
        kind=facts.kind,
        state=facts.state.value,
        notice=facts.notice.value,
        serial=registered.serial,
    )


def payload_view(ledger: Ledger, number: str) -> PayloadView:
    history = ledger.history("payload", number)
    received = history.the(PayloadReceived)
    opened = history.last(TransferOpened)
    state = ledger.state(PAYLOAD, number)
    return PayloadView(
        payload=number,
        consignment=received.consignment,
        state="" if state is None else str(state.value),
        records=received.records,
        transfer="" if opened is None else opened.transfer,
    )


def check_handler(ledger: Ledger, transfer: str, handler: str) -> None:
    """O3: only a handler registered for the transfer's consignment; Refused HND-002."""
    opened = ledger.history("transfer", transfer).the(TransferOpened)
    registered = ledger.history("consignment", opened.consignment).all(HandlerRegistered)
    if not any(each.handler == handler for each in registered):
        raise Refused("HND-002", handler=handler)


def check_letters(*counts: int) -> None:
    """Counts are not negative; Refused CNT-005."""
    if min(counts) < 0:
        raise Refused("CNT-005")


def greeting(ledger: Ledger, identity: Identity, now: Instant) -> Greeting:
    """Number and time of the last record are shown before anyone signs in: a rewound journal would show here."""
    last = ledger.last()
    return Greeting(
        identity=identity.name,
        rehearsal=identity.rehearsal,
        now=now,
        records=0 if last is None else last.sequence + 1,
        last_record_at="" if last is None else last.at.wall,
    )
