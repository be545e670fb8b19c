"""facts.json: where everything lies that a person, or another program, may want to check. Paths are relative to it."""

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_station.rehearsal.media import Bay, copy

LETTERS = {"certificate": "C", "destruction_record": "X", "slip": "S", "notice": "N"}


@dataclass(slots=True, kw_only=True)
class Facts:
    """Collected while the rehearsal goes on. `folder` is the rehearsal's DIR."""

    folder: Path
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    erased: dict[str, dict[str, Any]] = field(default_factory=dict)

    def copy_of(self, number: str, bay: Bay, length: int, password: str) -> None:
        """A written medium's content, read raw from it, and the age file's name in it."""
        image = self.folder / "media" / f"{number}.img"
        image.parent.mkdir(exist_ok=True)
        self.media[number] = {
            "number": number,
            "kind": "usb" if bay.kind == "usb" else "dvd",
            "image": str(image.relative_to(self.folder)),
            "image_sha256": copy(bay, length, image),
            "password": password,
            "age_file": f"{number}.age",
        }

    def erased_copy_of(self, number: str, bay: Bay) -> None:
        """The whole stick after its erasure."""
        image = self.folder / "media" / f"{number}.erased.img"
        copy(bay, bay.size_bytes, image)
        self.erased[number] = {"number": number, "image": str(image.relative_to(self.folder))}

    def write(self, *, payload: Path, records: int, papers: Path, journal: Path, public_key: Path) -> None:
        """Copies papers and journal to where a person looks, and writes facts.json."""
        shutil.copytree(papers, self.folder / "papers")
        shutil.copytree(journal, self.folder / "journal")
        shutil.copy(public_key, self.folder / "journal.pub")
        shutil.copy(journal / "checkpoint", self.folder / "head")
        lines = sum(len(segment.read_bytes().splitlines()) for segment in journal.glob("*.jsonl"))
        facts = {
            "rehearsal": True,
            "payload": {
                "path": str(payload.relative_to(self.folder)),
                "sha256": hashlib.sha256(payload.read_bytes()).hexdigest(),
                "records": records,
            },
            "media": list(self.media.values()),
            "erased": list(self.erased.values()),
            "papers": {kind: self._papers(letter) for kind, letter in LETTERS.items()},
            "journal": {"directory": "journal", "public_key": "journal.pub", "records": lines, "head": "head"},
        }
        text = json.dumps(facts, ensure_ascii=False, indent=2)
        (self.folder / "facts.json").write_text(text + "\n", encoding="utf-8")

    def _papers(self, letter: str) -> list[str]:
        found = sorted((self.folder / "papers").glob(f"*-{letter}-*.pdf"))
        return [str(path.relative_to(self.folder)) for path in found]
