"""The machine that is looked at: its files below a root, its commands, its time."""

import os
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_SECONDS: Final = 60.0
# Root's own, whatever the shell that asks has.
_PATHS: Final = ("usr/sbin", "usr/bin", "sbin", "bin")


def _now() -> datetime:
    return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    root: Path = Path("/")
    now: datetime = field(default_factory=_now)

    def path(self, name: str) -> Path:
        return self.root / name.lstrip("/")

    def has_program(self, name: str) -> bool:
        return any(os.access(self.root / folder / name, os.X_OK) for folder in _PATHS)

    def text(self, name: str) -> str:
        """Empty for what can't be read."""
        try:
            return self.path(name).read_text(errors="replace")
        except OSError:
            return ""

    def says(self, *command: str) -> tuple[int, str]:
        """The command's exit code and what it said; -1 if it can't be run."""
        environment = {"PATH": ":".join(f"/{folder}" for folder in _PATHS), "LC_ALL": "C.UTF-8"}
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=_SECONDS,
                env=environment,
            )
        except (OSError, subprocess.SubprocessError):
            return -1, ""
        return done.returncode, done.stdout
