"""A code and its parameters to words."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from media_station.model.errors import StationError

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What happened, in short and in a sentence, and what to do next."""

    title: str
    body: str
    action: str


@cache
def catalogue(language: str) -> dict[str, Text]:
    """All texts of `ja` or `en`, by code."""
    raw = tomllib.loads((files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))
    return {code: Text(**text) for code, text in raw.items()}


def say(error: StationError, language: str) -> Text:
    """The error's text with its parameters put in."""
    from media_station.texts.named import named  # noqa: PLC0415 - half of the model, and help refuses nothing

    text = catalogue(language)[error.code]
    of = {name: named(name, value, language) for name, value in error.parameters.items()}
    return Text(title=text.title, body=text.body.format_map(of), action=text.action.format_map(of))


def tell(error: StationError) -> str:
    """Both languages, for a terminal: `CODE title: body action`, a line each."""
    lines = []
    for language in LANGUAGES:
        text = say(error, language)
        lines.append(f"{error.code} {text.title}: {text.body} {text.action}")
    return "\n".join(lines)
