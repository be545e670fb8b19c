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


@pytest.mark.parametrize("code", ["DRV-030", "DRV-031", "DRV-090"])
def test_nobody_is_told_to_destroy_or_rewrite_what_came_back_and_does_not_match(code):
    assert (
        "返却された媒体の照合の場合は、破壊せずに保管し、事故として報告してください。" in catalogue("ja")[code].action
    )
    assert "When matching a returned one: keep it, and report an incident." in catalogue("en")[code].action


def test_nobody_is_told_to_account_for_what_is_missing_for_good():
    assert "「事故終結（承認者）」" in catalogue("ja")["CLS-003"].action
    assert "close the transfer by" in catalogue("en")["CLS-003"].action
