"""Recovery codes: ten, each in place of one code of a token that isn't at hand. Shown once, kept as HMAC-SHA-256.

Four groups of four random characters and a check character (age/passphrase): 72 bits, so a fast hash is enough.
"""

import hmac
import secrets

from media_station.age import passphrase
from media_station.model.errors import Refused

CODES = 10
GROUPS = 4


def generate() -> list[str]:
    return [passphrase.generate(GROUPS) for _ in range(CODES)]


def new_salt() -> str:
    return secrets.token_hex(16)


def parse(untrusted_text: str) -> str:
    """As it was printed; Refused ACC-028 for a typo, which the check characters tell from a guess."""
    try:
        return passphrase.parse(untrusted_text, GROUPS)
    except Refused as error:
        raise Refused("ACC-028", groups=GROUPS) from error


def hashed(code: str, salt: str) -> str:
    return hmac.digest(bytes.fromhex(salt), code.encode(), "sha256").hex()
