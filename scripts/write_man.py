#!/usr/bin/env python3
"""write_man.py DIR: media-station.1, media-stationd.8, station.toml.5, from the parsers and the settings themselves."""

import argparse
import dataclasses
import importlib
import sys
import typing
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from media_station.__main__ import arrange
from media_station.cli.main import COMMANDS
from media_station.settings import Settings

SEE = "media-station(1), media-stationd(8), station.toml(5)"


def roff(text: str) -> str:
    """Plain text as roff takes it: nothing in it is a request or an escape."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def page(name: str, section: int, what: str, body: Iterator[str]) -> str:
    release = f"media-station {version('media-station')}"
    head = [f'.TH {roff(name).upper()} {section} "" "{release}"', ".nh", ".ad l"]
    head += [".SH NAME", roff(f"{name} - {what}")]
    return "\n".join([*head, *body, ".SH SEE ALSO", roff(SEE), ""])


def verbatim(text: str) -> list[str]:
    """As it stands: both languages, a line each."""
    return [".nf", roff(text.strip("\n")), ".fi"]


def of_parser(parser: argparse.ArgumentParser, heading: str) -> Iterator[str]:
    """A parser's own page, then those of what stands below it."""
    yield f'{heading} "{roff(parser.prog)}"'
    yield from verbatim(parser.format_usage().removeprefix("usage: "))
    yield ".PP"
    if parser.description:
        yield from verbatim(parser.description)
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to its arguments
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for child in action.choices.values():
                yield from of_parser(child, ".SS")
        elif action.help and action.dest != "help":
            name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            yield from (".TP", f"\\fB{roff(name)}\\fR", *verbatim(action.help % {"default": action.default}))
    if parser.epilog:
        yield from (".PP", *verbatim(parser.epilog))


def commands() -> Iterator[str]:
    yield ".SH SYNOPSIS"
    yield roff("media-station COMMAND ...")
    yield ".SH COMMANDS"
    for name, (module, summary) in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"media-station {name}", description=summary)
        importlib.import_module(module).arrange(parser)
        yield from of_parser(parser, ".SS")


def roles() -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="media-stationd")
    arrange(parser)
    yield from of_parser(parser, ".SH")
    yield ".SH FILES"
    yield roff("/etc/media-station/station.toml, credentials in $CREDENTIALS_DIRECTORY (systemd.exec(5)).")


def settings() -> Iterator[str]:
    yield ".SH SYNOPSIS"
    yield roff("/etc/media-station/station.toml")
    yield ".SH SECTIONS"
    yield roff("TOML. A key that is not named here is an error (SET-002). Paths are relative to the file.")
    kinds = typing.get_type_hints(Settings)
    for section in dataclasses.fields(Settings):
        kind = kinds[section.name]
        if not dataclasses.is_dataclass(kind):
            continue
        yield f'.SS "[{section.name}]"'
        if kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("):
            yield roff(" ".join(kind.__doc__.split()))
        for key in dataclasses.fields(kind):
            default = "" if key.default is dataclasses.MISSING else f" = {key.default!r}"
            yield from (".TP", f"\\fB{roff(key.name + default)}\\fR", roff(type_name(key.type)))


def type_name(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) and not typing.get_args(kind) else str(kind)


def pages() -> dict[str, str]:
    return {
        "media-station.1": page("media-station", 1, "the station, for people", commands()),
        "media-stationd.8": page("media-stationd", 8, "one process of the station", roles()),
        "station.toml.5": page("station.toml", 5, "the station's settings", settings()),
    }


if __name__ == "__main__":
    for file, text in pages().items():
        (Path(sys.argv[1]) / file).write_text(text, encoding="utf-8")
