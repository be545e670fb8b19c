"""A station process that the power leaves at one moment: started in place of the real role, with the real role inside.

`crashing.py desk WHERE`: after the commit of each flow event whose place WHERE (a file) doesn't name yet, the place is
written down and the process ends by SIGKILL. `crashing.py desk-kills-drive WHERE PIDFILE`: the drive ends in its place.
`crashing.py drive WHERE`: ends in the middle of each kind of work, once.
"""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from media_station.__main__ import main
from media_station.model.event import Event
from media_station.model.operator import OPERATOR
from media_station.model.vocabulary import MACHINES


def places(event: Event) -> list[str]:
    """`event` or `event branch`, if a table moves by it; people's own events are not of the flow."""
    if not any(machine.concerns(event) for machine in MACHINES if machine is not OPERATOR):
        return []
    return [f"{event.name} {event.branch.value}" if event.branch is not None else event.name]


def first_time(where: Path, place: str) -> bool:
    seen = where.read_text().splitlines() if where.exists() else []
    if place in seen:
        return False
    with where.open("a") as out:
        out.write(place + "\n")
        out.flush()
        os.fsync(out.fileno())
    return True


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_the_one_in(pid_file: Path) -> None:
    with suppress(ProcessLookupError, ValueError):  # killed before, not yet started again
        os.kill(int(pid_file.read_text()), signal.SIGKILL)


def crash_the_desk(where: Path, pid_file: Path | None) -> None:
    from media_station.desk.journal.commit import Journal  # noqa: PLC0415

    commit = Journal.commit

    def crashing(self, *events, **more):
        records = commit(self, *events, **more)
        fresh = [place for event in events for place in places(event) if first_time(where, place)]
        if fresh and pid_file is None:
            die()
        elif fresh:
            kill_the_one_in(pid_file)
        return records

    Journal.commit = crashing


def crash_the_drive(where: Path) -> None:
    from media_station.drive import perform  # noqa: PLC0415

    watched = perform.Progress

    def crashing(**fields):
        if fields["done"] * 2 >= fields["total"] > 0 and first_time(where, fields["phase"]):
            die()
        return watched(**fields)

    perform.Progress = crashing


if __name__ == "__main__":
    kind, where, *rest = sys.argv[1:]
    cut = rest.index("--") if "--" in rest else len(rest)
    extra, sys.argv[1:] = rest[:cut], rest[cut + 1 :]
    if kind == "drive":
        crash_the_drive(Path(where))
    else:
        crash_the_desk(Path(where), Path(extra[0]) if extra else None)
    sys.exit(main())
