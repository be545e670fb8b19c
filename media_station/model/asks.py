"""What a person may ask of the desk: one record per request. The people door and the desk's table are made of them.

Numbers are checked where they are made into values (`__post_init__`), so that no unchecked text passes a door.
Days and times are the station's own; nobody states them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar

from media_station.model import ids
from media_station.model.compliance import Result, Side
from media_station.model.consignment import Terms
from media_station.model.erasure_report import ErasureReport
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Correctable, Legible
from media_station.model.incident import IncidentKind
from media_station.model.instant import parse_day
from media_station.model.journal import Wanted
from media_station.model.kind import MediumKind
from media_station.model.masters import MasterKind
from media_station.model.order import Verdict
from media_station.model.station import PaperKind
from media_station.model.transfer import Count, Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Base of all requests; the class's name is the door's method. `may_be_empty`: fields that may say "none"."""

    may_be_empty: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for name, parse in _PARSE.items():
            value = getattr(self, name, None)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and (each or name not in self.may_be_empty):
                    parse(each)


# Texts may be empty here: what is missing in one has a refusal of its own.
_TEXTS = (
    *("binder", "bag", "seal", "measures", "consultation", "person", "employer", "becomes", "subject"),
    *("taker", "method"),
)

_PARSE = {
    **dict.fromkeys(_TEXTS, ids.parse_text),
    "operator": ids.parse_operator,
    "consignment": ids.parse_consignment,
    "handler": ids.parse_handler,
    "payload": ids.parse_payload,
    "transfer": ids.parse_transfer,
    "medium": ids.parse_medium,
    "witness": ids.parse_operator,
    "bay": ids.parse_bay,
    "paper": ids.parse_paper,
    "slip": ids.parse_paper,
    "incident": ids.parse_incident,
    "masters": ids.parse_masters,
    "bundle": ids.parse_bundle,
    "staff": ids.parse_staff,
    "findings": ids.parse_finding,
    "report": ids.parse_paper,
    "month": ids.parse_month,
    "media": ids.parse_medium,
    "notices": ids.parse_medium,
    "place": ids.parse_handler,
    "device": ids.parse_handler,
    "firm": ids.parse_handler,
    "reason": ids.parse_handler,
    "certificate": ids.parse_paper,
    "sha256": ids.parse_sha256,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeConsignment(Ask):
    """`predecessor` in the terms makes it a renewal (年度更新): the handlers registered there come along."""

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConsignment(Ask):
    """By a person other than the proposer."""

    consignment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendConsignment(Ask):
    """Other terms after a consultation (O11), with the number of its record in the binder."""

    terms: Terms
    consultation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConsignment(Ask):
    """Nothing new leaves under it."""

    consignment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMasters(Ask):
    """A master's CSV, line by line with its headings; `sha256` is the file's."""

    kind: MasterKind
    lines: list[list[str]]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptMasters(Ask):
    """By a person other than the proposer."""

    masters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCourier(Ask):
    """A person of the contractor's who stands at the counter unregistered: added by two persons, for today."""

    consignment: str
    handler: str
    person: str
    employer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMedium(Ask):
    """The new medium in this bay gets the next number."""

    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(Ask):
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Ask):
    """The counts as the approver has confirmed them; opens the transfer.

    `kinds`: the media that go out, of those that the terms allow; empty means the default one. `tax_due`: the day on
    which the tax was due (納期限), from which the sending deadline is reckoned.
    """

    payload: str
    records: int
    kinds: list[MediumKind]
    tax_due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Ask):
    """The counts aren't what was exported; `binder` is the number of the reason's paper."""

    payload: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantException(Ask):
    """An approver decides otherwise: of a transfer or of a payload, by its kind; `binder` is the reason's paper."""

    may_be_empty = frozenset({"transfer", "payload"})
    kind: ExceptionKind
    transfer: str
    payload: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal(Ask):
    transfer: str
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Ask):
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Ask):
    """The drive's work on this medium ends at once; the medium is not to be used then."""

    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitWrites(Ask):
    """One pair of codes to write all media of this transfer that are sealed now, within the policy's minutes."""

    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitErasures(Ask):
    """As PermitWrites, to erase all that is to be erased now."""

    transfer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Ask):
    """All that leaves in one visit, on one slip. `notices`: the numbers of the media whose notices go.

    `visit` is the visit's number on this day; `seal` may be empty where the terms ask for none.
    """

    transfer: str
    handler: str
    bag: str
    seal: str
    visit: int
    media: list[str]
    notices: list[str]
    sheets: int
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Ask):
    """All that comes back in one visit, by the numbers on it; the courier may leave, the drive matches later."""

    transfer: str
    handler: str
    bag: str
    seal: str
    visit: int
    media: list[str]
    notices: list[str]
    letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectHandover(Ask):
    """訂正票: a slip's field as it should have been; a row of its own, with the paper that says why."""

    slip: str
    field: Correctable
    becomes: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampPaper(Ask):
    """押印済: the sheet with its wet seals stands in the binder under this number."""

    paper: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEnclosures(Ask):
    transfer: str
    enclosed: int
    spoiled: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSlip(Ask):
    """A 確認記録票 or a 訂正票, by its number."""

    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPaper(Ask):
    """`scan`: what the scanner typed from the sheet's QR code. It tells which sheet it is."""

    scan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintNotice(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoilNotice(Ask):
    """A printed notice that the printer spoiled; two persons looked at it. `reason` is a number of the masters."""

    medium: str
    legible: Legible
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCount(Ask):
    """`confirmation_code` as it was read back by telephone, with the printed count; else empty."""

    transfer: str
    count: Count
    value: int
    confirmation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCount(Ask):
    """A count as it should have been, or as it stands: explained by a paper (別紙番号)."""

    transfer: str
    count: Count
    value: int
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Ask):
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Ask):
    """`which` of the payloads on the medium, from 1 in the order of their names."""

    medium: str
    bay: str
    which: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectLetters(Ask):
    transfer: str
    verdict: Verdict
    inspected: int
    pulled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvidence(Ask):
    """A paper that proves a row of the requirement map; the contractor's データ消去報告書 is taken field by field
    (TakeErasureReport).
    """

    may_be_empty = frozenset({"consignment", "transfer", "sha256"})
    requirement: str
    side: Side
    result: Result
    consignment: str
    transfer: str
    binder: str
    sha256: str
    expires: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeErasureReport(Ask):
    """The contractor's データ消去報告書 (O9), as it stands on his paper: a field that he left empty is empty here."""

    transfer: str
    statement: ErasureReport
    binder: str

    def __post_init__(self) -> None:
        ids.parse_transfer(self.transfer)
        for text in (self.binder, *(getattr(self.statement, each.name) for each in fields(self.statement))):
            ids.parse_text(text)


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
class ReissueCertificate(Ask):
    """再発行: a new number in place of this one. `reason` is a number of the masters."""

    certificate: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCertificate(Ask):
    """By two persons: what it certifies is not relied on. `binder`: the paper that says why."""

    certificate: str
    reason: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPaper(Ask):
    """再印刷（写） of a slip, a correction or a destruction record. `reason` is a number of the masters."""

    paper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroy(Ask):
    """`reason`, `device`, `place` are numbers of the masters."""

    medium: str
    reason: str
    device: str
    place: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyTogether(Ask):
    """一括: media at one place and time, on one record; otherwise as Destroy."""

    media: list[str]
    reason: str
    device: str
    place: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrust(Ask):
    """Media leave to a firm that destroys them, on one record. `reason`, `firm` are numbers of the masters.

    `taker` is who takes them along, `binder` the number of his receipt; the firm's proof is due by `proof_by`.
    """

    media: list[str]
    reason: str
    firm: str
    taker: str
    bag: str
    binder: str
    proof_by: str

    def __post_init__(self) -> None:
        Ask.__post_init__(self)
        parse_day(self.proof_by, "proof_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveDestruction(Ask):
    """The firm's proof for all that is still there of one record: `binder` is the paper's number in the binder,
    `day` and `method` are what stands on it.
    """

    media: list[str]
    binder: str
    day: str
    method: str
    witness: str

    def __post_init__(self) -> None:
        Ask.__post_init__(self)
        parse_day(self.day, "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDestructionRecord(Ask):
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyPassword(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge(Ask):
    """A payload and its images leave the spool: at the end of its transfer, or when it was refused or rejected."""

    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Ask):
    """完了 when all is accounted for; 事故終結 with its incident and the paper that says why."""

    may_be_empty = frozenset({"incident"})
    transfer: str
    ending: Ending
    incident: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMedium(Ask):
    medium: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawMedium(Ask):
    medium: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStock(Ask):
    """棚卸 before a witness: the numbers found in a place, or in hand where it is empty."""

    may_be_empty = frozenset({"place"})
    place: str
    media: list[str]
    binder: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident(Ask):
    """Freezes the transfer; a lost thing is lost from now on. `binder` is the 事故報告書's number."""

    may_be_empty = frozenset({"transfer", "medium"})
    kind: IncidentKind
    transfer: str
    medium: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attest(Ask):
    """A return that can't be read is known by the number on its face, before a witness."""

    medium: str
    incident: str
    witness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(Ask):
    """Consulted and decided; the transfer goes on."""

    incident: str
    measures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintIncidentReport(Ask):
    incident: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportEvidence(Ask):
    """All that the journal holds of an incident, with proofs and papers, sealed to `reader`: an age recipient, age1…"""

    incident: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJournal(Ask):
    """The journal's lines of a period, sealed to `reader`: `since` ≤ time < `until`, both UTC as recorded."""

    since: str
    until: str
    reader: str

    def __post_init__(self) -> None:
        ids.parse_time(self.since)
        ids.parse_time(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackUp(Ask):
    """Journal, accounts and settings, sealed to the recipients of the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveBackup(Ask):
    """Whoever has opened this backup says the word that is in it."""

    bundle: str
    word: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchBundle(Ask):
    """The sealed bundle, into a file that the caller has opened."""

    bundle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBundle(Ask):
    """The sealed bundle may be fetched by the district host, until it is purged."""

    bundle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeBundle(Ask):
    """The sealed bundle leaves the spool: it is kept until somebody asks for this."""

    bundle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBundle(Ask):
    """The sealed bundle onto an empty medium, or once more after an order that touched nothing."""

    bundle: str
    medium: str
    bay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverBundle(Ask):
    """To its reader, by `taker`, with the receipt's number in the binder; `back_by` empty if the medium stays there."""

    medium: str
    taker: str
    bag: str
    binder: str
    back_by: str

    def __post_init__(self) -> None:
        Ask.__post_init__(self)
        if self.back_by:
            parse_day(self.back_by, "back_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackBundle(Ask):
    medium: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBundle(Ask):
    """Its reader keeps the medium for good, and has signed for it."""

    medium: str
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJournal(Ask):
    """A page of what is wanted, from the record `start` on."""

    wanted: Wanted
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintCompliance(Ask):
    """The requirement map with its evidence, for the committee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSheet(Ask):
    """A sheet that the records make at any time, each printing with a number of its own.

    `subject`: the transfer (管理簿, 案件整理票, blank forms), consignment (連絡体制表), medium (label), place (棚卸表;
    empty: in hand); empty for the 公開鍵台紙.
    """

    kind: PaperKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock(Ask):
    """By two administrators with both factors each, whatever the clock says: there need be no session.

    `proposed` is the UTC time (as in a record) when this is asked; the codes of both must be those of it.
    """

    operator: str
    password: str = field(repr=False)
    proposed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKey(Ask):
    """The journal's key hands over to the one that lies beside it; `key_id` is that one's, as whoever made it told."""

    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSupply(Ask):
    """Virus patterns, or an update, as a file that came on a medium; the caller has opened it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallPatterns(Ask):
    """The virus patterns that came in last; `supply` says which these are to be (`patterns-7`)."""

    supply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallUpdate(Ask):
    """The update of the station that came in last, by its name (`update-7`), or `former`: the version before."""

    supply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceClock(Ask):
    """Rehearsal only: the rehearsal's clock moves forward, as if time had passed."""

    seconds: int


def asks_in(module: Mapping[str, object]) -> tuple[type[Ask], ...]:
    """Every request that a module's globals hold."""
    kinds = (kind for kind in module.values() if isinstance(kind, type) and issubclass(kind, Ask))
    return tuple(kind for kind in kinds if kind is not Ask)


ASKS = asks_in(globals())
