"""The command: each check in its turn, what each found, one exit code."""

import argparse
from collections.abc import Callable, Iterator
from typing import Final

from media_station.cli import output
from media_station.cli.standalone.doctor import processes, things
from media_station.cli.standalone.doctor.place import Place
from media_station.cli.standalone.doctor.trials import UNTRIED, trials
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.settings import Settings, load
from media_station.texts.nouns import CHECKS, of
from media_station.texts.prompts import prompt
from media_station.texts.texts import say

Check = Callable[[Place, Settings], Iterator[StationError]]
SETTINGS: Final = "settings"
_TRIALS: Final = "trials"
_FILE: Final = "/etc/media-station/station.toml"
_CHECKS: Final[dict[str, Check]] = {
    "programs": processes.programs,
    "units": processes.units,
    "sandboxes": processes.sandboxes,
    "keys": processes.keys,
    "chores": processes.chores,
    "firewall": processes.firewall,
    "clock": things.clock,
    "disk": things.disk,
    "printer": things.printer,
    "drive": things.drive,
    "kernel": things.kernel,
    "expiry": things.expiry,
    _TRIALS: trials,
}
NAMES: Final = (SETTINGS, *_CHECKS)
_ABOUT: Final = """端末全体を点検します（rootで。何も変えません）。誤りがあれば、意味とすることを示します。
設置してからまだ試していないもの（印刷、書込、消去）も示します。
Looks at the whole machine (as root; changes nothing): what is wrong, what it means, what to do;
and what was never tried since it was set up. Exit code 3 if anything is wrong."""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("doctor", "doctor --json"))
    output.arrange_json(parser)
    output.arrange_language(parser)


def run(asked: argparse.Namespace) -> int:
    """0 if nothing is wrong, else 3."""
    place = Place()
    found = {name: list(errors) for name, errors in examine(place)}
    for name, errors in found.items():
        _tell(name, errors, asked)
    return Refused.exit_code if any(map(_is_wrong, found.values())) else 0


def tell_untried(asked: argparse.Namespace) -> None:
    """That alone, at the end of a setup."""
    place = Place()
    _tell(_TRIALS, _found(trials, place, load(place.path(_FILE))), asked)


def examine(place: Place) -> Iterator[tuple[str, list[StationError]]]:
    """Each check's name and what it found. Without settings nothing else can be looked at."""
    try:
        settings = load(place.path(_FILE))
    except StationError as error:
        yield SETTINGS, [error]
        return
    wrong = settings.analysis.problems()
    if settings.network.interface:
        wrong = [*wrong, *settings.network.problems()]
    yield SETTINGS, [Refused("SET-002", problems=", ".join(wrong))] if wrong else []
    for name, check in _CHECKS.items():
        yield name, _found(check, place, settings)


def _found(check: Check, place: Place, settings: Settings) -> list[StationError]:
    """A check that can't look has found that."""
    found: list[StationError] = []
    try:
        found.extend(check(place, settings))
    except OSError as error:
        found.append(IntegrityViolation("DOC-022", what=str(error.filename or error.strerror)))
    return found


def _is_wrong(errors: list[StationError]) -> bool:
    """What was never tried isn't."""
    return any(each.code not in UNTRIED for each in errors)


def _tell(name: str, errors: list[StationError], asked: argparse.Namespace) -> None:
    if asked.json:
        rows = [_row(name, error, asked.lang) for error in errors]
        output.print_json(rows or [{"check": name, "state": "ok"}])
        return
    state = "check_wrong" if _is_wrong(errors) else "check_untried" if errors else "check_ok"
    print(prompt(state, asked.lang, check=of(CHECKS, name, asked.lang)))
    for error in errors:
        text = say(error, asked.lang)
        print(f"   {error.code} {output.shown(f'{text.title}: {text.body}')}\n      {output.shown(text.action)}")


def _row(name: str, error: StationError, language: str) -> dict[str, str]:
    text = say(error, language)
    said = {"title": text.title, "body": text.body, "action": text.action}
    state = "wrong" if _is_wrong([error]) else "untried"
    return {"check": name, "state": state, "code": error.code, **said}
