"""What a person may ask of the desk: one record per request. The people door and the desk's table are made of them.

Numbers are checked where they are made into values (`__post_init__`), so that no unchecked text passes a door.
Days and times are the station's own; nobody states them.
"""

from dataclasses import dataclass

from media_station.model import ids
from media_station.model.consignment import Item
from media_station.model.kind import MediumKind
from media_station.model.operator import Role
from media_station.model.order import Verdict
from media_station.model.transfer import Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Base of all requests; the class's name is the door's method."""

    def __post_init__(self) -> None:
        for field, parse in _PARSE.items():
            value = getattr(self, field, None)
            if isinstance(value, str):
                parse(value)


_PARSE = {
    "operator": ids.parse_operator,
    "consignment": ids.parse_consignment,
    "handler": ids.parse_handler,
    "payload": ids.parse_payload,
    "transfer": ids.parse_transfer,
    "medium": ids.parse_medium,
    "witness": ids.parse_operator,
    "bay": ids.parse_bay,
    "paper": ids.parse_paper,
    "certificate": ids.parse_paper,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol(Ask):
    """A named operator. The answer carries the TOTP secret, once (`secret`, base32)."""

    operator: str
    person: str
    roles: list[Role]
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeConsignment(Ask):
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
    kinds: list[MediumKind]
    submission_key: str
    contact: str
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConsignment(Ask):
    """By a person other than the proposer."""

    consignment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterHandler(Ask):
    consignment: str
    handler: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMedium(Ask):
    """The new medium in this bay gets the next number."""

    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(Ask):
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Ask):
    """The counts as the approver has confirmed them; opens the transfer."""

    payload: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal(Ask):
    transfer: str
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Ask):
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverMedium(Ask):
    medium: str
    handler: str
    bag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverEnclosures(Ask):
    transfer: str
    handler: str
    bag: str
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnclosures(Ask):
    transfer: str
    enclosed: int
    spoiled: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSlip(Ask):
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintNotice(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverNotice(Ask):
    medium: str
    handler: str
    bag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCount(Ask):
    transfer: str
    count: Count
    value: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMedium(Ask):
    medium: str
    handler: str
    bag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveNotice(Ask):
    medium: str
    handler: str
    bag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveLetters(Ask):
    transfer: str
    handler: str
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Ask):
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectLetters(Ask):
    transfer: str
    verdict: Verdict
    inspected: int
    pulled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLetters(Ask):
    transfer: str
    handler: str
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport(Ask):
    """The contractor's データ消去報告書, with its number in the binder."""

    transfer: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(Ask):
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate(Ask):
    """By a person other than the one who erased."""

    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderCertificate(Ask):
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroy(Ask):
    medium: str
    reason: str
    method: str
    device: str
    particle: str
    place: str
    residue: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDestructionRecord(Ask):
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyPassword(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge(Ask):
    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Ask):
    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceClock(Ask):
    """Rehearsal only: the rehearsal's clock moves forward."""

    seconds: int


ASKS: tuple[type[Ask], ...] = tuple(
    kind for kind in list(globals().values()) if isinstance(kind, type) and issubclass(kind, Ask) and kind is not Ask
)
