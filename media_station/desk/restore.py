"""media-stationd restore: a backup becomes the state of a fresh station, in a later epoch. Once, as the desk.

The station that was may still run somewhere, or come back: so nothing of it is used again. The keys are new (setup
makes them), and with them its orders are void; codes up to now are used up; recovery codes are void, since nobody
knows which were used after the backup; media passwords aren't in it. Nor does it know who was shut out since: all but
two administrators, named by whoever restores, are locked until one of them has looked. Numbers bear the new epoch. A
station that is replaced in order is the same: its last act is a backup, and nothing is lost.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from media_station.age.decrypt import decrypt
from media_station.age.x25519 import X25519Identity
from media_station.desk.access.totp import WINDOW_STEPS
from media_station.desk.hands import keys
from media_station.desk.hands.clock import Clock
from media_station.desk.hands.durably import replace_durably, sync
from media_station.desk.hands.vault import Account, Vault
from media_station.desk.journal import epoch
from media_station.doors.sandbox import confine
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.model.instant import parse_wall
from media_station.model.operator import (
    ADMINISTRATORS_AT_LEAST,
    OPERATOR,
    OperatorChanged,
    OperatorEnrolled,
    OperatorLocked,
    OperatorState,
    Post,
    Role,
    roles_on,
)
from media_station.model.station import StationRestored
from media_station.proof.backup import Opened, unpack
from media_station.proof.checkpoint import Checkpoint, open_checkpoint, parse_unsigned
from media_station.proof.key import Verifier
from media_station.proof.quick import cores
from media_station.proof.record import decode, wall
from media_station.proof.segments import lines, segments
from media_station.proof.verify import verify_journal
from media_station.settings import Settings, load

TOLD: Final = "restored.json"
_PIECE: Final = 1 << 20
# In canonical JSON, of every record that opens or closes an account.
_OPERATOR: Final = b'"event":{"action":"operator.'


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="media-stationd restore", description="A backup into a fresh station.")
    parser.add_argument("--settings", type=Path, default=Path("/etc/media-station/station.toml"), metavar="FILE")
    parser.add_argument("--backup", required=True, metavar="FILE", help="`-`: a file at standard input")
    parser.add_argument("-i", "--identity", type=Path, required=True, metavar="FILE", help="a recipient's secret key")
    parser.add_argument(
        "--journal-key",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help="of each epoch before, by paper; a line each",
    )
    parser.add_argument(
        "--head", type=Path, required=True, metavar="FILE", help="the last head that is known from paper or a witness"
    )
    parser.add_argument(
        "--administrators",
        type=Path,
        required=True,
        metavar="FILE",
        help="the two who unlock all others, a line each",
    )
    asked = parser.parse_args(arguments)
    settings = load(asked.settings)
    confine(settings.identity("desk"))
    keys = [_read(path).decode("utf-8", "replace") for path in asked.journal_key]
    verifiers = [Verifier.parse(line) for text in keys for line in text.splitlines()]
    try:
        with os.fdopen(sys.stdin.fileno(), "rb") if asked.backup == "-" else Path(asked.backup).open("rb") as backup:
            named = _read(asked.administrators).decode("utf-8", "replace").split()
            done = restore(settings, backup, _recipient(asked.identity), verifiers, _read(asked.head), named)
    except OSError as error:
        raise Refused("CLI-020", file=Path(asked.backup).name) from error
    print(json.dumps(done, ensure_ascii=False, indent=2))
    return 0


def restore(
    settings: Settings,
    backup: BinaryIO,
    recipient: X25519Identity,
    verifiers: Sequence[Verifier],
    head: bytes,
    administrators: Sequence[str],
) -> dict[str, str | int | list[str]]:
    """What was restored and what is lost, once the state is whole; before that there is none. `accounts`: all that
    the backup has; `locked`: those whom `administrators` have to look at before they sign in. `restored.json` in the
    state has it, too: for whoever was cut off from the answer.

    Refused RST-001 if the station has one already, RST-002 if the clock is behind the backup, IDS-003 if its epoch is
    no later one, RST-004 unless two of its administrators are named, AGE-… for another recipient's;
    IntegrityViolation BKP-…, PRF-… as the drill finds them, PRF-024 to PRF-026 for the head.
    """
    identity = settings.identity("desk")
    held = keys.load(settings.credentials("desk"), identity)
    state = settings.station.state / "desk"
    journal = state / "journal"
    if journal.exists() and any(journal.iterdir()):
        raise Refused("RST-001")
    begun = state / "restoring"
    shutil.rmtree(begun, ignore_errors=True)  # by a restore that was killed
    begun.mkdir(mode=0o700, parents=True)
    try:
        opened, sha256 = _opened(backup, recipient, begun, verifiers)
        known = _known(opened, verifiers, head)
        for each in (opened.identity, known.identity):
            if each.following(identity.epoch) != identity:
                raise Refused("IDS-003", epoch=identity.name, former=each.name)
        clock = Clock(settings.station.state / "clock" / "ahead_ms" if identity.rehearsal else None)
        if clock.wall() < parse_wall(_latest(opened.journal)):
            raise Refused("RST-002", latest=_latest(opened.journal))
        locked = _to_lock(opened.journal, administrators, clock.day())
        vault = Vault(state / "vault", held.vault, identity)
        event = StationRestored(
            bundle=opened.number,
            backup_sha256=sha256,
            former=opened.identity.name,
            former_checkpoint=opened.verified.checkpoint.decode(),
            records=opened.verified.size,
            known=known.identity.name,
            known_size=known.size,
            known_root=known.root.hex(),
            new_key=held.journal.verifier.render(),
            vault_sha256=vault.restore(_accounts(opened, clock), opened.vault_sha256),
        )
        locks = [OperatorLocked(operator=name) for name in locked]
        epoch.begin(opened.journal, event, *locks, at=clock.now(), identity=identity, signer=held.journal)
        told: dict[str, str | int | list[str]] = {
            "station": identity.name,
            "former": event.former,
            "records": event.records,
            "lost": _lost(opened.identity, known, event.records),
            "accounts": sorted(opened.accounts),
            "locked": locked,
            "settings": opened.settings,
        }
        replace_durably(state / TOLD, json.dumps(told).encode())
        if journal.exists():
            journal.rmdir()
        opened.journal.rename(journal)
        sync(state)
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return told


def _opened(
    sealed: BinaryIO, recipient: X25519Identity, into: Path, verifiers: Sequence[Verifier]
) -> tuple[Opened, str]:
    opened = unpack(decrypt(sealed, recipient), into, verifiers, processes=cores())
    sealed.seek(0)
    digest = hashlib.sha256()
    for piece in iter(partial(sealed.read, _PIECE), b""):
        digest.update(piece)
    return opened, digest.hexdigest()


def _known(opened: Opened, verifiers: Sequence[Verifier], head: bytes) -> Checkpoint:
    """A head that the backup doesn't reach tells of lost records; one that it reaches must be its beginning."""
    try:
        verify_journal(opened.journal, verifiers, head, processes=cores())
    except IntegrityViolation as error:
        if error.code not in {"PRF-024", "PRF-025", "PRF-055"}:
            raise
        known = open_checkpoint(head, verifiers)
        if known.identity.station != opened.identity.station:
            raise
        return known
    return parse_unsigned(head)


