"""The drive's end of the media door. Work goes on if the desk goes away; its evidence waits."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from asyncvarlink import FileDescriptor, LastResult, varlinkmethod

from media_station.doors.answering import crash
from media_station.doors.media import Known, Media, Performing, Report
from media_station.drive.admit import (
    admitted,
    boot,
    boottime_ms,
    check_people,
    claim,
    look,
    parse_signed,
    refuse,
    require_own,
)
from media_station.drive.detect import Bay, find_bays
from media_station.drive.identity import Seen, not_written_here
from media_station.drive.kernel import Kernel
from media_station.drive.perform import Cancelled, perform
from media_station.drive.spent import Spent, Use
from media_station.drive.tray import unlock
from media_station.model.errors import MediaFault, Refused, StationError
from media_station.model.ids import Identity, parse_order
from media_station.model.order import Action, Evidence, Order
from media_station.model.views import Loaded, Progress
from media_station.proof.note import Verifier

TELL_SECONDS = 0.25
LOOK_SECONDS = 0.1
IDLE_SECONDS = 60.0  # the desk asks as soon as it is connected


@dataclass(slots=True, kw_only=True)
class _Work:
    """One order at work in a thread."""

    order: Order
    bay: Bay
    image: int
    progress: Progress
    cancelled: bool = False
    task: "asyncio.Task[Evidence]" = field(init=False)


class Bench:
    """What all connections share: bays, keys, used numbers, what is at work now.

    `settled` are the settings' bays; with `finding`, those that the machine has are there as well. `is_fresh` tells, by
    its name, of a disk that nobody may be able to open yet.
    """

    def __init__(
        self,
        *,
        kernel: Kernel,
        settled: dict[str, Bay],
        finding: bool,
        identity: Identity,
        orders_key: Verifier,
        two_person: frozenset[str],
        spent: Spent,
        tool: str,
        is_fresh: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.kernel = kernel
        self.settled = settled
        self.finding = finding
        self.identity = identity
        self.orders_key = orders_key
        self.two_person = two_person
        self.spent = spent
        self.tool = tool
        self.is_fresh = is_fresh
        self.working: dict[str, _Work] = {}
        spent.since_ms(boot(), boottime_ms())
        for bay in self.bays().values():
            if bay.found and bay.kind.optical:
                unlock(bay.path)  # a drive that was killed can't have done so

    async def at_rest(self) -> None:
        """Returns when nothing is at work any more."""
        while self.working:
            await asyncio.wait({work.task for work in self.working.values()})

    def bays(self) -> dict[str, Bay]:
        """Those that are there now, by name."""
        return {**(find_bays(self.kernel) if self.finding else {}), **self.settled}

    def loaded(self) -> list[Loaded]:
        """What is in the bays, with the reason if it isn't touched, a disc of another kind among them; what can't be
        looked at is as good as empty, and so is a bay at which work is done.
        """
        seen = []
        busy = {work.bay.name for work in self.working.values()}
        for bay in self.bays().values():
            if bay.name in busy:
                continue
            try:
                found = self._look(bay)
            except (OSError, StationError) as error:
                if isinstance(error, MediaFault) and error.code == "DRV-042":
                    seen.append(not_written_here(bay, error))
                continue
            try:
                refuse(self.kernel, found, bay, to_write=False)
                seen.append(found.loaded)
            except StationError as error:
                seen.append(replace(found.loaded, refused=error.code))
        return seen

    def _look(self, bay: Bay) -> Seen:
        """Waits for what has just come, for as long as it is fresh."""
        while True:
            try:
                return look(self.kernel, bay)
            except Refused:
                if not self.is_fresh(bay.path.name):
                    raise
            time.sleep(LOOK_SECONDS)

    def start(self, untrusted_order: str, action: Action, untrusted_bay: str, image: int) -> _Work:
        """Keeps `image` (what came with the order, -1 for nothing) open. StationError: nothing was begun."""
        order = parse_signed(untrusted_order, self.orders_key)
        claim(order, action, self.identity, self.spent)
        check_people(order, self.two_person)
        bay = self.bays().get(untrusted_bay)
        if bay is None:
            raise Refused("DRV-017", bay=untrusted_bay)
        if any(work.bay.name == bay.name for work in self.working.values()):
            raise Refused("DRV-022", bay=bay.name)
        nothing_yet = Progress(subject=order.medium, phase="check", done=0, total=0)
        kept = os.dup(image) if image >= 0 else -1
        work = self.working[order.number] = _Work(order=order, bay=bay, image=kept, progress=nothing_yet)
        work.task = asyncio.create_task(asyncio.to_thread(self._perform, work))
        work.task.add_done_callback(lambda task: self._end(work, task))
        return work

    def _perform(self, work: _Work) -> Evidence:
        def watch(progress: Progress) -> None:
            work.progress = progress
            if work.cancelled:
                raise Cancelled

        with admitted(self.kernel, work.order, work.bay, work.image) as ready:
            self.spent.begin(work.order.number)
            evidence = perform(ready, self.tool, watch)
        self.spent.end(evidence)
        return evidence

    def _end(self, work: _Work, task: asyncio.Task[Evidence]) -> None:
        del self.working[work.order.number]
        if work.image >= 0:
            os.close(work.image)
        error = task.exception()
        if error is not None and not isinstance(error, StationError):
            crash(error)


class MediaDoor(Media):
    """One connection of the desk's. `refused` tells the drive's log: it has no journal, and whoever asks may lie."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, bench: Bench, refused: Callable[[str, StationError], None]) -> None:
        self._bench = bench
        self.refused = refused

    def interface(self) -> Media:
        return self

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self) -> list[Loaded]:  # noqa: N802
        return await asyncio.to_thread(self._bench.loaded)

    @varlinkmethod(return_parameter="performing", delay_generator=False)
    async def Write(self, *, order: str, image: FileDescriptor, bay: str) -> AsyncIterator[Performing]:  # noqa: N802
        async for each in self._perform(order, Action.WRITE, bay, image.fileno()):
            yield each

    @varlinkmethod(return_parameter="performing", delay_generator=False)
    async def Read(self, *, order: str, bay: str) -> AsyncIterator[Performing]:  # noqa: N802
        async for each in self._perform(order, Action.READ, bay, -1):
            yield each

    @varlinkmethod(return_parameter="performing", delay_generator=False)
    async def Import(self, *, order: str, pieces: FileDescriptor, bay: str) -> AsyncIterator[Performing]:  # noqa: N802
        async for each in self._perform(order, Action.IMPORT, bay, pieces.fileno()):
            yield each

    @varlinkmethod(return_parameter="performing", delay_generator=False)
    async def Erase(self, *, order: str, bay: str) -> AsyncIterator[Performing]:  # noqa: N802
        async for each in self._perform(order, Action.ERASE, bay, -1):
            yield each

    @varlinkmethod(return_parameter="report")
    async def Ask(self, *, order: str) -> Report:  # noqa: N802
        """An unknown number is claimed here: an order that is still on its way is too late from now on."""
        number, spent = parse_order(order), self._bench.spent
        require_own(number, self._bench.identity)
        if number in self._bench.working:
            return Report(known=Known.RUNNING, evidence=None)
        use = spent.use(number)
        if use is None:
            spent.claim(number)
        if use in {None, Use.VOID}:
            return Report(known=Known.UNKNOWN, evidence=None)
        if use is Use.BEGUN:
            return Report(known=Known.BROKEN_OFF, evidence=None)
        return Report(known=Known.ENDED, evidence=spent.evidence(number))

    @varlinkmethod
    async def Stop(self, *, order: str) -> None:  # noqa: N802
        if work := self._bench.working.get(parse_order(order)):
            work.cancelled = True

    @varlinkmethod
    async def Forget(self, *, order: str) -> None:  # noqa: N802
        self._bench.spent.forget(parse_order(order))

    async def _perform(self, order: str, action: Action, bay: str, image: int) -> AsyncIterator[Performing]:
        work = self._bench.start(order, action, bay, image)
        told = work.progress
        while not work.task.done():
            # Unlike awaiting it, asyncio.wait does not cancel the work when the desk goes away.
            await asyncio.wait({work.task}, timeout=TELL_SECONDS)
            if work.progress is not told:
                told = work.progress
                yield Performing(progress=told, evidence=None)
        raise LastResult(Performing(progress=work.progress, evidence=work.task.result()))
