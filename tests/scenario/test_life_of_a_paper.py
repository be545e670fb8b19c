"""What becomes of a paper after its thing has gone on: each says what was so when its number was given (O7 O9 P)."""

import hashlib
from dataclasses import fields, replace

import pytest
from walking_in_one import PAYLOAD, refusal

from media_station.model import asks
from media_station.model.compliance import Result, Side
from media_station.model.confirmation import confirmation_code
from media_station.model.errors import Refused
from media_station.model.handover import Legible
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Ending
from media_station.rehearsal.walk import ERASURE_REPORT
from media_station.texts.nouns import ERASURE_REPORT as ERASURE_REPORT_WORDS

SIX = PAYLOAD + PAYLOAD.splitlines(keepends=True)[-1]


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
    payload = walk.house.run(walk.hand_in(SIX, records))
    do(walk, asks.Inspect(payload=payload))
    today = walk.house.run(walk.counter.today()).isoformat()
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


def certified(walk):
    """The number of a certificate that is printed."""
    certificate = walk.house.run(walk.until(StepKind.RENDER_CERTIFICATE)).steps[0].subject
    do(walk, asks.RenderCertificate(certificate=certificate))
    return certificate


def test_a_reissued_certificate_has_a_number_of_its_own_and_the_old_one_is_void(walk):
    old = certified(walk)
    again = asks.ReissueCertificate(certificate=old, reason="misprint")
    assert refusal(walk.house, walk.counter.do(again, walk.staff.operator, fresh=True)) == "ACC-011"
    new = approver_does(walk, again, fresh=True)["certificate"]
    assert refusal(walk.house, walk.counter.do(again, walk.staff.approver, fresh=True)) == "CRT-003"
    assert new != old
    assert walk.house.run(walk.see()).steps[0].subject == new
    render = asks.RenderCertificate(certificate=old)
    assert refusal(walk.house, walk.counter.do(render, walk.staff.operator)) == "CRT-003"
    do(walk, asks.RenderCertificate(certificate=new))
    was, now = sheet(walk, old), sheet(walk, new)
    assert now["mark"] == f"再発行（{old} は無効）"
    assert {name for name in was if was[name] != now[name]} <= {
        *("mark", "number", "ledger_row", "printed_at", "journal", "qr")
    }


def test_a_certificate_after_a_reissue_takes_the_number_after_it(walk):
    old = certified(walk)
    numbers = [old]
    for _ in range(2):
        again = asks.ReissueCertificate(certificate=numbers[-1], reason="lost-paper")
        numbers.append(approver_does(walk, again, fresh=True)["certificate"])
    assert [each[-5:] for each in numbers] == ["00001", "00002", "00003"]


def test_a_voided_certificates_medium_can_only_be_destroyed(walk):
    certificate = certified(walk)
    (issued,) = walk.house.told("certificate.issued")
    void = asks.VoidCertificate(certificate=certificate, reason="doubtful", binder="別紙-30")
    assert refusal(walk.house, walk.counter.do(void, walk.staff.operator, fresh=True)) == "ACC-013"
    do(walk, void, second=walk.staff.approver)
    assert refusal(walk.house, walk.counter.do(void, walk.staff.operator, second=walk.staff.approver)) == "CRT-003"
    (view,) = walk.house.run(walk.see()).media
    assert (view.medium, view.state) == (issued["medium"], "unerased")
    assert walk.house.run(walk.see()).steps[0].kind is StepKind.DESTROY
    walk.house.run(walk.to_the_end())
    assert walk.house.told("medium.destroyed")[-1]["medium"] == issued["medium"]


def test_voiding_it_later_leaves_the_medium_where_it_has_gone_on(walk):
    certificate = certified(walk)
    stick = walk.house.told("certificate.issued")[0]["medium"]
    walk.house.run(walk.to_the_end())
    second = another_transfer(walk, 6)
    do(walk, asks.Seal(transfer=second, medium=stick))
    do(
        walk,
        asks.VoidCertificate(certificate=certificate, reason="doubtful", binder="別紙-30"),
        second=walk.staff.approver,
    )
    (voided,) = walk.house.told("certificate.voided")
    assert voided["medium"] == ""
    assert state_of(walk, stick) == "sealed"


