"""From 1 GiB of plaintext to a disc's image and its SHA-256: one pass, beside age, xorriso and sha256sum in turn."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from _beside import medians, row
from _sealed_file import SealedFile

GOAL = 3.0
IN_TURN = """age -r "$1" -o "$3/peer.age" "$2"
xorriso -as mkisofs -quiet -iso-level 3 -J -V R1-D-00001 -o "$3/peer.iso" "$3/peer.age"
sha256sum "$3/peer.iso"
rm "$3/peer.age" "$3/peer.iso"
"""


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        file = SealedFile(folder, scale)
        took = medians(
            {
                "ours": [*file.ours("image", 2), folder / "ours.iso"],
                "in turn": ["sh", "-e", "-c", IN_TURN, "sh", file.recipient, file.plain, folder],
            },
            scale,
        )
        yield row("sealed, laid out and hashed", took["ours"], "age, xorriso, sha256sum", took["in turn"], GOAL)
