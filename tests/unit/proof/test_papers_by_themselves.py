"""A paper is checked without its journal: by the command and by the stand-alone script, which agree (the page: browser)."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from papers_made import NUMBER, RECORD, SLIP, carrying, cases, life, line, make_test_ca, proof, signed
from script import verify_journal as script
from written_journal import WrittenJournal, signer

from media_station.cli.main import main
from media_station.model.errors import IntegrityViolation
from media_station.proof.paper import verify_paper

GUIDE = Path(__file__).parents[3] / "docs" / "ja" / "auditors_guide.md"
CASES = cases()
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "journal.pub"
    path.write_text(signer().verifier.render() + "\n")
    return path


@every_case
def test_the_package_finds_it(case):
    if case.code:
        with pytest.raises(IntegrityViolation) as found:
            verify_paper(case.pdf, [signer().verifier])
        assert found.value.code == case.code
    else:
        assert verify_paper(case.pdf, [signer().verifier]).number in {NUMBER, RECORD, SLIP}


@every_case
def test_the_script_finds_it(case, key, tmp_path, capsys):
    path = tmp_path / f"{NUMBER}.pdf"
    path.write_bytes(case.pdf)
    code = script.main([str(path), "--key", str(key)])
    said = capsys.readouterr().out.splitlines()
    assert (code, said[0].partition(":")[0]) == ((1, case.finding) if case.finding else (0, "genuine"))


def test_what_is_attached_is_what_was_proved(tmp_path):
    (tmp_path / "paper.pdf").write_bytes(CASES["genuine"].pdf)
    command = ["pdfdetach", "-save", "1", "-o", tmp_path / "proof.json", tmp_path / "paper.pdf"]
    subprocess.run(command, check=True)
    assert (tmp_path / "proof.json").read_bytes() == proof(life())


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with a paper, a CA's certificate and one of another CA."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "signed.pdf").write_bytes(signed(CASES["genuine"].pdf, folder))
    (folder / "unsigned.pdf").write_bytes(CASES["genuine"].pdf)
    (folder / "journal.pub").write_text(signer().verifier.render() + "\n")
    make_test_ca.make(folder / "other")
    return folder


@pytest.mark.parametrize(
    ("paper", "root", "finding", "code"),
    [
        ("signed.pdf", "ca.crt", "genuine", 0),
        ("signed.pdf", "other/ca.crt", "paper-not-signed", 5),
        ("unsigned.pdf", "ca.crt", "paper-not-signed", 5),
    ],
)
def test_a_signature_counts_only_under_the_root(authority, capsys, paper, root, finding, code):
    given = [str(authority / paper), "--key", str(authority / "journal.pub"), "--root", str(authority / root)]
    assert main(["verify", *given]) == code
    capsys.readouterr()
    script.main(given)
    assert capsys.readouterr().out.partition(":")[0] == finding


@pytest.mark.parametrize(("trusted", "said"), [(True, "Certificate is Trusted."), (False, "issuer is unknown.")])
def test_pdfsig_finds_it_valid_and_trusts_it_with_the_root_alone(authority, tmp_path, trusted, said):
    store = f"sql:{tmp_path}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    if trusted:
        added = ["certutil", "-A", "-d", store, "-n", "ca", "-t", "CT,C,C", "-i", authority / "ca.crt"]
        subprocess.run(added, check=True)
    command = ["pdfsig", "-nssdir", store, authority / "signed.pdf"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert said in told


def test_the_auditors_guides_pdfsig_finds_it_valid(authority, tmp_path):
    (block,) = re.findall(r"```sh\n([^`]*pdfsig[^`]*)```", GUIDE.read_text(encoding="utf-8"))
    names = {"root": str(authority / "ca.crt"), "paper": str(authority / "signed.pdf")}
    command = ["bash", "-eu", "-c", block]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | names, capture_output=True, text=True, check=True)
    awaited = re.findall(r"`([A-Z][a-zA-Z ]+\.?)`、?", GUIDE.read_text(encoding="utf-8").split("pdfsig -nssdir")[1])
    assert len(awaited) == 3
    assert all(each in done.stdout for each in awaited)


def test_pdfsig_finds_an_edited_paper_invalid(tmp_path):
    (tmp_path / "paper.pdf").write_bytes(CASES["a page edited after it was signed"].pdf)
    told = subprocess.run(["pdfsig", tmp_path / "paper.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Digest Mismatch." in told


def test_a_signed_paper_is_read_as_before(authority):
    paper = authority / "signed.pdf"
    info = subprocess.run(["pdfinfo", "-meta", paper], capture_output=True, text=True, check=True).stdout
    assert "<pdfaid:part>3</pdfaid:part>" in info
    said = subprocess.run(["pdftotext", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert NUMBER in said


def test_the_command_tells_what_the_records_say_in_both_languages(key, tmp_path, capsys):
    (tmp_path / "paper.pdf").write_bytes(CASES["genuine"].pdf)
    for language, words in (("ja", ["証明は正しい", "媒体消去証明書を発行"]), ("en", ["holds", "sousa-hanako"])):
        assert main(["verify", str(tmp_path / "paper.pdf"), "--key", str(key), "--lang", language]) == 0
        said = capsys.readouterr().out
        assert all(word in said for word in [*words, "R1-U-00001", "PASS"])


def test_the_command_ends_as_for_what_must_not_change(key, tmp_path, capsys):
    (tmp_path / "paper.pdf").write_bytes(CASES["a record edited"].pdf)
    assert main(["verify", str(tmp_path / "paper.pdf"), "--key", str(key)]) == 5
    assert "PRF-027" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(key, tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none.pdf"), "--key", str(key)]) == 3
    assert "CLI-020" in capsys.readouterr().err


def test_the_command_given_the_journal_says_that_a_certificate_is_void(key, tmp_path, capsys):
    written = WrittenJournal(directory=tmp_path / "journal", key=signer())
    written.directory.mkdir()
    own = written.key.key_id.encode()
    lines = [each.replace(b'"key_id":"00000000"', b'"key_id":"%s"' % own) for each in life()]
    (tmp_path / "paper.pdf").write_bytes(carrying(CASES["genuine"].pdf, proof(lines)))
    verify = ["verify", str(tmp_path / "paper.pdf"), "--key", str(key), "--journal", str(written.directory)]
    written.seal(lines)
    assert main(verify) == 0
    assert f"{NUMBER}は取り消されていません" in capsys.readouterr().out
    voided = line(8, "certificate.voided", certificate=NUMBER).replace(b'"key_id":"00000000"', b'"key_id":"%s"' % own)
    written.seal([*lines, voided])
    assert main(verify) != 0
    assert "PRF-053" in capsys.readouterr().err
    written.seal([*lines[:6], voided])  # another past than the paper's
    assert main(verify) != 0
    assert "PRF-053" not in capsys.readouterr().err
