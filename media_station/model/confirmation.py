"""確認コード: eight characters that whoever opened a medium reads back by telephone (F4).

Only who has the plaintext of this transfer can tell them; they lie on no medium and no paper.
"""

import hashlib
import unicodedata
from typing import Final

from media_station.model.errors import Refused
from media_station.model.ids import parse_sha256, parse_transfer

# Of each pair of lookalikes one is left out (2 Z, 5 S, 8 B, 6 G, V Y, …). 23 is a prime: age/passphrase needs that.
ALPHABET: Final = "23456789ACEFHJKMNPRTWXY"
_CHARACTERS: Final = 8


def confirmation_code(transfer: str, plaintext_sha256: str) -> str:
    """XXXX-XXXX; 36 bits. `plaintext_sha256` as hex."""
    text = f"media-station/confirmation/v1\n{parse_transfer(transfer)}\n{parse_sha256(plaintext_sha256)}\n"
    number = int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:8])
    code = ""
    for _ in range(_CHARACTERS):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return f"{code[:4]}-{code[4:]}"


def parse_code(untrusted_text: str) -> str:
    """As it is shown, from what was typed: any width, case and separators. Refused CNT-008 for anything else."""
    typed = unicodedata.normalize("NFKC", untrusted_text[: 4 * _CHARACTERS]).upper()
    code = "".join(character for character in typed if character.isalnum())
    if len(code) != _CHARACTERS or not set(code) <= set(ALPHABET):
        raise Refused("CNT-008")
    return f"{code[:4]}-{code[4:]}"
