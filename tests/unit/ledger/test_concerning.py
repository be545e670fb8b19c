"""What concerns an incident, and what doesn't: written down line by line."""

from pathlib import Path

import pytest

from media_station.desk.ledger.concerning import concerning, printed
from media_station.desk.ledger.index import Ledger
from media_station.model.consignment import ConsignmentOpened, ConsignmentProposed, Duty, HandlerRegistered
from media_station.model.ids import Identity
from media_station.model.incident import IncidentKind, IncidentOpened, TransferFrozen
from media_station.model.instant import Instant
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumRegistered
from media_station.model.operator import OperatorEnrolled, OperatorSuspended
from media_station.model.payload import PayloadReceived
from media_station.model.sign_in import SignInAccepted, StepUpAccepted
from media_station.model.station import PaperKind, PaperPrinted, PaperScanned, PaperStamped, StationStarted
from media_station.model.transfer import TransferOpened
from media_station.proof.record import decode, encode
from media_station.rehearsal.walk import sample_terms

IDENTITY = Identity(station="aobano", epoch="e1")
AT = Instant(wall="2026-11-24T00:00:00.000000Z", boottime_ms=1, boot_id="00000000-0000-4000-8000-000000000000")
TERMS = sample_terms(Path(__file__).parents[3] / "config" / "consignment.sample.csv")
ONE, OTHER = "1" * 32, "2" * 32
REPORT, ANOTHER = "AOBANO-E1-F-00001", "AOBANO-E1-F-00002"
AGREED = TERMS.consignment


def enrolled(operator: str) -> OperatorEnrolled:
    return OperatorEnrolled(operator=operator, person="架空", posts=(), vault_sha256="0" * 64)


def signed_in(operator: str) -> SignInAccepted:
    return SignInAccepted(operator=operator, vault_sha256="0" * 64)


def code_of(operator: str, second: str) -> StepUpAccepted:
    return StepUpAccepted(operator=operator, second=second, action="Write", vault_sha256="0" * 64)


def received(payload: str) -> PayloadReceived:
    return PayloadReceived(
        payload=payload,
        consignment=AGREED,
        ciphertext_length=1,
        ciphertext_sha256="0" * 64,
        plaintext_length=1,
        plaintext_sha256="0" * 64,
        records=1,
        key_id="k",
    )


def began(transfer: str, payload: str) -> TransferOpened:
    return TransferOpened(
        transfer=transfer,
        payload=payload,
        consignment=AGREED,
        records=1,
        kinds=(MediumKind.USB,),
        post_by="2026-12-24",
    )


def stick(medium: str) -> MediumRegistered:
    return MediumRegistered(
        medium=medium, kind=MediumKind.USB, vendor="v", model="m", serial="s", serial_source="usb", size_bytes=4096
    )


def told(incident: str, transfer: str, medium: str) -> IncidentOpened:
    return IncidentOpened(
        incident=incident, kind=IncidentKind.OTHER, transfer=transfer, medium=medium, binder="1", day="2026-11-24"
    )


def report(paper: str, incident: str) -> PaperPrinted:
    return PaperPrinted(
        paper=paper, kind=PaperKind.INCIDENT_REPORT, medium="", incident=incident, sha256="a" * 64, qr_sha256="b" * 64
    )


HANDLER = HandlerRegistered(
    consignment=AGREED,
    handler="hakobiya",
    person="架空",
    duty=Duty.HANDLER,
    employer="",
    starts="2026-04-01",
    ends="2027-03-31",
    approver="boss",
)
# Actor, event, and which of the two incidents it concerns: I is of a transfer, i of a medium in stock alone.
HAPPENED = [
    ("", StationStarted(version="1", records=0, vault_sha256=""), ""),
    *(("setup", enrolled("admin"), "Ii"), ("admin", enrolled("clerk"), "Ii"), ("admin", enrolled("boss"), "I")),
    *(("admin", enrolled("beside"), "I"), ("admin", enrolled("nobody"), "")),
    ("clerk", signed_in("clerk"), ""),
    ("clerk", signed_in("clerk"), "I"),
    ("clerk", code_of("clerk", ""), "I"),
    ("clerk", ConsignmentProposed(consignment=AGREED, terms=TERMS), "I"),
    ("boss", ConsignmentOpened(consignment=AGREED, approver="boss"), "I"),
    ("boss", HANDLER, "I"),
    ("", received(ONE), "I"),
    ("boss", began("E1-T-00001", ONE), "I"),
    ("", received(OTHER), ""),
    ("nobody", began("E1-T-00002", OTHER), ""),
    ("clerk", code_of("clerk", "beside"), "I"),
    ("beside", signed_in("beside"), ""),
    ("clerk", stick("E1-U-00001"), "I"),
    ("clerk", stick("E1-U-00002"), "i"),
    ("clerk", stick("E1-U-00003"), ""),
    ("clerk", signed_in("clerk"), "Ii"),
    ("clerk", told("E1-I-00001", "E1-T-00001", "E1-U-00001"), "I"),
    ("clerk", TransferFrozen(transfer="E1-T-00001", incident="E1-I-00001"), "I"),
    ("clerk", report(REPORT, "E1-I-00001"), "I"),
    ("clerk", PaperScanned(paper=REPORT, sha256="a" * 64), "I"),
    ("clerk", PaperStamped(paper=REPORT, binder="1"), "I"),
    ("clerk", told("E1-I-00002", "", "E1-U-00002"), "i"),
    ("clerk", report(ANOTHER, "E1-I-00002"), "i"),
    ("nobody", signed_in("nobody"), ""),
    ("clerk", signed_in("clerk"), "Ii"),
    ("admin", OperatorSuspended(operator="clerk"), "Ii"),
]
LINES = [
    encode(event, sequence=number, identity=IDENTITY, key_id="k", at=AT, actor=actor)
    for number, (actor, event, _) in enumerate(HAPPENED)
]


@pytest.fixture
def ledger(tmp_path):
    whole = Ledger(tmp_path / "ledger")
    whole.fold([(decode(line), line) for line in LINES], size=len(LINES), root=b"r" * 32)
    yield whole
    whole.disconnect()


@pytest.mark.parametrize(("incident", "mark"), [("E1-I-00001", "I"), ("E1-I-00002", "i")])
def test_the_records_that_are_marked_concern_it_and_no_others(ledger, incident, mark):
    marked = [decode(line).action for line, (_, _, of) in zip(LINES, HAPPENED, strict=True) if mark in of]
    found = concerning(ledger, incident)
    assert [record.action for record in found] == marked
    assert [record.sequence for record in found] == [n for n, (_, _, of) in enumerate(HAPPENED) if mark in of]


@pytest.mark.parametrize(("incident", "paper"), [("E1-I-00001", REPORT), ("E1-I-00002", ANOTHER)])
def test_its_papers_are_those_that_its_records_tell_of(ledger, incident, paper):
    assert printed(concerning(ledger, incident)) == {paper: "a" * 64}
