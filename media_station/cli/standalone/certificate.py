"""Self-issued TLS certificates. The key is the identity: its pin is compared, names and dates are not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from media_station.model.errors import Refused
from media_station.proof.pin import pin

GATE: Final = ExtendedKeyUsageOID.SERVER_AUTH
HOST: Final = ExtendedKeyUsageOID.CLIENT_AUTH

# A key ends when its pin is taken away. A date would close the gate on the day a clock is wrong; this one says "none"
# (RFC 5280 section 4.1.2.5).
_NO_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NO_END: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new key and its certificate, both PEM, and the pin that the other end will know it by."""

    key: str = field(repr=False)
    certificate: str
    pin: str


def issue(name: str, usage: x509.ObjectIdentifier) -> Issued:
    """ECDSA P-256, for one end of the connection."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NO_BEGINNING)
        .not_valid_after(_NO_END)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Issued(
        key=secret.decode(), certificate=certificate.public_bytes(Encoding.PEM).decode(), pin=pin(certificate)
    )


def ask(name: str) -> tuple[str, str]:
    """A new ECDSA P-256 key and the request for its certificate, both PEM: for the district's CA to sign."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret.decode(), request.public_bytes(Encoding.PEM).decode()


def read_certificates(path: Path) -> list[x509.Certificate]:
    """One or more PEM certificates, current and next. Refused STP-003 if the file is anything else."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
        for each in found:
            pin(each)
    except (OSError, ValueError) as error:
        raise Refused("STP-003", file=path.name) from error
    return found


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
