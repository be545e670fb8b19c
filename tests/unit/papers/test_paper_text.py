"""What stands on the paper is what was handed in."""

import time

import pytest
from paper_fields import CERTIFICATE, PAPERS
from sheet_reading import sheet, squeezed, text_of

from media_station.model.errors import Refused

INSTANTS = {
    "printed_at": ["令和8年11月23日 14時05分（+09:00）", "2026-11-23T14:05:00+09:00"],
    "started_at": ["令和8年11月23日 10時02分（+09:00）", "2026-11-23T10:02:11+09:00"],
    "ended_at": ["令和8年11月23日 11時47分（+09:00）", "2026-11-23T11:47:39+09:00"],
    "clock_checked_at": ["令和8年11月20日 9時00分（+09:00）", "2026-11-20T09:00:00+09:00"],
    "destroyed_at": ["令和8年11月23日 13時30分（+09:00）", "2026-11-23T13:30:00+09:00"],
    "occurred_at": ["令和8年11月24日 9時30分（+09:00）", "2026-11-24T09:30:00+09:00"],
}
COUNTS = {
    "ledger_row": "管理簿行番号{}",
    "size": "ログの件数{}",
    "record": "記録の番号{}",
    "records": "件数{:,}件",
    "capacity_bytes": "容量{:,}バイト",
    "passes": "回数{}回",
    "verified_bytes": "検証範囲{:,}バイト",
    "bad_sectors": "不良セクタ数{}",
}


def _shown(name, value):
    if name in INSTANTS:
        return INSTANTS[name]
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in _shown(key, each)]
    if isinstance(value, list):
        return [text for each in value for text in _shown("", each)]
    # A figure alone would be found anywhere: it is looked for beside its label.
    return [COUNTS[name].format(value) if name in COUNTS else f"{value:,}" if isinstance(value, int) else value]


PRINTED = [
    (paper, name)
    for paper, fields in PAPERS.items()
    for name in fields
    # These two are drawn, not written; a month is of no consignment.
    if name not in {"qr", "rehearsal"}
    and (paper != "log_report" or name not in {"consignment_title", "contract_number", "contractor"})
]


@pytest.fixture(scope="module")
def texts():
    return {paper: squeezed(text_of(sheet(paper), "-raw")) for paper in PAPERS}


@pytest.mark.parametrize(("paper", "name"), PRINTED)
def test_field_is_read_back_from_the_sheet(paper, name, texts):
    for shown in _shown(name, PAPERS[paper][name]):
        assert squeezed(shown) in texts[paper]


@pytest.mark.parametrize("paper", PAPERS)
def test_rare_characters_are_read_back_from_every_sheet(paper):
    name = "maker" if paper == "log_report" else "contractor"

    assert "髙﨑邉𠮷商店" in squeezed(text_of(sheet(paper, **{name: "髙﨑邉𠮷商店"}), "-raw"))


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("👍", "U+1F44D"),
        ("\ue000", "U+E000"),
        ("\u0378", "U+0378"),
        ("\U000e0100", "U+E0100"),
        ("\n", "U+000A"),
        ("\u202e", "U+202E"),
    ],
)
def test_character_without_a_glyph_is_refused_with_field_and_code(character, code):
    with pytest.raises(Refused) as refusal:
        sheet("certificate", performer=f"邉{character}太郎")

    assert (refusal.value.code, dict(refusal.value.parameters)) == (
        "PAP-001",
        {"field": "performer", "character": code},
    )


def test_character_without_a_glyph_is_found_in_a_row_of_the_slip():
    rows = [PAPERS["slip"]["rows"][0], {**PAPERS["slip"]["rows"][1], "remark": "予備👍"}]

    with pytest.raises(Refused) as refusal:
        sheet("slip", rows=rows)

    assert refusal.value.parameters["field"] == "rows.2.remark"


@pytest.mark.parametrize(
    "text",
    [
        '#read("layout.typ")',
        "*a* _b_ `c`",
        "$x^2$",
        "<seal> @seal",
        "\\ -- ... \"q\" 'q'",
        "= a // b /* c */",
        "[#d.number]",
    ],
)
def test_markup_is_printed_as_it_is(text):
    assert squeezed(text) in squeezed(text_of(sheet("certificate", maker=text), "-raw"))


def test_a_long_number_without_a_blank_stays_on_the_sheet():
    serial = "0123456789ABCDEF" * 6

    assert serial in squeezed(text_of(sheet("certificate", serial=serial), "-raw"))


def test_undetermined_bad_sectors_are_called_so():
    assert "不良セクタ数判別できない" in squeezed(text_of(sheet("certificate", bad_sectors=-1), "-raw"))


def test_a_clock_never_checked_is_called_so():
    assert "確認の記録なし" in text_of(sheet("certificate", clock_checked_at=""), "-raw")


def test_return_names_the_contractor_as_giver():
    assert "受託者（返却者）" in squeezed(text_of(sheet("slip", direction="返却"), "-raw"))


def test_slip_has_a_copy_for_each_side():
    pages = text_of(sheet("slip"), "-raw").split("\f")

    assert ["受託者控" in page for page in pages[:2]] == [False, True]
    assert ["区控" in page for page in pages[:2]] == [True, False]


def test_notice_tells_digits_and_letters_apart_by_their_readings(texts):
    assert "ケーななエムにエー" in texts["notice"]


def test_notice_says_how_to_know_the_opener_and_asks_for_count_and_code(texts):
    assert "0123456789abcdef" * 4 in texts["notice"]
    assert "件数と確認コードを、区の担当者に電話で知らせる" in texts["notice"]


def test_no_paper_claims_what_cannot_be_known(texts):
    assert not [paper for paper, text in texts.items() if "復元不" in text]


def test_time_of_a_certificate():
    """Told, not asserted."""
    begun = time.perf_counter()
    pdf = sheet("certificate")
    print(f"a certificate: {time.perf_counter() - begun:.3f} s, {len(pdf)} bytes, {len(CERTIFICATE)} fields")
    assert pdf.startswith(b"%PDF-")
