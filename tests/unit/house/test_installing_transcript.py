"""docs/installing_transcript.md is of the guide's commands, all of them, in their order."""

import re
from pathlib import Path

from media_station.texts.nouns import CHECKS, of
from media_station.texts.prompts import prompt

DOCS = Path(__file__).parents[3] / "docs"


def test_each_command_of_the_guide_was_typed_in_its_order():
    guide = re.findall(r"(?ms)^```sh\n(.*?)^```$", (DOCS / "installing.md").read_text())
    typed = re.findall(r"(?m)^```console\n# (.*)$", (DOCS / "installing_transcript.md").read_text())
    assert typed == "".join(guide).splitlines()


def test_it_ends_as_setup_ends_now():
    page = (DOCS / "installing_transcript.md").read_text()
    assert prompt("machine_next", "en") in page
    assert prompt("check_untried", "en", check=of(CHECKS, "trials", "en")) in page


def test_nothing_on_the_page_is_secret():
    """Nor is a key, a code or a passphrase half masked."""
    page = (DOCS / "installing_transcript.md").read_text()
    assert not re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){2}|[0-9A-Z]{5}-[0-9A-Z]{5}|SECRET|[0-9a-f]{32}|[█▀▄]", page)
