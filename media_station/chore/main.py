"""Asks for the chore that its unit is named after (`$CHORE`), waits until it is done, then ends."""

import asyncio
import os
from pathlib import Path

from media_station.doors.chores import Chores
from media_station.doors.sandbox import confine
from media_station.doors.socket import connect, makers
from media_station.model.chore import Chore
from media_station.model.errors import Refused
from media_station.settings import load


def main(settings_path: Path) -> int:
    """Nothing is asked for where a backup would have no recipients. Refused CHO-001 for what is no chore, else as the
    desk refuses; PeerFault DOR-001 if nobody is in.
    """
    settings = load(settings_path)
    confine(settings.identity("chore"))
    try:
        chore = Chore(os.environ.get("CHORE", ""))
    except ValueError as error:
        raise Refused("CHO-001") from error
    if chore is Chore.BACKUP and not settings.backup.recipients:
        return 0

    async def ask() -> None:
        async with connect(settings.station.run / "chores.sock", Chores, uids=makers()) as desk:
            await desk.call("Do", chore=chore)

    asyncio.run(ask())
    return 0
