"""A drive at whose half work the station's disk runs full: the real role, and somebody else's file.

`filling.py FILLER`: in the middle of the first pass of an erasure the file FILLER takes all the room that is left.
"""

import sys
from contextlib import suppress
from pathlib import Path

from media_station.__main__ import main
from media_station.drive import perform


def fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as out:
        for piece in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    out.write(bytes(piece))


def watch_for(filler: Path) -> None:
    watched = perform.Progress

    def filling(**fields):
        if fields["phase"] == "erase 1" and fields["done"] * 2 >= fields["total"] > 0 and not filler.exists():
            fill(filler)
        return watched(**fields)

    perform.Progress = filling


if __name__ == "__main__":
    _, where, *rest = sys.argv
    watch_for(Path(where))
    sys.argv = ["media-stationd", *rest[rest.index("--") + 1 :]]
    sys.exit(main())
