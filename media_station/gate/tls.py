"""TLS 1.3, both ends known by their keys.

Certificates are self-issued: those of the host, current and next, are the only trust anchors (so OpenSSL refuses all
others in the handshake), and the pin is compared once more after it.
"""

import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from media_station.model.errors import PeerFault, Refused
from media_station.proof.pin import pin


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who is heard: the host's keys by their pins. `certificates` are PEM: the gate's own, then the host's."""

    context: ssl.SSLContext
    pins: frozenset[str]
    certificates: tuple[str, ...]


def known(keys: Path, host_pins: Collection[str], adopted: Sequence[str] = ()) -> Known:
    """From tls.key, tls.crt and the certificates that were `adopted` (PEM), or else host.crt as the settings' pins say.

    Refused GAT-002 if one is unusable, GAT-003 if host.crt and pins differ.
    """
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
        own = (keys / name).read_text()
        name = "host.crt"
        hosts = "".join(adopted).encode() if adopted else (keys / name).read_bytes()
        anchors = x509.load_pem_x509_certificates(hosts)
        for each in anchors:
            context.load_verify_locations(cadata=each.public_bytes(Encoding.DER))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise Refused("GAT-002", file=name) from error
    pins = frozenset(pin(each) for each in anchors)
    if not adopted and pins != set(host_pins):
        raise Refused("GAT-003")
    return Known(context=context, pins=pins, certificates=(own, *(_pem(each) for each in anchors)))


def verify_host(presented: ssl.SSLSocket, host_pins: Collection[str]) -> None:
    """Raises PeerFault GAT-010 unless the key at the other end of a finished handshake is one of these."""
    raw = presented.getpeercert(binary_form=True)
    if presented.version() != "TLSv1.3" or raw is None or pin(x509.load_der_x509_certificate(raw)) not in host_pins:
        raise PeerFault("GAT-010")


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _no_password() -> bytes:
    raise ValueError("a service has nobody to type one")
