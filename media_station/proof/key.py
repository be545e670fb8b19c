"""Ed25519 keys with a name: `media-station/<station>/<epoch>/<role>` (C2SP signed-note, "Ed25519 signatures").

The key id is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key), shown as eight hex digits.
A public key file holds `<name>+<key id>+<base64(0x01 || public key)>`,
a secret one `PRIVATE+KEY+<name>+<key id>+<base64(0x01 || seed)>`: as Go's sumdb/note writes them.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from media_station.model.errors import Refused

_ED25519: Final = b"\x01"  # signed-note, "Signature types"
_SECRET_PREFIX: Final = "PRIVATE+KEY+"  # noqa: S105 - a prefix, no secret
_KEY_BYTES: Final = 32
_ID_DIGITS: Final = 8


def is_key_name(text: str) -> bool:
    """Non-empty, without spaces, plus signs or control characters (signed-note, "Format")."""
    return bool(text) and not any(sign.isspace() or sign == "+" or not sign.isprintable() for sign in text)


def decode_base64(text: str) -> bytes:
    """Standard base64 with padding, in its one canonical form; ValueError for any other."""
    data = b64decode(text.encode("ascii"), validate=True)
    if b64encode(data).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key: 32 bytes and the name that it signs under."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.public) != _KEY_BYTES:
            raise ValueError("not a key")

    @property
    def key_id(self) -> str:
        """Eight hex digits."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4].hex()

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """A public key file's text; Refused PRF-001 if it is anything else."""
        try:
            name, key_id, material = _split(untrusted_text)
            verifier = cls(name=name, public=material)
        except ValueError as error:
            raise Refused("PRF-001") from error
        if verifier.key_id != key_id:
            raise Refused("PRF-001")
        return verifier

    def render(self) -> str:
        """The public key file's text, without newline."""
        return f"{self.name}+{self.key_id}+{b64encode(_ED25519 + self.public).decode()}"

    def is_signature(self, text: bytes, signature: bytes) -> bool:
        """Whether the 64 bytes are this key's signature of the text (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A secret key. Shows its name and id, never itself."""

    __slots__ = ("_key", "name", "verifier")

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.name = name
        self.verifier = Verifier(name=name, public=key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"Signer({self.name}+{self.key_id})"

    @property
    def key_id(self) -> str:
        """Eight hex digits."""
        return self.verifier.key_id

    @classmethod
    def generate(cls, name: str) -> Self:
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, untrusted_text: str) -> Self:
        """A secret key file's text; Refused PRF-002 if it is anything else. The refusal carries nothing of it."""
        try:
            text = untrusted_text.strip()
            if not text.startswith(_SECRET_PREFIX):
                raise ValueError("prefix")
            name, key_id, seed = _split(text.removeprefix(_SECRET_PREFIX))
            signer = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        except ValueError:
            raise Refused("PRF-002") from None
        if signer.key_id != key_id:
            raise Refused("PRF-002")
        return signer

    def render_secret(self) -> str:
        """The secret key file's text, without newline."""
        seed = b64encode(_ED25519 + self._key.private_bytes_raw()).decode()
        return f"{_SECRET_PREFIX}{self.name}+{self.key_id}+{seed}"

    def sign(self, text: bytes) -> str:
        """base64(key id || signature), as a signature line and signed JSON hold it."""
        return b64encode(bytes.fromhex(self.key_id) + self._key.sign(text)).decode()


def _split(text: str) -> tuple[str, str, bytes]:
    name, key_id, encoded = text.strip().split("+", 2)  # base64 has plus signs of its own
    data = decode_base64(encoded)
    if not is_key_name(name) or len(key_id) != _ID_DIGITS or len(data) != 1 + _KEY_BYTES or data[:1] != _ED25519:
        raise ValueError("not a key")
    return name, key_id, data[1:]
