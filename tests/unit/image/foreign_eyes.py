"""Plans and streams for the image tests, and what foreign tools take out of an image."""

import io
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from media_station.desk.image.build import Image, ImageKind, Piece, Plan, write_image
from media_station.desk.image.leaflet import leaflet

CREATED = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
PIECES = (
    leaflet(medium_number="R1-D-00001", contact="市民課 窓口\n03-0000-0000", records=5400),
    Piece(name="OPEN.html", short="OPEN.HTM", content=b"<!doctype html>" * 1000),
)


def manifest_of(sha256: str) -> bytes:
    return b'{"sha256":"' + sha256.encode() + b'"}'


def plan_of(kind: ImageKind, length: int, pieces: tuple[Piece, ...] = PIECES) -> Plan:
    return Plan(
        kind=kind,
        label="R1-D-00001",
        ciphertext_length=length,
        manifest_length=len(manifest_of("0" * 64)),
        pieces=pieces,
        created=CREATED,
    )


def stream(content: bytes, chunk: int = 65_536) -> Iterator[bytes]:
    return (content[at : at + chunk] for at in range(0, len(content), chunk))


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class Rendered:
    """An image in a file, and everything that should be found in it."""

    def __init__(self, folder: Path, kind: ImageKind, length: int) -> None:
        self.plan = plan_of(kind, length)
        self.ciphertext = random.Random(length).randbytes(length)
        self.path = folder / "image"
        with self.path.open("wb") as out:
            self.image: Image = write_image(self.plan, stream(self.ciphertext), manifest_of, out)
        self.files = {piece.name: piece.content for piece in PIECES}
        self.files["R1-D-00001.age"] = self.ciphertext
        self.files["manifest.json"] = manifest_of(self.image.ciphertext_sha256)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def image_bytes(plan: Plan, ciphertext: bytes) -> bytes:
    out = io.BytesIO()
    write_image(plan, stream(ciphertext), manifest_of, out)
    return out.getvalue()
