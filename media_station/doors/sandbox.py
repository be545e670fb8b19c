"""What a process does and checks of itself before it opens a door."""

import os
import resource
from pathlib import Path

from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity

_SECCOMP_FILTER = "2"


def confine(identity: Identity) -> None:
    """No core dumps, private files; and unless this is a rehearsal: IntegrityViolation SBX-001 outside a sandbox."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if identity.rehearsal:
        return
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    for name, expected in (("Seccomp", _SECCOMP_FILTER), ("NoNewPrivs", "1")):
        if status.get(name) != expected:
            raise IntegrityViolation("SBX-001", what=name)
