"""The drive's system calls over the whole flow (F2, F6): it mounts nothing, and opens no block device but its bays."""

import re
import stat
import sys
import time
from pathlib import Path

from at_the_counter import STICK_BYTES, at_the_counter

from media_station.model import asks
from media_station.rehearsal.media import Bay

MOUNTING = "mount,umount2,mount_setattr,fsopen,fsconfig,fsmount,fspick,move_mount,open_tree,pivot_root,swapon"
CALL = re.compile(r"^\d+ +(\w+)\(")
OPENED = re.compile(r'^\d+ +(?:open|openat|openat2|creat)\((?:AT_FDCWD[^,]*, )?"([^"]*)".*= \d+')


def traced(folder: Path) -> tuple[list[str], set[Path], list[Bay]]:
    """Each call's name, each block device that was opened, the bays. Erased, and burned by what the drive starts."""
    log = folder / "strace"
    bays: list[Bay] = []

    async def doing(walk):
        bays.extend(walk.bays)
        await walk.to_the_end()
        assert await walk.counter.do(asks.RegisterMedium(bay="usb1"), walk.staff.operator)

    # -D: the drive itself is the process that is started, and ended; strace only looks on, and ends with it.
    tracing = [
        "strace",
        "-D",
        "-f",
        "-s",
        "4096",
        "-o",
        str(log),
        "-e",
        f"trace=open,openat,openat2,creat,execve,{MOUNTING}",
    ]
    at_the_counter(
        folder,
        doing,
        sticks=2,
        stick_bytes=STICK_BYTES * 16,
        commands={"drive": [*tracing, sys.executable, "-m", "media_station"]},
    )
    while not log.read_text(errors="replace").endswith("+++ exited with 0 +++\n"):
        time.sleep(0.05)
    lines = log.read_text(errors="replace").splitlines()
    calls = [found[1] for line in lines if (found := CALL.match(line))]
    opened = {Path(found[1]) for line in lines if (found := OPENED.match(line))}
    return calls, {path for path in opened if path.exists() and stat.S_ISBLK(path.stat().st_mode)}, bays


def test_nothing_is_mounted_and_no_block_device_is_opened_but_the_bays(tmp_path):
    calls, devices, bays = traced(tmp_path)
    assert calls.count("execve") > 1  # the burner is seen too
    assert set(calls) & set(MOUNTING.split(",")) == set()
    assert devices
    assert devices <= {bay.path for bay in bays}