def carried_again(walk):
    """The printed certificates of a stick's first transfer and of its second, which is closed too; and the stick."""
    first = certified(walk)
    stick = walk.house.told("certificate.issued")[0]["medium"]
    walk.house.run(walk.to_the_end())
    walk.records = 6
    walk.transfer = another_transfer(walk, 6)
    walk.read_back = lambda: confirmation_code(walk.transfer, hashlib.sha256(SIX).hexdigest())
    do(walk, asks.Seal(transfer=walk.transfer, medium=stick))
    second = certified(walk)
    assert walk.house.run(walk.to_the_end()).state == "closed"
    return first, second, stick


def state_of(walk, medium):
    media = walk.house.run(walk.counter.all("Stock", walk.staff.operator))
    return next(each.state for each in media if each.medium == medium)


def test_a_certificate_is_reissued_and_printed_though_the_stick_carries_again(walk):
    old = certified(walk)
    stick, first = walk.house.told("certificate.issued")[0]["medium"], walk.transfer
    walk.house.run(walk.to_the_end())
    walk.transfer = another_transfer(walk, 6)
    do(walk, asks.Seal(transfer=walk.transfer, medium=stick))
    again = asks.ReissueCertificate(certificate=old, reason="misprint")
    new = approver_does(walk, again, fresh=True)["certificate"]
    (view,) = walk.house.run(walk.see()).media
    assert (view.medium, view.state) == (stick, "sealed")
    assert walk.house.run(walk.see()).steps[0].kind is StepKind.WRITE
    do(walk, asks.RenderCertificate(certificate=new))
    was, now = sheet(walk, old), sheet(walk, new)
    assert {name for name in was if was[name] != now[name]} <= {
        *("mark", "number", "ledger_row", "printed_at", "journal", "qr")
    }
    for transfer, told in ((first, new), (walk.transfer, "—")):
        case = sheet(walk, do(walk, asks.PrintSheet(kind=PaperKind.CASE_SHEET, subject=transfer))["paper"])
        assert ["媒体消去証明書・破壊記録書", told] in [row["cells"][::2] for row in case["rows"]]


@pytest.mark.parametrize(("voids", "state"), [("first", "certified"), ("second", "unerased")])
def test_voiding_touches_the_medium_only_for_its_last_erasure(walk, voids, state):
    first, second, stick = carried_again(walk)
    again = asks.ReissueCertificate(certificate=first, reason="misprint")
    reissued = approver_does(walk, again, fresh=True)["certificate"]
    void = {"first": reissued, "second": second}[voids]
    do(
        walk,
        asks.VoidCertificate(certificate=void, reason="doubtful", binder="別紙-30"),
        second=walk.staff.approver,
    )
    assert state_of(walk, stick) == state
    assert walk.house.told("certificate.voided")[0]["medium"] == {"first": "", "second": stick}[voids]


def test_a_slip_is_printed_again_under_its_number_as_a_copy_and_counted(walk):
    walk.house.run(walk.until(StepKind.PRINT_NOTICE))
    slip = walk.house.told("medium.handed_over")[0]["slip"]
    first = sheet(walk, slip)
    for number in (1, 2):
        do(walk, asks.CopyPaper(paper=slip, reason="lost-paper"))
        assert sheet(walk, slip)["mark"] == f"再印刷（写）{number}　書面の紛失"
        assert (walk.house.station / "state" / "papers" / f"{slip}-copy-{number}.pdf").exists()
    assert {**sheet(walk, slip), "mark": ""}["rows"] == first["rows"]
    assert [each["copy"] for each in walk.house.told("paper.copied")] == [1, 2]
    assert (walk.house.station / "state" / "papers" / f"{slip}.pdf").exists()


def test_a_copy_whose_printing_breaks_off_is_in_the_journal_and_the_next_one_has_another_number(walk, monkeypatch):
    walk.house.run(walk.until(StepKind.PRINT_NOTICE))
    slip = walk.house.told("medium.handed_over")[0]["slip"]
    printer, left = walk.house.desk.printer, []

    def breaks_off(_, printed, *, copy):
        left.append((copy, hashlib.sha256(printed).hexdigest()))
        raise Refused("PRN-002", queue="q")

    ask = asks.CopyPaper(paper=slip, reason="lost-paper")
    with monkeypatch.context() as broken:
        broken.setattr(printer, "print", breaks_off)
        assert refusal(walk.house, walk.counter.do(ask, walk.staff.operator)) == "PRN-002"
    assert [(each["copy"], each["sha256"]) for each in walk.house.told("paper.copied")] == left
    do(walk, ask)
    assert [each["copy"] for each in walk.house.told("paper.copied")] == [1, 2]
    assert sheet(walk, slip)["mark"].startswith("再印刷（写）2")


