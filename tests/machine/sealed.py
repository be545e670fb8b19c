"""A payload, sealed to a password, in the image that the station would write; and opened again by others' programs."""

import io
import secrets
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pexpect

from media_station.age import passphrase
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.scrypt import ScryptRecipient
from media_station.desk.image.build import ImageKind, Plan, write_image

_MANIFEST = b"{}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """`image` is what goes on a medium of the kind."""

    kind: ImageKind
    plaintext: bytes
    password: str
    image: bytes

    @property
    def name(self) -> str:
        return "R1-U-00001" if self.kind is ImageKind.USB else "R1-D-00001"


def seal(kind: ImageKind, length: int) -> Sealed:
    """A payload of `length` bytes that nobody has seen before."""
    plaintext, password = secrets.token_bytes(length), passphrase.generate()
    made = Sealed(kind, plaintext, password, b"")
    recipient, out = ScryptRecipient(password), io.BytesIO()
    plan = Plan(
        kind=kind,
        label=made.name,
        ciphertext_length=encrypted_length(length, recipient),
        manifest_length=len(_MANIFEST),
        pieces=(),
        created=datetime.now(UTC),
    )
    write_image(plan, encrypt(io.BytesIO(plaintext), recipient), lambda _: _MANIFEST, out)
    return Sealed(kind, plaintext, password, out.getvalue())


def opened_by_age(sealed: Sealed, medium: Path, folder: Path) -> bytes:
    """The payload out of what is on the medium: xorriso or mtools take the file out, age opens it."""
    taken, plain = folder / "taken.age", folder / "plain"
    if sealed.kind is ImageKind.USB:
        command = ["mcopy", "-i", medium, f"::{sealed.name}.age", taken]
    else:
        command = ["xorriso", "-osirrox", "on", "-indev", f"stdio:{medium}", "-extract", f"/{sealed.name}.age", taken]
    subprocess.run(command, check=True, capture_output=True)
    age = pexpect.spawn("age", ["-d", "-o", str(plain), str(taken)], timeout=120)
    age.expect("passphrase[^:]*: ")
    age.sendline(sealed.password)
    age.expect(pexpect.EOF)
    age.close()
    assert age.exitstatus == 0, age.before
    return plain.read_bytes()
