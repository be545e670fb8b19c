"""JSON with one form: what is signed must mean the same to every reader.

Canonical: keys sorted by code point, no spaces, UTF-8 unescaped where JSON allows it. No fractions (their text differs
between languages), integers within ±(2**53 - 1) (what a browser keeps exactly), no doubled names, no halves of
characters (a lone surrogate has no UTF-8).
"""

import json
from collections.abc import Iterable
from typing import Final, TypeAlias

JSON: TypeAlias = bool | int | str | list["JSON"] | dict[str, "JSON"] | None

_DEPTH: Final = 16
LARGEST_INTEGER: Final = 2**53 - 1


def canonical(value: JSON) -> bytes:
    """The one encoding of a value, without newline; ValueError for what a strict reader would not take."""
    _check(value, _DEPTH)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse_object(untrusted_raw: bytes) -> dict[str, JSON]:
    """An object in any form, of values that `canonical` would take; ValueError else. The caller caps the size."""
    try:
        value: JSON = json.loads(
            untrusted_raw.decode(), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse
        )
    except RecursionError as error:
        raise ValueError("too deep") from error
    _check(value, _DEPTH)
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of error for callers
    return value


def _check(value: object, depth: int) -> None:
    if depth < 0:
        raise ValueError("too deep")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("integer too large")
    elif isinstance(value, dict | list):
        for each in _inside(value):
            _check(each, depth - 1)
    elif value is not None:
        raise ValueError(f"not for JSON here: {type(value).__name__}")


def _inside(value: dict[object, object] | list[object]) -> Iterable[object]:
    if isinstance(value, list):
        return value
    if not all(isinstance(name, str) for name in value):
        raise ValueError("a name that is no text")
    return (*value, *value.values())


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name stands twice")
    return result


def _refuse(text: str) -> JSON:
    raise ValueError(f"not an integer ({len(text)} characters)")
