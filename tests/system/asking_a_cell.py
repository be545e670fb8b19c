"""The desk's questions to a cell, typed as the desk's user: a password weighed, a paper typeset. Prints what it heard."""

import asyncio
import os
import sys
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.doors.cell import Cell
from media_station.doors.socket import connect


async def asked(method: str, **parameters: object) -> object:
    async with connect(Path("/run/media-station/cell.sock"), Cell, uids=frozenset({0})) as door:
        return await door.call(method, **parameters)


async def main() -> None:
    print(await asked("Weigh", password="umi-no-mieru-oka-17", words=[]))
    sheet = os.memfd_create("sheet")
    await asked("Typeset", paper="certificate", fields=sys.argv[1], sheet=FileDescriptor(sheet, should_close=False))
    print(os.pread(sheet, 5, 0).decode())


asyncio.run(main())
