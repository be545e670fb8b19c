"""An upload through the gate, beside as many bytes through raw TLS 1.3 on loopback (`openssl s_server`, `s_client`).

`received`: until the gate has every byte; `receipt`: until the desk has copied, hashed and synced it too, and signed.
"""

import asyncio
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import psutil

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.model.payload import Submission
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.rehearsal.house import House
from media_station.rehearsal.people import Counter
from media_station.rehearsal.walk import Walk, sample_masters, sample_terms, staff

GIB = 1 << 30
SIZE = GIB
TIMES = 3  # the best of each, by turns
PIECE = 1 << 20
ROOT = Path(__file__).parents[2]


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    length = round(SIZE * scale)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        told = asyncio.run(_measured(Path(folder), length))
    yield {"what": "upload", "mib": length >> 20, **told}


async def _measured(folder: Path, length: int) -> dict[str, float]:
    house = House(folder / "house")
    house.set_up([])
    await house.start()
    counter = Counter(house.run / "people.sock", house.uids, house.revive)
    try:
        terms, masters = (
            sample_terms(ROOT / "config" / "consignment.sample.csv"),
            sample_masters(ROOT / "config" / "masters"),
        )
        walk = Walk(
            house=house,
            counter=counter,
            staff=staff(),
            bays=[],
            payload=folder,
            records=1,
            terms=terms,
            masters=masters,
            told=lambda _: None,
            written=lambda *_: None,
            erased=lambda *_: None,
        )
        await walk.enrol()
        await walk.consign()
        sealed = folder / "sealed.age"
        sha256 = _seal(sealed, house, length)
        raw, uploads, gate_cpu_s = [], [], []
        for _ in range(TIMES):
            raw.append(await asyncio.to_thread(_raw, house, sealed))
            before = _cpu_s(house.pid("gate"))
            uploads.append(await asyncio.to_thread(_upload, house, walk.terms.consignment, sealed, sha256))
            gate_cpu_s.append(_cpu_s(house.pid("gate")) - before)
        peaks = {role: _peak_kib(house.pid(role)) / 1024 for role in ("gate", "desk")}
    finally:
        await counter.close()
        house.stop()
    (raw_s, raw_cpu_s), (received_s, receipt_s) = min(raw), min(uploads)
    return {
        "raw_tls_s": round(raw_s, 2),
        "received_s": round(received_s, 2),
        "receipt_s": round(receipt_s, 2),
        "received_ratio": round(raw_s / received_s, 2),
        "receipt_ratio": round(raw_s / receipt_s, 2),
        "raw_cpu_s": round(raw_cpu_s, 2),
        "gate_cpu_s": round(min(gate_cpu_s), 2),
        "gate_peak_mib": round(peaks["gate"], 1),
        "desk_peak_mib": round(peaks["desk"], 1),
    }


def _seal(path: Path, house: House, length: int) -> str:
    """An age file by its beginning; nobody opens it here."""
    recipient = X25519Recipient.parse((house.station / "public" / "sealing.pub").read_text().strip())
    begins = b"".join(map(bytes, encrypt(BytesIO(bytes(4096)), recipient)))
    seen = hashlib.sha256()
    with path.open("wb") as out:
        for number in range(0, length, PIECE):
            piece = secrets.token_bytes(min(PIECE, length - number))
            if number == 0:
                piece = begins + piece[len(begins) :]
            out.write(piece)
            seen.update(piece)
    return seen.hexdigest()


def _raw(house: House, sealed: Path) -> tuple[float, float]:
    """Seconds, and the server's of its CPU, from the client's start until the server has ended with all of it."""
    port = _free_port()
    keys = house.station / "keys" / "gate"
    serving = ("-naccept", "1", "-tls1_3", "-quiet", "-cert", keys / "tls.crt", "-key", keys / "tls.key")
    with ExitStack() as held:
        server = held.enter_context(
            subprocess.Popen(
                ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", *map(str, serving)],
                stdin=subprocess.PIPE,  # at its end the server ends
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        _listens(port)
        began = time.monotonic()
        with sealed.open("rb") as file:
            subprocess.run(
                [
                    "openssl",
                    "s_client",
                    "-connect",
                    f"127.0.0.1:{port}",
                    "-quiet",
                    "-nocommands",
                    "-no_ign_eof",
                    "-tls1_3",
                ],
                stdin=file,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=True,
            )
        _, _, used = os.wait4(server.pid, 0)
        server.returncode = 0
        return time.monotonic() - began, used.ru_utime + used.ru_stime


def _listens(port: int) -> None:
    """Until it does, by what the kernel lists: a connection would be the one that it serves."""
    wanted = f":{port:04X} 00000000:0000 0A"
    while wanted not in Path("/proc/net/tcp").read_text():
        time.sleep(0.01)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _upload(house: House, consignment: str, sealed: Path, sha256: str) -> tuple[float, float]:
    signer = Signer.parse((house.host / "submission.key").read_text())
    submission = Submission(
        payload=secrets.token_hex(16),
        consignment=consignment,
        ciphertext_length=sealed.stat().st_size,
        ciphertext_sha256=sha256,
        plaintext_length=1,
        plaintext_sha256=sha256,
        records=1,
    )
    signed = sign_json("submission", dict(asdict(submission)), signer)
    client = [sys.executable, "-c", _CLIENT, str(house.gate_port), str(house.host), str(house.station), str(sealed)]
    done = subprocess.run([*client, submission.payload], input=signed, capture_output=True, check=True)
    received, receipt = json.loads(done.stdout)
    return received, receipt


_CLIENT = """
import http.client, json, socket, ssl, sys, time
port, host, station, sealed, payload = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.minimum_version = ssl.TLSVersion.TLSv1_3
context.check_hostname = False
context.load_verify_locations(station + "/public/gate.crt")
context.load_cert_chain(host + "/tls.crt", host + "/tls.key")
http_ = http.client.HTTPConnection("127.0.0.1")
began = time.monotonic()
http_.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", int(port))))
http_.request("PUT", f"/v1/submissions/{payload}/submission.json", body=sys.stdin.buffer.read())
answer = http_.getresponse()
assert answer.status == 200, answer.read()
answer.read()
with open(sealed, "rb") as file:
    length = file.seek(0, 2)
    file.seek(0)
    http_.putrequest("PUT", f"/v1/submissions/{payload}/payload.age")
    http_.putheader("Content-Length", str(length))
    http_.endheaders()
    while piece := file.read(1 << 20):
        http_.sock.sendall(piece)
received = time.monotonic() - began
answer = http_.getresponse()
assert answer.status == 201, answer.read()
answer.read()
print(json.dumps([received, time.monotonic() - began]))
"""


def _cpu_s(pid: int) -> float:
    used = psutil.Process(pid).cpu_times()
    return used.user + used.system


def _peak_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
