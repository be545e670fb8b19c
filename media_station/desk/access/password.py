"""Argon2id with the parameters beside the hash (RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes)."""

import os
import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from media_station.model.errors import Refused

SHORTEST: Final = 15
LONGEST: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Argon2's m (KiB), t (passes), p (lanes)."""

    memory_kib: int
    passes: int
    lanes: int


TODAY: Final = Cost(memory_kib=64 * 1024, passes=3, lanes=4)
# Verified against when the name is unknown, so that an unknown name takes as long as a wrong password. Drawn at random.
NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$j3Hf0Zi6ven0o10iMmjgag$hyzuEddR+x0dCj7uPfhoo5WnbfPmXM5H6A4riMilUpM"
)


def normal(untrusted_password: str) -> str:
    """NFKC, so that full and half width are the same; Refused ACC-001 if its length isn't 15 to 128 characters."""
    password = unicodedata.normalize("NFKC", untrusted_password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused("ACC-001", shortest=SHORTEST, longest=LONGEST)
    return password


def hashed(password: str, cost: Cost = TODAY) -> str:
    """The PHC string of a new password; Refused ACC-001."""
    return Argon2id(
        salt=os.urandom(16), length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive_phc_encoded(normal(password).encode())


def is_right(password: str, phc: str) -> bool:
    if len(password) > LONGEST:
        return False
    try:
        Argon2id.verify_phc_encoded(unicodedata.normalize("NFKC", password).encode(), phc)
    except InvalidKey:
        return False
    return True


def is_weaker_than_today(phc: str) -> bool:
    """Hashed when less was asked for: hashed anew at the next right password."""
    named = dict(each.split("=") for each in phc.split("$")[3].split(","))
    return any(
        int(named[name]) < least for name, least in (("m", TODAY.memory_kib), ("t", TODAY.passes), ("p", TODAY.lanes))
    )
