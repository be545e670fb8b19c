"""Argon2id with the parameters beside the hash (RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes)."""

import os
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from media_station.model.errors import Refused

SHORTEST = 15
LONGEST = 128


def hashed(password: str) -> str:
    """The PHC string of a new password; Refused ACC-001 if its length isn't 15 to 128 characters after NFKC."""
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST:
        raise Refused("ACC-001", shortest=SHORTEST, longest=LONGEST)
    return Argon2id(salt=os.urandom(16), length=32, iterations=3, lanes=4, memory_cost=64 * 1024).derive_phc_encoded(
        normal.encode()
    )


def is_right(password: str, phc: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        Argon2id.verify_phc_encoded(_normal(password).encode(), phc)
    except InvalidKey:
        return False
    return True


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


# Verified against when the name is unknown, so that an unknown name takes as long as a wrong password.
NOBODYS_HASH = hashed("a password that no operator has")
