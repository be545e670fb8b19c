"""What an optical drive says of its disc: MMC-6 commands that only look, sent by SG_IO; answers parsed strictly."""

import array
import fcntl
import struct
from dataclasses import dataclass
from enum import Enum
from typing import Final

BLOCK_BYTES: Final = 2048
_SG_IO: Final = 0x2285  # scsi/sg.h
_HEADER: Final = struct.Struct("@iiBBHIPPPIIiPBBBBHHiII4x")  # struct sg_io_hdr, 88 bytes
_FROM_DEVICE: Final = -3
_TIMEOUT_MS: Final = 20_000
_SENSE_BYTES: Final = 32
_ANSWER_BYTES: Final = 64


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


def look(descriptor: int) -> Disc | None:
    """None for an empty tray. OSError if the drive doesn't answer, ValueError if its answer is none."""
    profile = parse_profile(_ask(descriptor, bytes((0x46, 0x02, 0, 0, 0, 0, 0, 0, 8, 0))))
    if profile is Profile.NONE:
        return None
    written, erasable = parse_disc(_ask(descriptor, bytes((0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0))))
    if written is Written.BLANK:
        blocks = parse_free_blocks(_ask(descriptor, bytes((0x52, 0x01, 0, 0, 0, 1, 0, 0, 36, 0))))
    else:
        blocks = parse_capacity(_ask(descriptor, bytes((0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0)), size=8))
    return Disc(profile=profile, written=written, erasable=erasable, size_bytes=blocks * BLOCK_BYTES)


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
    """The answer of a command that transfers from the device; OSError if the drive refuses it."""
    asked, sense = array.array("B", command), array.array("B", bytes(_SENSE_BYTES))
    answer = array.array("B", bytes(size))
    addresses = (each.buffer_info()[0] for each in (answer, asked, sense))
    header = bytearray(
        _HEADER.pack(
            *(ord("S"), _FROM_DEVICE, len(command), _SENSE_BYTES, 0, size, *addresses, _TIMEOUT_MS),
            *(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        )
    )
    fcntl.ioctl(descriptor, _SG_IO, header)
    status, host, driver, left = (_HEADER.unpack(header)[number] for number in (13, 17, 18, 19))
    if status or host or driver & 0x0F & ~0x08:
        raise OSError(5, f"command {command[0]:02x}: status {status:02x}, sense {bytes(sense[:14]).hex()}")
    return answer.tobytes()[: size - max(0, left)]
