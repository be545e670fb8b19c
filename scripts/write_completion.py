#!/usr/bin/env python3
"""Prints bash's completion of media-station, from the parsers themselves: commands, options, their values, files."""

import argparse
import importlib
from collections.abc import Iterator
from pathlib import Path

from media_station.cli.main import COMMANDS

FILES = "FILE"
COMPLETE = """\
_media_station() {
    local at words here=media-station word=${COMP_WORDS[COMP_CWORD]}
    for ((at = 1; at < COMP_CWORD; at++)); do
        words=${_media_station_words["$here ${COMP_WORDS[at]}"]-none}
        if [[ $words == none ]]; then
            continue
        elif [[ ${COMP_WORDS[at]} != -* || $((at + 1)) == "$COMP_CWORD" ]]; then
            here+=" ${COMP_WORDS[at]}"
        else
            ((at++)) # its value
        fi
    done
    words=" ${_media_station_words[$here]} "
    mapfile -t COMPREPLY < <(compgen -W "${words/ FILE / }" -- "$word")
    if [[ $words == *" FILE "* && $word != -* ]]; then
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _media_station media-station
"""


def words(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    """What may stand after a command, or after an option that has a value, by what stands before it."""
    below: list[str] = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to its arguments
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for child in action.choices.values():
                yield from words(child)
        taken = [str(each) for each in action.choices or ()]
        if action.type is Path or action.metavar in {"FILE", "OUT"}:
            taken.append(FILES)
        below += action.option_strings or taken
        if action.option_strings and action.nargs != 0:
            yield from ((f"{parser.prog} {option}", taken) for option in action.option_strings)
    yield parser.prog, below


def completion() -> str:
    known = {"media-station": [*COMMANDS, "--help"]}
    for name, (module, _) in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"media-station {name}")
        importlib.import_module(module).arrange(parser)
        known |= words(parser)
    table = "".join(f'    ["{before}"]="{" ".join(after)}"\n' for before, after in sorted(known.items()))
    return f"declare -gA _media_station_words=(\n{table})\n{COMPLETE}"


if __name__ == "__main__":
    print(completion(), end="")
