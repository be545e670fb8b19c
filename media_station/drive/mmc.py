"""What an optical drive says of its disc: MMC-6 commands, sent by SG_IO; answers parsed strictly."""

import array
import errno
import fcntl
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Final

BLOCK_BYTES: Final = 2048
_SG_IO: Final = 0x2285  # scsi/sg.h
_HEADER: Final = struct.Struct("@iiBBHIPPPIIiPBBBBHHiII4x")  # struct sg_io_hdr, 88 bytes
_NOTHING, _TO_DEVICE, _FROM_DEVICE = -1, -2, -3
_TIMEOUT_MS: Final = 20_000
_SENSE_BYTES: Final = 32
_ANSWER_BYTES: Final = 64
_NOT_READY: Final = 2
_IN_PROGRESS: Final = frozenset({(0x04, 0x04), (0x04, 0x07), (0x04, 0x08)})  # formatting, something, long writing


class CommandFailed(OSError):
    """The drive's own words (SPC-4, 4.5): sense key, additional code and its qualifier, -1 where it said none; how far
    it is, of 65536, 0 where it doesn't say.
    """

    def __init__(self, command: int, status: int, sense: bytes) -> None:
        super().__init__(errno.EIO, f"command {command:02x}: status {status:02x}, sense {sense[:18].hex()}")
        fixed = sense[0] & 0x7F == 0x70
        self.key, self.code, self.qualifier = (sense[2] & 0x0F, sense[12], sense[13]) if fixed else (-1, -1, -1)
        self.done = int.from_bytes(sense[16:18]) if fixed and sense[15] & 0x80 else 0


class Profile(Enum):
    """The current profile (MMC-6, 5.3.1): what kind of disc is in."""

    NONE = 0x0000
    CD_ROM = 0x0008
    CD_R = 0x0009
    CD_RW = 0x000A
    DVD_ROM = 0x0010
    DVD_R = 0x0011
    DVD_RAM = 0x0012
    DVD_RW_OVERWRITE = 0x0013
    DVD_RW_SEQUENTIAL = 0x0014
    DVD_R_DUAL = 0x0015
    DVD_R_DUAL_JUMP = 0x0016
    DVD_PLUS_RW = 0x001A
    DVD_PLUS_R = 0x001B
    DVD_PLUS_RW_DUAL = 0x002A
    DVD_PLUS_R_DUAL = 0x002B
    BD_ROM = 0x0040
    BD_R = 0x0041
    BD_R_RANDOM = 0x0042
    BD_RE = 0x0043
    OTHER = 0xFFFF


class Written(Enum):
    """How far a disc is written (disc status, MMC-6 6.21): nothing, open for more, closed; or none of these."""

    BLANK = 0
    APPENDABLE = 1
    CLOSED = 2
    OTHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """What is in the drive. `size_bytes`: what a blank one takes, else what is readable on it."""

    profile: Profile
    written: Written
    erasable: bool
    size_bytes: int


def profile_of(descriptor: int) -> Profile:
    """OSError if the drive doesn't answer, ValueError if its answer is none."""
    return parse_profile(_ask(descriptor, bytes((0x46, 0x02, 0, 0, 0, 0, 0, 0, 8, 0))))


def look(descriptor: int) -> Disc | None:
    """None for an empty tray. OSError if the drive doesn't answer, ValueError if its answer is none."""
    profile = profile_of(descriptor)
    if profile is Profile.NONE:
        return None
    written, erasable = parse_disc(_ask(descriptor, bytes((0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0))))
    if written is Written.BLANK and profile is Profile.DVD_PLUS_RW:
        blocks = parse_format_blocks(_ask(descriptor, bytes((0x23, 0, 0, 0, 0, 0, 0, 0, 12, 0)), size=12))
    elif written is Written.BLANK:
        blocks = parse_free_blocks(_ask(descriptor, bytes((0x52, 0x01, 0, 0, 0, 1, 0, 0, 36, 0))))
    else:
        blocks = parse_capacity(_ask(descriptor, bytes((0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0)), size=8))
    return Disc(profile=profile, written=written, erasable=erasable, size_bytes=blocks * BLOCK_BYTES)


def read(descriptor: int, block: int, count: int) -> bytes:
    """CommandFailed if the drive has nothing there. At most 32 blocks: more is too much for some USB bridges."""
    command = struct.pack(">BBIBHB", 0x28, 0, block, 0, count, 0)
    return _ask(descriptor, command, size=count * BLOCK_BYTES)


