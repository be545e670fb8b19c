"""media-station send: on the district host; seals a file to the station and hands it in at its gate.

Plaintext is read once and never written: only ciphertext lies in the temporary file that is sent.
"""

import argparse
import hashlib
import http.client
import json
import secrets
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cryptography import x509

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.cli.standalone import certificate
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.ids import parse_consignment
from media_station.model.payload import Submission
from media_station.proof.key import Signer, Verifier
from media_station.proof.note import open_json, sign_json

_PIECE: Final = 1 << 20
_ANSWER_BYTES: Final = 64 * 1024
_SECONDS: Final = 900.0
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.5


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--consignment", required=True, metavar="NUMBER", help="the consignment that it belongs to")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the station's gate")
    parser.add_argument("--host-keys", required=True, type=Path, metavar="DIR", help="made by setup host")
    parser.add_argument("--gate-cert", required=True, type=Path, metavar="FILE")
    parser.add_argument("--sealing-key", required=True, type=Path, metavar="FILE")
    parser.add_argument("--receipts-key", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--records", type=int, metavar="N", help="rows without the header; counted as lines if not given"
    )
    parser.add_argument("--json", action="store_true", help="say what was handed in as JSON")


def run(asked: argparse.Namespace) -> int:
    """Refused SND-001 a file that can't be read, SND-002 an address, SND-003 too little room."""
    signer = Signer.parse(_text(asked.host_keys / "submission.key"))
    recipient = X25519Recipient.parse(_text(asked.sealing_key).strip())
    receipts_key = Verifier.parse(_text(asked.receipts_key))
    consignment = parse_consignment(asked.consignment)
    try:
        sealed = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, whatever happens
    except OSError as error:
        raise Refused("SND-003") from error
    with sealed:
        submission = _seal(asked.file, recipient, sealed, consignment, asked.records)
        signed = sign_json("submission", dict(asdict(submission)), signer)

        def gate() -> _Gate:
            return _Gate(asked.to, asked.host_keys, asked.gate_cert)

        try:
            with closing(gate()) as open_gate:
                receipt = open_gate.hand_in(submission, signed, sealed)
        except PeerFault as error:
            receipt = _lost_receipt(gate, submission.payload, error)
    told = _verified(receipt, submission, receipts_key)
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{asked.file.name}: {submission.records} 件 / records → {submission.payload} (record {told['record']})")
    return 0


def _lost_receipt(gate: Callable[[], "_Gate"], payload: str, lost: PeerFault) -> str:
    """The station may have taken it before its answer was lost: it is asked once more, when it is back.

    The fault that lost the answer, if the station says that it has not taken it or says nothing for too long.
    """
    for _ in range(_TRIES):
        time.sleep(_PAUSE_SECONDS)
        try:
            with closing(gate()) as open_gate:
                return open_gate.receipt(payload)
        except PeerFault:
            continue
        except Refused:
            break
    raise lost


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused("SND-001", file=path.name) from error


@dataclass(slots=True)
class _Seen:
    """A source that hashes and counts what is read from it. The last line counts without an end too."""

    source: BinaryIO
    length: int
    ends: int
    last: bytes
    hash: "hashlib._Hash"

    @property
    def lines(self) -> int:
        return self.ends + (self.last not in {b"", b"\n"})

    def readinto(self, room: memoryview) -> int:
        data = self.source.read(len(room))
        room[: len(data)] = data
        self.length += len(data)
        self.ends += data.count(b"\n")
        self.last = data[-1:] or self.last
        self.hash.update(data)
        return len(data)


