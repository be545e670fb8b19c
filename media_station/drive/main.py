"""Composition: settings, the desk's public key, the bays, the door."""

import asyncio
import signal
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path

from media_station.doors.log import log_line
from media_station.doors.refusals import RECORD_SECONDS, Refusal, Refusals
from media_station.doors.sandbox import confine
from media_station.doors.socket import listen, ready, users
from media_station.drive.arrivals import Arrivals
from media_station.drive.detect import parse_bays
from media_station.drive.kernel import Kernel
from media_station.drive.server import Bench, MediaDoor
from media_station.drive.spent import Spent
from media_station.model.errors import Refused
from media_station.proof.note import Verifier
from media_station.settings import Settings, load


def main(settings_path: Path) -> int:
    """Refused DRV-001 for bays in the settings of a station that is not a rehearsal: it has real ones alone."""
    settings = load(settings_path)
    identity = settings.identity("drive")
    confine(identity)
    if settings.drive.bays and not identity.rehearsal:
        raise Refused("DRV-001", identity=identity.name)
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    run = settings.station.run
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrivals = Arrivals()
    asyncio.get_running_loop().add_reader(arrivals.fileno(), arrivals.take)
    each = settings.drive.bays
    bench = Bench(
        kernel=Kernel(),
        finding=settings.drive.real_media or not settings.identity("drive").rehearsal,
        settled=parse_bays((b.name, b.kind, b.path, b.vendor, b.model, b.serial, b.size_bytes) for b in each),
        identity=settings.identity("drive"),
        orders_key=_orders_key(settings.credentials("drive") / "orders.pub"),
        two_person=frozenset(settings.policy.two_person),
        spent=Spent(run / "drive" / "spent"),
        is_fresh=arrivals.is_fresh,
        tool=f"media-station {version('media-station')}",
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    refusals = Refusals(_log, seconds=RECORD_SECONDS)
    door = listen(
        run / "media.sock",
        lambda peer: MediaDoor(bench, partial(refusals.take, "media", peer.uid)),
        uids=users(bench.identity, "desk"),
    )
    ready()
    await stop.wait()
    door.close()
    await bench.at_rest()
    refusals.close()


def _log(refusal: Refusal, unrecorded: int) -> None:
    log_line("warning", "request.refused", **asdict(refusal), unrecorded=unrecorded)


def _orders_key(path: Path) -> Verifier:
    try:
        return Verifier.parse(path.read_text())
    except OSError as error:
        raise Refused("SET-003", file=path.name) from error
