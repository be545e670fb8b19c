"""A record: one event as a canonical JSON line with ECS field names, schema version 1; and back.

The line's bytes without the newline are the leaf of the journal's tree. What is the station's own stands under
`media_station`; a reader that doesn't know an action still gets its time, actor, outcome and data.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from media_station.model.errors import IntegrityViolation
from media_station.model.event import Event
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.vocabulary import EVENTS
from media_station.proof.note import JSON, canonical

SCHEMA = 1
ECS_VERSION = "8.17.0"


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


def decode(line: bytes) -> Record:
    """Back from a line; IntegrityViolation REC-001 if it isn't a record of this schema."""
    try:
        raw = json.loads(line)
        own = raw["media_station"]
        if own["schema"] != SCHEMA:
            raise ValueError("schema")
        action = raw["event"]["action"]
        kind = EVENTS.get(action)
        return Record(
            sequence=own["sequence"],
            identity=Identity(station=own["station"], epoch=own["epoch"]),
            key_id=own["key_id"],
            at=Instant(wall=raw["@timestamp"], boottime_ms=own["boottime_ms"], boot_id=raw["host"]["boot"]["id"]),
            actor=raw.get("user", {}).get("name", ""),
            action=action,
            event=None if kind is None else _typed(kind, own["data"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
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


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (tuple, list):
        inner = get_args(kind)[0]
        return origin(_typed(inner, each) for each in value)
    if isinstance(kind, UnionType):
        raise TypeError("records hold no unions")
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        if set(value) != {field.name for field in fields(kind)}:
            raise ValueError("fields")
        return kind(**{name: _typed(hints[name], each) for name, each in value.items()})  # type: ignore[operator]
    if type(value) is not kind:
        raise TypeError("type")
    return value
