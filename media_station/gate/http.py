"""One HTTP/1.1 connection (RFC 9112) by h11, with its limits: header bytes, silence, what is left unread."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from typing import Final

import h11

from media_station.gate.stream import Stream
from media_station.model.errors import IntegrityViolation, PeerFault, Refused, StationError

HEADER_BYTES: Final = 16 * 1024
# For a whole head, for each so many bytes of a body, for an answer: a drop now and then keeps nothing open.
IDLE_SECONDS: Final = 30.0
PACE_BYTES: Final = 64 * 1024
LINGER_SECONDS: Final = 5.0
_PIECE_BYTES: Final = 512 * 1024
_READ_BYTES: Final = 64 * 1024
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
    "GAT-036": 416,
    "SPL-002": 500,
    "SPL-005": 500,
    "SPL-008": 404,
    "DOR-001": 503,
    "CLK-003": 503,
}
_REASONS: Final = {100: b"Continue", 200: b"OK", 201: b"Created", 206: b"Partial Content"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: str
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An answer that is the bytes of a file of this length from `start` on. It is closed then."""

    source: FileIO
    start: int
    length: int


def refusal(error: StationError) -> Answer:
    """4xx if the sender can mend it, 5xx if the station must."""
    theirs = isinstance(error, Refused | IntegrityViolation)
    status = _STATUS.get(error.code, 422 if theirs else 502)
    return Answer(status=status, body=json.dumps({"code": error.code, "parameters": dict(error.parameters)}))


class Connection:
    """Requests one after the other; the caller reads each body to its end or lets go of the connection."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._scratch = memoryview(bytearray(_READ_BYTES))
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_BYTES)
        self._ended = False
        self._due = 0.0
        self._left = 0  # of a body that passes h11 by

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

    async def small(self) -> bytes:
        """A body that is small by its length, whole. PeerFault GAT-028 as `body`."""
        await self._go_on()
        pieces = []
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if not isinstance(event, h11.Data):
                raise PeerFault("GAT-028")
            pieces.append(bytes(event.data))
        return b"".join(pieces)

    async def body(self, length: int) -> AsyncIterator[memoryview]:
        """All `length` bytes, in pieces, each of which is good until the next but one is asked for; PeerFault GAT-028,
        after what came, if it breaks off, or too little comes in 30 seconds.

        It passes h11 by, which would copy each byte three times to find the end that the length tells. No other request
        follows on this connection.
        """
        await self._go_on()
        left = length
        while isinstance(event := self._http.next_event(), h11.Data):  # what came along with the head
            left -= len(event.data)
            yield memoryview(event.data)
        self._left = left
        pieces = [memoryview(bytearray(min(_PIECE_BYTES, left))) for _ in range(2)]
        while self._left:
            pieces.reverse()
            filled = await self._fill(pieces[0][: self._left])
            self._left -= filled
            yield pieces[0][:filled]
            if self._ended:
                raise PeerFault("GAT-028")

    async def _fill(self, piece: memoryview) -> int:
        """How much of it came; all, or it has ended."""
        filled = since = 0
        while filled < len(piece) and not self._ended:
            came = 0
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout_at(self._due):
                    came = await self._stream.read_into(piece[filled:])
            self._ended = not came
            filled += came
            since += came
            if since >= PACE_BYTES:
                since = 0
                self._wait_anew()
        return filled

    async def answer(self, answer: Answer | File) -> bool:
        """Sends it; whether another request may follow. After a refusal none may: of what is left of a request that was
        not understood, nothing is read as another. PeerFault GAT-028 if it isn't taken in time, GAT-037 if a file ends
        before its length.
        """
        if isinstance(answer, File):
            with answer.source:
                await self._send_file(answer)
            refused = False
        else:
            refused = answer.status >= _FIRST_REFUSAL
            body = answer.body.encode()
            head = self._head(answer.status, [("Content-Type", answer.content_type)], len(body), last=refused)
            await self._send(head, h11.Data(data=body), h11.EndOfMessage())
        if refused or self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def _head(self, status: int, headers: list[tuple[str, str]], length: int, *, last: bool = False) -> h11.Response:
        if self._http.their_state is h11.SEND_BODY:
            with suppress(h11.RemoteProtocolError):
                self._http.next_event()  # the end of a request that has no body
        headers = [*headers, ("Content-Length", str(length))]
        if last or self._http.their_state is not h11.DONE:
            headers.append(("Connection", "close"))
        return h11.Response(status_code=status, headers=headers, reason=_REASONS.get(status, b"Refused"))

    async def _send_file(self, file: File) -> None:
        """A piece is taken in its time as one of a body has to come in it."""
        headers = [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes")]
        if file.start:
            headers.append(("Content-Range", f"bytes {file.start}-{file.length - 1}/{file.length}"))
        await self._send(self._head(206 if file.start else 200, headers, file.length - file.start))
        loop, offset = asyncio.get_running_loop(), file.start
        while offset < file.length:
            piece = await loop.run_in_executor(None, os.pread, file.source.fileno(), PACE_BYTES, offset)
            if not piece:
                raise PeerFault("GAT-037")
            offset += len(piece)
            await self._send(h11.Data(data=piece[: len(piece) - max(0, offset - file.length)]))
        await self._send(h11.EndOfMessage())

    async def close(self) -> None:
        """Reads on for a moment if a body was not wanted, to its end: closing on unread data would lose the answer on
        its way.
        """
        until = asyncio.get_running_loop().time() + LINGER_SECONDS
        with suppress(OSError, TimeoutError, PeerFault):
            async with asyncio.timeout_at(until):
                while self._left and (came := await self._stream.read_into(self._scratch)):
                    self._left = max(0, self._left - came)
                    await asyncio.sleep(0)  # whoever sends without a pause is not the only one
                unread = not self._left and self._http.their_state is h11.SEND_BODY
                while unread and isinstance(await self._event(), h11.Data):  # noqa: ASYNC110 - others have their turn
                    await asyncio.sleep(0)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout_at(until):
                await self._stream.end()
        self._stream.close()

    async def _go_on(self) -> None:
        self._wait_anew()
        if self._http.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[], reason=_REASONS[100]))

    def _wait_anew(self) -> None:
        self._due = asyncio.get_running_loop().time() + IDLE_SECONDS

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout_at(self._due):
                    came = await self._stream.read_into(self._scratch)
                self._ended = not came
                self._http.receive_data(bytes(self._scratch[:came]))
        except h11.RemoteProtocolError as error:
            if self._ended:
                raise PeerFault("GAT-028") from error
            if error.error_status_hint == _HEADER_TOO_LARGE:
                raise PeerFault("GAT-033", limit=HEADER_BYTES) from error
            raise PeerFault("GAT-021") from error
        except (OSError, TimeoutError) as error:
            raise PeerFault("GAT-028") from error
        return event

    async def _send(self, *events: h11.Event) -> None:
        try:
            data = b"".join(self._http.send(event) or b"" for event in events)
            async with asyncio.timeout(IDLE_SECONDS):
                await self._stream.write(data)
        except (h11.LocalProtocolError, OSError, TimeoutError) as error:
            raise PeerFault("GAT-028") from error
