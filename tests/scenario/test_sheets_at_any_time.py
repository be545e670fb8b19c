"""The sheets that anyone may want at any time: what stands on each is the journal's, and each has a number of its own."""

import asyncio
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
from walking_in_one import refusal

from media_station.cli.standalone.certificate import read_certificates
from media_station.desk.flow.print_sheets import SHEETS
from media_station.desk.main import open_desk
from media_station.desk.papers.sheet import make_sheet
from media_station.model import asks
from media_station.model.ids import PaperLetter
from media_station.model.payload import PAYLOAD
from media_station.model.station import PaperKind
from media_station.proof.signature import verify_signature
from media_station.rehearsal.house import House
from media_station.settings import load

TRANSFER, CONSIGNMENT, STICK = "R1-T-00001", "2024-TAX-017", "R1-U-00001"
# Kind, what it is about, and what must stand on it after the rehearsal.
TOLD = {
    PaperKind.LEDGER: (TRANSFER, ["管理簿", "行数11行", "REHEARSAL-R1-S-00011", "操作花子／運搬四郎（架空）"]),
    PaperKind.CASE_SHEET: (TRANSFER, ["案件整理票", "REHEARSAL-R1-C-00001", "REHEARSAL-R1-X-00001", "別紙-12"]),
    PaperKind.STOCK_LIST: ("", ["棚卸表", STICK, "消去証明済"]),
    PaperKind.CONTACT_TREE: (CONSIGNMENT, ["連絡体制表", "取扱責任者", "承認一郎", "運搬四郎（架空）"]),
    PaperKind.KEY_SHEET: ("", ["公開鍵台紙", "media-station/rehearsal/r1/journal", "VERIFY.html"]),
    PaperKind.LABEL: (STICK, ["媒体ラベル", STICK, "取扱注意"]),
    PaperKind.COUNTS_FORM: (TRANSFER, ["受領・印字件数報告", "確認コード", TRANSFER]),
    PaperKind.RECEIPT: ("payload", ["データ受領書", "受付口", "SHA-256", "区（受領者）"]),
    PaperKind.ERASURE_FORM: (TRANSFER, ["データ消去報告書（受託者提出）", "資産番号", "スプール", "損紙", TRANSFER]),
}


@pytest.fixture(scope="module")
def printed(rehearsed, tmp_path_factory):
    """Every sheet, by a desk that stands where the rehearsal ended."""
    house = House(tmp_path_factory.mktemp("sheets") / "house")
    shutil.copytree(rehearsed.path("station"), house.station)
    settings = house.station / "station.toml"
    settings.write_text(re.sub(r'(?m)^run = ".*"$', f'run = "{house.run}"', settings.read_text()))

    make_test_ca = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "make_test_ca.py"))
    make_test_ca["make"](house.station.parent / "ca")
    request, issued = house.station / "public" / "papers.csr", house.station / "keys" / "desk" / "papers.crt"
    make_test_ca["sign"](house.station.parent / "ca", request, issued)

    async def print_all() -> dict[PaperKind, str]:
        house.open_once_doors()
        numbers = {}
        try:
            desk = open_desk(load(settings), lambda _: None)
            for count, kind in enumerate(TOLD, start=90_001):
                template, fill = SHEETS[kind]
                numbers[kind] = desk.house.identity.paper_number(PaperLetter.FORM, count)
                about = TOLD[kind][0]
                about = desk.ledger.numbers(PAYLOAD)[0] if about == "payload" else about
                sheet = await make_sheet(desk, template, fill(desk, numbers[kind], about))
                await sheet.print(desk)
        finally:
            house.stop()
        return numbers

    papers = house.station / "state" / "papers"
    return {kind: papers / f"{number}.pdf" for kind, number in asyncio.run(print_all()).items()}


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.value)
def test_it_says_what_the_journal_says_on_one_page(printed, kind):
    text = subprocess.run(["pdftotext", "-raw", printed[kind], "-"], capture_output=True, text=True, check=True).stdout
    said = re.sub(r"\s+", "", text)
    assert [each for each in TOLD[kind][1] if each not in said] == []
    assert "1/1" in said
    assert "訓練用（無効）" in said


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.value)
def test_it_is_signed_under_the_districts_authority(printed, kind):
    sheet = printed[kind]
    (root,) = read_certificates(sheet.parents[3] / "ca" / "ca.crt")
    assert verify_signature(sheet.read_bytes(), [root]).signer == "media-station papers rehearsal/r1"
    text = subprocess.run(["pdftotext", "-raw", sheet, "-"], capture_output=True, text=True, check=True).stdout
    assert "電子署名 media-station papers rehearsal/r1" in text


def test_without_a_certificate_a_paper_says_that_it_is_not_signed(rehearsed):
    for sheet in rehearsed.path("papers").glob("*.pdf"):
        assert verify_signature(sheet.read_bytes()) is None
        text = subprocess.run(["pdftotext", "-raw", sheet, "-"], capture_output=True, text=True, check=True).stdout
        assert "電子署名 なし" in text


def test_all_kinds_are_looked_at_here_but_those_of_what_went_another_way():
    assert set(SHEETS) - set(TOLD) == {PaperKind.TURN_BACK, PaperKind.ENTRUSTED}


def test_each_printing_is_recorded_and_has_a_number_of_its_own(walk):
    asked = asks.PrintSheet(kind=PaperKind.KEY_SHEET, subject="")
    papers = [walk.house.run(walk.counter.do(asked, walk.staff.operator)).facts["paper"] for _ in range(2)]
    told = [each["paper"] for each in walk.house.told("paper.printed")]
    assert len(set(papers)) == 2
    assert told == papers


@pytest.mark.parametrize(
    ("kind", "subject", "code"),
    [
        (PaperKind.LEDGER, "R1-T-00099", "FLW-002"),
        (PaperKind.TURN_BACK, "R1-T-00099", "FLW-002"),
        (PaperKind.RECEIPT, "0" * 32, "FLW-002"),
        (PaperKind.CONTACT_TREE, "NO-SUCH", "FLW-002"),
        (PaperKind.STOCK_LIST, "no-such", "STK-004"),
        (PaperKind.LABEL, "R1-U-00099", "FLW-002"),
        (PaperKind.LABEL, "", "FLW-002"),
        (PaperKind.SLIP, "REHEARSAL-R1-S-00001", "PAP-012"),
    ],
)
def test_a_sheet_about_nothing_is_refused(walk, kind, subject, code):
    asked = asks.PrintSheet(kind=kind, subject=subject)
    assert refusal(walk.house, walk.counter.do(asked, walk.staff.operator)) == code
