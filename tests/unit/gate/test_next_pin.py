"""Keys change without a day on which nobody can send: both ends know the current key and the next one, and no other."""

import asyncio
import json
import re
import socket
import ssl

import pytest

from media_station.cli.standalone import certificate
from media_station.cli.standalone.gate import _context
from media_station.gate import hosts as hosts_module
from media_station.gate.admission import Waiting
from media_station.gate.hosts import Hosts
from media_station.gate.main import Doorway
from media_station.gate.refusals import Refusals
from media_station.gate.requests import Counter
from media_station.gate.tls import known, verify_host
from media_station.gate.upload import Uploads
from media_station.model.errors import PeerFault, Refused

CURRENT, NEXT, OTHER = (certificate.issue(f"host {name}", certificate.HOST) for name in ("current", "next", "other"))
GATES = [certificate.issue(f"gate {name}", certificate.GATE) for name in ("current", "next", "other")]


def gate(folder, hosts, own=GATES[0]) -> ssl.SSLContext:
    folder.mkdir()
    (folder / "tls.key").write_text(own.key)
    (folder / "tls.crt").write_text(own.certificate)
    (folder / "host.crt").write_text("".join(each.certificate for each in hosts))
    return known(folder, [each.pin for each in hosts]).context


def host(folder, own, gates=(GATES[0],)) -> ssl.SSLContext:
    """As `media-station send` makes it."""
    folder.mkdir()
    (folder / "tls.key").write_text(own.key)
    (folder / "tls.crt").write_text(own.certificate)
    (folder / "gate.crt").write_text("".join(each.certificate for each in gates))
    return _context(folder, folder / "gate.crt")


def shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """The gate's end of a handshake, with nothing but memory between the two."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_side=False),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
    return ends[0]


@pytest.mark.parametrize("own", [CURRENT, NEXT])
def test_the_hosts_current_and_its_next_key_are_known(tmp_path, own):
    end = shaken(gate(tmp_path / "gate", [CURRENT, NEXT]), host(tmp_path / "host", own))
    verify_host(end, [CURRENT.pin, NEXT.pin])


def test_another_key_and_one_whose_pin_was_taken_away_are_not(tmp_path):
    with pytest.raises(ssl.SSLError):
        shaken(gate(tmp_path / "gate", [CURRENT, NEXT]), host(tmp_path / "host", OTHER))
    with pytest.raises(ssl.SSLError):
        shaken(gate(tmp_path / "later", [NEXT]), host(tmp_path / "late", CURRENT))


def test_a_certificate_without_its_pin_or_a_pin_without_its_certificate_opens_nothing(tmp_path):
    gate(tmp_path / "gate", [CURRENT, NEXT])
    for pins in ([CURRENT.pin], [CURRENT.pin, OTHER.pin], [CURRENT.pin, NEXT.pin, OTHER.pin]):
        with pytest.raises(Refused, match="GAT-003"):
            known(tmp_path / "gate", pins)


def test_a_key_that_was_trusted_in_the_handshake_alone_is_not_the_hosts(tmp_path):
    end = shaken(gate(tmp_path / "gate", [CURRENT, NEXT]), host(tmp_path / "host", NEXT))
    with pytest.raises(PeerFault, match="GAT-010"):
        verify_host(end, [CURRENT.pin])


def test_the_host_knows_the_gates_current_and_its_next_key(tmp_path):
    for number, own in enumerate(GATES[:2]):
        server = gate(tmp_path / f"gate{number}", [CURRENT], own)
        assert shaken(server, host(tmp_path / f"host{number}", CURRENT, GATES[:2])).version() == "TLSv1.3"
    with pytest.raises(ssl.SSLError):
        shaken(gate(tmp_path / "other", [CURRENT], GATES[2]), host(tmp_path / "host", CURRENT, GATES[:2]))


class Desk:
    """`adopted` is what it says of the host; None: it isn't there."""

    def __init__(self, adopted=()):
        self.adopted, self.asked = adopted, []

    async def hosts(self, in_use):
        self.asked.append(in_use)
        if self.adopted is None:
            raise PeerFault("DOR-001")
        return list(self.adopted)


def hosts(folder, desk, monkeypatch, current=(CURRENT,)):
    """Asks the desk each time."""
    monkeypatch.setattr(hosts_module, "ASK_SECONDS", 0.0)
    gate(folder, current)
    return Hosts(folder, [each.pin for each in current], desk)


def pins_of(known_by):
    return asyncio.run(known_by.known()).pins


def test_what_two_administrators_adopted_holds_in_place_of_the_settings_without_a_restart(tmp_path, monkeypatch):
    desk = Desk()
    known_by = hosts(tmp_path / "gate", desk, monkeypatch)
    for adopted in ([], [CURRENT, NEXT], [NEXT]):
        desk.adopted = [each.certificate for each in adopted]
        assert pins_of(known_by) == {each.pin for each in adopted or [CURRENT]}
    context = asyncio.run(known_by.known()).context
    assert shaken(context, host(tmp_path / "new", NEXT)).version() == "TLSv1.3"
    with pytest.raises(ssl.SSLError):
        shaken(context, host(tmp_path / "old", CURRENT))
    assert [len(each) for each in desk.asked] == [2, 2, 3, 2]
    assert desk.asked[-1] == [GATES[0].certificate, NEXT.certificate]


def test_a_desk_that_is_away_takes_no_key_away_and_brings_none_back(tmp_path, monkeypatch):
    desk = Desk([NEXT.certificate])
    known_by = hosts(tmp_path / "gate", desk, monkeypatch)
    assert pins_of(known_by) == {NEXT.pin}
    desk.adopted = None
    assert pins_of(known_by) == {NEXT.pin}
    never = hosts(tmp_path / "other", desk, monkeypatch)
    with pytest.raises(PeerFault, match="GAT-032"):
        pins_of(never)


class Witnessed(Desk):
    """Has a head to show to whoever is heard."""

    async def checkpoint(self):
        return "head"


def test_a_connection_that_was_kept_open_ends_with_its_key(tmp_path, monkeypatch):
    desk = Witnessed([CURRENT.certificate])
    known_by = hosts(tmp_path / "gate", desk, monkeypatch)
    refusals = Refusals(desk)
    counter = Counter(uploads=Uploads(tmp_path / "upload", desk), desk=desk, body_bytes=1)
    doorway = Doorway(
        hosts=known_by, counter=counter, refusals=refusals, silent=Waiting(1), shaking_hands=Waiting(1), served=set()
    )

    async def asked(reader, writer):
        writer.write(b"GET /v1/checkpoint HTTP/1.1\r\nHost: station\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: ([0-9]+)", head, re.IGNORECASE)[1])
        return head.split()[1], await reader.readexactly(length)

    async def kept():
        here, there = socket.socketpair()
        here.setblocking(False)
        there.setblocking(False)
        serving = asyncio.create_task(doorway.serve(there))
        reader, writer = await asyncio.open_connection(
            sock=here, ssl=host(tmp_path / "host", CURRENT), server_hostname="station"
        )
        for adopted in ([CURRENT, NEXT], [NEXT, CURRENT]):
            desk.adopted = [each.certificate for each in adopted]
            assert await asked(reader, writer) == (b"200", b"head")
        desk.adopted = [NEXT.certificate]
        status, told = await asked(reader, writer)
        assert status == b"403"
        assert json.loads(told)["code"] == "GAT-010"
        assert await reader.read() == b""
        writer.close()
        await serving

    asyncio.run(asyncio.wait_for(kept(), 60))
    assert refusals._kinds == {("GET checkpoint", "GAT-010"): 1}
