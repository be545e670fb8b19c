"""`_sealing.py seal|open|image FILE KEY THREADS [OUT]`: one such piece of work as a process, its result to stdout or OUT.

`image` seals FILE to a password and lays a DVD's image around it, both SHA-256 in the same pass.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from media_station.age.decrypt import decrypt
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.x25519 import X25519Identity


def main(work: str, source: Path, key: Path, threads: int, out: str) -> None:
    with source.open("rb", buffering=0) as plain, open(out or 1, "wb", buffering=0) as made:
        if work == "image":
            image(plain, threads, made)
            return
        identity = X25519Identity.parse(key.read_text().strip())
        pieces = (
            encrypt(plain, identity.to_public(), threads=threads)
            if work == "seal"
            else decrypt(plain, identity, threads=threads)
        )
        made.writelines(pieces)


def image(plain, threads, made) -> None:
    from media_station.age import passphrase  # noqa: PLC0415 - no other work needs these
    from media_station.age.scrypt import ScryptRecipient  # noqa: PLC0415
    from media_station.desk.image.build import ImageKind, Plan, write_image  # noqa: PLC0415

    recipient = ScryptRecipient(passphrase.generate())
    plan = Plan(
        kind=ImageKind.DVD,
        label="R1-D-00001",
        ciphertext_length=encrypted_length(os.fstat(plain.fileno()).st_size, recipient),
        manifest_length=64,
        pieces=(),
        created=datetime(2026, 11, 23, tzinfo=UTC),
    )
    write_image(plan, encrypt(plain, recipient, threads=threads), str.encode, made)


if __name__ == "__main__":
    work, source, key, threads, *out = sys.argv[1:]
    main(work, Path(source), Path(key), int(threads), "".join(out))
