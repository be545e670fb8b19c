"""What holds for every page: it is what its sources make, and nothing in it can reach a network."""

import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "media_station" / "pages"
SECONDS = 60  # against a hang

pages = pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem)


def test_the_pages_are_what_their_sources_make():
    command = [sys.executable, ROOT / "scripts" / "write_pages.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=PAGES, check=True)


def test_the_packages_are_pinned_by_their_hashes_and_without_addresses():
    lock = (ROOT / "scripts" / "pages" / "package-lock.json").read_text()
    assert "://" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')


@pages
def test_a_page_names_the_licences_of_what_is_in_it(page):
    told = page.read_text()
    packages = re.findall(r"^(\S+ [0-9.]+)\n\n", (PAGES / "LICENSES.txt").read_text(), re.MULTILINE)
    assert len(packages) > 4
    assert all(each in told for each in packages) == ('id="work"' in told)


kits = pytest.mark.parametrize("page", [PAGES / "OPEN.html", PAGES / "SEAL.html"], ids=lambda page: page.stem)


@kits
def test_everything_is_said_in_both_languages_and_one_is_shown(browser, page):
    browser.get(page.as_uri())
    for language in ("en", "ja"):
        browser.find_element(By.ID, language).click()
        shown = browser.execute_script(
            "return [...document.querySelectorAll('main [lang]:not([data-always])')]"
            ".filter((each) => each.offsetParent !== null && each.textContent).map((each) => each.lang)"
        )
        assert set(shown) == {language}
    pairs = browser.execute_script(
        "return [...document.querySelectorAll('main [lang=ja]:not([data-always])')]"
        ".map((each) => each.nextElementSibling?.lang)"
    )
    assert set(pairs) == {"en"}


@pages
def test_every_field_has_a_label(browser, page):
    browser.get(page.as_uri())
    unlabelled = browser.execute_script(
        "return [...document.querySelectorAll('input, textarea')]"
        ".filter((each) => !each.labels.length && !each.ariaLabel).map((each) => each.id)"
    )
    assert unlabelled == []


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
    "worker": "new Promise((ok, no) => { const source = `fetch(${JSON.stringify(URL)}).then(() => postMessage(1), "
    "() => postMessage(0))`; const w = new Worker(globalThis.URL.createObjectURL(new Blob([source]))); "
    "w.onmessage = ({ data }) => (data ? ok : no)(); w.onerror = no; })",
    "worker's script": "new Promise((ok, no) => { const source = `importScripts(${JSON.stringify(URL)}); postMessage(1)`; "
    "const w = new Worker(globalThis.URL.createObjectURL(new Blob([source]))); w.onmessage = ok; w.onerror = no; })",
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


@pages
@pytest.mark.parametrize("how", ATTEMPTS)
def test_nothing_in_the_page_can_reach_a_network(browser, listening, page, how):
    browser.get(page.as_uri())
    browser.set_script_timeout(SECONDS)
    assert attempted(browser, ATTEMPTS[how], listening) == "refused"
    assert Listening.came == []


def test_a_page_without_its_policy_would_have_reached_it(browser, listening, tmp_path):
    """So that the attempts above are attempts."""
    bare = tmp_path / "bare.html"
    page = (PAGES / "VERIFY.html").read_text()
    bare.write_text(re.sub("<script>.*</script>|<meta http-equiv=[^>]*>", "", page, flags=re.DOTALL))
    reaching = ("fetch", "XMLHttpRequest", "image", "script", "frame", "beacon", "worker", "worker's script")
    for how in reaching:
        browser.get(bare.as_uri())
        attempted(browser, ATTEMPTS[how], listening)
    WebDriverWait(browser, SECONDS).until(lambda _: len(Listening.came) >= len(reaching))
