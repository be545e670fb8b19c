"""The neck. Nobody else appends, nobody else folds."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from pathlib import Path

from media_station.desk.hands.clock import Clock
from media_station.desk.journal.append import Log
from media_station.desk.ledger.index import Ledger
from media_station.model.clock import ClockSet
from media_station.model.event import Event
from media_station.model.ids import Identity
from media_station.model.vocabulary import MACHINES
from media_station.proof.note import Signer
from media_station.proof.record import Record, decode, encode


class Journal:
    """`commit` is not a coroutine: between a number's making and its record nothing else can happen."""

    def __init__(self, *, log: Log, ledger: Ledger, clock: Clock, identity: Identity, signer: Signer) -> None:
        self._log = log
        self._ledger = ledger
        self._clock = clock
        self._identity = identity
        self._key_id = signer.key_id
        self._grows = asyncio.Event()

    @property
    def head(self) -> bytes:
        """The latest signed checkpoint."""
        return self._log.head

    @property
    def directory(self) -> Path:
        """Where the lines are, for who proves something of them."""
        return self._log.directory

    def commit(self, *events: Event, actor: str = "", vault: Callable[[], str] | None = None) -> list[Record]:
        """Makes the events true, in order, as one append; a step of the clock before them, and also without any.

        `vault` changes the vault and returns its new hash; it is called once nothing but the disk can refuse the
        events, and its hash goes into those that have a `vault_sha256`.
        The events' own records come back. Refused FLW-001 if a table doesn't allow one of them, JNL-001 if the disk
        can't take them: nothing happened.
        """
        at = self._clock.now()
        step = self._clock.step(at)
        noticed = () if step is None else (step,)
        if not events and not noticed:
            return []
        self._check(events)
        self._log.require_writable()
        if vault is not None:
            sha256 = vault()
            events = tuple(
                replace(event, vault_sha256=sha256)  # type: ignore[call-arg]
                if hasattr(event, "vault_sha256")
                else event
                for event in events
            )
        lines = [
            encode(event, sequence=self._log.size + n, identity=self._identity, key_id=self._key_id, at=at, actor=by)
            for n, (event, by) in enumerate([*((each, "") for each in noticed), *((each, actor) for each in events)])
        ]
        # Read back before it is written: a line that decode refuses would keep the desk from ever starting again.
        records = [decode(line) for line in lines]
        self._log.append(lines, at.wall[:10])
        self._ledger.fold(list(zip(records, lines, strict=True)), size=self._log.size, root=self._log.root)
        self._clock.recorded(at, stepped=step is not None, anew=any(isinstance(each, ClockSet) for each in events))
        grown, self._grows = self._grows, asyncio.Event()
        grown.set()
        return records[len(noticed) :]

    async def beyond(self, size: int) -> None:
        """Returns once there are more records than that, in the ledger too."""
        await asyncio.sleep(0)  # whoever has many to read lets the others have their turn
        while self._log.size <= size:
            await self._grows.wait()

    def _check(self, events: tuple[Event, ...]) -> None:
        states: dict[tuple[str, str], Enum] = {}
        for event in events:
            for machine in MACHINES:
                key = machine.concerns(event)
                if key is not None:
                    place = (machine.noun, key)
                    now = states[place] if place in states else self._ledger.state(machine, key)
                    states[place] = machine.step(now, event)
