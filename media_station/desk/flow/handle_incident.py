"""O11: an incident freezes its transfer, names what is lost, and ends when it has been consulted on."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import media_of, opened
from media_station.desk.papers import incident as incident_paper
from media_station.desk.papers.sheet import print_paper
from media_station.model.asks import Attest, CloseIncident, OpenIncident, PrintIncidentReport
from media_station.model.duties import StaffDuty
from media_station.model.erasure import MediumEntrusted
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import PaperLetter
from media_station.model.incident import (
    INCIDENT,
    IncidentClosed,
    IncidentKind,
    IncidentOpened,
    IncidentState,
    MediumAttested,
    MediumLost,
    NoticeLost,
    TransferFrozen,
    TransferResumed,
)
from media_station.model.medium import MEDIUM, MediumIdentified, MediumState
from media_station.model.operator import OPERATOR, OperatorState
from media_station.model.order import Verdict
from media_station.model.payload import ImageSealed
from media_station.model.station import PaperKind, PaperPrinted
from media_station.model.transfer import TRANSFER, TransferState
from media_station.model.views import Answer

_EMPTY = (MediumState.CERTIFIED, MediumState.DESTROYED)


async def open_incident(desk: Desk, by: Authority, ask: OpenIncident) -> Answer:
    """Refused INC-001 if the kind needs a medium and none is named, INC-003 if the medium isn't the transfer's, CNT-002
    without the report's number.
    """
    if not ask.binder:
        raise Refused("CNT-002")
    if ask.kind is not IncidentKind.OTHER and not ask.medium:
        raise Refused("INC-001", kind=ask.kind.value)
    _check_medium(desk, ask)
    number = desk.house.identity.incident_number(desk.ledger.count(IncidentOpened) + 1)
    events: list[Event] = [
        IncidentOpened(
            incident=number,
            kind=ask.kind,
            transfer=ask.transfer,
            medium=ask.medium,
            binder=ask.binder,
            day=desk.clock.day(),
        )
    ]
    if ask.transfer:
        events.append(TransferFrozen(transfer=ask.transfer, incident=number))
    if ask.kind is IncidentKind.LOST_MEDIUM:
        events.append(MediumLost(medium=ask.medium, transfer=ask.transfer, incident=number))
    if ask.kind is IncidentKind.LOST_NOTICE:
        events.append(NoticeLost(medium=ask.medium, transfer=ask.transfer, incident=number))
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[0].sequence, action=events[0].name, facts={"incident": number})


def _check_medium(desk: Desk, ask: OpenIncident) -> None:
    """An incident of a medium is its transfer's, as long as the transfer's data is on it."""
    if ask.transfer:
        opened(desk.ledger, ask.transfer)
    if not ask.medium:
        return
    state = desk.ledger.state(MEDIUM, ask.medium)
    sealed = desk.ledger.history("medium", ask.medium).last(ImageSealed)
    if state is None:
        raise Refused("FLW-002", number=ask.medium)
    carries = "" if sealed is None or state in _EMPTY else sealed.transfer
    if state is MediumState.ENTRUSTED:
        carries = desk.ledger.history("medium", ask.medium).the(MediumEntrusted).transfer
    if carries and desk.ledger.state(TRANSFER, carries) is TransferState.CLOSED:
        carries = ""  # nothing of it can be frozen any more
    of_transfer = ask.medium in media_of(desk.ledger, ask.transfer) if ask.transfer else not carries
    if not of_transfer:
        raise Refused("INC-003", medium=ask.medium, transfer=carries or "-")


async def attest(desk: Desk, by: Authority, ask: Attest) -> Answer:
    """Refused INC-002 unless the drive has tried and failed to match it in the incident's transfer,
    DST-001 for the witness, DTY-001 for who may not perform or witness it."""
    history = desk.ledger.history("medium", ask.medium).since(ImageSealed)
    tried = history.last(MediumIdentified)
    incident = desk.ledger.history("incident", ask.incident).last(IncidentOpened)
    of_another = incident is None or tried is None or incident.transfer != tried.transfer
    if tried is None or of_another or tried.verdict is Verdict.PASS:
        raise Refused("INC-002", medium=ask.medium)
    if ask.witness == by.operator or desk.ledger.state(OPERATOR, ask.witness) is not OperatorState.ENROLLED:
        raise Refused("DST-001")
    require_apart(desk.ledger, tried.transfer, by.operator, StaffDuty.PERFORMER)
    require_apart(desk.ledger, tried.transfer, ask.witness, StaffDuty.WITNESS)
    attested = MediumAttested(
        medium=ask.medium,
        transfer=tried.transfer,
        incident=ask.incident,
        performer=by.operator,
        witness=ask.witness,
    )
    (record,) = desk.journal.commit(attested, actor=by.operator)
    return Answer(record=record.sequence, action=attested.name, facts={})


async def close_incident(desk: Desk, by: Authority, ask: CloseIncident) -> Answer:
    """By an approver. The transfer goes on when no other incident holds it. CNT-002 without the measures' paper."""
    if desk.ledger.state(INCIDENT, ask.incident) is not IncidentState.OPEN:
        raise Refused("FLW-002", number=ask.incident)
    if not ask.measures:
        raise Refused("CNT-002")
    transfer = desk.ledger.history("incident", ask.incident).the(IncidentOpened).transfer
    events: list[Event] = []
    if transfer:
        others = desk.ledger.history("transfer", transfer).all(IncidentOpened)
        held = any(
            desk.ledger.state(INCIDENT, each.incident) is IncidentState.OPEN
            for each in others
            if each.incident != ask.incident
        )
        if not held:
            events.append(TransferResumed(transfer=transfer, incident=ask.incident, approver=by.operator))
    events.append(IncidentClosed(incident=ask.incident, transfer=transfer, measures=ask.measures, approver=by.operator))
    records = desk.journal.commit(*events, actor=by.operator)
    return Answer(record=records[-1].sequence, action=events[-1].name, facts={})


async def print_report(desk: Desk, by: Authority, ask: PrintIncidentReport) -> Answer:
    """事故報告書, as the journal knows it now; each printing has a number of its own."""
    if desk.ledger.state(INCIDENT, ask.incident) is None:
        raise Refused("FLW-002", number=ask.incident)
    number = desk.house.identity.paper_number(PaperLetter.FORM, desk.ledger.count(PaperPrinted) + 1)
    sheet = await incident_paper.make_report(desk, number, ask.incident)
    return await print_paper(desk, sheet, PaperKind.INCIDENT_REPORT, actor=by.operator, incident=ask.incident)
