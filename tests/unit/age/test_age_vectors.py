"""C2SP's vectors of the age format: what each file must come to, and every byte that may be given before."""

import hashlib
import io
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from media_station.age.decrypt import Identity, decrypt
from media_station.age.scrypt import ScryptIdentity
from media_station.age.x25519 import X25519Identity
from media_station.model.errors import Refused

FOLDER = Path(__file__).parents[2] / "vectors" / "cctv-age"
NAMES = sorted(path.name for path in FOLDER.iterdir())
NOT_FOR_THIS_KEY = {"AGE-010", "AGE-011", "AGE-012"}
CLASSES = {
    **dict.fromkeys([f"AGE-00{digit}" for digit in "12345678"], "header failure"),
    **dict.fromkeys(NOT_FOR_THIS_KEY, "no match"),
    "AGE-013": "HMAC failure",
    **dict.fromkeys(["AGE-020", "AGE-021", "AGE-022"], "payload failure"),
}
EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Vector:
    expect: str
    payload: str
    identities: tuple[Identity, ...]
    file: bytes


def read(name: str) -> Vector:
    head, _, file = (FOLDER / name).read_bytes().partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode().splitlines()]
    said = dict(fields)
    identities: list[Identity] = [X25519Identity.parse(value) for key, value in fields if key == "identity"]
    identities += [ScryptIdentity(value) for key, value in fields if key == "passphrase"]
    return Vector(
        expect=said["expect"],
        payload=said.get("payload", EMPTY),
        identities=tuple(identities) or (X25519Identity.generate(),),
        file=zlib.decompress(file) if said.get("compressed") == "zlib" else file,
    )


def come_to(vector: Vector) -> tuple[str, str]:
    """The class, and the hash of what was given; the keys are tried in turn."""
    result = "", ""
    for identity in vector.identities:
        given = hashlib.sha256()
        try:
            for piece in decrypt(io.BytesIO(vector.file), identity):
                given.update(piece)
        except Refused as refused:
            result = CLASSES[refused.code], given.hexdigest()
            if refused.code in NOT_FOR_THIS_KEY:
                continue
            return result
        return "success", given.hexdigest()
    return result


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_comes_to_what_it_must(name: str) -> None:
    vector = read(name)

    assert come_to(vector) == (vector.expect, vector.payload)


def test_all_vectors_of_the_package_that_concern_us_are_here() -> None:
    assert Counter(read(name).expect for name in NAMES) == {
        "header failure": 51,
        "payload failure": 18,
        "success": 15,
        "no match": 7,
        "HMAC failure": 1,
    }
