"""The header of an age v1 file (C2SP age.md, "File format"): strict in what it reads, canonical in what it writes."""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from media_station.model.errors import Refused

VERSION_LINE: Final = b"age-encryption.org/v1\n"
FILE_KEY_BYTES: Final = 16
WRAPPED_KEY_BYTES: Final = FILE_KEY_BYTES + 16  # with the tag of ChaCha20-Poly1305
_BODY_COLUMNS: Final = 64
_SALT_BYTES: Final = 16
_SHARE_BYTES: Final = 32
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")
_END = re.compile(rb"--- ([A-Za-z0-9+/]{43})")
_WORK_FACTOR = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    header_bytes: int
    stanzas: int
    work_factor: int  # log2 of scrypt's N; memory is 2**(10 + work_factor) bytes


LIMITS: Final = Limits(header_bytes=64 * 1024, stanzas=64, work_factor=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """One wrapping of the file key for one recipient."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes

    def render(self) -> bytes:
        lines = [" ".join(("->", self.kind, *self.arguments)).encode("ascii")]
        body = encode_base64(self.body).encode("ascii")
        # The last line is always shorter than 64 columns, and empty if need be: that is how a reader knows it.
        lines += [body[at : at + _BODY_COLUMNS] for at in range(0, len(body) + 1, _BODY_COLUMNS)]
        return b"".join(line + b"\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    stanzas: tuple[Stanza, ...]
    mac: bytes
    authenticated: bytes  # what the MAC covers: from the first byte through "---"
    size_bytes: int  # the payload begins here


@dataclass(frozen=True, slots=True, kw_only=True)
class ScryptParameters:
    salt: bytes
    work_factor: int


def parse_header(raw: bytes) -> Header:
    """The header that `raw` begins with; what follows it is not looked at.

    Syntax only: nothing is known about the keys until `verify_mac`. Raises Refused AGE-001 to AGE-008.
    """
    if not raw.startswith(VERSION_LINE):
        raise Refused("AGE-001")
    lines = _Lines(raw[: LIMITS.header_bytes], beyond=len(raw) > LIMITS.header_bytes)
    lines.take()
    stanzas: list[Stanza] = []
    while (line := lines.take()).startswith(b"-> "):
        if len(stanzas) == LIMITS.stanzas:
            raise Refused("AGE-005", limit=LIMITS.stanzas)
        stanzas.append(_parse_stanza(line, lines))
    end = _END.fullmatch(line)
    mac = parse_base64(end[1]) if end else None
    if not stanzas or mac is None:
        raise Refused("AGE-004", line=lines.number)
    _verify_known(stanzas)
    covered = raw[: lines.position - len(line) - 1 + len(b"---")]
    return Header(stanzas=tuple(stanzas), mac=mac, authenticated=covered, size_bytes=lines.position)


def read_header(source: BinaryIO) -> tuple[Header, bytes]:
    """The header at the beginning of a stream, and the bytes after it that were read along with it."""
    raw = bytearray()
    last_line = -1
    while len(raw) <= LIMITS.header_bytes:
        before = len(raw)
        raw += source.read(LIMITS.header_bytes + 1 - before)
        if last_line < 0:
            last_line = raw.find(b"\n---", max(0, before - 4))
        complete = last_line >= 0 and raw.find(b"\n", last_line + 1) >= 0
        if complete or len(raw) == before or not raw.startswith(VERSION_LINE[: len(raw)]):
            break
    header = parse_header(bytes(raw))
    return header, bytes(raw[header.size_bytes :])


def render_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    covered = VERSION_LINE + b"".join(stanza.render() for stanza in stanzas) + b"---"
    return covered + b" " + encode_base64(_mac(covered, file_key)).encode("ascii") + b"\n"


def verify_mac(header: Header, file_key: bytes) -> None:
    """Raises Refused AGE-013 if the header was made with another file key or changed since."""
    if not hmac.compare_digest(_mac(header.authenticated, file_key), header.mac):
        raise Refused("AGE-013")


def scrypt_parameters(stanza: Stanza) -> ScryptParameters:
    """Salt and work factor of a passphrase stanza; a factor beyond the cap is refused before any work is done."""
    salt = parse_base64(stanza.arguments[0].encode("ascii")) if len(stanza.arguments) == 2 else None
    if salt is None or len(salt) != _SALT_BYTES or len(stanza.body) != WRAPPED_KEY_BYTES:
        raise Refused("AGE-006", kind=stanza.kind)
    if not _WORK_FACTOR.fullmatch(stanza.arguments[1]):
        raise Refused("AGE-006", kind=stanza.kind)
    work_factor = int(stanza.arguments[1])
    if work_factor > LIMITS.work_factor:
        raise Refused("AGE-008", factor=work_factor, highest=LIMITS.work_factor)
    return ScryptParameters(salt=salt, work_factor=work_factor)


def x25519_share(stanza: Stanza) -> bytes:
    """The ephemeral public key of an X25519 stanza."""
    share = parse_base64(stanza.arguments[0].encode("ascii")) if len(stanza.arguments) == 1 else None
    if share is None or len(share) != _SHARE_BYTES or len(stanza.body) != WRAPPED_KEY_BYTES:
        raise Refused("AGE-006", kind=stanza.kind)
    return share


def parse_base64(text: bytes) -> bytes | None:
    """RFC 4648 section 4 without padding; None unless encoding the result gives the same text (section 3.5)."""
    try:
        decoded = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except Base64Error:
        return None
    return decoded if encode_base64(decoded).encode("ascii") == text else None


def encode_base64(data: bytes) -> str:
    return b64encode(data).rstrip(b"=").decode("ascii")


class _Lines:
    """Walks over the lines of a header and knows where it stands."""

    __slots__ = ("_beyond", "_raw", "number", "position")

    def __init__(self, raw: bytes, *, beyond: bool) -> None:
        self._raw = raw
        self._beyond = beyond
        self.number = 0
        self.position = 0

    def take(self) -> bytes:
        end = self._raw.find(b"\n", self.position)
        if end < 0:
            raise Refused("AGE-002", limit=LIMITS.header_bytes) if self._beyond else Refused("AGE-003")
        line = self._raw[self.position : end]
        self.position = end + 1
        self.number += 1
        return line


def _parse_stanza(first: bytes, lines: _Lines) -> Stanza:
    words = first.split(b" ")[1:]
    if not all(_ARGUMENT.fullmatch(word) for word in words):
        raise Refused("AGE-004", line=lines.number)
    encoded: list[bytes] = []
    while not encoded or len(encoded[-1]) == _BODY_COLUMNS:
        encoded.append(lines.take())
    body = parse_base64(b"".join(encoded)) if len(encoded[-1]) < _BODY_COLUMNS else None
    if body is None:
        raise Refused("AGE-004", line=lines.number)
    kind, *arguments = (word.decode("ascii") for word in words)
    return Stanza(kind=kind, arguments=tuple(arguments), body=body)


def _verify_known(stanzas: Sequence[Stanza]) -> None:
    """Unknown kinds pass, as the format asks; a malformed known one is refused before any key is tried."""
    for stanza in stanzas:
        if stanza.kind == "scrypt":
            # Whoever knows a passphrase is its author: another recipient beside it would break that (C2SP age.md).
            if len(stanzas) > 1:
                raise Refused("AGE-007")
            scrypt_parameters(stanza)
        elif stanza.kind == "X25519":
            x25519_share(stanza)


def _mac(covered: bytes, file_key: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"header").derive(file_key)
    return hmac.digest(key, covered, "sha256")
