"""Which records count for a row of the compliance table."""

from media_station.model.compliance import Side, proves
from media_station.model.station import PaperKind, PaperPrinted, PaperScanned


def test_a_sheet_counts_once_it_was_scanned_back():
    printed = PaperPrinted(
        paper="R1-F-00001", kind=PaperKind.SLIP, medium="", incident="", sha256="0" * 64, qr_sha256="0" * 64
    )
    scanned = PaperScanned(paper="R1-F-00001", sha256="0" * 64)
    assert [proves(each, "P", Side.MUNICIPALITY) for each in (printed, scanned)] == [False, True]
