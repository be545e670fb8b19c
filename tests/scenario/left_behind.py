import json
from dataclasses import dataclass
from pathlib import Path

RECORDS = 5400


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal left behind."""

    folder: Path
    facts: dict
    said: str

    def path(self, relative: str) -> Path:
        return self.folder / relative

    def medium(self, kind: str) -> dict:
        (medium,) = [medium for medium in self.facts["media"] if medium["kind"] == kind]
        return medium

    def records(self) -> list[dict]:
        """The journal as any JSON reader sees it."""
        directory = self.path(self.facts["journal"]["directory"])
        segments = sorted(directory.glob("*.jsonl"))
        return [json.loads(line) for segment in segments for line in segment.read_bytes().splitlines()]
