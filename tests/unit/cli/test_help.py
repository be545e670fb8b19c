"""Help that stands alone: for each command what it is, in both languages, with examples and exit codes; and it's quick."""

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from media_station.cli import consignment, journal, masters, operator_pages, output
from media_station.cli.main import COMMANDS, main

ROOT = Path(__file__).parents[3]
PEOPLES = (
    "ledger",
    "medium",
    "transfer",
    "due",
    "compliance",
    "consignment",
    "masters",
    "journal",
    "operator",
    "presence",
    "review",
    "clock",
    "supply",
    "paper",
)
PAGES = [*((name,) for name in PEOPLES), ("medium", "list"), ("medium", "history"), ("transfer", "list")]
PAGES += [("transfer", "show"), ("open",)]
PAGES += [("operator", page) for page in operator_pages.PAGES]
PAGES += [("review", page) for page in ("run", "findings", "dispose", "report", "sign")]
PAGES += [("clock", page) for page in ("show", "set")]
PAGES += [("supply", page) for page in ("take", "install")]
PAGES += [("journal", page) for page in journal.PAGES]
PAGES += [("consignment", page) for page in consignment.PAGES]
PAGES += [("masters", page) for page in masters.PAGES]
PAGES += [("presence", page) for page in ("enter", "leave", "import", "compare")]


@pytest.fixture
def helped(capsys, monkeypatch):
    def read(*command: str) -> str:
        monkeypatch.setenv("COLUMNS", str(output.WIDE))
        with pytest.raises(SystemExit) as ended:
            main([*command, "--help"])
        assert ended.value.code == 0
        return capsys.readouterr().out

    return read


@pytest.mark.parametrize("command", PAGES, ids=" ".join)
def test_it_says_in_both_languages_what_the_command_is(helped, command):
    about = helped(*command).split("\n\n", 1)[1]
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", about.splitlines()[0])
    assert re.search(r"[A-Z][a-z ,]{20}", about)


@pytest.mark.parametrize("command", PAGES, ids=" ".join)
def test_it_has_an_example_of_its_own_and_the_exit_codes(helped, command):
    page = helped(*command)
    assert f"  media-station {' '.join(command)}" in page
    assert "exit codes" in page


@pytest.mark.parametrize("command", PAGES, ids=" ".join)
def test_it_fits_the_screen(helped, command):
    assert max(map(output.width, helped(*command).splitlines())) <= output.WIDE


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_stands_in_the_list_and_in_the_document(helped, command):
    assert f"    {command}" in helped()
    assert f"`media-station {command}" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", PEOPLES)
def test_no_option_takes_a_secret(command):
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[command][0]).arrange(parser)
    options = {option for page in _pages(parser) for action in page._actions for option in action.option_strings}
    assert not [each for each in options if re.search(r"passw|code|totp|secret(?!s-from-stdin)", each)]


def _pages(parser: argparse.ArgumentParser):
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for page in action.choices.values():
                yield from _pages(page)


def test_the_list_of_commands_loads_none_of_them_and_no_record():
    script = """
import sys
from media_station.cli.main import main
try:
    main(["--help"])
except SystemExit:
    print(*sorted(sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "media_station.cli.main" in loaded
    assert not loaded & {"asyncio", "asyncvarlink", "media_station.cli.session", "media_station.cli.ledger"}
    of_the_model = {each for each in loaded if each.startswith("media_station.model.")}
    assert of_the_model == {"media_station.model.errors"}
