"""desk → cell: descriptors in, one typed answer out, then the cell ends."""

from dataclasses import dataclass
from typing import Final

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod

from media_station.model.item import Item
from media_station.model.payload import Inspection
from media_station.model.review import Analysis, Thresholds

# As a paper's name: whether the typefaces can show these texts, before anything is registered with them.
GLYPHS: Final = "glyphs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """A finished sheet: its length in bytes, in the descriptor that was passed."""

    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """`submission`: its signed JSON, which nobody has checked; `length`: of the age file that went into the pipe, in
    bytes; `payloads`: how many the medium has.
    """

    submission: str
    length: int
    payloads: int


class Cell(VarlinkInterface, name="media-station.cell.v1"):
    """One job a process."""

    @varlinkmethod(return_parameter="inspection")
    async def Inspect(
        self, *, plaintext: FileDescriptor, items: list[Item], individual_numbers_allowed: bool
    ) -> Inspection:
        """Reads the plaintext to its end; it comes through a pipe and never lies in a file."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="analysis")
    async def Analyse(
        self, *, records: FileDescriptor, since: str, until: str, thresholds: Thresholds, start: int
    ) -> Analysis:
        """Reads the journal's lines from the first one on, through a pipe, and judges the days of a period (ISO, both
        included); the detections from the `start`th on, as many as one answer holds.
        """
        raise NotImplementedError

    @varlinkmethod(return_parameter="unpacked")
    async def Unpack(self, *, pieces: FileDescriptor, number: int, body: FileDescriptor) -> Unpacked:
        """Reads a foreign medium, whose bytes the drive gives (doors/pieces); the age file of its `number`th payload,
        from 0, goes into `body`, a pipe.
        """
        raise NotImplementedError

    @varlinkmethod(return_parameter="enough")
    async def Weigh(self, *, password: str, words: list[str]) -> bool:
        """Whether a new password is hard enough to guess; `words` are what everyone here knows."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="typeset")
    async def Typeset(self, *, paper: str, fields: str, sheet: FileDescriptor) -> Typeset:
        """Typesets a paper from its fields (JSON) into `sheet`, an anonymous file, as PDF. What the file held before is
        the proof that the PDF carries.
        """
        raise NotImplementedError
