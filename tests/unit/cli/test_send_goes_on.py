"""`media-station send` on a link that breaks, with the gate's own uploads at its other end."""

import asyncio
import hashlib
import io
import json
from dataclasses import asdict

import pytest

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone import gate, send
from media_station.gate.upload import Uploads
from media_station.model.errors import PeerFault, Refused
from media_station.model.payload import Submission

CUT = 64 * 1024
SEALED = b"".join(map(bytes, encrypt(io.BytesIO(bytes(16 * CUT)), X25519Identity.generate().to_public())))
SUBMISSION = Submission(
    payload="a" * 32,
    consignment="K-2026-001",
    ciphertext_length=len(SEALED),
    ciphertext_sha256=hashlib.sha256(SEALED).hexdigest(),
    plaintext_length=1,
    plaintext_sha256="0" * 64,
    records=1,
)


class Station:
    """Each connection brings so many bytes of a body as `breaks` says, then it breaks; the others hold."""

    def __init__(self, folder, breaks=()):
        self.taken, self.offsets, self.loses_answer, self.waited = b"", [], False, []
        self.breaks = list(breaks)
        self.loop = asyncio.new_event_loop()
        self.uploads = Uploads(folder, self)

    async def offer(self, submission):
        if self.taken:
            raise Refused("SND-020", code="RCV-002", status=422)
        return json.loads(submission)["ciphertext_length"]

    async def hand_in(self, payload, body):
        with open(body, "rb", closefd=False) as file:
            self.taken = file.read()
        return "receipt"

    def ask(self, method, path, body=None, length=0, headers=None):
        match path.rpartition("/")[2]:
            case "submission.json":
                whole, offset = self.loop.run_until_complete(self.uploads.offer(SUBMISSION.payload, body.decode()))
                self.offsets.append(offset)
                return json.dumps({"length": whole, "offset": offset})
            case "receipt":
                return "receipt"
        start = int(headers["Content-Range"].split()[1].split("-")[0]) if headers else 0
        taking = self.uploads.take(SUBMISSION.payload, start, length, self.broken(b"".join(body)))
        try:
            receipt = self.loop.run_until_complete(taking)
        except PeerFault as error:
            raise PeerFault("SND-012") from error  # no answer comes on a link that broke
        if self.loses_answer:
            raise PeerFault("SND-012")
        return receipt

    async def broken(self, body):
        most = self.breaks.pop(0) if self.breaks else len(body)
        for at in range(0, min(most, len(body)), CUT):
            yield body[at : min(at + CUT, most)]
        if most < len(body):
            raise PeerFault("GAT-028")

    def close(self):
        pass

    def hand_in_all(self):
        signed = json.dumps(asdict(SUBMISSION)).encode()
        return send._hand_in(lambda: self, SUBMISSION, signed, io.BytesIO(SEALED))


@pytest.fixture
def station(tmp_path, monkeypatch):
    made = Station(tmp_path)
    monkeypatch.setattr(gate.time, "sleep", made.waited.append)
    yield made
    made.loop.close()


@pytest.mark.parametrize("cut", range(0, len(SEALED), CUT))
def test_an_upload_that_is_cut_at_any_64_kib_goes_on_from_there(station, tmp_path, cut):
    station.breaks = [cut]
    assert station.hand_in_all() == "receipt"
    assert station.taken == SEALED
    # Before the age file's beginning is known not a byte is on the disk.
    assert station.offsets == [0, cut if cut > CUT else 0]
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_breaks_again_and_again_is_given_up_only_where_nothing_more_comes(station):
    station.breaks = [2 * CUT, *[CUT // 8] * 100]
    assert station.hand_in_all() == "receipt"
    assert station.taken == SEALED
    assert set(station.waited) == {gate.PAUSE_SECONDS}
    station.taken = b""
    station.breaks = [0] * 100
    with pytest.raises(PeerFault, match="SND-012"):
        station.hand_in_all()
    assert len(station.waited) >= gate.TRIES


def test_a_receipt_whose_answer_was_lost_is_asked_for(station):
    station.loses_answer = True
    assert station.hand_in_all() == "receipt"
    assert len(station.offsets) == 1
