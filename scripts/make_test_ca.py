#!/usr/bin/env python3
"""A certificate authority to test with: `make_test_ca.py DIR` makes ca.key and ca.crt, `--sign CSR --out CRT` signs.

What a district's own CA would do with public/papers.csr; nobody may trust this one.
"""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS, YEARS = 20, 11
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "試験用認証局（信頼してはならない）")])


def builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, years: int, usages: set[str]
) -> x509.CertificateBuilder:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    names += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(NAME)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=366 * years))
        .add_extension(x509.KeyUsage(**{name: name in usages for name in names}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def make(directory: Path) -> None:
    """Refuses to overwrite."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = builder(NAME, key.public_key(), CA_YEARS, {"key_cert_sign", "crl_sign"})
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in (("ca.key", secret), ("ca.crt", made.sign(key, SHA256()).public_bytes(Encoding.PEM))):
        with (directory / name).open("xb") as file:
            file.write(content)


def sign(directory: Path, request: Path, out: Path) -> None:
    key = load_pem_private_key((directory / "ca.key").read_bytes(), password=None)
    asked = x509.load_pem_x509_csr(request.read_bytes())
    public = asked.public_key()
    if not asked.is_signature_valid or not isinstance(public, ec.EllipticCurvePublicKey):
        raise SystemExit("not a request for a P-256 key")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    made = builder(asked.subject, public, YEARS, {"digital_signature", "content_commitment"})
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    out.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("--sign", type=Path, metavar="CSR")
    parser.add_argument("--out", type=Path, metavar="CRT")
    asked = parser.parse_args()
    if asked.sign:
        sign(asked.directory, asked.sign, asked.out or asked.sign.with_suffix(".crt"))
    else:
        make(asked.directory)


if __name__ == "__main__":
    main()
