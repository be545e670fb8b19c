"""The neck. Nobody else appends, nobody else folds."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from itertools import islice
from pathlib import Path

from media_station.desk.hands.clock import Clock
from media_station.desk.hands.disk import Claim, Disk
from media_station.desk.journal.append import Log
from media_station.desk.ledger.findings import numbers
from media_station.desk.ledger.index import Ledger
from media_station.model.bundle import BundlePurged
from media_station.model.clock import ClockAdvanced, ClockOrdered, ClockSet, ClockStepped
from media_station.model.event import Event
from media_station.model.finding import FindingKind, FindingRaised, noticed
from media_station.model.ids import Identity
from media_station.model.instant import Instant, parse_wall
from media_station.model.key import KeyRotated
from media_station.model.medium import ORDER_ENDS
from media_station.model.operator import OperatorSuspended
from media_station.model.order import OrderCancelled, OrderLapsed, OrderRefused
from media_station.model.payload import ImageAbandoned, PayloadPurged
from media_station.model.sign_in import SessionEnded, SignInAccepted, StepUpAccepted
from media_station.model.station import DriftMended, StationStarted, TailSetAside
from media_station.model.vocabulary import MACHINES
from media_station.proof.note import Signer, Verifier
from media_station.proof.record import Record, decode, encode
from media_station.proof.succession import sign_hand_over
from media_station.texts.era import JST

# What is recorded though the disk is full.
ENDS = (*ORDER_ENDS, OrderRefused, OrderLapsed, OrderCancelled)
WAYS_OUT = (
    *(StationStarted, TailSetAside, DriftMended, ClockStepped, ClockOrdered, ClockSet, ClockAdvanced),
    *(SignInAccepted, StepUpAccepted, SessionEnded, PayloadPurged, ImageAbandoned, BundlePurged, OperatorSuspended),
)


class Journal:
    """`commit` is not a coroutine: between a number's making and its record nothing else can happen."""

    def __init__(self, *, log: Log, ledger: Ledger, clock: Clock, disk: Disk, identity: Identity) -> None:
        self._log = log
        self._ledger = ledger
        self._clock = clock
        self._disk = disk
        self._identity = identity
        self._grows = asyncio.Event()

    @property
    def head(self) -> bytes:
        """The latest signed checkpoint."""
        return self._log.head

    @property
    def signer(self) -> Signer:
        """The key in force: of what the journal vouches for beside its checkpoints, too."""
        return self._log.signer

    @property
    def verifier(self) -> Verifier:
        return self._log.verifier

    @property
    def successor(self) -> Verifier | None:
        """The key that waits to be next."""
        return None if self._log.successor is None else self._log.successor.verifier

    @property
    def directory(self) -> Path:
        """Where the lines are, for who proves something of them."""
        return self._log.directory

    def commit(self, *events: Event, actor: str = "", vault: Callable[[], str] | None = None) -> list[Record]:
        """Makes the events true, in order, as one append; a step of the clock and a disk that runs full
        before them, and also without any.

        `vault` changes the vault and returns its new hash; it is called once nothing but the disk can refuse the
        events, and its hash goes into those that have a `vault_sha256`.
        The events' own records come back. Refused FLW-001 if a table doesn't allow one of them, DSK-001 if the disk is
        full and none of them has a claim to the reserve, JNL-001 or VLT-004 if the disk fails: nothing happened.
        """
        at = self._clock.now()
        step = self._clock.step(at)
        low = self._low_disk(events, at)
        noticed = [each for each in (step, low) if each is not None]
        if not events and not noticed:
            return []
        self._check(events)
        self._log.require_writable()
        self._disk.require_record(_claim(events))
        if vault is not None:
            sha256 = vault()
            events = tuple(
                replace(event, vault_sha256=sha256)  # type: ignore[call-arg]
                if hasattr(event, "vault_sha256")
                else event
                for event in events
            )
        hand_over = any(isinstance(each, KeyRotated) for each in events)
        if hand_over:
            *before, last = events
            events = (*before, self._signed(last, self._log.size + len(noticed) + len(before)))
        key_id = self._log.signer.key_id
        lines = [
            encode(event, sequence=self._log.size + n, identity=self._identity, key_id=key_id, at=at, actor=by)
            for n, (event, by) in enumerate([*((each, "") for each in noticed), *((each, actor) for each in events)])
        ]
        # Read back before it is written: a line that decode refuses would keep the desk from ever starting again.
        records = [decode(line) for line in lines]
        self._log.append(lines, at.wall[:10], hand_over=hand_over)
        self._ledger.fold(list(zip(records, lines, strict=True)), size=self._log.size, root=self._log.root)
        if low is not None:
            self._disk.recorded()
        self._clock.recorded(at, stepped=step is not None, anew=any(isinstance(each, ClockSet) for each in events))
        grown, self._grows = self._grows, asyncio.Event()
        grown.set()
        return records[len(noticed) :]

    def _low_disk(self, events: tuple[Event, ...], at: Instant) -> FindingRaised | None:
        """With the number after those of the findings that come with it."""
        detail = self._disk.low()
        if not detail:
            return None
        beside = sum(isinstance(each, FindingRaised) for each in events)
        number = next(islice(numbers(self._ledger, self._identity), beside, None))
        day = parse_wall(at.wall).astimezone(JST).date().isoformat()
        return noticed(number, FindingKind.LOW_DISK, day, detail)

    async def beyond(self, size: int) -> None:
        """Returns once there are more records than that, in the ledger too."""
        await asyncio.sleep(0)  # whoever has many to read lets the others have their turn
        while self._log.size <= size:
            await self._grows.wait()

    def _signed(self, event: Event, sequence: int) -> KeyRotated:
        """The hand-over for its place. It is the last of its append: what follows is under the next key."""
        if not isinstance(event, KeyRotated) or self._log.successor is None:
            raise ValueError("a hand-over without a next key, or not at the end")
        old, new = sign_hand_over(sequence, self._log.signer, self._log.successor)
        return replace(event, old_signature=old, new_signature=new)

    def _check(self, events: tuple[Event, ...]) -> None:
        states: dict[tuple[str, str], Enum] = {}
        for event in events:
            for machine in MACHINES:
                key = machine.concerns(event)
                if key is not None:
                    place = (machine.noun, key)
                    now = states[place] if place in states else self._ledger.state(machine, key)
                    states[place] = machine.step(now, event)


def _claim(events: tuple[Event, ...]) -> Claim:
    if any(isinstance(each, ENDS) for each in events):
        return Claim.LAST
    return Claim.WAY_OUT if any(isinstance(each, WAYS_OUT) for each in events) else Claim.NONE
