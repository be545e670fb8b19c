"""When disks came and discs were changed, by the kernel's own events: those arrive in every sandbox, udev's don't.

udev gives a new node to the drive's group a moment after the kernel has made it, and a disc takes a while to spin up:
until then it can't be opened, which says nothing of it.
"""

import time
from collections.abc import Callable
from typing import Final

import pyudev

SETTLE_SECONDS: Final = 5.0
_COMING: Final = frozenset({"add", "change"})


class Arrivals:
    """`fileno` is readable when there is something for `take`."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="kernel")
        self._monitor.filter_by("block")
        self._monitor.start()
        self._now = now
        self._came: dict[str, float] = {}

    def fileno(self) -> int:
        return int(self._monitor.fileno())

    def take(self) -> None:
        """All that has happened since."""
        while (device := self._monitor.poll(timeout=0)) is not None:
            if device.action in _COMING:
                self._came[device.sys_name] = self._now()
            else:
                self._came.pop(device.sys_name, None)

    def is_fresh(self, disk: str) -> bool:
        """May a disk, by its name in /sys, still be on its way to those who may open it?"""
        came = self._came.get(disk)
        return came is not None and self._now() - came < SETTLE_SECONDS
