"""media-station fetch: on the district host; what the station released for it, checked against the signed list.

It is sealed to its reader: here it is a file to be carried on.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from media_station.cli.standalone.gate import Gate, file_text, reconnected
from media_station.cli.standalone.held import held
from media_station.model.errors import IntegrityViolation, PeerFault, Refused, StationError
from media_station.model.ids import parse_bundle, parse_sha256
from media_station.proof.key import Verifier
from media_station.proof.note import open_json

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    bundle: str
    length: int
    sha256: str

    def __post_init__(self) -> None:
        parse_bundle(self.bundle)
        parse_sha256(self.sha256)
        if isinstance(self.length, bool) or self.length < 1:
            raise ValueError("no length")


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", nargs="*", metavar="NUMBER", help="the exports to fetch; none: what there is")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the station's gate")
    parser.add_argument("--host-keys", required=True, type=Path, metavar="DIR", help="made by setup host")
    parser.add_argument("--gate-cert", required=True, type=Path, metavar="FILE")
    parser.add_argument("--receipts-key", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="for NUMBER.age; this folder if not given"
    )
    parser.add_argument("--json", action="store_true", help="say it as JSON, a line for each")


def run(asked: argparse.Namespace) -> int:
    """Refused SND-001 and SND-002 as send, SND-005 the folder, SND-006 another run is at it, SND-008 another file has
    its name, SPL-008 one that isn't on the list; IntegrityViolation SND-022 for another file than the list's.
    """
    key = Verifier.parse(file_text(asked.receipts_key))

    def gate() -> Gate:
        return Gate(asked.to, asked.host_keys, asked.gate_cert)

    with closing(gate()) as connected:
        listed = _listed(connected.ask("GET", "/v1/exports"), key)
    for number in asked.bundle:
        if number not in listed:
            raise Refused("SPL-008", bundle=parse_bundle(number))
    for export in [listed[number] for number in asked.bundle] or listed.values():
        told = asdict(export)
        if asked.bundle:
            path = _fetched(gate, export, asked.out)
            told["file"] = path.name
        print(json.dumps(told) if asked.json else "  ".join(map(str, told.values())))
    return 0


def _listed(untrusted_list: str, key: Verifier) -> dict[str, Export]:
    """By number; PeerFault SND-012 if it is none, IntegrityViolation PRF-007, PRF-008 if the station didn't sign it."""
    try:
        fields = open_json("exports", untrusted_list.encode(), [key])
        exports = [Export(**each) for each in fields["exports"]]  # type: ignore[arg-type,union-attr]
    except IntegrityViolation:
        raise
    except (StationError, ValueError, TypeError, KeyError) as error:
        raise PeerFault("SND-012") from error
    return {each.bundle: each for each in exports}


def _fetched(connect: Callable[[], Gate], export: Export, folder: Path) -> Path:
    """Its file. What came before a cut, of this run or one before, is kept beside it and gone on from."""
    path = folder / f"{export.bundle}.age"
    beside = folder / f"{export.bundle}.age.part"
    if path.exists():
        with held(path) as descriptor:
            if _sha256(descriptor) != export.sha256:
                raise Refused("SND-008", file=path.name)
        return path
    with held(beside, make=True) as descriptor:
        _complete(connect, export, descriptor)
        if _sha256(descriptor) != export.sha256:
            beside.unlink()
            raise IntegrityViolation("SND-022", file=path.name)
        os.fsync(descriptor)
        beside.rename(path)
    return path


def _complete(connect: Callable[[], Gate], export: Export, descriptor: int) -> None:
    """All its bytes, from where they end in the file."""
    came = os.fstat(descriptor).st_size
    if came > export.length:
        os.ftruncate(descriptor, came := 0)
    tries, lost = 0, PeerFault("SND-012")
    gate = connect() if came < export.length else None
    while gate is not None:
        before = came
        try:
            with closing(gate):
                for piece in gate.read(f"/v1/exports/{export.bundle}", came, export.length):
                    came += _written(descriptor, piece, came)
        except PeerFault as error:
            lost = error
        if came == export.length:
            return
        tries = 0 if came > before else tries
        gate, tries = reconnected(connect, tries, lost)


def _written(descriptor: int, piece: bytes, offset: int) -> int:
    """Refused SND-003 without room."""
    rest = memoryview(piece)
    try:
        while rest:
            done = os.pwrite(descriptor, rest, offset)
            rest, offset = rest[done:], offset + done
    except OSError as error:
        raise Refused("SND-003") from error
    return len(piece)


def _sha256(descriptor: int) -> str:
    seen, offset = hashlib.sha256(), 0
    while piece := os.pread(descriptor, _PIECE, offset):
        seen.update(piece)
        offset += len(piece)
    return seen.hexdigest()
