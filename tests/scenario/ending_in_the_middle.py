"""A desk or cell that ends while it has plaintext in its hands: once at each place in an inspection and a sealing.

`ending_in_the_middle.py desk|cell WHERE -- …`: as crashing.py, but between the events, not after them. At the first
place it ends by a signal that makes a core dump where one may be made.
"""

import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

from crashing import die, first_time

from media_station.__main__ import main

PLACES = {
    "cell": ["reading"],
    "desk": ["unsealed", "inspected", "sealing", "sealed", "whole", "in its place", "password kept"],
}


def end_at(where: Path, place: str) -> None:
    if first_time(where, place):
        if place == "unsealed":
            os.kill(os.getpid(), signal.SIGABRT)
        die()


def passing(where: Path, pieces, at_first: str, at_last: str = ""):
    for piece in pieces:
        yield piece
        end_at(where, at_first)
    if at_last:
        end_at(where, at_last)


def end_the_desk(where: Path) -> None:
    from media_station.desk.hands.cells import Cells  # noqa: PLC0415
    from media_station.desk.hands.spool import Spool  # noqa: PLC0415
    from media_station.desk.hands.vault import Vault  # noqa: PLC0415
    from media_station.desk.image import build  # noqa: PLC0415

    inspect, write_image, new_image, put = Cells.inspect, build.write_image, Spool.new_image, Vault.put_password

    async def inspected(self, plaintext, items, **allowed):
        found = await inspect(self, passing(where, plaintext, "unsealed"), items, **allowed)
        end_at(where, "inspected")
        return found

    def written(plan, ciphertext, manifest, out):
        image = write_image(plan, passing(where, ciphertext, "sealing", "sealed"), manifest, out)
        out.flush()
        end_at(where, "whole")
        return image

    @contextmanager
    def placed(self, medium, needed):
        with new_image(self, medium, needed) as out:
            yield out
        end_at(where, "in its place")

    def kept(self, medium, password):
        done = put(self, medium, password)
        end_at(where, "password kept")
        return done

    Cells.inspect, build.write_image, Spool.new_image, Vault.put_password = inspected, written, placed, kept


def end_the_cell(where: Path) -> None:
    from media_station.cell import main as cell  # noqa: PLC0415

    inspect = cell.inspect

    def reading(read, items, **allowed):
        def reading_on(size):
            piece = read(size)
            end_at(where, "reading")
            return piece

        return inspect(reading_on, items, **allowed)

    cell.inspect = reading


if __name__ == "__main__":
    kind, where = sys.argv[1:3]
    sys.argv[1:] = sys.argv[4:]
    {"desk": end_the_desk, "cell": end_the_cell}[kind](Path(where))
    sys.exit(main())
