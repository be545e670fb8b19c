"""The Japanese manuals quote what the console says, know its codes, tell of each step, and can be printed."""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from media_station.console.tasks import OTHERS, PAYLOADS, PERMITS
from media_station.model.steps import StepKind
from media_station.texts import console, nouns, words
from media_station.texts.texts import catalogue
from media_station.texts.words import step_words

ROOT = Path(__file__).parents[3]
MANUALS = sorted((ROOT / "docs" / "ja").glob("*.md"))
# What people see: the console's stored screens, the papers, VERIFY.html, what a command says.
SEEN = ("tests/scenario/console_screens/*.txt", "media_station/cell/papers/*.typ", "media_station/*/papers/*.py")
SEEN += ("media_station/pages/verify/page.html", "media_station/texts/prompts.py")


def texts(of: object) -> Iterator[str]:
    """The Japanese ones, of whatever has them in pairs."""
    if isinstance(of, Mapping):
        for each in of.values():
            yield from texts(each)
    elif isinstance(of, tuple):
        yield str(of[0])


@pytest.fixture(scope="module")
def said() -> set[str]:
    return {
        text
        for room in (console, nouns, words)
        for name, of in vars(room).items()
        if name.isupper()
        for text in texts(of)
    }


@pytest.fixture(scope="module")
def seen() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for where in SEEN for path in sorted(ROOT.glob(where)))


@pytest.mark.parametrize("manual", MANUALS, ids=lambda each: each.stem)
def test_what_it_quotes_is_what_is_said(manual, said, seen):
    titles = {each.title for each in catalogue("ja").values()}
    quoted = set(re.findall(r"「([^」　]+)」", manual.read_text(encoding="utf-8")))
    assert quoted
    assert not [each for each in quoted if each not in said | titles and each not in seen]


def test_each_code_in_them_has_its_own_title():
    whole = "".join(each.read_text(encoding="utf-8") for each in MANUALS)
    found = re.findall(r"\b([A-Z]{3}-\d{3})(?:「([^」]+)」)?", whole)
    assert found
    for code, title in found:
        assert title in {"", catalogue("ja")[code].title}, code


@pytest.mark.parametrize("manual", MANUALS, ids=lambda each: each.stem)
def test_its_links_lead_somewhere(manual):
    for link in re.findall(r"\]\(([^)#]+)", manual.read_text(encoding="utf-8")):
        assert (manual.parent / link).is_file(), link


def test_the_guide_tells_of_each_step_and_of_all_else_that_can_be_done():
    guide = (ROOT / "docs" / "ja" / "operators_guide.md").read_text(encoding="utf-8")
    cards = (ROOT / "docs" / "ja" / "counter_cards.md").read_text(encoding="utf-8")
    tasks = [*OTHERS, *PERMITS.values(), *(each for some in PAYLOADS.values() for each in some)]
    told = [step_words(kind, "ja") for kind in StepKind] + [console.word(each.name, "ja") for each in tasks]
    assert not [each for each in told if f"「{each}」" not in guide + cards]


def test_they_can_be_printed():
    spec = importlib.util.spec_from_file_location("write_manuals", ROOT / "scripts" / "write_manuals.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for manual in MANUALS:
        assert script.pdf(manual).startswith(b"%PDF-")
