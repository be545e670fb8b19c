"""A record: one event as a canonical JSON line with ECS field names, schema version 1; and back.

The line's bytes without the newline are the leaf of the journal's tree. What is the station's own stands under
`media_station`; a reader that doesn't know an action still gets its time, actor, outcome and data.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.event import BEFORE, Event
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.vocabulary import EVENTS
from media_station.proof.note import JSON, canonical

SCHEMA = 1
ECS_VERSION = "8.17.0"
_TIME = b'{"@timestamp":"'
_TIME_CHARACTERS = len("2026-01-01T00:00:00.000000Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the journal. `event` is None for an action that this version doesn't know."""

    sequence: int
    identity: Identity
    key_id: str
    at: Instant
    actor: str
    action: str
    event: Event | None


def encode(event: Event, *, sequence: int, identity: Identity, key_id: str, at: Instant, actor: str) -> bytes:
    """The line, without its newline. `actor` is an operator's id, or empty for the station itself."""
    code = getattr(event, "code", "")
    line: dict[str, JSON] = {
        "@timestamp": at.wall,
        "ecs": {"version": ECS_VERSION},
        "event": {"action": event.name, "kind": "event", "outcome": event.outcome.value},
        "host": {"boot": {"id": at.boot_id}},
        "media_station": {
            "schema": SCHEMA,
            "sequence": sequence,
            "station": identity.station,
            "epoch": identity.epoch,
            "key_id": key_id,
            "boottime_ms": at.boottime_ms,
            "requirements": list(event.cites),
            "data": _plain(event),
        },
        **({"user": {"name": actor}} if actor else {}),
        **({"error": {"code": code}} if code else {}),
    }
    return canonical(line)


def wall(line: bytes) -> str:
    """A record's time, without reading the rest: canonical JSON begins with it. IntegrityViolation REC-001."""
    if not line.startswith(_TIME):
        raise IntegrityViolation("REC-001")
    return line[len(_TIME) :][:_TIME_CHARACTERS].decode("ascii", "replace")


def decode(line: bytes) -> Record:
    """Back from a line; IntegrityViolation REC-001 if it isn't a record of this schema."""
    try:
        raw = json.loads(line.decode())
        own = raw["media_station"]
        if own["schema"] != SCHEMA:
            raise ValueError("schema")
        action = raw["event"]["action"]
        kind = EVENTS.get(action)
        return Record(
            sequence=own["sequence"],
            identity=_identity(own["station"], own["epoch"]),
            key_id=own["key_id"],
            at=Instant(wall=raw["@timestamp"], boottime_ms=own["boottime_ms"], boot_id=raw["host"]["boot"]["id"]),
            actor=raw.get("user", {}).get("name", ""),
            action=action,
            event=None if kind is None else _reader(kind)(own["data"]),  # type: ignore[arg-type]
        )
    except (ValueError, KeyError, TypeError, AttributeError, Refused) as error:
        raise IntegrityViolation("REC-001") from error


def _plain(value: Any) -> JSON:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, str | int):
        return value
    raise TypeError(f"not for a record: {type(value).__name__}")


@lru_cache(maxsize=16)
def _identity(station: str, epoch: str) -> Identity:
    """Checked once, not for each record of the same station."""
    return Identity(station=station, epoch=epoch)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this type out of JSON's; it raises ValueError, KeyError or TypeError for any other."""
    origin = get_origin(kind)
    if origin in (tuple, list):
        return _sequence(origin, _reader(get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {each.value: each for each in kind}.__getitem__
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return _fields(kind, {field.name: _reader(hints[field.name]) for field in fields(kind)})
    if kind not in (str, int, bool):
        raise TypeError(f"not for a record: {kind}")
    return _exactly(kind)


def _sequence(origin: Callable[[Iterable[Any]], Any], inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not list:
            raise TypeError("list")
        return origin(map(inner, value))

    return read


def _fields(kind: type[Any], readers: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    names = readers.keys()
    older = {each.name: each.metadata[BEFORE] for each in fields(kind) if BEFORE in each.metadata}

    def read(value: Any) -> Any:
        if older:
            value = older | value
        if value.keys() != names:
            raise ValueError("fields")
        return kind(**{name: readers[name](each) for name, each in value.items()})

    return read


def _exactly(kind: type[Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError("type")
        return value

    return read
