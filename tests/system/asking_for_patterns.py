"""The desk's order for a supply of patterns, signed and handed over as the desk's user. Prints the engine, or the refusal's
code; then what the station's clamd, told to read them, finds in a file.
"""

import asyncio
import sys
import time
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.desk.hands.scanner import Scanner
from media_station.doors.patterns import InstallsPatterns
from media_station.doors.socket import connect, users
from media_station.model.errors import StationError
from media_station.model.ids import parse_identity
from media_station.model.supply import SupplyOrder
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.proof.once import boottime_ms

SECONDS = 60  # against a hang
identity, key, boot_id, number, supply, sought = sys.argv[1:]
order = SupplyOrder(
    number=number,
    identity=identity,
    boot_id=boot_id,
    supply=Path(supply).stem,
    sha256=sha256(Path(supply).read_bytes().partition(b"\n")[2]).hexdigest(),
    requester="kanri-jiro",
    approver="kanri-misaki",
    issued_ms=boottime_ms(),
    start_by_ms=boottime_ms() + 1000 * SECONDS,
)


async def main() -> None:
    async with connect(Path("/run/media-station/patterns.sock"), InstallsPatterns, uids=frozenset({0})) as door:
        with Path(supply).open("rb") as file:
            signed = sign_json("supply-order", asdict(order), Signer.parse(key)).decode()
            print(await door.call("Install", order=signed, supply=FileDescriptor(file)))


def found() -> str:
    with scanner.shown() as shown:
        list(shown.passing(iter([sought.encode()])))
        return scanner.look(shown)


try:
    asyncio.run(main())
except StationError as error:
    sys.exit(error.code)
scanner = Scanner(
    Path("/run/media-station-clamd/clamd.sock"),
    users(parse_identity(identity), "clamd"),
    largest_bytes=99,
    seconds=SECONDS,
)
scanner.reload()
until = time.monotonic() + SECONDS
while not found() and time.monotonic() < until:
    time.sleep(0.2)
print(found())
