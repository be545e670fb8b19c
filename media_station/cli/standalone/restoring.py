"""A backup into the fresh machine that `setup machine` makes: what is given for it, and the oneshot that restores it.

The restore runs as the desk, in the desk's sandbox, with the desk's keys. What it is given lies in a folder of root's
in memory until it has ended; the backup itself is not copied. What the restore tells lies in the desk's state until
the station has started: who was cut off goes on from there.
"""

import argparse
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from media_station.cli.standalone.fresh_files import SECRET, write_all
from media_station.cli.standalone.open import identities
from media_station.cli.standalone.recovery_sheet import ETC
from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_identity
from media_station.proof.key import Verifier
from media_station.proof.succession import Reign
from media_station.texts.width import shown

FORMER: Final = "station.toml.former"
STATE: Final = Path("var/lib/media-station/desk")
_TOLD: Final = STATE / "restored.json"
_FIELDS: Final = {
    "station": str,
    "former": str,
    "records": int,
    "lost": int,
    "accounts": list,
    "locked": list,
    "settings": str,
}
_GIVEN: Final = Path("run/media-station-restore")
_UNIT: Final = "media-station-restore.service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`identity`: the one that follows all of those whose keys are given."""

    backup: Path
    reader: str = field(repr=False)
    keys: str
    head: str
    identity: Identity


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--restore", type=Path, metavar="BACKUP", help="このバックアップから続けます\nto go on from this backup"
    )
    parser.add_argument("-i", dest="reader", type=Path, metavar="FILE", help="with it: a recipient's secret key")
    parser.add_argument(
        "--journal-key", type=Path, action="append", metavar="FILE", help="with it: of each epoch before, by paper"
    )
    parser.add_argument("--head", type=Path, metavar="FILE", help="with it: the last head that is known")


def given(asked: argparse.Namespace) -> Given | None:
    """None if nothing is to be restored. Refused STP-007 for what is missing, CLI-020 for what can't be read, what it
    is refused for if it isn't what it is to be; IDS-003 for the keys of a rehearsal.
    """
    options = {"--restore": asked.restore, "-i": asked.reader, "--journal-key": asked.journal_key, "--head": asked.head}
    missing = [name for name, value in options.items() if not value]
    if len(missing) == len(options):
        return None
    if missing:
        raise Refused("STP-007", problems=", ".join(missing))
    if not asked.restore.is_file():
        raise Refused("CLI-020", file=asked.restore.name)
    identities([asked.reader])
    keys = [Verifier.parse(_text(path)) for path in asked.journal_key]
    return Given(
        backup=asked.restore.resolve(),
        reader=_text(asked.reader),
        keys="".join(f"{each.render()}\n" for each in keys),
        head=_text(asked.head),
        identity=_next(keys),
    )


def identity(root: Path) -> Identity:
    """Whose keys the machine has."""
    return parse_identity((root / ETC / "keys" / "desk" / "identity").read_text())


def is_unfinished(root: Path) -> bool:
    """The journal is there, but whoever restored it was cut off before the station had started."""
    return (root / _TOLD).exists() and (root / STATE / "journal").exists()


def finish(root: Path) -> None:
    (root / _TOLD).unlink(missing_ok=True)


def _next(keys: list[Verifier]) -> Identity:
    identities = [parse_identity(Reign(start=0, key=each).identity) for each in keys]
    latest = max(identities, key=lambda each: int(each.epoch[1:]))
    return latest.following(f"e{int(latest.epoch[1:]) + 1}")


def restore(root: Path, what: Given, administrators: Sequence[str]) -> dict[str, str]:
    """What it said, once more if it `is_unfinished`; the former station's settings are laid beside the machine's.

    Refused STP-010 with its own words, STP-008.
    """
    if not is_unfinished(root):
        _begin(root, what, administrators)
    told = _told(root)
    (root / ETC / FORMER).unlink(missing_ok=True)
    write_all(root / ETC, {FORMER: told.pop("settings")}, mode=SECRET)
    return {
        name: shown(" ".join(map(str, each)) if isinstance(each, list) else str(each)) for name, each in told.items()
    }


def _begin(root: Path, what: Given, administrators: Sequence[str]) -> None:
    folder = root / _GIVEN
    given = {"reader": what.reader, "journal.pubs": what.keys, "head": what.head}
    given["administrators"] = "".join(f"{each}\n" for each in administrators)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        write_all(folder, given, mode=SECRET)
        (folder / "backup").symlink_to(what.backup)
        subprocess.run(["systemctl", "daemon-reload"], stdin=subprocess.DEVNULL, check=True, capture_output=True)
        done = subprocess.run(["systemctl", "start", _UNIT], stdin=subprocess.DEVNULL, check=False, capture_output=True)
        if done.returncode:
            refused = folder / "refused"
            lines = refused.read_text(errors="replace").strip().splitlines() if refused.exists() else []
            said = "\n".join(map(shown, lines))
            raise Refused("STP-010", said=said) if said else Refused("STP-008", what=f"systemctl start {_UNIT}")
    except (OSError, subprocess.SubprocessError) as error:
        raise Refused("STP-008", what=f"systemctl start {_UNIT}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _told(root: Path) -> dict[str, Any]:
    """It is the desk's file: no link of its is followed, and nothing else is in it."""
    try:
        with os.fdopen(os.open(root / _TOLD, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)) as file:
            untrusted: Any = json.load(file)
        if not isinstance(untrusted, dict) or {name: type(each) for name, each in untrusted.items()} != _FIELDS:
            raise ValueError("not what a restore tells")
    except (OSError, ValueError) as error:
        raise Refused("STP-008", what=f"systemctl start {_UNIT}") from error
    return untrusted


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError as error:
        raise Refused("CLI-020", file=path.name) from error
