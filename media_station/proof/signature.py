"""A paper's electronic signature: put into the room that its PDF has, and checked (PAdES, docs/formats.md)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity
from media_station.proof.cms import open_signed_data, signed_data, to_be_signed

_ROOM = re.compile(rb"/Contents(<0+>)/ByteRange\[0( {33})\]>>")
_FILLED = re.compile(rb"/Contents(<[0-9a-f]+>)/ByteRange\[0 ([0-9]+) +([0-9]+) +([0-9]+) *\]>>")
_RANGE = re.compile(rb"/ByteRange\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """By whom: the certificate's common name, and its SHA-256 (hex)."""

    signer: str
    certificate_sha256: str


def sign(pdf: bytes, chain: Sequence[bytes], make: Callable[[bytes], bytes]) -> bytes:
    """The PDF, signed; `make` signs what it is given by ECDSA with SHA-256 (DER). ValueError if it has no room."""
    room = _ROOM.search(pdf)
    if room is None or len(_RANGE.findall(pdf)) != 1:
        raise ValueError("no room for a signature")
    begin, end = room.span(1)
    width = room.end(2) - room.start(2)
    ranged = pdf[: room.start(2)] + (b" %d %d %d" % (begin, end, len(pdf) - end)).ljust(width) + pdf[room.end(2) :]
    digest = sha256(ranged[:begin] + ranged[end:]).digest()
    filled = signed_data(digest, chain, make(to_be_signed(digest, chain[0]))).hex().encode()
    if len(filled) > end - begin - 2:
        raise ValueError("no room for a chain of this length")
    return ranged[: begin + 1] + filled.ljust(end - begin - 2, b"0") + ranged[end - 1 :]


def verify_signature(untrusted_pdf: bytes, roots: Sequence[x509.Certificate] = ()) -> Signed | None:
    """None for a paper without a signature, unless `roots` are given: then it must have one, of a chain to one of them.

    A chain's issuers, the root among them, must be authorities (RFC 5280 section 6.1.4): a CA by basicConstraints and
    keyUsage, with no more below it than its path length. Whose certificate it is, `require_signer` says.
    IntegrityViolation PRF-038 (something was changed after it was signed), PRF-039 (it isn't signed, or not by whom a
    root vouches for).
    """
    if not _RANGE.search(untrusted_pdf):
        if roots:
            raise IntegrityViolation("PRF-039")
        return None
    try:
        chain = _holding(untrusted_pdf)
    except (ValueError, IndexError, InvalidSignature) as error:
        raise IntegrityViolation("PRF-038") from error
    if roots and not any(_leads_to(chain, root) for root in roots):
        raise IntegrityViolation("PRF-039")
    names = [str(each.value) for each in chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    der = chain[0].public_bytes(Encoding.DER)
    return Signed(signer=", ".join(names), certificate_sha256=sha256(der).hexdigest())


def require_signer(signed: Signed, identity: Identity) -> None:
    """A district's CA vouches for much else: IntegrityViolation PRF-039 if not for this station's papers."""
    if signed.signer != papers_name(identity):
        raise IntegrityViolation("PRF-039")


def papers_name(identity: Identity) -> str:
    """The common name of the certificate under which this station's papers are signed."""
    return f"media-station papers {identity.name}"


def _holding(pdf: bytes) -> list[x509.Certificate]:
    """The chain, once its first certificate's key has signed every byte but the signature's own."""
    found = _FILLED.search(pdf)
    if found is None or len(_RANGE.findall(pdf)) != 1:
        raise ValueError("no one signature")
    begin, end = found.span(1)
    if tuple(map(int, found.group(2, 3, 4))) != (begin, end, len(pdf) - end):
        raise ValueError("not of the whole file")
    digest = sha256(pdf[:begin] + pdf[end:]).digest()
    chain, signature = open_signed_data(bytes.fromhex(found[1][1:-1].decode()), digest)
    certificates = [x509.load_der_x509_certificate(each) for each in chain]
    key = certificates[0].public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("another kind of key")  # noqa: TRY004 - one kind of error for the caller
    key.verify(signature, to_be_signed(digest, chain[0]), ec.ECDSA(SHA256()))
    return certificates


def _leads_to(chain: Sequence[x509.Certificate], root: x509.Certificate) -> bool:
    own = [each for each in chain if each != root]
    try:
        for below, (child, parent) in enumerate(zip(own, [*own[1:], root], strict=True)):
            child.verify_directly_issued_by(parent)
            if not _is_authority(parent, below):
                return False
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    return bool(own)


def _is_authority(certificate: x509.Certificate, below: int) -> bool:
    """Of so many authorities below it, those of the chain between it and the signer's certificate."""
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    return basic.ca and usage.key_cert_sign and (basic.path_length is None or below <= basic.path_length)
