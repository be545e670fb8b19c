"""VERIFY.html in a real browser, from file:// as an auditor opens it: it finds what the table of attacks says."""

import hashlib
import re
from pathlib import Path

import pytest
from papers_made import NUMBER, cases
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from test_attacks_on_a_journal import ATTACKS, KEPT, make_attacks
from written_journal import WrittenJournal, signer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "media_station" / "pages" / "VERIFY.html"
SECONDS = 60  # against a hang

attacks = pytest.mark.parametrize("attack", ATTACKS, ids=[each["name"] for each in ATTACKS])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make_attacks(tmp_path_factory.mktemp("attacks"))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def verified(browser, *, head: str = "", **chosen: list[Path]) -> list[str]:
    """What the page finds; nothing if all is whole."""
    browser.get(PAGE.as_uri())
    for name, paths in chosen.items():
        if paths:
            browser.find_element(By.ID, name).send_keys("\n".join(map(str, paths)))
    if head:
        browser.execute_script("document.getElementById('head').value = arguments[0]", head)
    browser.find_element(By.ID, "verify").click()
    result = browser.find_element(By.ID, "result")
    WebDriverWait(browser, SECONDS).until(lambda _: result.text and browser.find_element(By.ID, "verify").is_enabled())
    found = [each.get_attribute("data-finding") for each in result.find_elements(By.CSS_SELECTOR, "[data-finding]")]
    assert result.get_attribute("class") == ("found" if found else "whole"), result.text
    return found


def kept(case: Path) -> dict[str, list[Path]]:
    head, copy, _ = (case / file for file in KEPT.values())
    return {"heads": [head] if head.exists() else [], "copy": files(copy) if copy.exists() else []}


@attacks
def test_it_finds_what_the_table_says_and_nothing_in_the_clean_twin(browser, made, attack):
    for case, findings in (("attacked", attack["findings"]), ("clean", [])):
        folder = made / attack["name"] / case
        witness = [path for path in (folder / "witness.pub",) if path.exists()]
        given = {"keys": files(folder / "keys") + witness, "journal": files(folder / "journal"), **kept(folder)}
        assert verified(browser, **given) == findings


def test_it_says_in_both_languages_what_every_finding_means(browser):
    script = (ROOT / "scripts" / "verify_journal.py").read_text()
    names = set(re.findall(r"^([a-z]+(?:-[a-z]+)+): ", script, re.MULTILINE))
    browser.get(PAGE.as_uri())
    assert set(browser.execute_script("return Object.keys(TEXTS)")) == names


def test_a_sheets_code_alone_shows_whether_the_station_signed_it(browser, made):
    case = made / ATTACKS[0]["name"] / "clean"
    checkpoint = (case / "journal" / "checkpoint").read_text()
    text, _, signature = checkpoint.partition("\n\n")
    code = f"R1-C-00001\n{'ab' * 32}\n{text}\n\n{signature.replace('— ', '- ')}"
    keys = files(case / "keys")
    assert verified(browser, keys=keys, head=code) == []
    assert "署名は正しい" in browser.find_element(By.ID, "result").text
    assert verified(browser, keys=keys, head=code.replace("\n400\n", "\n401\n")) == ["head-damaged"]


PAPERS = cases()


@pytest.mark.parametrize("case", PAPERS.values(), ids=PAPERS)
def test_a_paper_is_checked_by_itself_as_the_script_does_it(browser, tmp_path, case):
    (tmp_path / "journal.pub").write_text(signer().verifier.render() + "\n")
    (tmp_path / f"{NUMBER}.pdf").write_bytes(case.pdf)
    found = verified(browser, keys=[tmp_path / "journal.pub"], papers=[tmp_path / f"{NUMBER}.pdf"])
    assert found == ([case.finding] if case.finding else [])


def test_heads_and_copies_given_with_a_paper_are_held_against_it(browser, tmp_path):
    """None of several is passed over; a copy alone is the journal that there is."""
    (key,) = [tmp_path / "journal.pub"]
    key.write_text(signer().verifier.render() + "\n")
    paper = tmp_path / f"{NUMBER}.pdf"
    paper.write_bytes(PAPERS[next(iter(PAPERS))].pdf)
    assert PAPERS[next(iter(PAPERS))].finding == ""
    other = WrittenJournal(directory=tmp_path / "journal", key=signer())
    other.directory.mkdir()
    other.seal([other.record(0)])
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes((other.directory / "checkpoint").read_bytes())
    bad.write_text("nothing")
    given = {"keys": [key], "papers": [paper]}
    assert verified(browser, heads=[good], **given) == []
    told = browser.find_element(By.ID, "result").text
    assert f"書面 {NUMBER}.pdf" in told
    assert "控え good" in told
    assert "照合できません" in told
    assert verified(browser, heads=[good, bad], **given) == ["head-damaged"]
    assert verified(browser, heads=[good, bad], keys=[key]) == ["head-damaged"]
    assert verified(browser, copy=files(other.directory), **given) == ["paper-unknown"]
    told = browser.find_element(By.ID, "result").text
    assert "そのままの記録ではありません" not in told
    assert "新しい記録で確かめ直してください" in told


def test_a_certificate_that_the_journal_withdraws_is_void(browser, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 a certificate")
    written = WrittenJournal(directory=tmp_path / "journal", key=signer())
    written.directory.mkdir()
    sha256 = hashlib.sha256(b"%PDF-1.7 a certificate").hexdigest()
    rendered = written.record(0, data={"certificate": NUMBER, "sha256": sha256})
    voided = written.record(1, data={"certificate": NUMBER})
    lines = [
        rendered.replace(b"thing.happened", b"certificate.rendered"),
        voided.replace(b"thing.happened", b"certificate.voided"),
    ]
    (tmp_path / "journal.pub").write_text(signer().verifier.render() + "\n")
    for covered, findings in ((lines[:1], []), (lines, ["paper-void"])):
        written.seal(covered)
        given = {"keys": [tmp_path / "journal.pub"], "papers": [tmp_path / "paper.pdf"]}
        assert verified(browser, journal=files(written.directory), **given) == findings
