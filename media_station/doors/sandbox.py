"""What a process does and checks of itself before it opens a door."""

import os
import resource
from pathlib import Path
from typing import Final

from media_station.doors.socket import reaches_the_network
from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity

# Capabilities as masks, capabilities(7).
NONE: Final = 0
NET_ADMIN: Final = 1 << 12
SYS_TIME: Final = 1 << 25

_STATUS: Final = Path("/proc/self/status")
_SECCOMP_FILTER: Final = "2"
_ROOT: Final = 0


def confine(identity: Identity, *, capabilities: int = NONE, root: bool = False) -> None:
    """No core dumps, private files; and unless this is a rehearsal: IntegrityViolation SBX-001 outside its sandbox.

    `capabilities`: all that the process may ever have; `root`: it runs as root.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if identity.rehearsal:
        return
    status = dict(line.split(":\t", 1) for line in _STATUS.read_text().splitlines() if ":\t" in line)
    for name, expected in (("Seccomp", _SECCOMP_FILTER), ("NoNewPrivs", "1")):
        if status.get(name) != expected:
            raise IntegrityViolation("SBX-001", what=name)
    for name in ("CapBnd", "CapPrm"):
        if int(status[name], 16) & ~capabilities:
            raise IntegrityViolation("SBX-001", what=name)
    if (os.getuid() == _ROOT) is not root:
        raise IntegrityViolation("SBX-001", what="User")
    if reaches_the_network():
        raise IntegrityViolation("SBX-001", what="RestrictAddressFamilies")
