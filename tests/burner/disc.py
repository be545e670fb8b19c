"""Media as state machines over a backing file: which block may be written when, and what closes. Blocks: 2048 bytes."""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path

from burner.iscsi import CheckCondition

BLOCK_BYTES = 2048
ECC_BLOCKS = 16  # DVDs are written in units of 16 blocks


class Profile(IntEnum):
    """MMC-6, table 90: what kind of disc is in."""

    NONE = 0x0000
    DVD_R = 0x0011
    DVD_RAM = 0x0012
    DVD_RW_RESTRICTED = 0x0013
    DVD_RW = 0x0014
    DVD_PLUS_RW = 0x001A
    DVD_PLUS_R = 0x001B

    @property
    def overwritable(self) -> bool:
        return self in {Profile.DVD_RAM, Profile.DVD_RW_RESTRICTED, Profile.DVD_PLUS_RW}

    @property
    def erasable(self) -> bool:
        return self not in {Profile.NONE, Profile.DVD_R, Profile.DVD_PLUS_R}


# DVD-5 as each standard has it.
REAL_BLOCKS = {
    Profile.DVD_R: 2298496,
    Profile.DVD_RAM: 2236704,
    Profile.DVD_RW: 2298496,
    Profile.DVD_RW_RESTRICTED: 2298496,
    Profile.DVD_PLUS_RW: 2295104,
    Profile.DVD_PLUS_R: 2295104,
}


class Status(IntEnum):
    """READ DISC INFORMATION's disc status."""

    BLANK = 0
    APPENDABLE = 1
    COMPLETE = 2
    RANDOM = 3  # DVD-RAM: nothing else can be said of it


class TrackState(Enum):
    INVISIBLE = "invisible"  # the rest of the disc, not written yet
    RESERVED = "reserved"  # of a size told beforehand
    OPEN = "open"
    CLOSED = "closed"


@dataclass(slots=True)
class Track:
    """`size` in blocks: reserved or, once closed, written; of an open one what is left of the disc."""

    number: int
    session: int
    start: int
    size: int
    state: TrackState
    next_block: int


# Sense key, additional sense code, qualifier.
BAD_ADDRESS = (5, 0x21, 0x00)
NOT_AT_NEXT_BLOCK = (5, 0x21, 0x02)
INVALID_FIELD = (5, 0x24, 0x00)
INCOMPATIBLE = (5, 0x30, 0x05)  # cannot write medium


