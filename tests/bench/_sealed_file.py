"""What the benches of sealing work on: random bytes, sealed to a key by the peer too."""

import os
import subprocess
import sys
from pathlib import Path

from media_station.age.x25519 import X25519Identity

SIZE_BYTES = 1 << 30
SEALING = [sys.executable, str(Path(__file__).with_name("_sealing.py"))]
_PIECE = 1 << 20


class SealedFile:
    def __init__(self, folder: Path, scale: float) -> None:
        identity = X25519Identity.generate()
        self.recipient = str(identity.to_public())
        self.plain, self.key, self.sealed = folder / "plain", folder / "key", folder / "sealed.age"
        self.key.write_text(identity.secret_text() + "\n")
        left = round(SIZE_BYTES * scale)
        with self.plain.open("wb") as out:
            while left:
                left -= out.write(os.urandom(min(left, _PIECE)))
        subprocess.run(["age", "-r", self.recipient, "-o", self.sealed, self.plain], check=True)

    def ours(self, work: str, threads: int) -> list[object]:
        return [*SEALING, work, self.sealed if work == "open" else self.plain, self.key, threads]