def test_what_has_a_new_number_each_time_or_was_never_printed_has_no_copy(walk):
    form = do(walk, asks.PrintSheet(kind=PaperKind.KEY_SHEET, subject=""))["paper"]
    for paper, code in ((form, "PAP-012"), ("REHEARSAL-R1-S-00099", "PAP-010")):
        asked = asks.CopyPaper(paper=paper, reason="misprint")
        assert refusal(walk.house, walk.counter.do(asked, walk.staff.operator)) == code
    walk.house.run(walk.until(StepKind.PRINT_NOTICE))
    slip = walk.house.told("medium.handed_over")[0]["slip"]
    asked = asks.CopyPaper(paper=slip, reason="no-such")
    assert refusal(walk.house, walk.counter.do(asked, walk.staff.operator)) == "DST-002"


def report(walk, **other):
    return asks.TakeErasureReport(transfer=walk.transfer, statement=replace(ERASURE_REPORT, **other), binder="別紙-12")


FIELDS = [each.name for each in fields(ERASURE_REPORT)]


@pytest.mark.parametrize(
    ("other", "missing"), [*(({name: ""}, name) for name in FIELDS), ({"checker": ERASURE_REPORT.worker}, "checker")]
)
def test_a_contractors_report_without_one_of_its_fields_is_turned_back(walk, other, missing):
    walk.house.run(walk.until(StepKind.FILE_REPORT))
    assert do(walk, report(walk, **other)) == {"missing": missing}
    assert walk.house.told("erasure_report.turned_back")[0]["missing"] == [missing]
    assert "report" in walk.house.run(walk.see()).missing
    asked = asks.PrintSheet(kind=PaperKind.TURN_BACK, subject=walk.transfer)
    said = sheet(walk, do(walk, asked)["paper"])
    lacks = [row["cells"][0] for row in said["rows"] if row["cells"][1] == "要記載"]
    assert (len(said["rows"]), lacks) == (9, [ERASURE_REPORT_WORDS[missing][0]])


def test_the_report_that_comes_again_is_accepted_and_filed(walk):
    walk.house.run(walk.until(StepKind.FILE_REPORT))
    do(walk, report(walk, spool="", method=""))
    assert walk.house.told("erasure_report.turned_back")[0]["missing"] == ["spool", "method"]
    unfiled = asks.TakeErasureReport(transfer=walk.transfer, statement=ERASURE_REPORT, binder="")
    assert refusal(walk.house, walk.counter.do(unfiled, walk.staff.operator)) == "CNT-002"
    do(walk, report(walk))
    assert "report" not in walk.house.run(walk.see()).missing
    assert walk.house.told("evidence.filed")[-1]["binder"] == "別紙-12"
    walk.house.run(walk.to_the_end())


def test_a_report_is_filed_by_its_fields_alone(walk):
    walk.house.run(walk.until(StepKind.FILE_REPORT))
    filed = asks.FileEvidence(
        requirement="O9",
        side=Side.CONTRACTOR,
        result=Result.MET,
        consignment="",
        transfer=walk.transfer,
        binder="別紙-12",
        sha256="",
        expires="",
    )
    assert refusal(walk.house, walk.counter.do(filed, walk.staff.operator)) == "CMP-002"
    another = asks.TakeErasureReport(transfer="R1-T-00099", statement=ERASURE_REPORT, binder="別紙-12")
    assert refusal(walk.house, walk.counter.do(another, walk.staff.operator)) == "FLW-002"


def spoiled(walk, legible):
    """The medium whose printed notice the printer spoiled, and that notice's number."""
    medium = walk.house.run(walk.until(StepKind.HAND_OVER_NOTICE)).steps[0].subject
    spoil = asks.SpoilNotice(medium=medium, legible=legible, reason="jam")
    assert refusal(walk.house, walk.counter.do(spoil, walk.staff.operator, fresh=True)) == "ACC-013"
    notice = do(walk, spoil, second=walk.staff.approver)["notice"]
    assert refusal(walk.house, walk.counter.do(spoil, walk.staff.operator, second=walk.staff.approver)) == "FLW-002"
    return medium, notice


