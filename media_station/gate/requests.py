"""The paths of the gate, and no other."""

import json
import os
import re
from dataclasses import asdict, dataclass
from typing import Final

import h11

from media_station.doors.intake import METHODS, NAMES
from media_station.gate.desk import DeskDoor
from media_station.gate.http import Answer, Connection, File
from media_station.gate.upload import Uploads
from media_station.model.errors import Refused

# A signed submission has some 700 bytes; quoted in JSON even the worst of 8 KiB fits into one message to the desk.
SUBMISSION_BYTES: Final = 8 * 1024
_RANGE = re.compile(rb"bytes (0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})/([1-9][0-9]{0,15})")
_GROWN = re.compile(r"/v1/checkpoint/since/(0|[1-9][0-9]{0,15})")
_EXPORTS = re.compile(r"/v1/exports/([ER][1-9][0-9]{0,3}-B-[0-9]{5})")
_FROM = re.compile(rb"bytes=(0|[1-9][0-9]{0,15})-")
_SUPPLIES = re.compile(r"/v1/supplies/((?:patterns|update)-[1-9][0-9]{0,15})/(header\.json|body|receipt)")
_SUBMISSIONS = re.compile(r"/v1/submissions/([0-9a-f]{32})/(submission\.json|payload\.age|receipt)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What the host can ask for."""

    uploads: Uploads
    desk: DeskDoor
    body_bytes: int

    async def respond(self, request: h11.Request, connection: Connection) -> Answer | File:
        """StationError for everything that is not done."""
        method, target = request.method.decode("ascii"), request.target.decode("ascii", "replace")
        if method == "GET":
            return await self._get(request, target)
        found = _SUBMISSIONS.fullmatch(target) or _SUPPLIES.fullmatch(target)
        name, what = (found[1], found[2]) if found else ("", target)
        match method, what:
            case "PUT", "submission.json":
                return _missing(await self.uploads.offer(name, await self._small(request, connection)))
            case "PUT", "header.json":
                return _missing(await self.uploads.offer_supply(name, await self._small(request, connection)))
            case "PUT", "payload.age" | "body":
                length = _length(request, self.body_bytes)
                start = _start(request, length)
                receipt = await self.uploads.take(name, start, length, connection.body(length))
                return Answer(status=201, body=receipt)
            case "PUT", "/v1/checkpoint":
                witnessed = await self.desk.witness(await self._small(request, connection))
                return Answer(status=200, body=json.dumps({"witnessed": witnessed}))
            case _:
                raise Refused("GAT-020")

    async def _get(self, request: h11.Request, target: str) -> Answer | File:
        if target == "/v1/exports":
            return Answer(status=200, body=await self.desk.exports())
        if target == "/v1/checkpoint":
            note = await self.desk.checkpoint()
            return Answer(status=200, body=note, content_type="text/plain; charset=utf-8")
        if since := _GROWN.fullmatch(target):
            return Answer(status=200, body=json.dumps(asdict(await self.desk.grown(int(since[1])))))
        if export := _EXPORTS.fullmatch(target):
            return await self._export(request, export[1])
        found = _SUBMISSIONS.fullmatch(target) or _SUPPLIES.fullmatch(target)
        if not found or found[2] != "receipt":
            raise Refused("GAT-020")
        receipt = await (self.desk.supply_receipt(found[1]) if "-" in found[1] else self.desk.receipt(found[1]))
        if not receipt:
            raise Refused("GAT-031")
        return Answer(status=200, body=receipt)

    async def _export(self, request: h11.Request, bundle: str) -> File:
        start = _from(request)
        sealed = await self.desk.export(bundle)
        length = os.fstat(sealed.fileno()).st_size
        if start >= length:
            sealed.close()
            raise Refused("GAT-036")
        return File(source=sealed, start=start, length=length)

    async def _small(self, request: h11.Request, connection: Connection) -> str:
        if _start(request, _length(request, SUBMISSION_BYTES)):
            raise Refused("GAT-034", held=0)
        try:
            return (await connection.small()).decode()
        except UnicodeDecodeError as error:
            raise Refused("GAT-024") from error


def _missing(offered: tuple[int, int]) -> Answer:
    """How long the body is, and from where on it is missing."""
    length, start = offered
    return Answer(status=200, body=json.dumps({"length": length, "offset": start}))


def known_name(request: h11.Request) -> str:
    """What a record may call it: `PUT payload.age`, and nothing that a peer made up."""
    method, target = request.method.decode("ascii"), request.target.decode("ascii", "replace")
    what = "exports" if _EXPORTS.fullmatch(target) else target.rpartition("/")[2]
    return f"{method} {what}" if method in METHODS and what in NAMES else ""


def _length(request: h11.Request, limit: int) -> int:
    """Content-Length in bytes; Refused GAT-022 without one, GAT-023 above the limit."""
    length = next((int(value) for name, value in request.headers if name == b"content-length"), None)
    if length is None or any(name == b"transfer-encoding" for name, _ in request.headers):
        raise Refused("GAT-022")
    if length > limit:
        raise Refused("GAT-023", limit=limit)
    return length


def _from(request: h11.Request) -> int:
    """From which byte on an export is wanted, to its end (RFC 9110 section 14.2). Refused GAT-036 for other ranges."""
    ranges = [value for name, value in request.headers if name == b"range"]
    if not ranges:
        return 0
    found = _FROM.fullmatch(ranges[0])
    if len(ranges) > 1 or not found:
        raise Refused("GAT-036")
    return int(found[1])


def _start(request: h11.Request, length: int) -> int:
    """Where a body begins: a partial PUT (RFC 9110 section 14.5) brings all the rest, from there to the end.

    Refused GAT-035 for any other range.
    """
    ranges = [value for name, value in request.headers if name == b"content-range"]
    if not ranges:
        return 0
    found = _RANGE.fullmatch(ranges[0])
    if len(ranges) > 1 or not found:
        raise Refused("GAT-035")
    start, last, whole = (int(each) for each in found.groups())
    if last != whole - 1 or start + length != whole:
        raise Refused("GAT-035")
    return start
