"""`media-station send` over a link that stalls, to the real gate: what it answers then ends nothing."""

import asyncio
import io
import json
import socket
from contextlib import suppress
from dataclasses import asdict

import pytest
from test_send_goes_on import CUT, SEALED, SUBMISSION

from media_station.cli.standalone import certificate, gate, send
from media_station.cli.standalone.gate import Gate
from media_station.gate import http
from media_station.gate.admission import Waiting
from media_station.gate.hosts import Hosts
from media_station.gate.main import Doorway
from media_station.gate.refusals import Refusals
from media_station.gate.requests import Counter
from media_station.gate.upload import Uploads

GATE, HOST = certificate.issue("gate", certificate.GATE), certificate.issue("host", certificate.HOST)
WITHIN = 60  # against a hang


class Desk:
    def __init__(self):
        self.taken = b""

    async def hosts(self, in_use):
        return []

    async def offer(self, submission):
        return json.loads(submission)["ciphertext_length"]

    async def hand_in(self, payload, body):
        with open(body, "rb", closefd=False) as file:
            self.taken = file.read()
        return "receipt"


class Link:
    """The first connection through it brings so many bytes to the gate and no more, though its sender can't tell."""

    def __init__(self, door, stalls_after):
        self.door, self.most, self.connections = door, stalls_after, 0

    async def take(self, reader, writer):
        self.connections += 1
        most, self.most = self.most, 1 << 40
        here, there = socket.socketpair()
        for each in (here, there):
            each.setblocking(False)
        gate_reader, gate_writer = await asyncio.open_connection(sock=here)
        carried = self.carry(reader, gate_writer, most), self.carry(gate_reader, writer)
        await asyncio.gather(self.door.serve(there), *carried)

    async def carry(self, reader, writer, most=1 << 40):
        with suppress(OSError):
            while data := await reader.read(CUT):
                writer.write(data[:most])
                most -= len(data[:most])
                await writer.drain()
        writer.close()


def doorway(folder, desk):
    keys = folder / "gate"
    keys.mkdir()
    for name, text in (("tls.key", GATE.key), ("tls.crt", GATE.certificate), ("host.crt", HOST.certificate)):
        (keys / name).write_text(text)
    return Doorway(
        hosts=Hosts(keys, [HOST.pin], desk),
        counter=Counter(uploads=Uploads(folder / "upload", desk), desk=desk, body_bytes=1 << 30),
        refusals=Refusals(desk),
        silent=Waiting(8),
        shaking_hands=Waiting(8),
        served=set(),
    )


@pytest.fixture
def host(tmp_path):
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "tls.key").write_text(HOST.key)
    (folder / "tls.crt").write_text(HOST.certificate)
    (folder / "gate.crt").write_text(GATE.certificate)
    return folder


def test_a_body_of_which_too_little_came_goes_on_from_there(tmp_path, host, monkeypatch):
    monkeypatch.setattr(http, "IDLE_SECONDS", 1.0)
    monkeypatch.setattr(gate, "PAUSE_SECONDS", 0.01)
    desk = Desk()
    door = doorway(tmp_path, desk)

    link = Link(door, stalls_after=len(SEALED) // 2)
    signed = json.dumps(asdict(SUBMISSION)).encode()

    async def handed_in():
        async with await asyncio.start_server(link.take, "127.0.0.1", 0) as server:
            address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

            def connect():
                return Gate(address, host, host / "gate.crt")

            return await asyncio.to_thread(send._hand_in, connect, SUBMISSION, signed, io.BytesIO(SEALED))

    assert asyncio.run(asyncio.wait_for(handed_in(), WITHIN)) == "receipt"
    assert link.connections == 2
    assert desk.taken == SEALED
    assert door.refusals._kinds == {("PUT payload.age", "GAT-028"): 1}
