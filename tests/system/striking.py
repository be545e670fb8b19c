"""How a station's processes are struck: killed, cut from power, or left without room.

`striking.py FAULT DRIVE_PID_FILE BOOT_ID ONCE -- desk …`: a desk that is struck between the record of its first order
and its sending. ONCE is a file that then exists.
"""

import os
import shutil
import signal
import sys
import uuid
from pathlib import Path

from media_station.__main__ import main
from media_station.model.order import OrderIssued
from media_station.settings import load

KILLED = {"drive killed": ("drive",), "desk killed": ("desk",), "power cut": ("drive", "desk")}


def strike(fault: str, pids: dict[str, int], drives_notes: Path, boot_id: Path) -> None:
    """What is struck dies as soon as its request to a stick has come back: nobody waits for it here."""
    if fault == "power cut":
        shutil.rmtree(drives_notes)
        boot_id.write_text(f"{uuid.uuid4()}\n")
    for role in KILLED[fault]:
        os.kill(pids[role], signal.SIGKILL)


def strike_at_the_first_order(fault: str, drive_pid: Path, boot_id: Path, once: Path, notes: Path) -> None:
    from media_station.desk.journal.commit import Journal  # noqa: PLC0415

    commit = Journal.commit

    def committing(self, *events, **more):
        done = commit(self, *events, **more)
        if not once.exists() and any(isinstance(each, OrderIssued) for each in events):
            once.touch()
            pids = {"drive": int(drive_pid.read_text()), "desk": os.getpid()}
            strike(fault, pids, notes, boot_id)
        return done

    Journal.commit = committing


if __name__ == "__main__":
    _, fault, drive_pid, boot_id, once, _, *rest = sys.argv
    sys.argv[1:] = rest
    settings = load(Path(rest[rest.index("--settings") + 1]))
    strike_at_the_first_order(fault, Path(drive_pid), Path(boot_id), Path(once), settings.station.run / "drive")
    sys.exit(main())