def _seal(
    path: Path, recipient: X25519Recipient, sealed: BinaryIO, consignment: str, records: int | None
) -> Submission:
    ciphertext = hashlib.sha256()
    try:
        with path.open("rb") as source:
            plain = _Seen(source, 0, 0, b"", hashlib.sha256())
            for piece in encrypt(plain, recipient):  # type: ignore[arg-type]
                ciphertext.update(piece)
                sealed.write(piece)
    except OSError as error:
        raise Refused("SND-001", file=path.name) from error
    return Submission(
        payload=secrets.token_hex(16),
        consignment=consignment,
        ciphertext_length=sealed.tell(),
        ciphertext_sha256=ciphertext.hexdigest(),
        plaintext_length=plain.length,
        plaintext_sha256=plain.hash.hexdigest(),
        records=max(plain.lines - 1, 0) if records is None else records,
    )


class _Gate:
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
        known = {certificate.pin(each) for each in certificate.read_certificates(gate_certificate)}
        if certificate.pin(x509.load_der_x509_certificate(der)) not in known:
            self._tls.close()
            raise PeerFault("SND-011", address=address)
        self._http = http.client.HTTPConnection(host, int(port))
        self._http.sock = self._tls

    def close(self) -> None:
        self._http.close()
        self._tls.close()

    def hand_in(self, submission: Submission, signed: bytes, sealed: BinaryIO) -> str:
        """The receipt, unchecked. Refused SND-020 with the gate's own code."""
        base = f"/v1/submissions/{submission.payload}"
        self._put(f"{base}/submission.json", signed, len(signed))
        sealed.seek(0)
        return self._put(f"{base}/payload.age", _pieces(sealed, _progress()), submission.ciphertext_length)

    def receipt(self, payload: str) -> str:
        """Of a payload taken earlier, unchecked. Refused SND-020 if it was not taken."""
        return self._ask("GET", f"/v1/submissions/{payload}/receipt", None, 0)

    def _put(self, path: str, body: bytes | Iterator[bytes], length: int) -> str:
        return self._ask("PUT", path, body, length)

    def _ask(self, method: str, path: str, body: bytes | Iterator[bytes] | None, length: int) -> str:
        """PeerFault SND-012 if the answer is lost or the station has a fault; Refused SND-020 if it says no."""
        try:
            self._http.request(method, path, body=body, headers={"Content-Length": str(length)})
            answer = self._http.getresponse()
            text = answer.read(_ANSWER_BYTES).decode()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PeerFault("SND-012") from error
        if answer.status in {http.client.OK, http.client.CREATED}:
            return text
        if answer.status >= http.client.INTERNAL_SERVER_ERROR and answer.status != http.client.INSUFFICIENT_STORAGE:
            raise PeerFault("SND-012")
        raise Refused("SND-020", code=_code(text), status=answer.status)


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


def _pieces(sealed: BinaryIO, tell: Callable[[int], None]) -> Iterator[bytes]:
    sent = 0
    while piece := sealed.read(_PIECE):
        yield piece
        sent += len(piece)
        tell(sent)


def _progress() -> Callable[[int], None]:
    """On a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda sent: print(f"\r{sent / _PIECE:,.0f} MiB", end="", file=sys.stderr, flush=True)


def _code(text: str) -> str:
    """The gate's code, or nothing that it could smuggle onto a terminal."""
    try:
        code = json.loads(text)["code"]
    except (ValueError, TypeError, KeyError):
        return "?"
    return code if isinstance(code, str) and code.isascii() and code.replace("-", "").isalnum() else "?"


def _verified(untrusted_receipt: str, submission: Submission, key: Verifier) -> dict[str, str | int]:
    """What the station signed that it took; IntegrityViolation SND-021 if that isn't what was sent."""
    fields = open_json("receipt", untrusted_receipt.encode(), [key])
    same = (submission.payload, submission.ciphertext_sha256, submission.ciphertext_length)
    if (fields.get("payload"), fields.get("ciphertext_sha256"), fields.get("ciphertext_length")) != same:
        raise IntegrityViolation("SND-021", payload=submission.payload)
    record = fields.get("record")
    return {
        "payload": submission.payload,
        "records": submission.records,
        "plaintext_sha256": submission.plaintext_sha256,
        "record": record if isinstance(record, int) else -1,
    }
