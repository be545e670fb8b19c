"""The peak of a process that seals, opens, or seals into a disc's image: the same whatever the size.

Sparse files, up to 4 GiB. An image is sealed to a password, and scrypt alone takes 32 MiB for a moment.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from _beside import measured
from _sealed_file import SEALING

from media_station.age.x25519 import X25519Identity

SIZES = {"1 MB": 10**6, "64 MiB": 64 << 20, "1 GiB": 1 << 30, "4 GiB": 4 << 30}
GOAL_MIB = 70
SCRYPT_MIB = 32


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        plain, sealed, key = (Path(name) / each for each in ("plain", "sealed.age", "key"))
        identity = X25519Identity.generate()
        key.write_text(identity.secret_text() + "\n")
        for size, length in SIZES.items():
            plain.write_bytes(b"")
            os.truncate(plain, max(10**6, round(length * scale)))
            subprocess.run(["age", "-r", str(identity.to_public()), "-o", sealed, plain], check=True)
            for work in ("seal", "open", "image"):
                run = measured([*SEALING, work, sealed if work == "open" else plain, key, 2])
                yield {
                    "what": f"{work} {size}",
                    "peak_mib": round(run.peak_kib / 1024, 1),
                    "goal_mib": GOAL_MIB + (SCRYPT_MIB if work == "image" else 0),
                }
            sealed.unlink()
