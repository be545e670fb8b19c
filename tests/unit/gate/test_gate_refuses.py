"""The gate starts with its socket, its keys and nothing less; what it has no room or no receipt for it refuses."""

import asyncio
import socket
from types import SimpleNamespace

import h11
import pytest

from media_station.gate import main, requests, tls
from media_station.gate.requests import Counter
from media_station.model.errors import Refused


@pytest.mark.parametrize("family", [None, socket.AF_UNIX])
def test_without_the_listening_socket_of_the_network_it_does_not_start(monkeypatch, tmp_path, family):
    if family is None:
        monkeypatch.setattr(main, "passed_listener", lambda _: None)
        with pytest.raises(Refused, match="GAT-001"):
            main._handed_over()
        return
    with socket.socket(family) as listening:
        listening.bind(str(tmp_path / "door"))
        listening.listen()
        monkeypatch.setattr(main, "passed_listener", lambda _: listening)
        with pytest.raises(Refused, match="GAT-001"):
            main._handed_over()


def test_a_key_that_is_none_is_named(tmp_path):
    for name in ("tls.key", "tls.crt", "host.crt"):
        (tmp_path / name).write_text("x")
    with pytest.raises(Refused, match="GAT-002") as caught:
        tls.known(tmp_path, ())
    assert caught.value.parameters["file"] == "tls.crt"


def test_a_body_above_the_limit_is_not_begun():
    headers = [(b"host", b"station"), (b"content-length", b"11")]
    request = h11.Request(method=b"PUT", target=b"/v1/x", headers=headers)
    assert requests._length(request, 11) == 11
    with pytest.raises(Refused, match="GAT-023"):
        requests._length(request, 10)


def test_what_was_never_taken_has_no_receipt():
    async def none(_):
        return ""

    counter = Counter(uploads=None, desk=SimpleNamespace(receipt=none), body_bytes=1)
    target = f"/v1/submissions/{'a' * 32}/receipt".encode()
    request = h11.Request(method=b"GET", target=target, headers=[(b"host", b"station")])
    with pytest.raises(Refused, match="GAT-031"):
        asyncio.run(counter.respond(request, None))
