"""Records as people read them: one in full, or two lines for each. What comes is printed as it comes."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from media_station.cli import output, session
from media_station.model.journal import JournalRow, Wanted
from media_station.texts.fields import FIELDS, OUTCOMES, PARTS
from media_station.texts.nouns import of
from media_station.texts.prompts import prompt
from media_station.texts.texts import catalogue
from media_station.texts.words import event_words

_LABEL: Final = 22
_RECORD: Final = 8
_PERSON: Final = 16
# No person compares these on a screen; they are in the record in full.
_HASHES: Final = ("sha256", "fingerprint", "key_id")
# What a record is about stands first.
_FIRST: Final = ("transfer", "medium", "operator", "payload", "order", "consignment", "incident")


async def show(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        row = await at.see("Record", record=asked.number)
        line = await whole_line(at, row)
        greeting = await at.greet()
    if asked.json:
        output.print_line(line)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*in_full(line, row.names, asked.lang), "", sep="\n")
    output.print_line(line)
    return 0


async def query(asked: argparse.Namespace) -> int:
    """Page after page: nothing is kept."""
    wanted: Wanted = asked.wanted(asked)
    async with session.signed_in(asked) as at:
        if not asked.json:
            print(output.heading(await at.greet(), asked.lang))
        start, any_found = 0, False
        while start >= 0:
            found = await at.see("ReadJournal", wanted=wanted, start=start)
            any_found = any_found or bool(found.rows)
            for row in found.rows:
                _print(await whole_line(at, row), row.names, asked)
            start = found.following
        if not any_found and not asked.json:
            print(prompt("none", asked.lang))
    return 0


async def follow(asked: argparse.Namespace) -> int:
    """Until the session ends (Refused ACC-010) or the person does."""
    wanted: Wanted = asked.wanted(asked)
    async with session.signed_in(asked) as at:
        greeting = await at.greet()
        if not asked.json:
            print(output.heading(greeting, asked.lang), flush=True)
        async with at.follow("FollowJournal", wanted=wanted, start=greeting.records) as stream:
            async for found in stream:
                for row in found.rows:
                    line = row.line
                    if not line:  # the stream leaves no room for another question
                        async with session.once_more(asked, at) as beside:
                            line = await whole_line(beside, row)
                    _print(line, row.names, asked)
                sys.stdout.flush()
    return 0


def _print(line: str, names: Mapping[str, str], asked: argparse.Namespace) -> None:
    if asked.json:
        output.print_line(line)
    else:
        print(*in_short(line, names, asked.lang), sep="\n")


async def whole_line(at: session.SignedIn, row: JournalRow) -> str:
    """The record's line, in pieces if it is a long one."""
    line: str = row.line
    if not line:
        while piece := await at.see("RecordPiece", record=row.record, start=len(line)):
            line += piece
    return line


def in_short(line: str, names: Mapping[str, str], language: str) -> Iterator[str]:
    """Who did what when, and what about it."""
    record = json.loads(line)
    own, actor = record["media_station"], record.get("user", {}).get("name", "")
    cells = [
        output.fitted(str(own["sequence"]), _RECORD, right=True),
        output.second(record["@timestamp"]),
        output.fitted(output.shown(names.get(actor, actor)), _PERSON),
        _sign(record) + event_words(record["event"]["action"], language),
    ]
    yield output.fitted("  ".join(cells), output.WIDE).rstrip()
    about = "  ".join(_plain(own["data"], language, actor))
    if about:
        yield output.fitted(" " * (_RECORD + 2) + output.shown(about), output.WIDE).rstrip()


def _plain(data: Mapping[str, Any], language: str, actor: str) -> Iterator[str]:
    fields = sorted(data, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    for name in fields:
        value = data[name]
        if not isinstance(value, str | int) or value in ("", actor) or name.endswith(_HASHES):
            continue
        yield f"{of(FIELDS, name, language)} {value}"


def _sign(record: Mapping[str, Any]) -> str:
    return "" if record["event"]["outcome"] == "success" else "!! "


def in_full(line: str, names: Mapping[str, str], language: str) -> Iterator[str]:
    """Everything that the record holds, a line for each part; what is long goes on below itself."""
    record = json.loads(line)
    own, event = record["media_station"], record["event"]
    actor, code = record.get("user", {}).get("name", ""), record.get("error", {}).get("code", "")
    title = catalogue(language)[code].title if code in catalogue(language) else ""
    parts = {
        "record": str(own["sequence"]),
        "time": f"{output.second(record['@timestamp'])} (+09:00)  UTC {record['@timestamp']}",
        "event": f"{event_words(event['action'], language)}  {event['action']}",
        "outcome": of(OUTCOMES, event["outcome"], language),
        "actor": _person(actor, names),
        "error": f"{code} {title}".strip(),
        "requirements": " ".join(own["requirements"]),
        "boot": f"{own['boottime_ms'] / 1000:.3f} s  {record['host']['boot']['id']}",
        "key_id": own["key_id"],
    }
    for name, value in parts.items():
        if value:
            yield from _labelled(of(PARTS, name, language), value)
    yield ""
    for name, value in own["data"].items():
        yield from _labelled(of(FIELDS, name, language), _told(value, names))


def _person(operator: str, names: Mapping[str, str]) -> str:
    return f"{names[operator]}  {operator}" if operator in names else operator


def _told(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name}={_told(each, names)}" for name, each in value.items())
    if isinstance(value, list):
        return " | ".join(_told(each, names) for each in value) or "-"
    return _person(str(value), names) or "-"


def _labelled(label: str, value: str) -> Iterator[str]:
    beside = output.fitted(label, _LABEL)
    for each in output.wrapped(output.shown(value), output.WIDE - _LABEL):
        yield beside + each
        beside = " " * _LABEL
