"""Both ways with implementations that are not ours: Debian's age and pyrage."""

import hashlib
import io
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from threading import Thread

import pexpect
import pyrage
import pytest

from media_station.age import passphrase
from media_station.age.decrypt import decrypt, decrypt_whole
from media_station.age.encrypt import encrypt
from media_station.age.scrypt import ScryptIdentity, ScryptRecipient
from media_station.age.x25519 import X25519Identity

CHUNK = 64 * 1024
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, (1 << 20) + 1]
# Others seal with a factor of 18 or more, seconds each way; the body does not depend on the kind of recipient.
FEW_SIZES = [0, (1 << 20) + 1]
IDENTITY = X25519Identity.generate()
RECIPIENT = IDENTITY.to_public()
PRINTED = passphrase.generate()
NEEDS_AGE = pytest.mark.skipif(shutil.which("age") is None, reason="the age command is not installed")


def content(size: int) -> bytes:
    return hashlib.shake_256(b"content").digest(size)


def sealed(size: int, recipient: ScryptRecipient | object = RECIPIENT) -> bytes:
    return b"".join(map(bytes, encrypt(io.BytesIO(content(size)), recipient)))  # type: ignore[arg-type]


def opened(ciphertext: bytes, identity: ScryptIdentity | X25519Identity) -> bytes:
    return decrypt_whole(io.BytesIO(ciphertext), identity)


def answer(command: list[str], typed: str) -> int:
    """Runs a command that asks for a passphrase on its terminal, once or twice."""
    child = pexpect.spawn(command[0], command[1:], timeout=60)
    while child.expect(["passphrase[^:]*: ", pexpect.EOF]) == 0:
        child.sendline(typed)
    child.close()
    return int(child.exitstatus)


@NEEDS_AGE
@pytest.mark.parametrize("size", SIZES)
def test_age_opens_with_an_identity_what_we_sealed(size: int, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(IDENTITY.secret_text() + "\n")

    done = subprocess.run(["age", "-d", "-i", tmp_path / "key"], input=sealed(size), capture_output=True, check=True)

    assert done.stdout == content(size)


@NEEDS_AGE
@pytest.mark.parametrize("size", SIZES)
def test_we_open_with_an_identity_what_age_sealed(size: int) -> None:
    done = subprocess.run(["age", "-r", str(RECIPIENT)], input=content(size), capture_output=True, check=True)

    assert opened(done.stdout, IDENTITY) == content(size)


@NEEDS_AGE
def test_we_find_our_stanza_in_a_file_that_age_sealed_to_several() -> None:
    others = [str(X25519Identity.generate().to_public()) for _ in range(2)]
    command = ["age", *(word for recipient in [*others, str(RECIPIENT)] for word in ("-r", recipient))]

    done = subprocess.run(command, input=content(100), capture_output=True, check=True)

    assert opened(done.stdout, IDENTITY) == content(100)


@NEEDS_AGE
@pytest.mark.parametrize("size", SIZES)
def test_age_opens_what_we_sealed_when_the_printed_passphrase_is_typed(size: int, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(sealed(size, ScryptRecipient(PRINTED)))

    status = answer(["age", "-d", "-o", str(tmp_path / "out"), str(tmp_path / "sealed")], PRINTED)

    assert status == 0
    # age opens its output when the first byte is written, so an empty payload leaves none
    assert ((tmp_path / "out").read_bytes() if size else b"") == content(size)


@NEEDS_AGE
def test_age_refuses_another_passphrase(tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(sealed(1, ScryptRecipient(PRINTED)))

    assert answer(["age", "-d", "-o", str(tmp_path / "out"), str(tmp_path / "sealed")], passphrase.generate()) != 0


@NEEDS_AGE
@pytest.mark.parametrize("size", FEW_SIZES)
def test_we_open_with_a_passphrase_what_age_sealed(size: int, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(content(size))

    status = answer(["age", "-p", "-o", str(tmp_path / "sealed"), str(tmp_path / "plain")], PRINTED)

    assert status == 0
    assert opened((tmp_path / "sealed").read_bytes(), ScryptIdentity(PRINTED)) == content(size)


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_with_an_identity_what_we_sealed(size: int) -> None:
    assert pyrage.decrypt(sealed(size), [pyrage.x25519.Identity.from_str(IDENTITY.secret_text())]) == content(size)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_with_an_identity_what_pyrage_sealed(size: int) -> None:
    ciphertext = pyrage.encrypt(content(size), [pyrage.x25519.Recipient.from_str(str(RECIPIENT))])

    assert opened(ciphertext, IDENTITY) == content(size)


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_opens_with_the_passphrase_what_we_sealed(size: int) -> None:
    assert pyrage.passphrase.decrypt(sealed(size, ScryptRecipient(PRINTED)), PRINTED) == content(size)


def test_we_open_with_a_passphrase_what_pyrage_sealed() -> None:
    ciphertext = pyrage.passphrase.encrypt(content(CHUNK + 1), PRINTED)

    assert opened(ciphertext, ScryptIdentity(PRINTED)) == content(CHUNK + 1)


@pytest.fixture
def three_gib(tmp_path: Path) -> Path:
    """Zeros that take no room."""
    path = tmp_path / "zeros"
    path.touch()
    os.truncate(path, 3 << 30)
    return path


def zeros(pieces: Iterable[bytes | memoryview]) -> int:
    """How many there are."""
    expected = bytes(1 << 20)
    seen = 0
    for piece in pieces:
        assert piece == expected[: len(piece)]
        seen += len(piece)
    return seen


@NEEDS_AGE
@pytest.mark.long
def test_age_opens_three_gib_that_we_sealed_and_nothing_is_stored(three_gib: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(IDENTITY.secret_text() + "\n")
    command = ["age", "-d", "-i", tmp_path / "key"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as age, three_gib.open("rb") as plain:

        def feed() -> None:
            with age.stdin as pipe:
                for piece in encrypt(plain, RECIPIENT, threads=2):
                    pipe.write(piece)

        feeding = Thread(target=feed)
        feeding.start()
        seen = zeros(iter(lambda: age.stdout.read(1 << 20), b""))
        feeding.join()

    assert (seen, age.returncode) == (3 << 30, 0)


@NEEDS_AGE
@pytest.mark.long
def test_we_open_three_gib_that_age_sealed_and_nothing_is_stored(three_gib: Path) -> None:
    with subprocess.Popen(["age", "-r", str(RECIPIENT), three_gib], stdout=subprocess.PIPE) as age:
        assert zeros(decrypt(age.stdout, IDENTITY, threads=2)) == 3 << 30
