"""P: a printer's word isn't paper. A sheet counts when its own QR code has been scanned back; a stale one never does."""

import pytest
from walking_in_one import refusal

from media_station.desk.hands.printer import NoPrinter
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.handover import Legible, NoticePrinted
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Ending

PRINTED = {
    StepKind.PRINT_SLIP: lambda number: asks.PrintSlip(paper=number),
    StepKind.RENDER_CERTIFICATE: lambda number: asks.RenderCertificate(certificate=number),
    StepKind.PRINT_DESTRUCTION_RECORD: lambda number: asks.PrintDestructionRecord(paper=number),
}


def do(walk, ask, **who):
    return walk.house.run(walk.counter.do(ask, walk.staff.operator, **who)).facts


def refused(walk, ask, **who):
    return refusal(walk.house, walk.counter.do(ask, walk.staff.operator, **who))


def first_step(walk):
    return walk.house.run(walk.see()).steps[0]


def text(walk, number):
    return walk.house.cells.sheets[number]["qr"]


def come_to(walk, kind):
    walk.kinds = (MediumKind.DVD_R,) if kind is StepKind.PRINT_DESTRUCTION_RECORD else (MediumKind.USB,)
    return next(each for each in walk.house.run(walk.until(kind)).steps if each.kind is kind).subject


@pytest.mark.parametrize("kind", PRINTED)
def test_of_two_printings_only_the_last_one_counts_and_it_is_not_printed_again(walk, kind):
    number = come_to(walk, kind)
    do(walk, PRINTED[kind](number))
    stale = text(walk, number)
    do(walk, PRINTED[kind](number))
    assert refused(walk, asks.ScanPaper(scan=stale)) == "PAP-015"
    due = first_step(walk)
    assert (due.kind, due.subject) == (StepKind.SCAN_PAPER, number)
    assert do(walk, asks.ScanPaper(scan=text(walk, number))) == {"paper": number}
    assert first_step(walk).kind is not StepKind.SCAN_PAPER
    assert refused(walk, asks.ScanPaper(scan=text(walk, number))) == "FLW-001"
    assert refused(walk, PRINTED[kind](number)) == "PAP-011"


def test_a_slip_is_stamped_only_when_it_is_known_to_be_on_paper(walk):
    number = come_to(walk, StepKind.PRINT_SLIP)
    stamp = asks.StampPaper(paper=number, binder="綴り-1")
    do(walk, PRINTED[StepKind.PRINT_SLIP](number))
    assert refused(walk, stamp) == "PAP-014"
    do(walk, asks.ScanPaper(scan=text(walk, number)))
    do(walk, stamp)


def test_a_copy_does_not_stand_for_the_sheet(walk):
    number = come_to(walk, StepKind.PRINT_SLIP)
    do(walk, PRINTED[StepKind.PRINT_SLIP](number))
    sheet = text(walk, number)
    do(walk, asks.CopyPaper(paper=number, reason="jam"))
    assert refused(walk, asks.ScanPaper(scan=text(walk, number))) == "PAP-015"
    do(walk, asks.ScanPaper(scan=sheet))


def test_what_a_keyboards_layout_makes_of_the_signs_does_not_matter_and_a_letter_does(walk):
    number = come_to(walk, StepKind.PRINT_SLIP)
    do(walk, PRINTED[StepKind.PRINT_SLIP](number))
    sheet = text(walk, number)
    at = sheet.index("\n") + 5
    misread = sheet[:at] + ("1" if sheet[at] == "0" else "0") + sheet[at + 1 :]
    assert refused(walk, asks.ScanPaper(scan=misread)) == "PAP-015"
    assert refused(walk, asks.ScanPaper(scan=sheet.splitlines()[0])) == "PAP-015"
    typed = sheet.replace("\n", "\r\n").replace("—", "").replace("=", "^").replace("+", "~").replace("/", ".")
    do(walk, asks.ScanPaper(scan=typed))


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("", "PAP-013"),
        ("https://example.invalid/", "PAP-013"),
        ("A" * 70, "PAP-013"),
        ("REHEARSAL-R1-S-99999\n" + "0" * 64, "PAP-010"),
        ("REHEARSAL-R1-N-99999\n" + "0" * 64, "PAP-010"),
        ("REHEARSAL-R1-C-99999\n" + "0" * 64, "PAP-010"),
    ],
)
def test_what_is_no_sheets_code_confirms_nothing(walk, scan, code):
    assert refused(walk, asks.ScanPaper(scan=scan)) == code


