"""The room on the disk under the station's state, and the reserve that is kept for the last records.

Less than `warn_bytes` is a finding, with less than `refuse_bytes` no new work is begun. With less than LAST_BYTES the
journal takes only what ends running work or leads to room again, and gives up the reserve for it: a file allocated
beforehand. It is allocated again once there is room to work.
"""

import os
from enum import Enum
from pathlib import Path
from typing import Final

from media_station.desk.hands.durably import sync
from media_station.model.errors import Refused

RESERVE_BYTES: Final = 4 * 1024 * 1024  # thousands of records, and their rows in the ledger
LAST_BYTES: Final = 1024 * 1024
_MIB: Final = 1024 * 1024


class Claim(Enum):
    """To the reserve. WAY_OUT: what leads to room again; it leaves LAST_BYTES. LAST: what ends running work."""

    NONE = "none"
    WAY_OUT = "way_out"
    LAST = "last"


class Disk:
    """The one that `directory` is on; the reserve lies in it."""

    def __init__(self, directory: Path, *, warn_bytes: int, refuse_bytes: int) -> None:
        """Refused SET-002 if the limits are not in order."""
        if not RESERVE_BYTES + LAST_BYTES < refuse_bytes <= warn_bytes:
            raise Refused("SET-002", problems=f"disk: {RESERVE_BYTES + LAST_BYTES} < refuse_bytes <= warn_bytes")
        self._directory = directory
        self._reserve = directory / "reserve"
        self._warn_bytes = warn_bytes
        self._refuse_bytes = refuse_bytes
        self._warned = False
        # One that another process was just allocating is none.
        self._held = self._reserve.exists() and self._reserve.stat().st_blocks * 512 >= RESERVE_BYTES
        if not self._held:
            self._hold()

    def free(self) -> int:
        """Bytes, the reserve not among them."""
        found = os.statvfs(self._directory)
        return found.f_bavail * found.f_frsize

    def low(self) -> str:
        """What a finding is to say before anything else is recorded, the same until it was; empty if there is room."""
        self._hold_again()
        free = self.free()
        if free >= self._warn_bytes:
            self._warned = False
        elif not self._warned:
            return f"free_mib={free // _MIB}"
        return ""

    def recorded(self) -> None:
        """The finding is in the journal."""
        self._warned = True

    def require_room(self) -> None:
        """Refused DSK-001 if there is too little for new work."""
        self._hold_again()
        free = self.free()
        if free < self._refuse_bytes or not self._held:
            raise Refused("DSK-001", needs=self._refuse_bytes, has=free)

    def require_record(self, claim: Claim) -> None:
        """For one append. Refused DSK-001 if what is left is for others."""
        free = self.free()
        if self._held and free >= LAST_BYTES:
            return
        if claim is Claim.NONE:
            raise Refused("DSK-001", needs=self._refuse_bytes, has=free)
        if self._held:
            self._give_up()
        elif claim is Claim.WAY_OUT and free < LAST_BYTES:
            raise Refused("DSK-001", needs=self._refuse_bytes, has=free)

    def _hold_again(self) -> None:
        if not self._held and self.free() >= self._refuse_bytes:
            self._hold()

    def _hold(self) -> None:
        if self.free() < RESERVE_BYTES + LAST_BYTES:
            return
        descriptor = os.open(self._reserve, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
            os.fsync(descriptor)
        except OSError:  # somebody was faster
            self._reserve.unlink()
            return
        finally:
            os.close(descriptor)
        sync(self._directory)
        self._held = True

    def _give_up(self) -> None:
        self._reserve.unlink()
        sync(self._directory)  # only then are its blocks free for others
        self._held = False