def test_an_illegible_spoiled_notice_is_printed_anew_under_the_next_number(walk):
    medium, notice = spoiled(walk, Legible.NO)
    assert walk.house.run(walk.see()).steps[0].kind is StepKind.PRINT_NOTICE
    walk.house.run(walk.until(StepKind.HAND_OVER_NOTICE))
    first, again = walk.house.told("notice.printed")
    assert (first["notice"], again["medium"]) == (notice, medium)
    assert again["notice"] != notice
    assert sheet(walk, again["notice"])["password"] == sheet(walk, notice)["password"]
    case = sheet(walk, do(walk, asks.PrintSheet(kind=PaperKind.CASE_SHEET, subject=walk.transfer))["paper"])
    assert ["通知書の書損", "済", f"1 枚 {notice}"] in [row["cells"] for row in case["rows"]]
    assert walk.house.run(walk.to_the_end()).state == "closed"


def test_a_legible_spoiled_notice_takes_a_new_password_and_another_medium(walk):
    medium, notice = spoiled(walk, Legible.YES)
    printing = asks.PrintNotice(medium=medium)
    assert refusal(walk.house, walk.counter.do(printing, walk.staff.operator, second=walk.staff.approver)) == "PAP-011"
    walk.house.run(walk.counter.advance(86_400))
    handing = walk.handing_over(walk.transfer, notices=[medium])
    assert refusal(walk.house, walk.counter.do(handing, walk.staff.operator)) == "FLW-001"
    assert walk.house.run(walk.see()).steps[0].kind is StepKind.SEAL
    view = walk.house.run(walk.to_the_end())
    assert (view.state, view.missing) == ("closed", [])
    numbers = [each["notice"] for each in walk.house.told("notice.printed")]
    assert numbers[0] == notice
    assert len(set(numbers)) == 2
    passwords = {sheet(walk, each)["password"] for each in numbers}
    media = {each["medium"] for each in walk.house.told("medium.returned")}
    assert (len(passwords), len(media)) == (2, 2)


def test_a_write_once_disc_is_not_erased_and_no_order_is_made_for_it(walk):
    disc = walk.house.run(walk.ready(MediumKind.DVD_R))
    erase = asks.Erase(medium=disc, bay=walk.house.load(disc))
    assert refusal(walk.house, walk.counter.do(erase, walk.staff.operator, second=walk.staff.approver)) == "FLW-002"
    walk.kinds = (MediumKind.DVD_R,)
    identified = walk.house.run(walk.until(StepKind.DESTROY)).steps[0].subject
    orders = len(walk.house.told("order.issued"))
    erase = asks.Erase(medium=identified, bay=walk.house.load(identified))
    assert refusal(walk.house, walk.counter.do(erase, walk.staff.operator, second=walk.staff.approver)) == "ERA-001"
    assert len(walk.house.told("order.issued")) == orders


def test_a_returned_medium_whose_content_is_not_its_numbers_is_neither_erased_nor_certified(walk):
    stick = walk.house.run(walk.until(StepKind.IDENTIFY)).steps[0].subject
    piece = walk.house.shelf[stick]
    genuine, piece.content = piece.content, piece.content[:-1] + bytes([piece.content[-1] ^ 1])
    bay = walk.house.load(stick)
    do(walk, asks.Identify(medium=stick, bay=bay), second=walk.staff.approver)
    assert walk.house.told("medium.identified")[-1]["verdict"] == "FAIL"
    erase = asks.Erase(medium=stick, bay=bay)
    assert refusal(walk.house, walk.counter.do(erase, walk.staff.operator, second=walk.staff.approver)) == "FLW-002"
    certify = asks.Certify(medium=stick)
    assert refusal(walk.house, walk.counter.do(certify, walk.staff.approver)) == "CRT-001"
    piece.content = genuine
    do(walk, asks.Identify(medium=stick, bay=bay), second=walk.staff.approver)
    assert walk.house.told("medium.identified")[-1]["verdict"] == "PASS"
