"""A paper is checked without its journal: by the command and by the stand-alone script, which agree (the page: browser)."""

import subprocess

import pytest
from papers_made import NUMBER, cases, life, proof
from script import verify_journal as script
from written_journal import signer

from media_station.cli.main import main
from media_station.model.errors import IntegrityViolation
from media_station.proof.paper import verify_paper

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
        assert verify_paper(case.pdf, [signer().verifier]).number in {NUMBER, NUMBER.replace("-C-", "-X-")}


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