def _lost(backed_up: Identity, known: Checkpoint, records: int) -> int:
    """As many as are known of; of a head of another epoch it isn't known how many."""
    return max(known.size - records, 0) if known.identity == backed_up else -1


def _accounts(opened: Opened, clock: Clock) -> dict[str, Account]:
    now = clock.wall()
    accounts = {name: Account(**{**each, "recovery_hashes": ()}) for name, each in opened.accounts.items()}
    return {
        name: replace(each, totp_floor=max(each.totp_floor, int(now.timestamp()) // each.totp_period + WINDOW_STEPS))
        for name, each in accounts.items()
    }


def _to_lock(journal: Path, administrators: Sequence[str], day: str) -> list[str]:
    """All who could sign in but these, who could as administrators; else Refused RST-004."""
    states: dict[str, Enum] = {}
    posts: dict[str, tuple[Post, ...]] = {}
    for line in (line for segment in segments(journal) for line in lines(segment) if _OPERATOR in line):
        event = decode(line).event
        if event is None or (name := OPERATOR.concerns(event)) is None:
            continue
        states[name] = OPERATOR.step(states.get(name), event)
        if isinstance(event, OperatorEnrolled | OperatorChanged):
            posts[name] = event.posts
    able = [name for name, state in states.items() if state is OperatorState.ENROLLED]
    known = {name for name in able if Role.ADMINISTRATOR in roles_on(posts[name], day)}
    if len(set(administrators)) < ADMINISTRATORS_AT_LEAST or not known.issuperset(administrators):
        raise Refused("RST-004", known=", ".join(sorted(known)))
    return sorted(set(able) - set(administrators))


def _latest(journal: Path) -> str:
    return max(wall(line) for segment in segments(journal) for line in lines(segment))


def _recipient(path: Path) -> X25519Identity:
    """Of a file as age-keygen writes it: the first key."""
    found = [line.strip() for line in _read(path).decode("utf-8", "replace").splitlines()]
    return X25519Identity.parse(next((line for line in found if line and not line.startswith("#")), ""))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_PIECE)
    except OSError as error:
        raise Refused("CLI-020", file=path.name) from error
