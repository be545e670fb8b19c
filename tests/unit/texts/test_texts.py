"""Every code that the source can raise or record has both texts, with the same parameters; no text is left over."""

import re
from pathlib import Path
from string import Formatter

import pytest

from media_station.texts.texts import LANGUAGES, catalogue

SOURCE = Path(__file__).parents[3] / "media_station"
CODE = re.compile(r'"([A-Z]{3}-[0-9]{3})"')


def codes() -> set[str]:
    return {code for path in SOURCE.rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}


def placeholders(text) -> set[str]:
    return {name for part in (text.title, text.body, text.action) for _, name, _, _ in Formatter().parse(part) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_has_a_text_and_each_text_a_code(language):
    assert set(catalogue(language)) == codes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_says_what_happened_and_what_to_do_next(language):
    for code, text in catalogue(language).items():
        assert all((text.title, text.body, text.action)), code


def test_both_languages_name_the_same_parameters():
    english = catalogue("en")
    for code, text in catalogue("ja").items():
        assert placeholders(text) == placeholders(english[code]), code


def test_the_japanese_is_japanese():
    for code, text in catalogue("ja").items():
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", text.title), code
