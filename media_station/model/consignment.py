"""A consignment (委託業務): what may leave, to whom, under which contract, by whose hands."""

from dataclasses import dataclass
from enum import Enum

from media_station.model.event import Event
from media_station.model.ids import parse_consignment
from media_station.model.machine import Machine


class ItemType(Enum):
    """What a value of an approved item may look like (D)."""

    POSTAL_CODE = "postal_code"
    TEXT = "text"
    DESIGNATED_NUMBER = "designated_number"
    PERIOD = "period"
    YEN = "yen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One approved column: its heading and the type of its values."""

    heading: str
    type: ItemType


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract's terms. Days are ISO dates of the municipality's calendar; `submission_keys` are verifier keys."""

    consignment: str
    title: str
    section: str
    contractor: str
    contract_number: str
    starts: str
    ends: str
    information: str
    classification: str
    items: list[Item]
    kinds: list[str]
    submission_key: str
    contact: str
    terms_sha256: str

    def __post_init__(self) -> None:
        parse_consignment(self.consignment)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentProposed(Event):
    name = "consignment.proposed"
    requirements = ("O1", "O10")
    consignment: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentOpened(Event):
    """A second person approved the terms."""

    name = "consignment.opened"
    requirements = ("O1", "O10")
    consignment: str
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerRegistered(Event):
    """取扱者: a person of the contractor who may carry and receive."""

    name = "handler.registered"
    requirements = ("O3",)
    consignment: str
    handler: str
    person: str


class ConsignmentState(Enum):
    PROPOSED = "proposed"
    OPEN = "open"


CONSIGNMENT = Machine(
    noun="consignment",
    key="consignment",
    states=ConsignmentState,
    table={
        (None, ConsignmentProposed): ConsignmentState.PROPOSED,
        (ConsignmentState.PROPOSED, ConsignmentOpened): ConsignmentState.OPEN,
        (ConsignmentState.PROPOSED, HandlerRegistered): ConsignmentState.PROPOSED,
        (ConsignmentState.OPEN, HandlerRegistered): ConsignmentState.OPEN,
    },
)
