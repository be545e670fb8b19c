"""The desk's order for an update, signed and handed over as the desk's user. Prints the version, or ends with the refusal's
code.
"""

import asyncio
import sys
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.doors.socket import connect
from media_station.doors.update import TakesUpdate
from media_station.model.errors import StationError
from media_station.model.supply import SupplyOrder
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.proof.once import boottime_ms

identity, key, boot_id, number, supply, path = sys.argv[1:]
content = Path(path).read_bytes()
order = SupplyOrder(
    number=number,
    identity=identity,
    boot_id=boot_id,
    supply=supply,
    sha256=sha256(content if supply == "former" else content.partition(b"\n")[2]).hexdigest(),
    requester="kanri-jiro",
    approver="kanri-misaki",
    issued_ms=boottime_ms(),
    start_by_ms=boottime_ms() + 60_000,
)


async def main() -> None:
    async with connect(Path("/run/media-station/update.sock"), TakesUpdate, uids=frozenset({0})) as door:
        with Path(path).open("rb") as file:
            signed = sign_json("supply-order", asdict(order), Signer.parse(key)).decode()
            print(await door.call("Take", order=signed, supply=FileDescriptor(file)))


try:
    asyncio.run(main())
except StationError as error:
    sys.exit(error.code)
