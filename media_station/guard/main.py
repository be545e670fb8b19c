"""media-stationd guard: closes everything, says READY (the network may come up), then looks, and looks again."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

from media_station.doors.log import log_line
from media_station.doors.sandbox import NET_ADMIN, confine
from media_station.doors.socket import ready
from media_station.guard.watch import Watch, reporter
from media_station.model.errors import Refused, StationError
from media_station.proof.note import Verifier
from media_station.settings import Settings, load

LOOK_SECONDS = 2.0


def main(settings_path: Path) -> int:
    """Runs until SIGTERM; the rules stay as they are then. Refused SET-002 with a wrong link."""
    settings = load(settings_path)
    identity = settings.identity("guard")
    confine(identity, capabilities=NET_ADMIN)
    link = settings.network
    if link.interface and (problems := link.problems()):
        raise Refused("SET-002", problems=f"network: {', '.join(problems)}")
    watch = Watch(link, identity, _receipts_key(settings), reporter(settings.station.run))
    asyncio.run(_run(watch))
    return 0


async def _run(watch: Watch) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    ready()
    said = ""
    while not stop.is_set():
        try:
            await watch.look()
            said = ""
        except StationError as error:
            if error.code.startswith("GRD-002"):
                raise
            if error.code != said:
                log_line("warning", "report.failed", code=error.code)
            said = error.code
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


def _receipts_key(settings: Settings) -> Verifier:
    path = settings.credentials("guard") / "receipts.pub"
    try:
        return Verifier.parse(path.read_text())
    except OSError as error:
        raise Refused("SET-003", file=path.name) from error
