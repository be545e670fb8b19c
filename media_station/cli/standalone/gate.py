"""The district host's end of the station's gate: one connection, questions and their answers."""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography import x509

from media_station.cli.standalone import certificate
from media_station.model.errors import PeerFault, Refused
from media_station.proof.pin import pin

_ANSWER_BYTES: Final = 64 * 1024
_SECONDS: Final = 900.0
# Too little came to the gate in its time, it hasn't noticed yet that the last try is over, or what was there has gone
# since it told so.
_COMES_RIGHT: Final = frozenset({"GAT-025", "GAT-028", "GAT-030", "GAT-034"})
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Gate:
    """One TLS 1.3 connection, both ends known by their keys."""

    def __init__(self, address: str, keys: Path, gate_certificate: Path) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise Refused("SND-002", address=address)
        context = _context(keys, gate_certificate)
        try:
            plain = socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)
        except OSError as error:
            raise PeerFault("SND-010", address=address) from error
        try:
            self._tls = context.wrap_socket(plain)
        except OSError as error:
            plain.close()
            raise PeerFault("SND-011", address=address) from error
        der = self._tls.getpeercert(binary_form=True) or b""
        known = {pin(each) for each in certificate.read_certificates(gate_certificate)}
        if pin(x509.load_der_x509_certificate(der)) not in known:
            self._tls.close()
            raise PeerFault("SND-011", address=address)
        self._http = http.client.HTTPConnection(host, int(port))
        self._http.sock = self._tls
        self._http.auto_open = 0  # it would be opened anew without TLS

    def close(self) -> None:
        self._http.close()
        self._tls.close()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        length: int = 0,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> str:
        """PeerFault SND-012 if the answer is lost, the station has a fault or says no for a moment; Refused SND-020 if
        it says no.
        """
        try:
            with suppress(ConnectionError):  # whoever says no in the middle of a body has said so before he closed
                self._http.request(method, path, body=body, headers={"Content-Length": str(length), **headers})
            answer = self._http.getresponse()
            text = answer.read(_ANSWER_BYTES).decode()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PeerFault("SND-012") from error
        if answer.status in {http.client.OK, http.client.CREATED}:
            return text
        if answer.status >= http.client.INTERNAL_SERVER_ERROR and answer.status != http.client.INSUFFICIENT_STORAGE:
            raise PeerFault("SND-012")
        if (code := _code(text)) in _COMES_RIGHT:
            raise PeerFault("SND-012")
        raise Refused("SND-020", code=code, status=answer.status)


def _context(keys: Path, gate_certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the key is the identity, not a name
    try:
        context.load_verify_locations(gate_certificate)
        context.load_cert_chain(keys / "tls.crt", keys / "tls.key")
    except OSError as error:  # ssl.SSLError is one
        raise Refused("SND-004") from error
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _code(text: str) -> str:
    """The gate's code, or nothing that it could smuggle onto a terminal."""
    try:
        code = json.loads(text)["code"]
    except (ValueError, TypeError, KeyError):
        return "?"
    return code if isinstance(code, str) and code.isascii() and code.replace("-", "").isalnum() else "?"
