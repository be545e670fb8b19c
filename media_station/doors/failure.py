"""A StationError on its way through a door: code and parameters, never a text."""

import re
from typing import Any, Final

from media_station.model.errors import IntegrityViolation, MediaFault, PeerFault, Refused, StationError

_FAILED: Final = "media-station.door.Failed"
_KINDS: Final = {kind.__name__: kind for kind in (Refused, MediaFault, IntegrityViolation, PeerFault)}
_ERROR_NAME = re.compile(r"[A-Za-z0-9.-]{1,80}")


def as_reply(error: StationError) -> dict[str, Any]:
    kind = next((name for name, kind in _KINDS.items() if isinstance(error, kind)), "Refused")
    parameters = {name: str(value) for name, value in error.parameters.items()}
    return {"error": _FAILED, "parameters": {"kind": kind, "code": error.code, "parameters": parameters}}


def parse_failure(untrusted_error: object, untrusted_parameters: object) -> StationError:
    """What the other end refused with; PeerFault DOR-003 for an error that isn't ours."""
    match untrusted_parameters:
        case {"kind": str(kind), "code": str(code), "parameters": dict(parameters)} if untrusted_error == _FAILED:
            try:
                return _KINDS[kind](code, **{str(name): str(value) for name, value in parameters.items()})
            except (KeyError, ValueError):
                pass
    name = untrusted_error if isinstance(untrusted_error, str) and _ERROR_NAME.fullmatch(untrusted_error) else "?"
    return PeerFault("DOR-003", error=name)
