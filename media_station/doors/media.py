"""desk → drive: an order and an image in, progress between, evidence out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod

from media_station.model.order import Evidence
from media_station.model.views import Loaded, Progress


class Known(Enum):
    """What the drive knows of an order."""

    UNKNOWN = "unknown"
    RUNNING = "running"
    ENDED = "ended"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Of one order; `evidence` where it has ended. UNKNOWN: the drive never began it, nothing touched a medium."""

    known: Known
    evidence: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performing:
    """While an order runs: progress; with the last one, the evidence."""

    progress: Progress
    evidence: Evidence | None


class Media(VarlinkInterface, name="media-station.media.v1"):
    """The drive's door. Orders are signed JSON (purpose `order`); images are passed as descriptors."""

    @varlinkmethod(return_parameter="loaded")
    async def Bays(self) -> list[Loaded]:
        """What is in the bays now."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="performing")
    async def Write(self, *, order: str, image: FileDescriptor, bay: str) -> AsyncIterator[Performing]:
        """Writes the image and reads it back past the cache."""
        raise NotImplementedError
        yield

    @varlinkmethod(return_parameter="performing")
    async def Read(self, *, order: str, bay: str) -> AsyncIterator[Performing]:
        """Reads as many bytes as the image had and hashes them."""
        raise NotImplementedError
        yield

    @varlinkmethod(return_parameter="performing")
    async def Import(self, *, order: str, pieces: FileDescriptor, bay: str) -> AsyncIterator[Performing]:
        """Gives a cell, at the socket's other end, the pieces of a foreign medium that it wants (doors/pieces)."""
        raise NotImplementedError
        yield

    @varlinkmethod(return_parameter="performing")
    async def Erase(self, *, order: str, bay: str) -> AsyncIterator[Performing]:
        """Erases the whole medium and verifies it."""
        raise NotImplementedError
        yield

    @varlinkmethod(return_parameter="report")
    async def Ask(self, *, order: str) -> Report:
        """What became of an order, by its number: for a desk that was restarted."""
        raise NotImplementedError

    @varlinkmethod
    async def Stop(self, *, order: str) -> None:
        """The work of this order ends at once, as a failure; nothing happens if none is at work."""
        raise NotImplementedError

    @varlinkmethod
    async def Forget(self, *, order: str) -> None:
        """The desk has recorded the evidence of this order; its number stays spent."""
        raise NotImplementedError
