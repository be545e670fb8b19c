"""How often each process wakes up by itself when nobody asks for anything, and what it holds: after a minute of that.

A wake-up is a voluntary context switch of one of its threads, proc(5).
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from start import ALONE, IDLE_GOAL_MIB, ROLES, pss_mib

from media_station.rehearsal.house import House

SECONDS = 60
SETTLED_SECONDS = 5


def rows(scale: float) -> Iterator[dict[str, str | float]]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        woken, held = asyncio.run(idle(Path(name) / "house", max(5.0, SECONDS * min(1.0, scale))))
    for role in ROLES:
        yield {"what": f"{role} idle", "wake_ups_a_minute": round(woken[role]), "idle_mib": round(held[role], 1)}
    yield {"what": "idle, all of these", "idle_mib": round(sum(held.values()), 1), "goal_mib": IDLE_GOAL_MIB}


async def idle(folder: Path, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    """Wake-ups a minute of each role, and MiB that it holds."""
    house = House(folder, commands=ALONE)
    house.set_up([])
    try:
        await house.start()
        if "guard" in ROLES:
            await house.start_role("guard")
        await asyncio.sleep(SETTLED_SECONDS)
        began, before = time.monotonic(), {role: wake_ups(house.pid(role)) for role in ROLES}
        await asyncio.sleep(seconds)
        minutes = (time.monotonic() - began) / 60
        woken = {role: (wake_ups(house.pid(role)) - before[role]) / minutes for role in ROLES}
        return woken, {role: pss_mib(house.pid(role)) for role in ROLES}
    finally:
        house.stop()


def wake_ups(pid: int) -> int:
    counted = 0
    for each in Path(f"/proc/{pid}/task").glob("*/status"):
        lines = each.read_text().splitlines()
        counted += next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))
    return counted