@dataclass(slots=True)
class Disc:
    """One disc. `image` is what is on it, block by block from 0; a blank one's is empty."""

    image: Path
    profile: Profile
    blocks: int
    tracks: list[Track] = field(default_factory=list)
    complete: bool = False
    formatted: bool = False
    written: int = 0  # the end of what was written since the disc was made or emptied

    @classmethod
    def blank(cls, image: Path, profile: Profile, blocks: int | None = None) -> "Disc":
        """Never written; a DVD-RAM and a DVD-RW of restricted overwrite come formatted, a DVD+RW does not."""
        disc = cls(image, profile, blocks or REAL_BLOCKS[profile])
        disc.empty()
        disc.formatted = profile in {Profile.DVD_RAM, Profile.DVD_RW_RESTRICTED}
        return disc

    @classmethod
    def incomplete(cls, image: Path, profile: Profile, content: bytes, blocks: int | None = None) -> "Disc":
        """One closed session with `content`; room for more."""
        disc = cls.blank(image, profile, blocks)
        disc.formatted = profile.overwritable
        padded = content + bytes(-len(content) % (ECC_BLOCKS * BLOCK_BYTES))
        disc.write(0, padded)
        if not profile.overwritable:
            disc.close_session(final=False)
        return disc

    @classmethod
    def closed(cls, image: Path, profile: Profile, content: bytes, blocks: int | None = None) -> "Disc":
        """Nothing more goes on it, unless it is of a kind that can be written over."""
        disc = cls.incomplete(image, profile, content, blocks)
        disc.complete = not profile.overwritable
        if disc.complete:
            disc.tracks = [each for each in disc.tracks if each.state is TrackState.CLOSED]
        return disc

    def empty(self) -> None:
        """As new."""
        self.image.write_bytes(b"")
        self.tracks = [Track(1, 1, 0, self.blocks, TrackState.INVISIBLE, 0)]
        self.complete = self.formatted = False
        self.written = 0

    @property
    def status(self) -> Status:
        if self.profile is Profile.DVD_RAM:
            return Status.RANDOM
        if self.profile.overwritable:
            return Status.COMPLETE if self.formatted else Status.BLANK
        if self.complete:
            return Status.COMPLETE
        return Status.BLANK if self.tracks[0].state is TrackState.INVISIBLE else Status.APPENDABLE

    @property
    def sessions(self) -> int:
        return self.tracks[-1].session

    @property
    def last_session_state(self) -> int:
        """0 empty, 1 incomplete, 3 complete."""
        if self.profile.overwritable:
            return 3 if self.formatted else 0
        if self.complete:
            return 3
        last = [each for each in self.tracks if each.session == self.sessions]
        return 0 if [each.state for each in last] == [TrackState.INVISIBLE] else 1

    @property
    def readable_blocks(self) -> int:
        """How far READ CAPACITY says that the disc goes: the closed tracks, or all of a formatted one."""
        if self.profile.overwritable:
            return self.blocks if self.formatted else 0
        ends = [each.start + each.size for each in self.tracks if each.state is TrackState.CLOSED]
        return max(ends, default=0)

    def read(self, block: int, count: int) -> bytes:
        """Zeros where nothing was written. BAD_ADDRESS beyond the last track, closed or not."""
        reached = max(self.readable_blocks, 0 if self.profile.overwritable else self.written)
        if block + count > reached:
            raise CheckCondition(*BAD_ADDRESS)
        with self.image.open("rb") as image:
            image.seek(block * BLOCK_BYTES)
            data = image.read(count * BLOCK_BYTES)
        return data + bytes(count * BLOCK_BYTES - len(data))

    def verify_writable(self, block: int, count: int) -> None:
        """CheckCondition unless these blocks may be written now."""
        if block + count > self.blocks:
            raise CheckCondition(*BAD_ADDRESS)
        if self.profile.overwritable:
            if not self.formatted:
                raise CheckCondition(*INCOMPATIBLE)
            return
        track = self.writable_track(block)
        if block + count > track.start + track.size:
            raise CheckCondition(*BAD_ADDRESS)

    def writable_track(self, block: int) -> Track:
        if self.complete:
            raise CheckCondition(*INCOMPATIBLE)
        for track in self.tracks:
            if track.state is not TrackState.CLOSED and track.next_block == block:
                return track
        raise CheckCondition(*NOT_AT_NEXT_BLOCK)

    def write(self, block: int, data: bytes, *, kept: int | None = None) -> None:
        """At a block where that is possible now. Only the first `kept` blocks reach the disc, if that is said."""
        count = len(data) // BLOCK_BYTES
        self.verify_writable(block, count)
        if not self.profile.overwritable:
            track = self.writable_track(block)
            if track.state is TrackState.INVISIBLE:
                track.state = TrackState.OPEN
            track.next_block += count
        with self.image.open("r+b") as image:
            image.seek(block * BLOCK_BYTES)
            image.write(data if kept is None else data[: kept * BLOCK_BYTES])
        self.written = max(self.written, block + count)

    def reserve(self, size: int) -> None:
        """A track of this many blocks, and an invisible one behind it."""
        track = self.tracks[-1]
        if self.complete or self.profile.overwritable:
            raise CheckCondition(*INCOMPATIBLE)
        if track.state is not TrackState.INVISIBLE or size > track.size or not size:
            raise CheckCondition(*(BAD_ADDRESS if track.state is TrackState.INVISIBLE else INVALID_FIELD))
        left = track.size - size
        track.size, track.state = size, TrackState.RESERVED
        if left:
            self._add(track.start + size, track.session)

    def close_track(self, number: int) -> None:
        track = self.tracks[number - 1] if 0 < number <= len(self.tracks) else None
        if track is None or track.state is TrackState.CLOSED or self.profile.overwritable:
            return
        if track.state is TrackState.INVISIBLE:
            return
        whole = -(-track.next_block // ECC_BLOCKS) * ECC_BLOCKS
        open_ended = track is self.tracks[-1]
        if open_ended:
            track.size = min(whole, self.blocks) - track.start
        track.state = TrackState.CLOSED
        if open_ended and track.start + track.size < self.blocks:
            self._add(track.start + track.size, track.session)

    def close_session(self, *, final: bool) -> None:
        """All tracks of the session with it; `final`: and the disc."""
        if self.profile.overwritable or self.complete:
            return
        for track in list(self.tracks):
            self.close_track(track.number)
        closed = [each for each in self.tracks if each.state is TrackState.CLOSED]
        if not closed:
            return
        rest = self.tracks[-1]
        self.complete = final or rest.state is TrackState.CLOSED
        if self.complete:
            self.tracks = closed
        else:
            rest.session = closed[-1].session + 1

    @property
    def full_to_the_last_reserved(self) -> bool:
        """Whether a disc written at once (DAO) has all that was announced."""
        reserved = [each for each in self.tracks if each.state is TrackState.RESERVED]
        return bool(reserved) and all(each.next_block >= each.start + each.size for each in reserved)

    def format(self, kind: int, blocks: int) -> None:
        """FORMAT UNIT of type `kind`; a sequential DVD-RW becomes one of restricted overwrite."""
        allowed = {
            Profile.DVD_PLUS_RW: {0x26},
            Profile.DVD_RAM: {0x00, 0x01},
            Profile.DVD_RW: {0x00, 0x10, 0x15},
            Profile.DVD_RW_RESTRICTED: {0x00, 0x10, 0x13, 0x15},
        }
        if kind not in allowed.get(self.profile, set()) or 0 < self.blocks < blocks < 0xFFFFFFFF:
            raise CheckCondition(*INVALID_FIELD)
        if self.profile is Profile.DVD_RW:
            self.profile = Profile.DVD_RW_RESTRICTED
        if self.profile is not Profile.DVD_PLUS_RW:  # whose formatting leaves what is written
            self.image.write_bytes(b"")
            self.written = 0
        self.formatted = True

    def blank_again(self) -> None:
        """BLANK: a DVD-RW becomes sequential and empty."""
        if self.profile not in {Profile.DVD_RW, Profile.DVD_RW_RESTRICTED}:
            raise CheckCondition(*INCOMPATIBLE)
        self.profile = Profile.DVD_RW
        self.empty()

    def _add(self, start: int, session: int) -> None:
        rest = self.blocks - start
        self.tracks.append(Track(len(self.tracks) + 1, session, start, rest, TrackState.INVISIBLE, start))
