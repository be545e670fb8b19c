"""Recipient and identity of X25519 (C2SP age.md, "The X25519 recipient type")."""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_station.age import bech32
from media_station.age.header import WRAPPED_KEY_BYTES, Header, Stanza, encode_base64, x25519_share
from media_station.model.errors import Refused

_KIND: Final = "X25519"
_RECIPIENT_PREFIX: Final = "age"
_IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-"
_KEY_BYTES: Final = 32
_NONCE: Final = bytes(12)  # each wrapping key is used once
_TRIAL_KEY: Final = X25519PrivateKey.from_private_bytes(b"\x01" * _KEY_BYTES)


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A public key that files are sealed to; `str()` gives age1…"""

    public_bytes: bytes

    def __post_init__(self) -> None:
        # A point of low order gives everybody the same shared secret (RFC 7748 section 6.1).
        if len(self.public_bytes) != _KEY_BYTES or _exchange(_TRIAL_KEY, self.public_bytes) is None:
            raise Refused("AGE-030")

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """From age1…, without blanks around it. Raises Refused AGE-030."""
        data = bech32.decode(_RECIPIENT_PREFIX, untrusted_text)
        if data is None:
            raise Refused("AGE-030")
        return cls(data)

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.public_bytes)

    def wrap(self, file_key: bytes) -> Stanza:
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public_bytes))
        body = _wrapping(shared, share, self.public_bytes).encrypt(_NONCE, file_key, None)
        return Stanza(kind=_KIND, arguments=(encode_base64(share),), body=body)

    def placeholder(self) -> Stanza:
        """As long as what `wrap` makes."""
        return Stanza(kind=_KIND, arguments=(encode_base64(bytes(_KEY_BYTES)),), body=bytes(WRAPPED_KEY_BYTES))


@dataclass(frozen=True, slots=True)
class X25519Identity:
    """A private key; nothing but `secret_text()` shows it."""

    _private: X25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """From AGE-SECRET-KEY-1…, without blanks around it. Raises Refused AGE-031."""
        data = bech32.decode(_IDENTITY_PREFIX, untrusted_text)
        if data is None or len(data) != _KEY_BYTES:
            raise Refused("AGE-031")
        return cls(X25519PrivateKey.from_private_bytes(data))

    def to_public(self) -> X25519Recipient:
        return X25519Recipient(self._private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """AGE-SECRET-KEY-1…: for a credential or an identity file, never for a log."""
        return bech32.encode(_IDENTITY_PREFIX.lower(), self._private.private_bytes_raw()).upper()

    def unwrap(self, header: Header) -> bytes:
        """The file key. Raises Refused AGE-010 if no stanza is for this identity."""
        own = self.to_public().public_bytes
        for stanza in header.stanzas:
            if stanza.kind != _KIND:
                continue
            share = x25519_share(stanza)
            shared = _exchange(self._private, share)
            if shared is None:
                raise Refused("AGE-006", kind=_KIND)
            try:
                return _wrapping(shared, share, own).decrypt(_NONCE, stanza.body, None)
            except InvalidTag:
                continue
        raise Refused("AGE-010")


def _exchange(private: X25519PrivateKey, public: bytes) -> bytes | None:
    """The shared secret, or None where it would be all zero."""
    try:
        return private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return None


def _wrapping(shared: bytes, share: bytes, recipient: bytes) -> ChaCha20Poly1305:
    info = b"age-encryption.org/v1/X25519"
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=share + recipient, info=info).derive(shared))
