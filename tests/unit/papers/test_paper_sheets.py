"""What an office needs of a sheet of paper."""

import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from paper_fields import CERTIFICATE, FONTS, PAPERS, SIGNED_HEAD
from sheet_reading import decoded_qr, pages_of, run, scanned, sheet, squeezed, text_of

from media_station.cell.papers.typeset import draw_qr, typeset
from media_station.desk.papers.certificate import WORDS
from media_station.desk.papers.sheet import KINDS
from media_station.model.erasure import rule_for
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind

every_paper = pytest.mark.parametrize("paper", PAPERS)


@every_paper
def test_is_one_page_and_the_slip_one_for_each_side(paper):
    assert pages_of(sheet(paper, rehearsal=True)) == (2 if paper == "slip" else 1)


@pytest.mark.parametrize("kind", [each for each in MediumKind if not each.write_once], ids=lambda kind: kind.value)
def test_a_certificate_tells_how_a_medium_of_this_kind_is_erased_on_one_page(kind):
    rule = rule_for(kind)
    words = asdict(WORDS[rule.method])
    method = f"{words.pop('method')}（{rule.method.value}）"
    fields = words | {"method": method, "standard": f"{rule.standard}, {rule.claim}", "medium_kind": KINDS[kind]}
    fields["verification_method"] = fields.pop("verification")
    fields |= {"serial": "", "serial_source": ""} if kind.optical else {}
    made = sheet("certificate", rehearsal=True, **fields)
    assert pages_of(made) == 1
    said = squeezed(text_of(made, "-raw"))
    assert [value for value in fields.values() if squeezed(value) not in said] == []


@every_paper
def test_embeds_every_font(paper):
    fonts = run("pdffonts", "-", input=sheet(paper)).decode().splitlines()[2:]

    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)


@every_paper
def test_names_its_archival_profile(paper):
    metadata = run("pdfinfo", "-meta", "-", input=sheet(paper)).decode()

    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata


@every_paper
def test_is_the_same_bytes_for_the_same_fields(paper):
    assert sheet(paper) == sheet(paper)


def test_is_the_same_bytes_in_another_process():
    program = "import sys; from sheet_reading import sheet; sys.stdout.buffer.write(sheet('certificate'))"
    folder = Path(__file__).parent

    assert run(sys.executable, "-c", program, env={"PYTHONPATH": f"{folder}:{folder.parents[2]}"}) == sheet(
        "certificate"
    )


@every_paper
def test_differs_when_the_journal_has_gone_on(paper):
    journal = {**PAPERS[paper]["journal"], "size": 129}

    assert sheet(paper, journal=journal) != sheet(paper)


@every_paper
def test_is_marked_as_training_in_a_rehearsal(paper):
    text = text_of(sheet(paper, rehearsal=True), "-raw")

    assert text.count("訓練用（無効） この書面は訓練のために作成したもの") == pages_of(sheet(paper))
    # A label bears it itself: it is cut out.
    assert squeezed(text).count("訓練用（無効）") == 2 * pages_of(sheet(paper)) + (paper == "label")


@every_paper
def test_is_not_marked_as_training_in_earnest(paper):
    assert "訓練" not in squeezed(text_of(sheet(paper), "-raw"))


@every_paper
@pytest.mark.parametrize("rehearsal", [False, True])
def test_qr_is_read_from_a_greyscale_scan(paper, rehearsal, tmp_path):
    scans = scanned(sheet(paper, rehearsal=rehearsal), tmp_path)

    assert [decoded_qr(scan) for scan in scans] == [SIGNED_HEAD] * (2 if paper == "slip" else 1)


def test_qr_of_the_longest_text_is_read_from_a_greyscale_scan(tmp_path):
    text = "0123456789abcdef" * 28 + "xy"

    assert decoded_qr(scanned(sheet("certificate", qr=text), tmp_path)[0]) == text


def test_qr_of_a_signed_head_is_as_large_as_the_scanner_needs():
    assert 44 <= draw_qr("x" * 420)[1] <= 45


def test_qr_of_a_short_text_is_not_smaller_than_thirty_millimetres():
    assert draw_qr("x")[1] == 30


def test_qr_that_a_scanner_could_not_read_is_refused():
    with pytest.raises(Refused) as refusal:
        draw_qr("x" * 451)

    assert (refusal.value.code, refusal.value.parameters["bytes"]) == ("PAP-006", 451)


@every_paper
def test_has_seal_boxes_of_twenty_millimetres(paper, tmp_path):
    """At 254 dpi a millimetre is ten dots: in the lower third, squares of rules 200 dots apart."""
    boxes = _squares(scanned(sheet(paper), tmp_path, dpi=254)[0], side=200)

    assert len(boxes) == {"slip": 2, "label": 0}.get(paper, 3)


def _squares(picture, *, side):
    """Left edges of the squares beside each other, between upright rules `side` dots apart and as high, to two dots."""
    kind, size, depth, pixels = picture.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert (kind, depth) == (b"P5", b"255")
    rows = [pixels[row * width : (row + 1) * width] for row in range(height)]
    found = []
    for top in range(height * 2 // 3, height - side):
        reach = rows[top : top + side - 2 : 6]
        edges = [x for x in range(width // 3, width) if all(row[x] < 128 for row in reach)]
        found = max(found, [x for x in edges if any(x + side + off in edges for off in (-2, -1, 0, 1, 2))], key=len)
    return [x for x in found if x - 1 not in found]


def test_is_refused_rather_than_run_over_to_a_second_page():
    with pytest.raises(Refused) as refusal:
        sheet("certificate", limits="この媒体の予備領域は対象に含まない。" * 80)

    assert refusal.value.code == "PAP-007"


def test_name_that_the_seal_box_cannot_hold_is_refused():
    with pytest.raises(Refused) as refusal:
        sheet("certificate", performer="寿限無" * 30)

    assert refusal.value.code == "PAP-007"


def test_slip_holds_twelve_rows():
    row = {"item": "督促状用紙", "identification": "様式第12号", "quantity": 100, "unit": "枚", "remark": ""}

    assert pages_of(sheet("slip", rehearsal=True, rows=[row] * 12)) == 2


def test_is_refused_without_the_fonts_that_an_office_expects(tmp_path):
    with pytest.raises(Refused) as refusal:
        typeset("certificate", CERTIFICATE, fonts=[tmp_path])

    assert (refusal.value.code, refusal.value.parameters["font"]) == ("PAP-005", "IPAexMincho")


def test_unknown_paper_is_refused():
    with pytest.raises(Refused) as refusal:
        typeset("receipt", CERTIFICATE, fonts=FONTS)

    assert refusal.value.code == "PAP-008"
