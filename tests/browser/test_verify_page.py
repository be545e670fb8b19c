"""VERIFY.html in a real browser, from file:// as an auditor opens it: it finds what the table of attacks says."""

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from papers_made import NUMBER, cases
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from test_attacks_on_a_journal import ATTACKS, KEPT, make_attacks
from written_journal import signer

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "media_station" / "pages" / "VERIFY.html"
SECONDS = 60  # against a hang
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1000,1400")

attacks = pytest.mark.parametrize("attack", ATTACKS, ids=[each["name"] for each in ATTACKS])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make_attacks(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*ARGUMENTS, *QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    with webdriver.Chrome(options, Service("/usr/bin/chromedriver")) as driver:
        yield driver


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
    head, copy = (case / name for name in KEPT)
    return {"heads": [head] if head.exists() else [], "copy": files(copy) if copy.exists() else []}


@attacks
def test_it_finds_what_the_table_says_and_nothing_in_the_clean_twin(browser, made, attack):
    for case, findings in (("attacked", attack["findings"]), ("clean", [])):
        folder = made / attack["name"] / case
        given = {"keys": files(folder / "keys"), "journal": files(folder / "journal"), **kept(folder)}
        assert verified(browser, **given) == findings


def test_it_says_in_both_languages_what_every_finding_means(browser):
    script = (ROOT / "scripts" / "verify_journal.py").read_text()
    names = set(re.findall(r"^([a-z]+(?:-[a-z]+)+): ", script, re.MULTILINE))
    browser.get(PAGE.as_uri())
    assert set(browser.execute_script("return Object.keys(TEXTS)")) == names


def test_the_page_is_what_its_sources_make():
    command = [sys.executable, ROOT / "scripts" / "write_pages.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=PAGE.parent, check=True)


ATTEMPTS = {
    "fetch": "fetch(URL)",
    "XMLHttpRequest": "new Promise((ok, no) => { const x = new XMLHttpRequest(); x.onload = ok; x.onerror = no; "
    "x.open('GET', URL); x.send(); })",
    "image": "new Promise((ok, no) => { const i = new Image(); i.onload = ok; i.onerror = no; i.src = URL; })",
    "script": "new Promise((ok, no) => { const s = document.createElement('script'); s.onload = ok; s.onerror = no; "
    "s.src = URL; document.body.append(s); })",
    "frame": "new Promise((ok, no) => { const f = document.createElement('iframe'); f.src = URL; "
    "document.body.append(f); setTimeout(no, 500); })",
    "WebSocket": "new Promise((ok, no) => { const w = new WebSocket(URL.replace('http', 'ws')); w.onopen = ok; "
    "w.onerror = no; })",
    "EventSource": "new Promise((ok, no) => { const e = new EventSource(URL); e.onopen = ok; e.onerror = no; })",
    "beacon": "new Promise((ok, no) => { navigator.sendBeacon(URL, 'x'); setTimeout(no, 500); })",
    "form": "new Promise((ok, no) => { const f = document.createElement('form'); f.action = URL; f.method = 'post'; "
    "document.body.append(f); f.submit(); setTimeout(no, 500); })",
}


class Listening(BaseHTTPRequestHandler):
    """Takes whatever comes, from anywhere."""

    timeout = SECONDS
    came: ClassVar[list[str]] = []

    def answer(self) -> None:
        self.came.append(self.command)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listening():
    """Where a server listens on the loopback."""
    Listening.came.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def attempted(browser, how: str, url: str) -> str:
    script = f"const URL = arguments[0], done = arguments[1]; ({how}).then(() => done('came'), () => done('refused'));"
    return browser.execute_async_script(script, url)


@pytest.mark.parametrize("how", ATTEMPTS)
def test_nothing_in_the_page_can_reach_a_network(browser, listening, how):
    browser.get(PAGE.as_uri())
    browser.set_script_timeout(SECONDS)
    assert attempted(browser, ATTEMPTS[how], listening) == "refused"
    assert Listening.came == []


def test_a_page_without_its_policy_would_have_reached_it(browser, listening, tmp_path):
    """So that the attempts above are attempts."""
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub("<script>.*</script>|<meta http-equiv=[^>]*>", "", PAGE.read_text(), flags=re.DOTALL))
    reaching = ("fetch", "XMLHttpRequest", "image", "script", "frame", "beacon")
    for how in reaching:
        browser.get(bare.as_uri())
        attempted(browser, ATTEMPTS[how], listening)
    WebDriverWait(browser, SECONDS).until(lambda _: len(Listening.came) >= len(reaching))


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
