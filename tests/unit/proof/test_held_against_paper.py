"""The stand-alone verifier holds a journal against sheets: what their QR codes say, what is typed from them, the PDFs."""

from hashlib import sha256

import pytest
from script import verify_journal as script
from written_journal import signer

from media_station.proof.merkle import leaf_hash

NUMBER = "KITA-ZEI-1-R1-C-00001"
SHEET = b"%PDF-1.7 a certificate"


@pytest.fixture
def findings(journal, tmp_path, capsys):
    """Of the journal held against files of this content; [] if it is whole."""
    (tmp_path / "journal.pub").write_text(journal.key.verifier.render() + "\n")

    def findings(option: str, *contents: bytes, names=("sheet",)) -> list[str]:
        arguments = [str(journal.directory), "--key", str(tmp_path / "journal.pub")]
        for name, content in zip(names, contents, strict=True):
            (tmp_path / name).write_bytes(content)
            arguments += [option, str(tmp_path / name)]
        code = script.main(arguments)
        said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
        assert (code, said[0] == "whole") in [(0, True), (1, False)]
        return said if code else []

    return findings


def qr(journal, size=7, leaf=None) -> bytes:
    """As desk/papers/sheet writes it."""
    lines = journal.read()
    return f"{NUMBER}\n{(leaf or leaf_hash(lines[3])).hex()}\n{journal.signed(lines[:size]).decode()}".encode()


def typed(journal) -> bytes:
    """Origin, size and root as they stand beside the QR code, broken into groups by who typed them."""
    origin, size, root = journal.signed(journal.read()[:7]).decode().split("\n")[:3]
    return f"{origin}\r\n{size}\r\n{root[:20]} {root[20:]}\r\n".encode()


SCANNERS = {
    "as it is": lambda text: text,
    "a newline more": lambda text: text + b"\n",
    "no newline at the end": lambda text: text[:-1],
    "newlines of Windows": lambda text: text.replace(b"\n", b"\r\n"),
    "a dash read as Shift_JIS": lambda text: text.replace("—".encode(), "窶能".encode()),
    "a dash that is no UTF-8": lambda text: text.replace("—".encode(), b"\x81\x5c"),
}


@pytest.mark.parametrize("scanner", SCANNERS.values(), ids=SCANNERS)
def test_a_sheet_of_this_journal_fits_however_it_was_scanned(journal, findings, scanner):
    assert findings("--head", scanner(qr(journal))) == []


def test_what_was_typed_from_a_sheet_fits(journal, findings):
    assert findings("--head", typed(journal)) == []


@pytest.mark.parametrize(("sheet", "words"), [(qr, ["(signed)", "署名あり"]), (typed, ["unsigned", "署名なし"])])
def test_it_is_said_whether_a_head_was_signed(journal, tmp_path, capsys, sheet, words):
    (tmp_path / "journal.pub").write_text(journal.key.verifier.render() + "\n")
    (tmp_path / "sheet").write_bytes(sheet(journal))
    arguments = [str(journal.directory), "--key", str(tmp_path / "journal.pub"), "--head", str(tmp_path / "sheet")]
    assert script.main(arguments) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in [*words, "最初の7件"])


@pytest.mark.parametrize("sheet", [qr, typed])
def test_a_journal_that_was_put_back_behind_a_sheet_is_told(journal, findings, sheet):
    text = sheet(journal)
    journal.seal(journal.read()[:5])
    assert findings("--head", text) == ["head-ahead"]


@pytest.mark.parametrize(("sheet", "more"), [(qr, ["sheet-record-missing"]), (typed, [])])
def test_a_past_rewritten_behind_a_sheet_is_told(journal, findings, sheet, more):
    text = sheet(journal)
    journal.seal([line.replace(b"success", b"failure") for line in journal.read()])
    assert findings("--head", text) == ["head-forked", *more]


def test_a_sheet_about_a_record_that_never_was_is_told(journal, findings):
    assert findings("--head", qr(journal, leaf=leaf_hash(b"never"))) == ["sheet-record-missing"]


def test_a_sheet_under_another_key_is_told(journal, findings):
    text = qr(journal).partition(b"media-station/")[0] + journal.signed(journal.read()[:7], signer(2))
    assert findings("--head", text) == ["head-damaged"]


def test_a_sheet_of_which_a_character_was_read_wrongly_is_told(journal, findings):
    assert findings("--head", qr(journal).replace(b"\n7\n", b"\n1\n")) == ["head-damaged"]


def test_of_many_sheets_the_one_that_does_not_fit_is_named(journal, tmp_path, capsys):
    (tmp_path / "journal.pub").write_text(journal.key.verifier.render() + "\n")
    arguments = [str(journal.directory), "--key", str(tmp_path / "journal.pub")]
    for size in (2, 9, 7):
        (tmp_path / f"sheet-{size}").write_bytes(qr(journal, size))
        arguments += ["--head", str(tmp_path / f"sheet-{size}")]
    journal.seal(journal.read()[:8])
    assert script.main(arguments) == 1
    assert "sheet-9" in capsys.readouterr().out


def with_papers(journal):
    """Its last two records tell of a certificate and of a slip."""
    rendered = journal.record(8, data={"certificate": NUMBER, "sha256": sha256(SHEET).hexdigest()})
    printed = journal.record(9, data={"paper": "KITA-ZEI-1-R1-S-00001", "sha256": "0" * 64})
    journal.seal(
        [
            *journal.read()[:8],
            rendered.replace(b"thing.happened", b"certificate.rendered"),
            printed.replace(b"thing.happened", b"paper.printed"),
        ]
    )


def test_a_paper_as_it_was_printed_is_known_under_any_name(journal, findings):
    with_papers(journal)
    assert findings("--paper", SHEET, names=["scan of the file.pdf"]) == []


def test_a_paper_changed_by_a_byte_is_told(journal, findings):
    with_papers(journal)
    assert findings("--paper", SHEET + b" ", names=[f"{NUMBER}.pdf"]) == ["paper-changed"]


def test_a_paper_that_no_record_tells_of_is_told(journal, findings):
    with_papers(journal)
    found = findings("--paper", SHEET, b"another", names=[f"{NUMBER}.pdf", "KITA-ZEI-1-R1-C-00002.pdf"])
    assert found == ["paper-unknown"]


def test_a_record_that_is_none_of_a_paper_though_it_says_so_is_passed_over(journal, findings):
    lines = [line.replace(b"thing.happened", b"paper.printed") for line in journal.read()]
    journal.seal(lines)
    assert findings("--paper", SHEET) == ["paper-unknown"]


@pytest.mark.parametrize("action", ["certificate.superseded", "certificate.voided"])
def test_a_certificate_that_a_later_record_withdraws_is_void(journal, findings, action):
    with_papers(journal)
    *before, _ = journal.read()
    other = journal.record(9, data={"certificate": "KITA-ZEI-1-R1-C-00002"}).replace(b"thing.happened", action.encode())
    journal.seal([*before, other])
    assert findings("--paper", SHEET) == []
    journal.seal([*before, other.replace(b"C-00002", b"C-00001")])
    assert findings("--paper", SHEET) == ["paper-void"]


def test_a_copy_is_known_as_its_paper(journal, findings):
    copied = journal.record(9, data={"paper": "KITA-ZEI-1-R1-S-00001", "sha256": sha256(SHEET).hexdigest()})
    journal.seal([*journal.read()[:9], copied.replace(b"thing.happened", b"paper.copied")])
    assert findings("--paper", SHEET) == []
