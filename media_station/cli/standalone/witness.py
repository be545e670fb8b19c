"""media-station witness: on the district host; sees that the station's journal only grew, and cosigns its head.

What was cosigned last stays here, and the station is held against it: a journal that was put back, or whose past is
another one, is told and never cosigned.
"""

import argparse
import json
import os
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media_station.cli.standalone.gate import Gate, file_text
from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.proof.checkpoint import Checkpoint, open_checkpoint
from media_station.proof.cosignature import cosign
from media_station.proof.key import Signer, Verifier
from media_station.proof.prove import verify_grown

_MOST_BYTES: Final = 64 * 1024


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the station's gate")
    parser.add_argument("--host-keys", required=True, type=Path, metavar="DIR", help="made by setup host")
    parser.add_argument("--gate-cert", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        *("--journal-key",),
        required=True,
        action="append",
        type=Path,
        metavar="FILE",
        help="the station's public journal key; once more for each that it handed over to, in their order",
    )
    parser.add_argument("--head", required=True, type=Path, metavar="FILE", help="the last head, kept from run to run")
    parser.add_argument("--json", action="store_true", help="say what was witnessed as JSON")


def run(asked: argparse.Namespace) -> int:
    """IntegrityViolation WIT-010 put back, WIT-011 rewritten, WIT-014 a former key; WIT-012 the head file, WIT-013 the
    answer.
    """
    signer = Signer.parse(file_text(asked.host_keys / "witness.key"))
    keys = [Verifier.parse(file_text(path)) for path in asked.journal_key]
    kept = _kept(asked.head, keys)
    with closing(Gate(asked.to, asked.host_keys, asked.gate_cert)) as gate:
        since = kept.covered.size if kept else 0
        raw, covered = _grown(gate.ask("GET", f"/v1/checkpoint/since/{since}"), kept, keys)
        cosigned = cosign(raw, signer, int(time.time()))
        _keep(asked.head, cosigned)  # before anyone else has it
        witnessed = json.loads(gate.ask("PUT", "/v1/checkpoint", cosigned, len(cosigned)))["witnessed"]
    told = {"station": covered.identity.name, "size": covered.size, "root": covered.root.hex(), "witnessed": witnessed}
    print(json.dumps(told) if asked.json else f"{told['station']}: {covered.size} 件を副署 / records cosigned")
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """`keys`: those that signed it and all after them; a former one's word counts no more."""

    covered: Checkpoint
    keys: list[Verifier]


def _grown(untrusted_answer: str, before: Kept | None, keys: list[Verifier]) -> tuple[bytes, Checkpoint]:
    """The station's latest head, once it is shown to have grown from the one that was kept."""
    try:
        answer = json.loads(untrusted_answer)
        raw = str(answer["checkpoint"]).encode()
        hashes = [bytes.fromhex(each) for each in answer["consistency"]]
        covered = open_checkpoint(raw, keys)
    except (ValueError, KeyError, TypeError, RecursionError, StationError) as error:
        raise IntegrityViolation("WIT-013") from error
    if before is None:
        return raw, covered
    kept = before.covered
    if not _is_signed_by(raw, before.keys):
        raise IntegrityViolation("WIT-014")
    if covered.origin != kept.origin and not _follows(covered, kept):
        raise IntegrityViolation("WIT-013")
    if covered.size < kept.size:
        raise IntegrityViolation("WIT-010", size=covered.size, kept=kept.size)
    try:
        verify_grown(kept, covered, hashes)
    except IntegrityViolation as error:
        raise IntegrityViolation("WIT-011", kept=kept.size) from error
    return raw, covered


def _follows(covered: Checkpoint, kept: Checkpoint) -> bool:
    """The station was restored since: its journal goes on in a later epoch, under a key that was given."""
    try:
        return kept.identity.following(covered.identity.epoch) == covered.identity
    except Refused:
        return False


def _is_signed_by(raw: bytes, keys: list[Verifier]) -> bool:
    try:
        open_checkpoint(raw, keys)
    except IntegrityViolation:
        return False
    return True


def _kept(path: Path, keys: list[Verifier]) -> Kept | None:
    """None before the first time."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        covered = open_checkpoint(raw, keys)
        latest = max(n for n, key in enumerate(keys) if _is_signed_by(raw, [key]))
        return Kept(covered=covered, keys=keys[latest:])
    except FileNotFoundError:
        return None
    except (OSError, StationError) as error:
        raise Refused("WIT-012", file=path.name) from error


def _keep(path: Path, head: bytes) -> None:
    """On the disk when it returns: the old one or the new one, never a mixture."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(head)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        raise Refused("WIT-012", file=path.name) from error
