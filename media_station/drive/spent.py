"""Used order numbers with their evidence, until the desk has it. They lie in /run: no roll-back of a disk reaches them.

A number is claimed before anything else is checked, and never again. `void`: claimed, nothing begun; `begun`: the
medium may have been touched; `ended`: with evidence; `recorded`: the desk has it. Where the directory is new, nobody
knows what was used before: it says since when it knows.
"""

import json
import os
from dataclasses import asdict
from enum import Enum
from pathlib import Path

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import parse_order
from media_station.model.order import Action, Evidence, Verdict


class Use(Enum):
    VOID = "void"
    BEGUN = "begun"
    ENDED = "ended"
    RECORDED = "recorded"


class Spent:
    """One small file for each number."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def since_ms(self, boot_id: str, now_ms: int) -> int:
        """From which moment of this boot on all used numbers are here (CLOCK_BOOTTIME); from now on, if none is noted.

        IntegrityViolation DRV-015 if what lies there isn't what this class wrote.
        """
        path = self._directory / "since"
        try:
            boot, _, noted_ms = path.read_text().partition(" ")
            if boot == boot_id:
                return int(noted_ms)
        except FileNotFoundError:
            pass
        except ValueError as error:
            raise IntegrityViolation("DRV-015", order=path.name) from error
        _replace(path, f"{boot_id} {now_ms}")
        return now_ms

    def claim(self, number: str) -> None:
        """From now on nobody else can; Refused DRV-014 if somebody could before."""
        try:
            descriptor = os.open(self._path(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError as error:
            raise Refused("DRV-014", order=number) from error
        os.close(descriptor)

    def begin(self, number: str) -> None:
        self._put(number, Use.BEGUN, None)

    def end(self, evidence: Evidence) -> None:
        self._put(evidence.order, Use.ENDED, evidence)

    def forget(self, number: str) -> None:
        """The evidence goes, the number stays spent."""
        if self.use(number) is Use.ENDED:
            self._put(number, Use.RECORDED, None)

    def use(self, number: str) -> Use | None:
        """None: never claimed. IntegrityViolation DRV-015 if what lies there isn't what this class wrote."""
        found = self._read(number)
        return None if found is None else found[0]

    def evidence(self, number: str) -> Evidence | None:
        found = self._read(number)
        return None if found is None else found[1]

    def _read(self, number: str) -> tuple[Use, Evidence | None] | None:
        try:
            raw = self._path(number).read_bytes()
        except FileNotFoundError:
            return None
        if not raw:
            return Use.VOID, None
        try:
            whole = json.loads(raw)
            held = whole["evidence"]
            if held is None:
                return Use(whole["use"]), None
            checked = held | {"action": Action(held["action"]), "verdict": Verdict(held["verdict"])}
            return Use(whole["use"]), Evidence(**checked)
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityViolation("DRV-015", order=number) from error

    def _put(self, number: str, use: Use, evidence: Evidence | None) -> None:
        held = None
        if evidence is not None:
            held = asdict(evidence) | {"action": evidence.action.value, "verdict": evidence.verdict.value}
        _replace(self._path(number), json.dumps({"use": use.value, "evidence": held}))

    def _path(self, number: str) -> Path:
        return self._directory / f"{parse_order(number)}.json"


def _replace(path: Path, content: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(content)
    beside.replace(path)
