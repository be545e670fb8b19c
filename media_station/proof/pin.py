"""What a TLS key is known by: SHA-256 of the DER SubjectPublicKeyInfo, hex (as RFC 7469 section 2.4 takes it)."""

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def pin(certificate: x509.Certificate) -> str:
    """ValueError for a key that nothing here can read."""
    digest = Hash(SHA256())
    digest.update(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()
