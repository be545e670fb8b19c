"""Whoever reaches the gate's port: raw bytes, or TLS with any key, and what comes back."""

import hashlib
import io
import json
import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from attacking import PATIENCE_SECONDS, Station

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.model.payload import Submission
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

PLAIN = "整理番号,氏名\r\n1,架空 太郎\r\n".encode()


@contextmanager
def reached(station: Station) -> Iterator[socket.socket]:
    sock = socket.create_connection(("127.0.0.1", station.house.gate_port), timeout=PATIENCE_SECONDS)
    with sock:
        yield sock


def client(station: Station, keys: Path | None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
    """Who trusts the gate, and shows this key or none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = version
    context.check_hostname = False
    context.load_verify_locations(station.house.station / "public" / "gate.crt")
    if keys is not None:
        context.load_cert_chain(keys / "tls.crt", keys / "tls.key")
    return context


@contextmanager
def spoken(station: Station, keys: Path | None = None, **how) -> Iterator[ssl.SSLSocket]:
    """An encrypted connection as the district host, or with other keys."""
    with reached(station) as plain:
        with client(station, keys or station.house.host, **how).wrap_socket(plain) as sock:
            yield sock


def heard_of(sock: socket.socket) -> bytes:
    """All that comes until the other end closes, however it does that."""
    got = bytearray()
    try:
        while piece := sock.recv(1 << 16):
            got += piece
    except OSError:
        pass
    return bytes(got)


def answers(raw: bytes) -> list[tuple[int, str]]:
    """Status and code of each answer in it."""
    found = []
    while raw:
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        body, raw = rest[: int(headers["content-length"])], rest[int(headers["content-length"]) :]
        told = json.loads(body) if headers["content-type"] == "application/json" and body.startswith(b"{") else {}
        found.append((int(lines[0].split()[1]), told.get("code", "")))
    return found


def asked(station: Station, raw: bytes) -> list[tuple[int, str]]:
    """What the gate answers the host to these bytes."""
    with spoken(station) as sock:
        try:
            sock.sendall(raw)
        except OSError:
            pass
        return answers(heard_of(sock))


def told_offset(sock: ssl.SSLSocket, sent: "Sent") -> int:
    """How much of it the gate has, as it answers the offer."""
    sock.sendall(sent.offer())
    raw = b""
    while not raw.endswith(b"}"):
        raw += sock.recv(1 << 16)
    return json.loads(raw.partition(b"\r\n\r\n")[2]).get("offset", -1)


def put(target: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    lines = [f"PUT {target} HTTP/1.1", "Host: station", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join((*lines, *headers, "", "")).encode() + body


class Sent:
    """A submission as the host makes one; `signer` and `sealed` are whatever the test wants."""

    def __init__(self, station: Station, content: bytes = PLAIN, *, sealed: bytes | None = None, **fields) -> None:
        self.station = station
        key = X25519Recipient.parse((station.house.station / "public" / "sealing.pub").read_text().strip())
        self.sealed = b"".join(map(bytes, encrypt(io.BytesIO(content), key))) if sealed is None else sealed
        self.submission = replace(
            Submission(
                payload=os.urandom(16).hex(),
                consignment=station.walk.terms.consignment,
                ciphertext_length=len(self.sealed),
                ciphertext_sha256=hashlib.sha256(self.sealed).hexdigest(),
                plaintext_length=len(content),
                plaintext_sha256=hashlib.sha256(content).hexdigest(),
                records=1,
            ),
            **fields,
        )
        self.signer = Signer.parse((station.house.host / "submission.key").read_text())

    @property
    def number(self) -> str:
        return self.submission.payload

    def at(self, what: str) -> str:
        return f"/v1/submissions/{self.number}/{what}"

    @property
    def signed(self) -> bytes:
        return sign_json("submission", asdict(self.submission), self.signer)

    def offer(self) -> bytes:
        return put(self.at("submission.json"), self.signed)

    def rest(self, held: int, upto: int | None = None) -> bytes:
        """What is missing beyond so many bytes; of it only what comes before `upto`."""
        size = len(self.sealed)
        ranged = [f"Content-Range: bytes {held}-{size - 1}/{size}"] if held else []
        return put(self.at("payload.age"), self.sealed[held:upto], *ranged, "Connection: close", length=size - held)

    def whole(self, body: bytes | None = None) -> bytes:
        """Offered, then handed in, on one connection."""
        sealed = self.sealed if body is None else body
        return self.offer() + put(self.at("payload.age"), sealed, "Connection: close")


def passes(station: Station) -> bool:
    """Whether a good upload does."""
    return asked(station, Sent(station).whole()) == [(200, ""), (201, "")]


def refused_at_the_gate(station: Station) -> set[tuple[str, str]]:
    """(request, code) of what is recorded."""
    return {(request, code) for request, code, _ in station.refusals("gate")}


def open_silently(port: int, many: int, at_once: int) -> None:
    """So many connections that say nothing, each open until so many others have come."""
    held: list[socket.socket] = []
    for _ in range(many):
        held.append(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS))
        if len(held) == at_once:
            held.pop(0).close()
    time.sleep(1)


if __name__ == "__main__":
    import sys

    open_silently(*map(int, sys.argv[1:]))
