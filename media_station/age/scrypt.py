"""Recipient and identity of a passphrase (C2SP age.md, "The scrypt recipient type")."""

import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from media_station.age.header import (
    LIMITS,
    WRAPPED_KEY_BYTES,
    Header,
    ScryptParameters,
    Stanza,
    encode_base64,
    scrypt_parameters,
)
from media_station.model.errors import Refused

_KIND: Final = "scrypt"
_LABEL: Final = b"age-encryption.org/v1/scrypt"
_SALT_BYTES: Final = 16
_NONCE: Final = bytes(12)  # each wrapping key is used once


class WorkFactors(Enum):
    """Which log2 of N is taken. Passwords of 100 bits need no more than 15, and a browser still opens that."""

    OWN = range(15, 19)
    FOREIGN = range(1, LIMITS.work_factor + 1)

    def verify(self, work_factor: int) -> None:
        if work_factor not in self.value:
            raise Refused("AGE-009", factor=work_factor, lowest=self.value[0], highest=self.value[-1])


@dataclass(frozen=True, slots=True)
class ScryptRecipient:
    """A passphrase that a file is sealed to, alone."""

    passphrase: str = field(repr=False)
    work_factor: int = 15

    def __post_init__(self) -> None:
        _verify_usable(self.passphrase)
        WorkFactors.OWN.verify(self.work_factor)

    def wrap(self, file_key: bytes) -> Stanza:
        parameters = ScryptParameters(salt=secrets.token_bytes(_SALT_BYTES), work_factor=self.work_factor)
        body = _wrapping(self.passphrase, parameters).encrypt(_NONCE, file_key, None)
        return _stanza(parameters, body)

    def placeholder(self) -> Stanza:
        """As long as what `wrap` makes, without its work."""
        parameters = ScryptParameters(salt=bytes(_SALT_BYTES), work_factor=self.work_factor)
        return _stanza(parameters, bytes(WRAPPED_KEY_BYTES))


@dataclass(frozen=True, slots=True)
class ScryptIdentity:
    """A passphrase that opens a file; for the station's own media give `WorkFactors.OWN`."""

    passphrase: str = field(repr=False)
    accepts: WorkFactors = WorkFactors.FOREIGN

    def __post_init__(self) -> None:
        _verify_usable(self.passphrase)

    def unwrap(self, header: Header) -> bytes:
        """The file key. Raises Refused AGE-009, AGE-011 (wrong passphrase) or AGE-012 (not sealed to a passphrase)."""
        stanza = header.stanzas[0]
        if stanza.kind != _KIND:  # a header with a passphrase holds nothing else
            raise Refused("AGE-012")
        parameters = scrypt_parameters(stanza)
        self.accepts.verify(parameters.work_factor)
        try:
            return _wrapping(self.passphrase, parameters).decrypt(_NONCE, stanza.body, None)
        except InvalidTag:
            raise Refused("AGE-011") from None


def _verify_usable(passphrase: str) -> None:
    """Empty, or with half a surrogate pair, which UTF-8 cannot express."""
    if not passphrase or any("\ud800" <= character <= "\udfff" for character in passphrase):
        raise Refused("AGE-032")


def _stanza(parameters: ScryptParameters, body: bytes) -> Stanza:
    arguments = (encode_base64(parameters.salt), str(parameters.work_factor))
    return Stanza(kind=_KIND, arguments=arguments, body=body)


def _wrapping(passphrase: str, parameters: ScryptParameters) -> ChaCha20Poly1305:
    kdf = Scrypt(salt=_LABEL + parameters.salt, length=32, n=1 << parameters.work_factor, r=8, p=1)
    return ChaCha20Poly1305(kdf.derive(passphrase.encode("utf-8")))
