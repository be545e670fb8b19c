"""TLS 1.3, both ends known by their keys.

Certificates are self-issued: those of the host, current and next, are the only trust anchors (so OpenSSL refuses all
others in the handshake), and the pin from the settings is compared once more after it.
"""

import ssl
from collections.abc import Collection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from media_station.model.errors import PeerFault, Refused


def server_context(keys: Path, host_pins: Collection[str]) -> ssl.SSLContext:
    """From tls.key, tls.crt and host.crt; Refused GAT-002 if one is unusable, GAT-003 if host.crt and pins differ."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN  # the anchors are leaves
    context.num_tickets = 0  # a resumed session would not present its certificate again
    context.set_alpn_protocols(["http/1.1"])
    name = "tls.key"
    try:
        (keys / name).open("rb").close()
        name = "tls.crt"
        context.load_cert_chain(keys / name, keys / "tls.key", password=_no_password)
        name = "host.crt"
        anchors = x509.load_pem_x509_certificates((keys / name).read_bytes())
        for each in anchors:
            context.load_verify_locations(cadata=each.public_bytes(Encoding.DER))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise Refused("GAT-002", file=name) from error
    if {_pin(each) for each in anchors} != set(host_pins):
        raise Refused("GAT-003")
    return context


def verify_host(presented: ssl.SSLObject, host_pins: Collection[str]) -> None:
    """Raises PeerFault GAT-010 unless the key at the other end of a finished handshake is one of these."""
    raw = presented.getpeercert(binary_form=True)
    if presented.version() != "TLSv1.3" or raw is None or _pin(x509.load_der_x509_certificate(raw)) not in host_pins:
        raise PeerFault("GAT-010")


def _pin(certificate: x509.Certificate) -> str:
    """SHA-256 of the DER SubjectPublicKeyInfo, hex (as RFC 7469 section 2.4 takes it)."""
    digest = Hash(SHA256())
    digest.update(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


def _no_password() -> bytes:
    raise ValueError("a service has nobody to type one")
