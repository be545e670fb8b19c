"""A stream that nobody can foretell and that can be made again at any offset: AES-256-CTR (NIST SP 800-38A)."""

import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

_AES_BLOCK: Final = 16


class Keystream:
    """Its key is forgotten with it; it protects nothing, it only makes the pattern."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._zeros = b""

    def fill(self, buffer: memoryview, offset: int) -> None:
        """Fills the buffer with the stream's bytes from `offset`, a multiple of 16."""
        if offset % _AES_BLOCK:
            raise ValueError("not at a block's start")
        if len(self._zeros) < len(buffer):
            self._zeros = bytes(len(buffer))
        counter = (offset // _AES_BLOCK).to_bytes(_AES_BLOCK, "big")
        encryptor = Cipher(AES256(self._key), CTR(counter)).encryptor()
        encryptor.update_into(memoryview(self._zeros)[: len(buffer)], buffer)
