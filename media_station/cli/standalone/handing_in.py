"""What the district host hands in at a gate: a signed header is offered, then the body, or what is missing of it."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from media_station.cli.standalone.gate import Gate, reconnected
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.strict_json import JSON
from media_station.proof.key import Verifier
from media_station.proof.note import open_json

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Its folder at the gate, the names of its two parts there; `taken` is the code by which the station says that it
    has it.
    """

    at: str
    header: str
    signed: bytes
    body: str
    length: int
    taken: str


def hand_in(connect: Callable[[], Gate], going: Going, source: BinaryIO, begins: int = 0) -> str:
    """The receipt, unchecked. What breaks off goes on from where the gate has it, until it does so too often in a row
    without a byte more: then the fault that ended it. Refused SND-020 with the gate's own code. The body begins in the
    source at `begins`.
    """
    tries, held = 0, 0
    gate = connect()
    while True:
        with closing(gate):
            try:
                offset = _offered(gate, going)
                if offset is None:  # and the answer was lost that said so
                    with closing(connect()) as anew:  # the gate ends a connection with its refusal
                        return anew.ask("GET", f"{going.at}/receipt")
                if offset > held:
                    tries, held = 0, offset
                return _sent(gate, going, source, begins, offset)
            except PeerFault as error:
                lost = error
        gate, tries = reconnected(connect, tries, lost)


def receipted(untrusted_receipt: str, key: Verifier, purpose: str, payload: str, sent: Mapping[str, JSON]) -> int:
    """Its record at the station, which signed that it took what was sent; IntegrityViolation SND-021 if it took
    something else, as `open_json`.
    """
    fields = open_json(purpose, untrusted_receipt.encode(), [key])
    if any(fields.get(name) != value for name, value in sent.items()):
        raise IntegrityViolation("SND-021", payload=payload)
    record = fields.get("record")
    return record if isinstance(record, int) else -1


def _offered(gate: Gate, going: Going) -> int | None:
    """From which byte on it is missing, None if it was taken; PeerFault SND-012 if the answer is none."""
    try:
        answer = gate.ask("PUT", f"{going.at}/{going.header}", going.signed, len(going.signed))
        offset = int(json.loads(answer)["offset"])
    except Refused as error:
        if error.parameters.get("code") != going.taken:
            raise
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise PeerFault("SND-012") from error
    return offset if 0 <= offset < going.length else 0


def _sent(gate: Gate, going: Going, source: BinaryIO, begins: int, offset: int) -> str:
    """The rest of it, as a partial PUT (RFC 9110 section 14.5) unless that is all."""
    headers = {"Content-Range": f"bytes {offset}-{going.length - 1}/{going.length}"} if offset else {}
    source.seek(begins + offset)
    pieces = _pieces(source, offset, _progress())
    return gate.ask("PUT", f"{going.at}/{going.body}", pieces, going.length - offset, headers)


def _pieces(source: BinaryIO, sent: int, tell: Callable[[int], None]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
        sent += len(piece)
        tell(sent)


def _progress() -> Callable[[int], None]:
    """On a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda sent: print(f"\r{sent / _PIECE:,.0f} MiB", end="", file=sys.stderr, flush=True)
