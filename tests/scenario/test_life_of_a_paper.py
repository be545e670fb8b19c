"""What becomes of a paper after its thing has gone on: each says what was so when its number was given (O7 O9 P)."""

import hashlib

from walking_in_one import PAYLOAD

from media_station.model import asks
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Ending


def do(walk, ask, **who):
    return walk.house.run(walk.counter.do(ask, walk.staff.operator, **who)).facts


def approver_does(walk, ask, *, fresh=False):
    return walk.house.run(walk.counter.do(ask, walk.staff.approver, fresh=fresh)).facts


def sheet(walk, number):
    return walk.house.cells.sheets[number]


def ended_by_incident(walk):
    """An approver ends the transfer as it stands."""
    told = asks.OpenIncident(kind=IncidentKind.OTHER, transfer=walk.transfer, medium="", binder="事故-1")
    incident = do(walk, told)["incident"]
    approver_does(walk, asks.CloseIncident(incident=incident, measures="協議-1"), fresh=True)
    (view,) = walk.house.run(walk.see()).media
    do(walk, asks.DestroyPassword(medium=view.medium), second=walk.staff.approver)
    (payload,) = walk.house.told("payload.received")
    do(walk, asks.Purge(payload=payload["payload"]))
    approver_does(walk, asks.Close(transfer=walk.transfer, ending=Ending.INCIDENT, incident=incident, binder="事故-2"))


def another_transfer(walk, records):
    """Approved, for the same kind of medium."""
    payload = walk.house.run(walk.hand_in(PAYLOAD + PAYLOAD.splitlines(keepends=True)[-1], records))
    do(walk, asks.Inspect(payload=payload))
    today = walk.house.run(walk.counter.now()).date().isoformat()
    approve = asks.Approve(payload=payload, records=records, kinds=[MediumKind.USB], tax_due=today)
    return approver_does(walk, approve)["transfer"]


def test_a_certificate_printed_late_tells_of_its_own_erasure_though_the_stick_carries_again(walk):
    certificate = walk.house.run(walk.until(StepKind.RENDER_CERTIFICATE)).steps[0].subject
    (issued,) = walk.house.told("certificate.issued")
    stick, first = issued["medium"], walk.transfer
    ended_by_incident(walk)
    second = another_transfer(walk, 6)
    do(walk, asks.Seal(transfer=second, medium=stick))
    do(walk, asks.RenderCertificate(certificate=certificate))
    said = sheet(walk, certificate)
    evidence = walk.house.told("erasure.ended")[-1]["evidence"]
    assert said["records"] == 5
    assert said["verified_bytes"] == evidence["bytes_verified"]
    assert walk.house.told("certificate.rendered")[-1]["transfer"] == first


def test_an_erased_sticks_label_names_no_transfer(walk):
    stick = walk.house.run(walk.until(StepKind.WRITE)).steps[0].subject
    print_label = asks.PrintSheet(kind=PaperKind.LABEL, subject=stick)
    assert sheet(walk, do(walk, print_label)["paper"])["transfer_number"] == walk.transfer
    walk.house.run(walk.until(StepKind.RENDER_CERTIFICATE))
    said = sheet(walk, do(walk, print_label)["paper"])
    assert (said["transfer_number"], said["classification"], said["contractor"]) == ("", "", "—")


def test_the_key_sheet_names_the_sealing_page_that_setup_gave_out(walk):
    said = sheet(walk, do(walk, asks.PrintSheet(kind=PaperKind.KEY_SHEET, subject=""))["paper"])
    pages = {row["cells"][1]: row["cells"][3] for row in said["rows"]}
    handed_out = (walk.house.station / "public" / "SEAL.html").read_bytes()
    assert pages["SEAL.html"] == hashlib.sha256(handed_out).hexdigest()
