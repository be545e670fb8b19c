"""Real cell processes, one a payload, started as the service manager does and spoken to by the desk's own end."""

import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.leaks import left_in
from corpus.sound import ITEMS
from least_settings import LEAST

from media_station.desk.hands.cells import Cells
from media_station.model.errors import StationError
from media_station.model.payload import Inspection
from media_station.rehearsal.house import House

AT_ONCE = 4


@dataclass(frozen=True)
class Done:
    """What the cells answered, and what they left: files by path, of which processes.log is all that they said."""

    answers: Mapping[str, Inspection | StationError]
    left: Mapping[str, bytes]


def inspected_by_cells(folder: Path, payloads: Mapping[str, Iterable[bytes]], command: Sequence[str] = ()) -> Done:
    """Each payload comes in pieces; `command` starts a cell in place of the usual one."""
    house = House(folder / "house", commands={"cell": command} if command else None)
    (house.station / "keys/cell").mkdir(parents=True)
    (house.station / "keys/cell/identity").write_text("rehearsal/r1")
    (house.station / "station.toml").write_text(LEAST)

    async def whole():
        at_once = asyncio.Semaphore(AT_ONCE)
        cells = Cells(house.run / "cell.sock", house.uids)

        async def answer(pieces: Iterable[bytes]) -> Inspection | StationError:
            async with at_once:
                try:
                    return await cells.inspect(iter(pieces), ITEMS, individual_numbers_allowed=False)
                except StationError as error:
                    return error

        house.open_once_doors()
        try:
            return await asyncio.gather(*map(answer, payloads.values()))
        finally:
            house.stop()

    return Done(answers=dict(zip(payloads, asyncio.run(whole()), strict=True)), left=dict(left_in(house.folder)))


def running(program: str) -> list[str]:
    """The command of a cell that is this program, with `run()` for the real one."""
    return [sys.executable, "-c", f"from media_station.__main__ import main as run\n{program}"]
