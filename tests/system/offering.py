"""Run at a station with its package on the path. `order IDENTITY KEYFILE`: an order of that station's desk, of this boot
and this moment; `offer ORDERFILE`, as the desk: the code with which the station's drive refuses it.
"""

import asyncio
import sys
import time
from dataclasses import asdict
from pathlib import Path

from media_station.desk.hands.drive import Drive
from media_station.doors.socket import makers
from media_station.model.errors import StationError
from media_station.model.ids import parse_identity
from media_station.model.order import Action, Order
from media_station.proof.key import Signer
from media_station.proof.note import sign_json


def order(identity: str, key: str) -> str:
    now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    epoch = parse_identity(identity).epoch.upper()
    of = Order(
        number=f"{epoch}-O-00001",
        identity=identity,
        boot_id=Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        action=Action.ERASE,
        transfer="",
        medium=f"{epoch}-U-00001",
        fingerprint="0" * 64,
        image_sha256="",
        image_length=0,
        requester="kanri-ichiro",
        approver="kanri-jiro",
        issued_ms=now,
        start_by_ms=now + 600_000,
    )
    return sign_json("order", asdict(of) | {"action": "erase"}, Signer.parse(key)).decode()


async def offer(signed: str) -> str:
    drive = Drive(Path("/run/media-station/media.sock"), makers())
    try:
        await drive.erase(signed, "usb0", lambda _: None)
    except StationError as error:
        return error.code
    return "taken"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["order", identity, file]:
            print(order(identity, Path(file).read_text()), end="")
        case ["offer", file]:
            print(asyncio.run(offer(Path(file).read_text())))
