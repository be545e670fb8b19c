"""Whoever reaches the gate's port: without the host's key not a byte of HTTP, with it nothing but a whole, signed and
sealed submission. Each refusal is recorded with its reason, memory stays flat, and the host is served meanwhile.
"""

import asyncio
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from at_the_counter import ROOT, told
from at_the_gate import (
    PLAIN,
    Sent,
    asked,
    client,
    heard_of,
    passes,
    put,
    reached,
    refused_at_the_gate,
    spoken,
    told_offset,
)
from attacking import in_the_end, under_attack
from typing_commands import MEDIA_STATION, Typing

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone.setup import setup_host
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.supply import Supply, SupplyKind
from media_station.proof.key import Signer
from media_station.proof.note import open_json
from media_station.proof.supply import sign_header

pytestmark = pytest.mark.usefixtures("it_stands")
MIB = 1 << 20
CUT = 64 * 1024
HALF_OPEN = 10_000
HEAD = "GET /v1/checkpoint HTTP/1.1\r\nHost: station\r\n"
SMUGGLED = f"{HEAD}\r\n".encode()
# Two readers would see two ends of these; the gate sees none and reads no further.
SMUGGLING = {
    "a length and chunks": (
        put("/v1/submissions/{}/payload.age", b"0\r\n\r\n", "Transfer-Encoding: chunked"),
        "GAT-022",
    ),
    "chunks alone": (f"{HEAD.replace('GET', 'PUT')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(), "GAT-022"),
    "two lengths": (f"{HEAD}Content-Length: 0\r\nContent-Length: 40\r\n\r\n".encode(), "GAT-021"),
    "a length that is none": (f"{HEAD}Content-Length: +4\r\n\r\n".encode(), "GAT-021"),
    "a blank before the colon": (f"{HEAD}Content-Length : 40\r\n\r\n".encode(), "GAT-021"),
    "a folded line": (
        f"{HEAD}X: a\r\n\tTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n".encode(),
        "GAT-021",
    ),
    "chunks under another name": (f"{HEAD}Transfer-Encoding: xchunked\r\n\r\n".encode(), "GAT-021"),
    "a NUL in a name": (f"{HEAD}X\0: a\r\n\r\n".encode(), "GAT-021"),
    "no host": (b"GET /v1/checkpoint HTTP/1.1\r\n\r\n", "GAT-021"),
}

PUBLISHER = Signer.generate("media-station-publisher/patterns")
BODY = os.urandom(300_000)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A station of their own: they leave many payloads in it."""
    quick_gate = [sys.executable, str(Path(__file__).parent / "quick_gate.py")]
    known = f'\n[supplies]\npatterns = ["{PUBLISHER.verifier.render()}"]\n'
    with under_attack(tmp_path_factory.mktemp("gate"), known, gate=quick_gate) as station:
        yield station


@pytest.fixture(scope="module")
def consigned(attacked):
    attacked.does(attacked.walk.consign())
    return attacked


@pytest.fixture(autouse=True)
def flat(consigned):
    """And a good upload passes after each."""
    assert passes(consigned)
    before = consigned.rss("gate")
    yield
    assert passes(consigned)
    assert consigned.rss("gate") - before < 8 * MIB


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_without_the_hosts_key_nobody_is_heard(consigned, tmp_path, whose):
    keys = None
    if whose == "another's":
        setup_host(tmp_path / "other", "other-host")
        keys = tmp_path / "other"
    with reached(consigned) as plain:
        context = client(consigned, keys)
        # With TLS 1.3 a client learns of its refusal only after its own handshake has ended well.
        with context.wrap_socket(plain) as sock:
            with suppress(OSError):
                sock.sendall(SMUGGLED)
            assert heard_of(sock) == b""
    in_the_end(lambda: ("", "GAT-010") in refused_at_the_gate(consigned))


def test_a_key_that_two_administrators_took_away_is_not_heard_any_more(consigned, tmp_path):
    setup_host(tmp_path / "next", "next-host")
    known = [(folder / "tls.crt").read_text() for folder in (consigned.house.host, tmp_path / "next")]
    staff, file = consigned.walk.staff, tmp_path / "host.crt"

    def adopt(*certificates):
        """As two administrators type it."""
        file.write_text("".join(certificates))
        command = (*MEDIA_STATION, "baseline", "adopt-host", str(file))
        by, second = staff.administrator, staff.second_administrator
        done = consigned.does(Typing(walk=consigned.walk).of_two(*command, by=by, second=second))
        assert done.code == 0, done.err
        (adopted,) = told(consigned.house, "peer.adopted")[-1:]
        assert adopted["certificates"] == list(certificates)
        assert done.out.count(", ".join(adopted["pins"])) == 2

    def is_heard(keys):
        try:
            with spoken(consigned, keys) as sock:
                sock.sendall(f"{HEAD}Connection: close\r\n\r\n".encode())
                return heard_of(sock).startswith(b"HTTP/1.1 200")
        except OSError:
            return False

    assert not is_heard(tmp_path / "next")
    adopt(*known)
    in_the_end(lambda: is_heard(tmp_path / "next"))
    assert is_heard(consigned.house.host)
    adopt(known[1])
    in_the_end(lambda: not is_heard(consigned.house.host))
    assert is_heard(tmp_path / "next")
    in_the_end(lambda: ("", "GAT-010") in refused_at_the_gate(consigned))
    adopt(known[0])
    in_the_end(lambda: is_heard(consigned.house.host))


def test_an_older_tls_is_refused(consigned):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        with spoken(consigned, version=ssl.TLSVersion.TLSv1_2):
            pass
    in_the_end(lambda: ("", "GAT-011") in refused_at_the_gate(consigned))


@pytest.mark.parametrize("said", [SMUGGLED, b"\0" * 100, b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_what_is_no_tls_gets_no_answer(consigned, said):
    with reached(consigned) as plain:
        plain.sendall(said)
        assert heard_of(plain) == b""
    in_the_end(lambda: ("", "GAT-012") in refused_at_the_gate(consigned))


def test_who_says_nothing_or_half_a_handshake_is_closed_in_time(consigned):
    with reached(consigned) as silent, reached(consigned) as half:
        half.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert heard_of(silent) == heard_of(half) == b""
    in_the_end(lambda: ("", "GAT-013") in refused_at_the_gate(consigned))


def test_ten_thousand_half_open_connections_keep_nobody_out(consigned):
    gate = consigned.house.gate_port
    script = Path(__file__).parent / "at_the_gate.py"
    with subprocess.Popen([sys.executable, str(script), str(gate), str(HALF_OPEN), "500"]) as flood:
        served = [passes(consigned)]
        while flood.poll() is None:
            time.sleep(0.5)
            served.append(passes(consigned))
    assert flood.returncode == 0
    assert all(served)
    in_the_end(lambda: ("", "GAT-014") in refused_at_the_gate(consigned))


def test_a_head_that_comes_in_drops_is_cut_off_in_time(consigned):
    async def dripping():
        with reached(consigned) as plain, client(consigned, consigned.house.host).wrap_socket(plain) as sock:
            for byte in SMUGGLED * 100:
                try:
                    sock.sendall(bytes([byte]))
                except OSError:
                    return True
                await asyncio.sleep(0.2)
        return False

    assert asyncio.run(dripping())
    in_the_end(lambda: ("", "GAT-028") in refused_at_the_gate(consigned))


def test_a_body_that_comes_in_drops_is_cut_off_in_time(consigned):
    sent = Sent(consigned)

    async def dripping():
        with spoken(consigned) as sock:
            sock.sendall(sent.offer() + put(sent.at("payload.age"), b"", length=len(sent.sealed)))
            for byte in sent.sealed:
                try:
                    sock.sendall(bytes([byte]))
                except OSError:
                    return True
                await asyncio.sleep(0.2)
        return False

    assert asyncio.run(dripping())
    in_the_end(lambda: ("PUT payload.age", "GAT-028") in refused_at_the_gate(consigned))


@pytest.mark.parametrize("how", SMUGGLING)
def test_no_request_hides_in_another(consigned, how):
    raw, code = SMUGGLING[how]
    number = Sent(consigned).number.encode()
    found = asked(consigned, raw.replace(b"{}", number) + SMUGGLED)
    assert [each for _, each in found] == [code]
    in_the_end(lambda: code in {each for _, each in refused_at_the_gate(consigned)})


def test_a_head_that_is_too_large_is_refused(consigned):
    for raw in (f"{HEAD}X: {'x' * 20_000}\r\n\r\n", HEAD + "".join(f"X{n}: y\r\n" for n in range(2000)) + "\r\n"):
        assert asked(consigned, raw.encode()) == [(431, "GAT-033")]
    in_the_end(lambda: ("", "GAT-033") in refused_at_the_gate(consigned))


@pytest.mark.parametrize(
    "target", ["/", "/v1/submissions/../../etc/passwd", "/v1/submissions/" + "a" * 32 + "/payload.age/..", "*", "//x"]
)
def test_there_are_its_paths_and_no_other(consigned, target):
    assert asked(consigned, put(target, b"")[:-2] + b"Connection: close\r\n\r\n") == [(404, "GAT-020")]
    in_the_end(lambda: ("", "GAT-020") in refused_at_the_gate(consigned))


def test_plaintext_is_not_taken(consigned):
    sent = Sent(consigned, sealed=PLAIN * 100)
    (offered, (_, code)) = asked(consigned, sent.whole())
    assert offered == (200, "")
    assert code.startswith("AGE-")
    assert left_behind(consigned) == []
    in_the_end(lambda: ("PUT payload.age", code) in refused_at_the_gate(consigned))


def test_a_submission_of_another_key_or_of_before_is_refused_before_its_body(consigned):
    forged = Sent(consigned)
    forged.signer = Signer.generate("media-station-host/other-host/submission")
    assert asked(consigned, forged.whole()) == [(422, "PRF-007")]
    known = Sent(consigned)
    assert asked(consigned, known.whole()) == [(200, ""), (201, "")]
    assert asked(consigned, known.whole()) == [(422, "RCV-002")]
    other = Sent(consigned)
    other.submission = known.submission
    assert asked(consigned, put(Sent(consigned).at("submission.json"), other.signed, "Connection: close")) == [
        (400, "GAT-024")
    ]
    in_the_end(lambda: {"PRF-007", "RCV-002"} <= {code for _, code, _ in consigned.refusals("intake")})
    assert asked(consigned, put(known.at("payload.age"), known.sealed)) == [(409, "GAT-025")]
    in_the_end(lambda: ("PUT payload.age", "GAT-025") in refused_at_the_gate(consigned))


def test_another_body_than_the_one_that_was_signed_is_refused(consigned):
    sent = Sent(consigned, PLAIN * 1000)
    other = Sent(consigned, PLAIN * 1000)
    assert asked(consigned, sent.whole(other.sealed)) == [(200, ""), (422, "SPL-001")]
    assert asked(consigned, sent.whole(sent.sealed[:-1])) == [(200, ""), (422, "GAT-026")]
    assert left_behind(consigned) == []
    in_the_end(lambda: ("PUT payload.age", "GAT-026") in refused_at_the_gate(consigned))
    in_the_end(lambda: "SPL-001" in {code for _, code, _ in consigned.refusals("intake")})


def test_a_file_sealed_to_another_station_is_taken_and_refused_when_it_is_opened(consigned):
    elsewhere = b"".join(map(bytes, encrypt(BytesIO(PLAIN), X25519Identity.generate().to_public())))
    sent = Sent(consigned, sealed=elsewhere)
    assert asked(consigned, sent.whole()) == [(200, ""), (201, "")]
    walk = consigned.walk
    with pytest.raises(Refused) as caught:
        consigned.does(walk.counter.do(asks.Inspect(payload=sent.number), walk.staff.operator))
    in_the_end(lambda: caught.value.code in {code for _, code, _ in consigned.refusals("people")})


def test_an_upload_that_is_cut_at_each_64_kib_goes_on_and_ends_whole(consigned):
    sent = Sent(consigned, os.urandom(MIB))
    held = 0
    for cut in range(2 * CUT, len(sent.sealed), CUT):
        with spoken(consigned) as sock:
            assert told_offset(sock, sent) == held
            sock.sendall(sent.rest(held, cut))
        in_the_end(lambda cut=cut: kept(consigned, sent) == cut)
        held = cut
    in_the_end(lambda: ("PUT payload.age", "GAT-028") in refused_at_the_gate(consigned))
    assert asked(consigned, sent.rest(held)) == [(201, "")]
    assert received(consigned, sent.number)["ciphertext_sha256"] == hashlib.sha256(sent.sealed).hexdigest()
    assert left_behind(consigned) == []


def test_another_end_than_the_one_that_was_signed_is_refused(consigned):
    """A body is hashed whole, also where it came in two."""
    sent = Sent(consigned, os.urandom(MIB))
    with spoken(consigned) as sock:
        assert told_offset(sock, sent) == 0
        sock.sendall(sent.rest(0, MIB // 2))
    in_the_end(lambda: kept(consigned, sent) == MIB // 2)
    for target, code in (
        (sent.rest(MIB // 2 - 1), "GAT-034"),
        (sent.rest(MIB // 2).replace(b"Content-Range: bytes", b"Content-Range: items"), "GAT-035"),
        (sent.rest(MIB // 2).replace(b"Content-Range: bytes 5", b"Content-Range: bytes 4"), "GAT-035"),
        (sent.rest(MIB // 2)[:-1] + bytes([sent.sealed[-1] ^ 1]), "SPL-001"),
    ):
        assert [each for _, each in asked(consigned, target)] == [code]
    assert left_behind(consigned) == []
    in_the_end(lambda: {("PUT payload.age", f"GAT-03{n}") for n in (4, 5)} <= refused_at_the_gate(consigned))


def test_what_was_cut_goes_on_by_curl_as_the_page_says(consigned, tmp_path):
    (tmp_path / "export.csv").write_bytes(os.urandom(MIB))
    seal, send = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/sending.md").read_text(), re.DOTALL)
    settings = {
        "export": tmp_path / "export.csv",
        "consignment": consigned.walk.terms.consignment,
        "records": 1,
        "host": consigned.house.host,
        "public": consigned.house.station / "public",
        "gate": f"127.0.0.1:{consigned.house.gate_port}",
    }
    begins = "".join(f"{name}='{value}'\n" for name, value in settings.items())
    # Slow enough that the time that it has ends in the middle.
    cut = send.replace("curl ", "curl --limit-rate 80k --max-time 8 ").replace("ask --continue", "! ask --continue")
    say = 'echo "$offset $payload"\n'
    script = begins + "set -eu\n" + seal + cut + say + "sleep 1\n" + send + say
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (before, _), (after, number) = (line.split() for line in done.stdout.splitlines())
    assert int(before) == 0 < int(after)
    sealed = (tmp_path / f"{number}.age").read_bytes()
    assert received(consigned, number)["ciphertext_sha256"] == hashlib.sha256(sealed).hexdigest()
    assert json.loads((tmp_path / "receipt.json").read_text())["payload"] == number


def kept(station, sent: Sent) -> int:
    """-1 while the gate has not noticed the cut."""
    with spoken(station) as sock:
        return told_offset(sock, sent)


def received(station, number: str) -> dict:
    """What the journal says of it."""
    (data,) = (each for each in told(station.house, "payload.received") if each["payload"] == number)
    return data


def left_behind(station) -> list[Path]:
    return list((station.house.station / "state" / "gate").rglob("*.part"))


def supplied(number, body=BODY, *, key=PUBLISHER, held=0):
    """The header of BODY, and a host's requests: with it, and with what is missing beyond `held` bytes, out of `body`."""
    said = Supply(
        kind=SupplyKind.PATTERNS,
        number=number,
        made="2026-04-06T03:00:00.000000Z",
        length=len(BODY),
        sha256=hashlib.sha256(BODY).hexdigest(),
    )
    header, size = sign_header(said, key), len(BODY)
    ranged = [f"Content-Range: bytes {held}-{size - 1}/{size}"] if held else []
    at = f"/v1/supplies/patterns-{number}"
    return header, put(f"{at}/header.json", header), put(f"{at}/body", body[held:], *ranged, length=size - held)


def test_a_supply_comes_in_resumed_and_once(consigned):
    header, offering, begun = supplied(7, BODY[:CUT])
    with spoken(consigned) as sock:
        sock.sendall(offering)
        assert b'"offset": 0}' in sock.recv(CUT)
        sock.sendall(begun)
    in_the_end(lambda: ("PUT body", "GAT-028") in refused_at_the_gate(consigned))
    assert asked(consigned, offering + supplied(7, held=CUT)[2]) == [(200, ""), (201, "")]
    inbox = consigned.house.station / "state" / "desk" / "supplies"
    assert [each.read_bytes() for each in inbox.iterdir()] == [header + BODY]
    assert [each["supply"] for each in told(consigned.house, "supply.received")] == ["patterns-7"]
    with spoken(consigned) as sock:
        sock.sendall(b"GET /v1/supplies/patterns-7/receipt HTTP/1.1\r\nHost: station\r\nConnection: close\r\n\r\n")
        receipt = heard_of(sock).partition(b"\r\n\r\n")[2]
    key = Signer.parse((consigned.house.station / "keys" / "desk" / "receipts.key").read_text()).verifier
    assert open_json("supply-receipt", receipt, [key])["sha256"] == hashlib.sha256(BODY).hexdigest()
    for number in (7, 6):
        assert asked(consigned, supplied(number)[1]) == [(422, "SUP-003")]
    next(inbox.iterdir()).unlink()
    assert asked(consigned, b"".join(supplied(7)[1:])) == [(200, ""), (201, "")]
    assert [each.read_bytes() for each in inbox.iterdir()] == [header + BODY]


@pytest.mark.parametrize(
    ("how", "answers"),
    [
        ({"key": Signer.generate(PUBLISHER.name)}, [(422, "PRF-007")]),
        ({"body": BODY[:-1] + bytes([BODY[-1] ^ 1])}, [(200, ""), (422, "SPL-001")]),
    ],
)
def test_what_no_publisher_signed_is_no_supply(consigned, how, answers):
    before = len(told(consigned.house, "supply.received"))
    assert asked(consigned, b"".join(supplied(9, **how)[1:])) == answers
    assert len(told(consigned.house, "supply.received")) == before