def progress(descriptor: int) -> int | None:
    """How far what was begun is, of 65536 (0 where the drive doesn't say); None if nothing is going on."""
    try:
        tell(descriptor, bytes(6))
    except CommandFailed as failed:
        if failed.key == _NOT_READY and (failed.code, failed.qualifier) in _IN_PROGRESS:
            return failed.done
        raise
    return None


def answers(descriptor: int) -> bool:
    """Does a SCSI device still say anything, be it that something is wrong? The kernel takes a while to miss one that
    was pulled. What is no such device isn't asked, and is there.
    """
    try:
        progress(descriptor)
    except CommandFailed as failed:
        return failed.key >= 0
    except OSError as error:
        return error.errno in {errno.ENOTTY, errno.EINVAL}
    return True


def parse_profile(answer: bytes) -> Profile:
    """Of GET CONFIGURATION's header (MMC-6 6.6). ValueError if it is cut short."""
    (number,) = struct.unpack_from(">6xH", _whole(answer, 8))
    return Profile(number) if number in _PROFILES else Profile.OTHER


def parse_disc(answer: bytes) -> tuple[Written, bool]:
    """Status and whether it can be erased, of READ DISC INFORMATION's standard answer (MMC-6 6.21)."""
    length, said = struct.unpack_from(">HB", _whole(answer, 3))
    if length < 32 or said >> 5:
        raise ValueError("not a standard disc information")
    return Written(said & 0b11), bool(said & 0b10000)


def parse_free_blocks(answer: bytes) -> int:
    """Of READ TRACK INFORMATION for a blank disc's first track (MMC-6 6.26)."""
    length, mode, free = struct.unpack_from(">H4xB9xI", _whole(answer, 20))
    if length < 26 or not mode & 0b1000000:
        raise ValueError("not a blank track's information")
    return int(free)


def parse_format_blocks(answer: bytes) -> int:
    """Of READ FORMAT CAPACITIES' first descriptor, what an unformatted disc will hold (MMC-6 6.23)."""
    length, blocks, kind = struct.unpack_from(">3xBIB", _whole(answer, 12))
    if length < 8 or kind & 0b11 != 0b01:
        raise ValueError("not an unformatted disc's capacity")
    return int(blocks)


def parse_capacity(answer: bytes) -> int:
    """Blocks of 2048 bytes, of READ CAPACITY (SBC-3)."""
    last, size = struct.unpack(">II", _whole(answer, 8)[:8])
    if size != BLOCK_BYTES:
        raise ValueError("not blocks of a disc")
    return int(last) + 1


_PROFILES: Final = frozenset(each.value for each in Profile)


def _whole(answer: bytes, size: int) -> bytes:
    if len(answer) < size:
        raise ValueError("an answer cut short")
    return answer


def _ask(descriptor: int, command: bytes, size: int = _ANSWER_BYTES) -> bytes:
    """The answer of a command that transfers from the device; CommandFailed if the drive refuses it."""
    answer = array.array("B", bytes(size))
    left = _send(descriptor, command, _FROM_DEVICE, answer)
    return answer.tobytes()[: size - max(0, left)]


def tell(descriptor: int, command: bytes, data: bytes | bytearray = b"") -> None:
    """A command that transfers to the device, or nothing; as `_ask`."""
    _send(descriptor, command, _TO_DEVICE if data else _NOTHING, array.array("B", data))


def _send(descriptor: int, command: bytes, direction: int, data: "array.array[int]") -> int:
    """How many bytes were not transferred."""
    asked, sense = array.array("B", command), array.array("B", bytes(_SENSE_BYTES))
    addresses = (each.buffer_info()[0] if each else 0 for each in (data, asked, sense))
    header = bytearray(
        _HEADER.pack(
            *(ord("S"), direction, len(command), _SENSE_BYTES, 0, len(data), *addresses, _TIMEOUT_MS),
            *(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        )
    )
    fcntl.ioctl(descriptor, _SG_IO, header)
    status, host, driver, left = (_HEADER.unpack(header)[number] for number in (13, 17, 18, 19))
    if status or host or driver & 0x0F & ~0x08:
        raise CommandFailed(command[0], status, sense.tobytes())
    return int(left)