def a_printed_notice(walk):
    """The medium, and its notice's number."""
    medium = walk.house.run(walk.until(StepKind.PRINT_NOTICE)).steps[0].subject
    return medium, do(walk, asks.PrintNotice(medium=medium), second=walk.staff.approver)["notice"]


def test_a_notice_leaves_only_when_it_has_been_scanned(walk):
    medium, notice = a_printed_notice(walk)
    walk.house.run(walk.counter.advance(86_400))
    handing = walk.handing_over(walk.transfer, notices=[medium])
    assert refused(walk, handing) == "PAP-014"
    assert (first_step(walk).kind, first_step(walk).subject) == (StepKind.SCAN_NOTICE, notice)
    do(walk, asks.ScanPaper(scan=text(walk, notice)))
    do(walk, handing)


def test_without_a_printer_a_notice_uses_up_no_number(walk, monkeypatch):
    medium = walk.house.run(walk.until(StepKind.PRINT_NOTICE)).steps[0].subject
    monkeypatch.setattr(walk.house.desk.printer, "__class__", NoPrinter)
    assert refused(walk, asks.PrintNotice(medium=medium), second=walk.staff.approver) == "PRN-001"
    assert walk.house.desk.ledger.count(NoticePrinted) == 0


def test_a_spoiled_notices_code_does_not_confirm_the_next_one(walk):
    medium, first = a_printed_notice(walk)
    do(walk, asks.SpoilNotice(medium=medium, legible=Legible.NO, reason="jam"), second=walk.staff.approver)
    assert refused(walk, asks.ScanPaper(scan=text(walk, first))) == "FLW-001"
    again = do(walk, asks.PrintNotice(medium=medium), second=walk.staff.approver)["notice"]
    assert refused(walk, asks.ScanPaper(scan=text(walk, first))) == "PAP-010"
    do(walk, asks.ScanPaper(scan=text(walk, again)))


def test_a_notice_that_was_scanned_and_torn_later_is_spoiled_all_the_same(walk):
    medium, notice = a_printed_notice(walk)
    do(walk, asks.ScanPaper(scan=text(walk, notice)))
    do(walk, asks.SpoilNotice(medium=medium, legible=Legible.NO, reason="jam"), second=walk.staff.approver)
    assert first_step(walk).kind is StepKind.PRINT_NOTICE


def test_a_printer_that_takes_nothing_leaves_a_hash_and_no_sheet_and_the_walk_goes_on(walk, monkeypatch):
    """Each first printing fails; slips and certificates are printed anew, the notice is counted as spoiled."""
    printer = walk.house.desk.printer
    real, tried = printer.print, set()

    def at_the_second_time(number, sheet, *, copy=0):
        kind = number.split("-")[-2]
        if kind not in tried:
            tried.add(kind)
            raise Refused("PRN-002", queue="q")
        real(number, sheet, copy=copy)

    walk.kinds = (MediumKind.USB, MediumKind.DVD_R)
    asked = walk.counter.do

    async def do_and_go_on(*words, **who):
        try:
            return await asked(*words, **who)
        except Refused as error:
            if error.code != "PRN-002":
                raise
        return None

    monkeypatch.setattr(printer, "print", at_the_second_time)
    monkeypatch.setattr(walk.counter, "do", do_and_go_on)
    view = walk.house.run(walk.to_the_end())
    assert (view.state, tried) == ("closed", {"S", "N", "C", "X"})
    (spoiled,) = walk.house.told("notice.spoiled")
    assert spoiled["notice"] == walk.house.told("notice.printed")[0]["notice"]
    assert [len(walk.house.told(kind)) for kind in ("certificate.rendered", "certificate.scanned")] == [2, 1]


def test_a_transfer_is_not_closed_over_a_sheet_that_nobody_saw(walk):
    number = come_to(walk, StepKind.RENDER_CERTIFICATE)
    do(walk, asks.RenderCertificate(certificate=number))
    assert "record" in walk.house.run(walk.see()).missing
    close = asks.Close(transfer=walk.transfer, ending=Ending.COMPLETE, incident="", binder="")
    assert refusal(walk.house, walk.counter.do(close, walk.staff.approver)) == "CLS-001"
    assert walk.house.run(walk.to_the_end()).state == "closed"
