"""Which records concern an incident: its own, and those of all that it touches."""

from collections.abc import Iterable, Iterator

from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.views import media_of, opened
from media_station.model.certificate import CertificateRendered
from media_station.model.erasure import MediumDestroyed
from media_station.model.handover import Handed, HandoverCorrected
from media_station.model.incident import IncidentOpened
from media_station.model.sign_in import (
    RecoveryCodeUsed,
    SessionEnded,
    SignInAccepted,
    SignInRefused,
    StepUpAccepted,
    StepUpRefused,
)
from media_station.model.station import PaperPrinted
from media_station.model.transfer import TransferOpened
from media_station.proof.record import Record

# Fields that name one of the station's own people.
_PEOPLE = ("clerk", "performer", "validator", "approver", "requester", "witness", "inspector", "second")
_AT_THE_DOOR = (SignInAccepted, SignInRefused, StepUpAccepted, StepUpRefused, RecoveryCodeUsed, SessionEnded)


def concerning(ledger: Ledger, incident: str) -> list[Record]:
    """In the order of the journal, each once:

    - the incident's, its transfer's and its payload's
    - of the consignment what is of no other transfer or payload: terms, handlers, filed evidence
    - its media's, from purchase on, with their orders
    - slips, corrections, certificates, destruction records, reports: printed and stamped
    - of everyone named: enrolment and suspension; sign-ins and codes since the payload came, or the incident was told,
      with the sign-in before, under which the first of it was done
    """
    told = ledger.history("incident", incident).the(IncidentOpened)
    found = _about(ledger, "incident", incident)
    media = [told.medium] if told.medium else []
    if told.transfer:
        found |= _about(ledger, "transfer", told.transfer)
        began = opened(ledger, told.transfer)
        found |= _about(ledger, "payload", began.payload)
        media += media_of(ledger, told.transfer)
    since = min(found)
    if told.transfer:
        consignment = _about(ledger, "consignment", began.consignment)
        found |= {number: record for number, record in consignment.items() if not _is_of_another(record, began)}
    for medium in media:
        found |= _about(ledger, "medium", medium)
    for paper in set(_papers(found.values())):
        found |= _about(ledger, "paper", paper)
    people = set(_people(found.values()))
    for person in people:
        found |= _of_person(ledger, person, since)
    for beside in set(_people(found.values())) - people:
        found |= _of_person(ledger, beside, None)
    return [record for _, record in sorted(found.items())]


def printed(records: Iterable[Record]) -> dict[str, str]:
    """The papers that these records tell of, number to the PDF's SHA-256. A notice is none of them."""
    sheets = {}
    for event in (record.event for record in records):
        if isinstance(event, PaperPrinted):
            sheets[event.paper] = event.sha256
        elif isinstance(event, CertificateRendered):
            sheets[event.certificate] = event.sha256
    return sheets


def _about(ledger: Ledger, noun: str, number: str) -> dict[int, Record]:
    return {record.sequence: record for record in ledger.history(noun, number).records}


def _of_person(ledger: Ledger, operator: str, since: int | None) -> dict[int, Record]:
    """`since` None: nothing of what was done at the door."""
    whole = _about(ledger, "operator", operator)
    if since is not None:
        before = (number for number, each in whole.items() if number < since and isinstance(each.event, SignInAccepted))
        since = max(before, default=since)
    return {
        number: record
        for number, record in whole.items()
        if not isinstance(record.event, _AT_THE_DOOR) or (since is not None and number >= since)
    }


def _is_of_another(record: Record, began: TransferOpened) -> bool:
    transfer, payload = (getattr(record.event, noun, "") for noun in ("transfer", "payload"))
    return transfer not in ("", began.transfer) or payload not in ("", began.payload)


def _papers(records: Iterable[Record]) -> Iterator[str]:
    for event in (record.event for record in records):
        match event:
            case Handed():
                yield event.slip
            case HandoverCorrected():
                yield event.correction
            case MediumDestroyed():
                yield event.record
            case PaperPrinted():
                yield event.paper


def _people(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        named = (getattr(record.event, field, "") for field in _PEOPLE)
        yield from (person for person in (record.actor, *named) if person)
