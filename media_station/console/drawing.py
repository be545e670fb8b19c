"""Lines to what a terminal shows, and what was done or refused to lines. A colour never says more than the words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rich.text import Text

from media_station.console.rows import Line
from media_station.model.errors import StationError
from media_station.model.order import Verdict
from media_station.model.views import Answer
from media_station.texts.console import word
from media_station.texts.fields import FIELDS
from media_station.texts.nouns import of
from media_station.texts.texts import say
from media_station.texts.width import shown, width, wrapped
from media_station.texts.words import event_words

Said = Callable[[str], Sequence[tuple[str, str]]]  # lines with their styles, in a language

_STYLES: Final = {
    "": "",
    "dim": "grey62",
    "strong": "bold",
    "head": "bold white on #003060",
    "here": "bold black on #e0e0e0",
    "alarm": "bold #ff6060",
    "done": "bold #60d080",
}
# Where a font draws them narrow or wide; the words of the steps have them for paper.
_STEPS: Final = {each: f"({number}) " for number, each in enumerate("①②③④⑤⑥⑦⑧", start=1)}
_PLAIN: Final = str.maketrans(_STEPS | {"…": "...", "“": '"', "”": '"', "○": "[o]"})


def plain(text: str) -> str:
    """Without what would steer a terminal, or be drawn narrow or wide."""
    return shown(text).translate(_PLAIN)


def drawn(lines: Sequence[Line], columns: int) -> Text:
    text = Text(no_wrap=True, overflow="crop", end="")
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        for piece, style in _cut(line, columns):
            text.append(piece, _STYLES[style])
    return text


def _cut(line: Line, columns: int) -> Iterator[tuple[str, str]]:
    """What fits, without what would steer a terminal."""
    for piece, style in line:
        text = plain(piece)
        if width(text) > columns:
            text = next(wrapped(text, columns))
        columns -= width(text)
        yield text, style


def wrong(said: str, told: Mapping[str, str], language: str) -> str:
    field = word(told["field"], language, seconds="-") if "field" in told else ""
    return word(said, language, **{**told, "field": field})


def refusal(error: StationError, language: str) -> list[tuple[str, str]]:
    text = say(error, language)
    return [(f"!! {error.code}  {text.title}", "alarm"), (f"   {text.body}", ""), (f"   {text.action}", "strong")]


def done(answer: Answer, language: str) -> list[tuple[str, str]]:
    """What was recorded. A work that failed was done as well, and says so, why, and what to do."""
    bad = answer.facts.get("verdict", Verdict.PASS.value) != Verdict.PASS.value or bool(answer.facts.get("missing"))
    said = word("failed" if bad else "done", language, what=event_words(answer.action, language), record=answer.record)
    start = (said, "alarm" if bad else "done")
    if code := answer.facts.get("code"):
        try:
            return [start, *refusal(StationError(code, **answer.facts), language)]
        except (
            KeyError,
            ValueError,
        ):  # a drive's word, unchecked: none of ours, or one that names what the facts don't
            return [start, (f"!! {code}", "alarm")]
    facts = [
        f"{of(FIELDS, name, language)} {value}" for name, value in answer.facts.items() if value and name != "order"
    ]
    return [start, ("   " + "  ".join(facts), "")]
