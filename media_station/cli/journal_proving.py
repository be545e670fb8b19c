"""A record's proof as a file that anyone can check without the station (docs/formats.md)."""

import argparse
import sys
from pathlib import Path

from media_station.cli import journal_reading, session
from media_station.cli.new_file import new_file
from media_station.model.errors import Refused
from media_station.model.journal import RecordProof
from media_station.proof.checkpoint import parse_unsigned
from media_station.proof.note import LIMIT_BYTES
from media_station.proof.prove import Proven, proof_file, verify_grown


def arrange(page: argparse.ArgumentParser) -> None:
    page.add_argument(
        "--against",
        type=Path,
        metavar="HEAD_FILE",
        help="手元に控えた署名つきのログの先頭（チェックポイント）\na signed head that was kept elsewhere",
    )
    page.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="新しいファイル。なければ標準出力へ\na file that isn't there yet; standard output without it",
    )


async def prove(asked: argparse.Namespace) -> int:
    """What the station gives is checked before it is written. Refused PRF-029 if the head's file can't be read."""
    kept = _read(asked.against) if asked.against else b""
    async with session.signed_in(asked) as at:
        proof = await at.see("ProveRecord", record=asked.number, kept=kept.decode(errors="replace"))
        line = await journal_reading.whole_line(at, await at.see("Record", record=asked.number))
    written = _checked(line, proof, kept)
    if asked.out is None:
        sys.stdout.buffer.write(written)
        return 0
    _write(asked.out, written)
    return 0


def _write(path: Path, data: bytes) -> None:
    with new_file(path) as out, open(out, "wb", closefd=False) as file:
        file.write(data)


def _checked(line: str, proof: RecordProof, kept: bytes) -> bytes:
    """IntegrityViolation PRF-026, PRF-027 if it doesn't hold."""
    proven = Proven(
        index=proof.record, size=proof.size, line=line.encode(), proof=tuple(map(bytes.fromhex, proof.proof))
    )
    covered = parse_unsigned(proof.checkpoint.encode())
    proven.verify(covered.root)
    consistency = [bytes.fromhex(each) for each in proof.consistency]
    if kept:
        verify_grown(parse_unsigned(kept), covered, consistency)
    return proof_file(proven, proof.checkpoint.encode(), kept, consistency)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise Refused("PRF-029", file=path.name) from error
