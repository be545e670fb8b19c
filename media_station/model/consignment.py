"""A consignment (委託業務): what may leave, to whom, under which contract, by whose hands."""

from dataclasses import dataclass, fields
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import is_text, parse_consignment
from media_station.model.instant import parse_day
from media_station.model.item import Item
from media_station.model.kind import MediumKind
from media_station.model.machine import Machine
from media_station.model.transfer import TransferOpened


class Separation(Enum):
    """O5: how far apart a medium and its notice travel. VISIT: on another visit, which may be of the same day."""

    DAY = "day"
    VISIT = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract's terms (D, O1 to O4, O10). Days are ISO dates of the municipality's calendar.

    `special_terms_sha256` is the hash of the signed special terms; `cloud` is "none" or the number of the contractor's
    statement; `workflow`, `contact_tree` are numbers in the binder; `procedure_confirmed` is the day on which the
    procedure for incidents was confirmed with the contractor. The first of `kinds` is what a transfer takes unless
    asked otherwise. `predecessor` is the consignment that this one renews (年度更新), or empty.
    """

    consignment: str
    title: str
    section: str
    business: str
    committee_item: str
    contractor: str
    privacy_mark: str
    privacy_mark_until: str
    contract_number: str
    starts: str
    ends: str
    information: str
    classification: str
    items: list[Item]
    kinds: list[MediumKind]
    return_days: int
    post_days: int
    separation: Separation
    seal_required: bool
    submission_key: str
    special_terms_sha256: str
    cloud: str
    workflow: str
    contact_tree: str
    procedure_confirmed: str
    predecessor: str

    def __post_init__(self) -> None:
        parse_consignment(self.consignment)


_MAY_BE_EMPTY = frozenset({"predecessor", "seal_required"})
_DAYS = ("privacy_mark_until", "starts", "ends", "procedure_confirmed")


def free_texts(terms: Terms) -> dict[str, str]:
    """By field; of the items their headings."""
    stated = {each.name: getattr(terms, each.name) for each in fields(terms)}
    headings = {f"items {number}": item.heading for number, item in enumerate(terms.items, start=1)}
    return {name: value for name, value in stated.items() if isinstance(value, str)} | headings


def check_complete(terms: Terms) -> None:
    """Refused CON-001 with the first field that is empty, CON-005 with one that makes no sense."""
    for field in fields(terms):
        if field.name not in _MAY_BE_EMPTY and not getattr(terms, field.name):
            raise Refused("CON-001", field=field.name)
        untrusted = getattr(terms, field.name)
        if isinstance(untrusted, str) and not is_text(untrusted):
            raise Refused("CON-005", field=field.name)
    for name in _DAYS:
        parse_day(getattr(terms, name), name)
    headings = [item.heading for item in terms.items]
    sound = {
        "ends": terms.starts <= terms.ends,
        "privacy_mark_until": terms.privacy_mark_until >= terms.starts,
        "items": len(set(headings)) == len(headings) and all(map(is_text, headings)),
        "kinds": len(set(terms.kinds)) == len(terms.kinds),
        "return_days": 0 < terms.return_days <= 366,
        "post_days": 0 < terms.post_days <= 366,
        "predecessor": terms.predecessor != terms.consignment,
    }
    for name, holds in sound.items():
        if not holds:
            raise Refused("CON-005", field=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentProposed(Event):
    name = "consignment.proposed"
    requirements = ("D", "O1", "O4", "O10")
    consignment: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentOpened(Event):
    """A second person approved the terms."""

    name = "consignment.opened"
    requirements = ("D", "O1", "O4", "O10")
    consignment: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentAmended(Event):
    """Terms changed after a consultation (O11); `consultation` is the number of its record in the binder."""

    name = "consignment.amended"
    requirements = ("O11",)
    consignment: str
    terms: Terms
    consultation: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentEnded(Event):
    """Nothing new leaves; what is out still comes back."""

    name = "consignment.ended"
    requirements = ("O9",)
    consignment: str
    approver: str


class Duty(Enum):
    """取扱責任者, 取扱者, and a courier whom two persons added at the counter."""

    MANAGER = "manager"
    HANDLER = "handler"
    COURIER = "courier"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerRegistered(Event):
    """A person of the contractor who may carry and receive, from `starts` to `ends`; a later registration replaces it.

    `employer` is empty for the contractor's own, else the sub-contractor.
    """

    name = "handler.registered"
    requirements = ("O3",)
    consignment: str
    handler: str
    person: str
    duty: Duty
    employer: str
    starts: str
    ends: str
    approver: str


class ConsignmentState(Enum):
    PROPOSED = "proposed"
    OPEN = "open"
    ENDED = "ended"


S = ConsignmentState

CONSIGNMENT = Machine(
    noun="consignment",
    key="consignment",
    states=ConsignmentState,
    table={
        (None, ConsignmentProposed): S.PROPOSED,
        (S.PROPOSED, ConsignmentOpened): S.OPEN,
        (S.OPEN, ConsignmentAmended): S.OPEN,
        (S.OPEN, TransferOpened): S.OPEN,
        (S.OPEN, ConsignmentEnded): S.ENDED,
        # Who carries what still comes back is registered after the end as well.
        **{(state, HandlerRegistered): state for state in ConsignmentState},
    },
)
