"""The signature in a paper's PDF: CMS SignedData (RFC 5652) as PAdES B-B has it (EN 319 142-1, 5.3), in one form only.

ECDSA P-256 with SHA-256; the signed attributes are content type, message digest and signing-certificate-v2 (RFC 5035).
There is one encoding for a digest, a chain and a signature: who verifies encodes it again and compares.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

_INTEGER, _OCTETS, _OID, _SEQUENCE, _SET, _CONTEXT = 0x02, 0x04, 0x06, 0x30, 0x31, 0xA0


def _der(tag: int, *parts: bytes) -> bytes:
    """X.690 section 8.1 and 10.1: tag, shortest length, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _oid(encoded: str) -> bytes:
    return _der(_OID, bytes.fromhex(encoded))


_SIGNED_DATA: Final = _oid("2a864886f70d010702")
_DATA: Final = _oid("2a864886f70d010701")
_SHA256: Final = _der(_SEQUENCE, _oid("608648016503040201"))
_ECDSA_SHA256: Final = _der(_SEQUENCE, _oid("2a8648ce3d040302"))
_CONTENT_TYPE: Final = _oid("2a864886f70d010903")
_MESSAGE_DIGEST: Final = _oid("2a864886f70d010904")
_SIGNING_CERTIFICATE_V2: Final = _oid("2a864886f70d010910022f")
_ONE: Final = _der(_INTEGER, b"\x01")


def to_be_signed(digest: bytes, certificate: bytes) -> bytes:
    """The signed attributes as they are signed: a SET OF, sorted (RFC 5652 section 5.4). `certificate` is DER."""
    hashed = _der(_SEQUENCE, _der(_OCTETS, sha256(certificate).digest()))
    attributes = (
        _der(_SEQUENCE, _CONTENT_TYPE, _der(_SET, _DATA)),
        _der(_SEQUENCE, _MESSAGE_DIGEST, _der(_SET, _der(_OCTETS, digest))),
        _der(_SEQUENCE, _SIGNING_CERTIFICATE_V2, _der(_SET, _der(_SEQUENCE, _der(_SEQUENCE, hashed)))),
    )
    return _der(_SET, *sorted(attributes))


def signed_data(digest: bytes, chain: Sequence[bytes], signature: bytes) -> bytes:
    """`chain` are certificates as DER, the signer's first."""
    issuer, serial = _issuer_and_serial(chain[0])
    attributes = bytes((_CONTEXT,)) + to_be_signed(digest, chain[0])[1:]
    signer = _der(
        _SEQUENCE,
        *(_ONE, _der(_SEQUENCE, issuer, serial), _SHA256, attributes, _ECDSA_SHA256, _der(_OCTETS, signature)),
    )
    signed = (_ONE, _der(_SET, _SHA256), _der(_SEQUENCE, _DATA), _der(_CONTEXT, *chain), _der(_SET, signer))
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT, _der(_SEQUENCE, *signed)))


def open_signed_data(untrusted: bytes, digest: bytes) -> tuple[list[bytes], bytes]:
    """Chain and signature, out of what may be followed by zeros. ValueError for another form or digest."""
    whole, rest = _first(untrusted)
    if rest.strip(b"\0"):
        raise ValueError("something after it")
    parts = _inside(_inside(_inside(whole)[1])[0])
    chain = _inside(parts[3])
    signature = _content(_inside(_inside(parts[4])[0])[5])
    if signed_data(digest, chain, signature) != whole:
        raise ValueError("not of this digest, or not in this form")
    return chain, signature


def _issuer_and_serial(certificate: bytes) -> tuple[bytes, bytes]:
    """RFC 5280 section 4.1: version, serial, signature, issuer."""
    _, serial, _, issuer, *_ = _inside(_inside(certificate)[0])
    return issuer, serial


def _first(data: bytes) -> tuple[bytes, bytes]:
    """The first element whole, and what follows it. ValueError if there is none."""
    if len(data) < 2:
        raise ValueError("no element")
    start, size = 2, data[1]
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        raise ValueError("cut off")
    return data[: start + size], data[start + size :]


def _content(element: bytes) -> bytes:
    return element[2 + (element[1] & 0x7F if element[1] & 0x80 else 0) :]


def _inside(element: bytes) -> list[bytes]:
    rest, found = _content(element), []
    while rest:
        each, rest = _first(rest)
        found.append(each)
    return found
