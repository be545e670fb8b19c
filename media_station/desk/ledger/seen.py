"""What people see: a transfer, a medium, a payload, a handler, the greeting, with the names that belong to numbers."""

from datetime import timedelta
from enum import Enum

from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.views import (
    master_rows,
    opened,
    place_of,
    terms,
    transfer_facts,
    unexplained,
)
from media_station.model.clock import ClockSet
from media_station.model.consignment import HandlerRegistered
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.handover import NOTICE
from media_station.model.ids import Identity
from media_station.model.instant import Instant, parse_wall, wall_text
from media_station.model.masters import MasterKind
from media_station.model.medium import CUSTODY, MEDIUM, CustodyState, MediumRegistered
from media_station.model.operator import OperatorEnrolled
from media_station.model.payload import PAYLOAD, PayloadReceived
from media_station.model.sign_in import SignInAccepted
from media_station.model.station import HeadWitnessed
from media_station.model.steps import TransferFacts, accounted, next_steps
from media_station.model.transfer import ENDED, TRANSFER, FreezeState, TransferClosed, TransferOpened, TransferState
from media_station.model.views import Greeting, HandlerView, MediumView, PayloadView, TransferView
from media_station.model.way import way


def operator_names(ledger: Ledger) -> dict[str, str]:
    """Of all who ever were enrolled."""
    return {each.operator: each.person for each in ledger.of(OperatorEnrolled).all(OperatorEnrolled)}


def handler_names(ledger: Ledger) -> dict[str, str]:
    """Of all who ever were registered, whatever the consignment."""
    return {each.handler: each.person for each in ledger.of(HandlerRegistered).all(HandlerRegistered)}


def place_names(ledger: Ledger) -> dict[str, str]:
    return {row["place"]: row["title"] for row in master_rows(ledger, MasterKind.PLACES)}


def transfer_view(ledger: Ledger, number: str) -> TransferView:
    facts, began = transfer_facts(ledger, number), opened(ledger, number)
    return TransferView(
        transfer=number,
        consignment=began.consignment,
        title=terms(ledger, began.consignment).title,
        state=facts.state.value,
        frozen=facts.freeze is FreezeState.FROZEN,
        records=began.records,
        post_by=began.post_by,
        media=[medium_view(ledger, medium.number) for medium in facts.media],
        steps=list(next_steps(facts)),
        missing=[name for name, there in accounted(facts).items() if not there],
        differences=unexplained(ledger, number),
        way=list(way(facts, _came_to(ledger, facts))),
    )


def _came_to(ledger: Ledger, facts: TransferFacts) -> TransferState:
    """Its state, or of an ended one the state before the end."""
    state: Enum | None = facts.state
    if facts.state in ENDED:
        state = None
        for record in ledger.history("transfer", facts.number).records:
            event = record.event
            if event is not None and TRANSFER.concerns(event) and not isinstance(event, TransferClosed):
                state = TRANSFER.step(state, event)
    assert isinstance(state, TransferState)  # noqa: S101 - it was opened
    return state


def medium_view(ledger: Ledger, number: str) -> MediumView:
    """Refused FLW-002 if there is no such medium."""
    registered = ledger.history("medium", number).last(MediumRegistered)
    if registered is None:
        raise Refused("FLW-002", number=number)
    state, custody, notice = (ledger.state(machine, number) for machine in (MEDIUM, CUSTODY, NOTICE))
    place = place_of(ledger, number)
    names = handler_names if custody is CustodyState.AWAY else place_names
    return MediumView(
        medium=number,
        kind=registered.kind,
        state="" if state is None else str(state.value),
        custody="" if custody is None else str(custody.value),
        place=place,
        place_name=names(ledger).get(place, "") if place else "",
        notice="" if notice is None else str(notice.value),
        serial=registered.serial,
    )


def handler_view(registered: HandlerRegistered) -> HandlerView:
    return HandlerView(
        handler=registered.handler,
        person=registered.person,
        duty=registered.duty,
        employer=registered.employer,
        starts=registered.starts,
        ends=registered.ends,
    )


def payload_view(ledger: Ledger, number: str) -> PayloadView:
    history = ledger.history("payload", number)
    received = history.the(PayloadReceived)
    began = history.last(TransferOpened)
    state = ledger.state(PAYLOAD, number)
    return PayloadView(
        payload=number,
        consignment=received.consignment,
        state="" if state is None else str(state.value),
        records=received.records,
        transfer="" if began is None else began.transfer,
    )


def greeting(ledger: Ledger, identity: Identity, now: Instant, behind_seconds: int, witness_days: int) -> Greeting:
    """Number and time of the last record are shown before anyone signs in: a rewound journal would show here.

    `witness_days`: how old the last cosigned head may be; 0 where no witness is known.
    """
    last = ledger.last()
    records, root = ledger.head()
    cosigned = ledger.last(HeadWitnessed)
    witnessed_at = cosigned.at.wall if cosigned else ""
    allowed = wall_text(parse_wall(now.wall) - timedelta(days=witness_days))
    return Greeting(
        identity=identity.name,
        rehearsal=identity.rehearsal,
        now=now,
        records=records,
        root=root.hex(),
        last_record_at="" if last is None else last.at.wall,
        behind_seconds=behind_seconds,
        clock_off=_clock_off(ledger),
        witnessed=cosigned.event.size if cosigned and isinstance(cosigned.event, HeadWitnessed) else 0,
        witnessed_at=witnessed_at,
        witness_late=witness_days > 0 and witnessed_at < allowed,
    )


def _clock_off(ledger: Ledger) -> str:
    """What the tokens said, until somebody has signed in again or the clock was set."""
    last = ledger.last(FindingRaised, SignInAccepted, ClockSet)
    match last and last.event:
        case FindingRaised(kind=FindingKind.CLOCK_OFF, detail=detail):
            return detail
    return ""
