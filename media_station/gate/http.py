"""One HTTP/1.1 connection (RFC 9112) by h11, with its limits: header bytes, silence, what is left unread."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import h11

from media_station.model.errors import IntegrityViolation, PeerFault, Refused, StationError

HEADER_BYTES: Final = 16 * 1024
# For a whole head, for each so many bytes of a body, for an answer: a drop now and then keeps nothing open.
IDLE_SECONDS: Final = 30.0
PACE_BYTES: Final = 64 * 1024
LINGER_SECONDS: Final = 5.0
_PIECE_BYTES: Final = 256 * 1024
_HEADER_TOO_LARGE: Final = 431  # RFC 6585 section 5
_FIRST_REFUSAL: Final = 400
_SEPARATORS: Final = len(": \r\n")

_STATUS: Final = {
    "GAT-010": 403,
    "GAT-020": 404,
    "GAT-021": 400,
    "GAT-022": 411,
    "GAT-023": 413,
    "GAT-024": 400,
    "GAT-025": 409,
    "GAT-028": 408,
    "GAT-029": 507,
    "GAT-030": 409,
    "GAT-031": 404,
    "GAT-032": 504,
    "GAT-033": 431,
    "GAT-034": 409,
    "GAT-035": 400,
    "DOR-001": 503,
    "CLK-003": 503,
}
_REASONS: Final = {100: b"Continue", 200: b"OK", 201: b"Created"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: str
    content_type: str = "application/json"


def refusal(error: StationError) -> Answer:
    """4xx if the sender can mend it, 5xx if the station must."""
    theirs = isinstance(error, Refused | IntegrityViolation)
    status = _STATUS.get(error.code, 422 if theirs else 502)
    return Answer(status=status, body=json.dumps({"code": error.code, "parameters": dict(error.parameters)}))


class Connection:
    """Requests one after the other; the caller reads each body to its end or lets go of the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_BYTES)
        self._ended = False
        self._due = 0.0

    async def request(self) -> h11.Request | None:
        """The next one, or None if the host is done. PeerFault GAT-021 malformed, GAT-033 too large, GAT-028 silent."""
        self._wait_anew()
        event = await self._event()
        if not isinstance(event, h11.Request):
            return None
        # What came whole in one read was never incomplete, which is all that h11 limits.
        size = len(event.target) + sum(len(name) + len(value) + _SEPARATORS for name, value in event.headers)
        if size > HEADER_BYTES:
            raise PeerFault("GAT-033", limit=HEADER_BYTES)
        return event

    async def body(self) -> AsyncIterator[bytes]:
        """To its end; PeerFault GAT-028 if it breaks off, or too little comes in 30 seconds."""
        self._wait_anew()
        came = 0
        if self._http.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[], reason=_REASONS[100]))
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise PeerFault("GAT-028")
            came += len(event.data)
            if came >= PACE_BYTES:
                came = 0
                self._wait_anew()
            yield bytes(event.data)

    async def answer(self, answer: Answer) -> bool:
        """Sends it; whether another request may follow. After a refusal none may: of what is left of a request that was
        not understood, nothing is read as another.
        """
        refused = answer.status >= _FIRST_REFUSAL
        if self._http.their_state is h11.SEND_BODY:
            with suppress(h11.RemoteProtocolError):
                self._http.next_event()  # the end of a request that has no body
        body = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        if refused or self._http.their_state is not h11.DONE:
            headers.append(("Connection", "close"))
        reason = _REASONS.get(answer.status, b"Refused")
        await self._send(h11.Response(status_code=answer.status, headers=headers, reason=reason))
        await self._send(h11.Data(data=body))
        await self._send(h11.EndOfMessage())
        if refused or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def close(self) -> None:
        """Reads on for a moment if a body was not wanted, to its end: closing on unread data would lose the answer on
        its way.
        """
        if self._http.their_state is h11.SEND_BODY:
            with suppress(PeerFault, TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while isinstance(await self._event(), h11.Data):
                        pass
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._writer.wait_closed()

    def _wait_anew(self) -> None:
        self._due = asyncio.get_running_loop().time() + IDLE_SECONDS

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout_at(self._due):
                    data = await self._reader.read(_PIECE_BYTES)
                self._ended = not data
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            if self._ended:
                raise PeerFault("GAT-028") from error
            if error.error_status_hint == _HEADER_TOO_LARGE:
                raise PeerFault("GAT-033", limit=HEADER_BYTES) from error
            raise PeerFault("GAT-021") from error
        except (OSError, TimeoutError) as error:
            raise PeerFault("GAT-028") from error
        return event

    async def _send(self, event: h11.Event) -> None:
        try:
            data = self._http.send(event)
            if data:
                self._writer.write(data)
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._writer.drain()
        except (h11.LocalProtocolError, OSError, TimeoutError) as error:
            raise PeerFault("GAT-028") from error
