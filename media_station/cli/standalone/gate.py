"""The district host's end of the station's gate: one connection, questions and their answers."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography import x509

from media_station.cli.standalone import certificate
from media_station.model.errors import PeerFault, Refused
from media_station.proof.pin import pin

_ANSWER_BYTES: Final = 64 * 1024
_PIECE_BYTES: Final = 1 << 20
# Longer in sum than the gate waits for one that says nothing more.
TRIES: Final = 12
PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 16.0
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
        raise _no(answer.status, text)

    def read(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """The bytes of a file of this length from `start` on, as far as they come; PeerFault and Refused as `ask`."""
        try:
            self._http.request("GET", path, headers={"Range": f"bytes={start}-"} if start else {})
            answer = self._http.getresponse()
            if answer.status == (http.client.PARTIAL_CONTENT if start else http.client.OK):
                left = length - start
                while piece := answer.read(min(left, _PIECE_BYTES)):
                    left -= len(piece)
                    yield piece
                return
            text = answer.read(_ANSWER_BYTES).decode()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PeerFault("SND-012") from error
        raise _no(answer.status, text)


def _no(status: int, text: str) -> PeerFault | Refused:
    """PeerFault SND-012 for a moment, else Refused SND-020."""
    own = status >= http.client.INTERNAL_SERVER_ERROR and status != http.client.INSUFFICIENT_STORAGE
    code = _code(text)
    if own or code in _COMES_RIGHT or status < http.client.BAD_REQUEST:
        return PeerFault("SND-012")
    return Refused("SND-020", code=code, status=status)


def reconnected(connect: Callable[[], Gate], tries: int, lost: PeerFault) -> tuple[Gate, int]:
    """And how often it was tried by now; `lost` if that is too often."""
    while tries < TRIES:
        time.sleep(min(PAUSE_SECONDS * 2**tries, LONGEST_PAUSE_SECONDS))
        tries += 1
        try:
            return connect(), tries
        except PeerFault:
            continue
    raise lost


def file_text(path: Path) -> str:
    """Refused SND-001."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused("SND-001", file=path.name) from error


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
