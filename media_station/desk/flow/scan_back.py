"""P O7: that a printer took a sheet isn't paper: a sheet is out when its QR code has been scanned from it."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import ScanPaper
from media_station.model.certificate import CertificateRendered, CertificateScanned
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.handover import NoticePrinted, NoticeScanned
from media_station.model.ids import PaperLetter
from media_station.model.sheet_code import code_sha256, parse_code
from media_station.model.station import PaperPrinted, PaperScanned
from media_station.model.views import Answer


async def scan_paper(desk: Desk, by: Authority, ask: ScanPaper) -> Answer:
    """Refused PAP-013 for what is no sheet's code, PAP-010 for a number that was not printed, PAP-015 for another
    printing than the last one (an earlier one, a 写, a code that was misread); FLW-001 if it was scanned already.
    """
    number = parse_code(ask.scan)
    printed = _last_printing(desk, number)
    if printed is None:
        raise Refused("PAP-010", number=number)
    if printed.qr_sha256 != code_sha256(ask.scan):
        raise Refused("PAP-015", number=number)
    scanned = _scanned(printed)
    (record,) = desk.journal.commit(scanned, actor=by.operator)
    return Answer(record=record.sequence, action=scanned.name, facts={"paper": number})


def _last_printing(desk: Desk, number: str) -> PaperPrinted | NoticePrinted | CertificateRendered | None:
    letter = number.split("-")[-2]
    if letter == PaperLetter.CERTIFICATE.value:
        return desk.ledger.history("certificate", number).last(CertificateRendered)
    if letter != PaperLetter.NOTICE.value:
        return desk.ledger.history("paper", number).last(PaperPrinted)
    notices = desk.ledger.of(NoticePrinted).all(NoticePrinted)
    named = next((each for each in notices if each.notice == number), None)
    # A spoiled one's number isn't the medium's notice any more.
    last = None if named is None else desk.ledger.history("medium", named.medium).last(NoticePrinted)
    return named if last == named else None


def _scanned(printed: PaperPrinted | NoticePrinted | CertificateRendered) -> Event:
    match printed:
        case PaperPrinted():
            return PaperScanned(paper=printed.paper, sha256=printed.sha256)
        case NoticePrinted():
            return NoticeScanned(
                notice=printed.notice, medium=printed.medium, transfer=printed.transfer, sha256=printed.sha256
            )
        case CertificateRendered():
            return CertificateScanned(
                certificate=printed.certificate,
                medium=printed.medium,
                transfer=printed.transfer,
                sha256=printed.sha256,
            )
