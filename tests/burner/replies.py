"""What a drive says of itself and of the disc in it, in the layouts of SPC-4 and MMC-6."""

import struct
from collections.abc import Iterator

from burner.disc import BLOCK_BYTES, ECC_BLOCKS, REAL_BLOCKS, Disc, Profile, Status, Track, TrackState
from burner.iscsi import CheckCondition

SPEED_KB = 11080  # 8x
_BUFFER_BYTES = 1 << 20
_WRITABLE = frozenset(REAL_BLOCKS)
_NOT_IN_COMMAND = (5, 0x24, 0x00)


def inquiry(vendor: str, model: str, revision: str) -> bytes:
    """A removable MMC device, SPC-3."""
    names = vendor.ljust(8)[:8] + model.ljust(16)[:16] + revision.ljust(4)[:4]
    return bytes([0x05, 0x80, 0x05, 0x02, 91, 0, 0, 0]) + names.encode() + bytes(60)


def vital_product_data(page: int, serial: str) -> bytes:
    pages = {0x00: bytes([0x00, 0x80]), 0x80: serial.encode()}
    if page not in pages:
        raise CheckCondition(*_NOT_IN_COMMAND)
    return bytes([0x05, page]) + len(pages[page]).to_bytes(2) + pages[page]


# --- GET CONFIGURATION, MMC-6 chapter 5


def configuration(profile: Profile, start: int, kind: int, serial: str) -> bytes:
    """`kind`: 0 all features, 1 the current ones, 2 the one numbered `start`."""
    chosen = b""
    for number, version, current, body in _features(profile, serial):
        if (number == start) if kind == 2 else (number >= start and (current or kind == 0)):
            chosen += struct.pack(">HBB", number, version << 2 | current, len(body)) + body
    return struct.pack(">IHH", len(chosen) + 4, 0, profile) + chosen


def _features(profile: Profile, serial: str) -> Iterator[tuple[int, int, bool, bytes]]:
    """Number, version, whether current, body."""
    loaded = profile is not Profile.NONE
    sequential = profile in {Profile.DVD_R, Profile.DVD_RW, Profile.DVD_PLUS_R}
    profiles = [0x0010, *sorted(_WRITABLE, reverse=True)]
    rows = b"".join(struct.pack(">HBB", each, each == profile, 0) for each in profiles)
    blocking = struct.pack(">IHBB", BLOCK_BYTES, ECC_BLOCKS, 1, 0)
    yield 0x0000, 0, True, rows
    yield 0x0001, 2, True, bytes([0, 0, 0, 8, 1, 0, 0, 0])  # core, physical interface: USB
    yield 0x0002, 1, True, bytes([2, 0, 0, 0])  # morphing
    yield 0x0003, 0, True, bytes([0x29, 0, 0, 0])  # removable: tray, eject, lock
    yield 0x0010, 0, loaded, blocking
    yield 0x001F, 1, loaded, bytes(4)  # DVD read
    last = struct.pack(">I", REAL_BLOCKS.get(profile, 1) - 1)
    yield 0x0020, 1, profile.overwritable, last + blocking
    yield 0x0021, 3, sequential, bytes([0, 3, 0, 1, ECC_BLOCKS, 0, 0, 0])  # incremental streaming, buffer underrun free
    yield 0x0023, 0, profile.erasable, bytes(8)  # formattable
    yield 0x0026, 0, profile is Profile.DVD_RW_RESTRICTED, b""
    yield 0x002A, 0, profile is Profile.DVD_PLUS_RW, bytes([1, 0, 0, 0])
    yield 0x002B, 0, profile is Profile.DVD_PLUS_R, bytes([1, 0, 0, 0])
    yield 0x002C, 0, profile is Profile.DVD_RW_RESTRICTED, bytes([0x0E, 0, 0, 0])  # rigid restricted overwrite
    yield (
        0x002F,
        0,
        profile in {Profile.DVD_R, Profile.DVD_RW},
        bytes([0x46, 0, 0, 0]),
    )  # buffer underrun free, test, RW
    yield 0x0100, 0, True, b""
    yield 0x0105, 0, True, bytes(4)
    yield 0x0107, 1, loaded, bytes([0x1A, 0, 0, 0])  # real time streaming: SET STREAMING, mode page 2A, write speeds
    yield 0x0108, 0, True, serial.encode() + bytes(-len(serial) % 4)


# --- mode pages, MMC-6 chapter 7

WRITE_PARAMETERS = bytes([0x05, 0x32, 0x40, 0xC5, 0x08]) + bytes(9) + bytes([0, 150]) + bytes(36)


def capabilities(*, locked: bool) -> bytes:
    """Page 2A."""
    page = bytearray(36)
    page[0], page[1] = 0x2A, 34
    page[2] = page[3] = 0x30  # reads and writes DVD-R and DVD-RAM
    page[2] |= 0x08
    page[4] = 0xC0  # buffer underrun free, several sessions
    page[6] = 0x29 | locked << 1  # tray, eject, lock
    struct.pack_into(">HHHH", page, 8, SPEED_KB, 0, _BUFFER_BYTES >> 10, SPEED_KB)
    struct.pack_into(">HH", page, 28, SPEED_KB, 1)
    struct.pack_into(">HH", page, 32, 0, SPEED_KB)
    return bytes(page)


def mode_pages(page: int, write_parameters: bytes, *, locked: bool) -> bytes:
    """The page asked for, or all of them for 3F."""
    pages = {
        0x01: bytes([0x01, 10, 0xC0, 5]) + bytes(8),
        0x05: write_parameters,
        0x1A: bytes([0x1A, 10]) + bytes(10),
        0x2A: capabilities(locked=locked),
    }
    if page == 0x3F:
        return b"".join(pages.values())
    if page not in pages:
        raise CheckCondition(*_NOT_IN_COMMAND)
    return pages[page]


# --- the disc


def disc_information(disc: Disc) -> bytes:
    """READ DISC INFORMATION, standard."""
    of_last = [each for each in disc.tracks if each.session == disc.sessions]
    told = bytearray(34)
    told[0:2] = (32).to_bytes(2)
    told[2] = disc.profile.erasable << 4 | disc.last_session_state << 2 | disc.status
    told[3], told[4], told[5], told[6] = 1, disc.sessions, of_last[0].number, of_last[-1].number
    told[7] = 0x20 | (3 if disc.profile is Profile.DVD_PLUS_RW and disc.formatted else 0)
    told[16:24] = bytes([0xFF]) * 8 if disc.status is Status.COMPLETE else bytes(4) + disc.blocks.to_bytes(4)
    return bytes(told)


def track_information(disc: Disc, address_type: int, address: int) -> bytes:
    """READ TRACK INFORMATION by block (0), by track number (1) or by session (2)."""
    track = _track(disc, address_type, address)
    overwritable = disc.profile.overwritable
    blank = not disc.formatted if overwritable else track.state is TrackState.INVISIBLE
    open_now = track.state is not TrackState.CLOSED and not overwritable
    told = bytearray(48)
    told[0:2] = (46).to_bytes(2)
    told[2], told[3] = track.number, track.session
    told[5] = 4
    told[6] = (track.state is TrackState.RESERVED) << 7 | blank << 6 | open_now << 5 | 1
    told[7] = open_now | (not blank and not overwritable) << 1
    free = track.start + track.size - track.next_block if open_now else 0
    size = disc.readable_blocks if overwritable else track.size
    last = track.next_block - 1 if track.next_block > track.start else 0
    packet = ECC_BLOCKS
    struct.pack_into(">IIIIII", told, 8, track.start, track.next_block * open_now, free, packet, size, last)
    return bytes(told)


def _track(disc: Disc, address_type: int, address: int) -> Track:
    for track in disc.tracks:
        if disc.profile.overwritable and (address_type or address < disc.blocks):
            return track
        if address_type == 0 and track.start <= address < track.start + track.size:
            return track
        if address_type == 1 and (track.number == address or (address == 0xFF and track is disc.tracks[-1])):
            if address == 0xFF and track.state is not TrackState.INVISIBLE:
                break
            return track
        if address_type == 2 and track.session == address:
            return track
    raise CheckCondition(*_NOT_IN_COMMAND)


def contents(disc: Disc, form: int) -> bytes:
    """READ TOC/PMA/ATIP, formats 0 and 1."""
    whole = disc.profile.overwritable and disc.formatted
    tracks = disc.tracks if whole else [each for each in disc.tracks if each.state is TrackState.CLOSED]
    if form not in {0, 1} or not tracks:
        raise CheckCondition(*_NOT_IN_COMMAND)
    last = tracks[-1]
    if form == 1:
        first_of_last = next(each for each in tracks if each.session == last.session)
        return struct.pack(">HBBBBBBI", 10, 1, last.session, 0, 0x14, first_of_last.number, 0, first_of_last.start)
    rows = b"".join(struct.pack(">BBBBI", 0, 0x14, each.number, 0, each.start) for each in tracks)
    rows += struct.pack(">BBBBI", 0, 0x14, 0xAA, 0, disc.readable_blocks)
    return struct.pack(">HBB", len(rows) + 2, 1, last.number) + rows


def format_capacities(disc: Disc | None) -> bytes:
    """READ FORMAT CAPACITIES: the current one, and what FORMAT UNIT takes."""
    if disc is None:
        return struct.pack(">IIB3s", 8, max(REAL_BLOCKS.values()), 3, BLOCK_BYTES.to_bytes(3))
    usable = disc.formatted or (disc.profile is Profile.DVD_RW and disc.status is not Status.BLANK)
    rows = struct.pack(">IB3s", disc.blocks, 2 if usable else 1, BLOCK_BYTES.to_bytes(3))
    for kind, parameter in _FORMATS.get(disc.profile, ()):
        rows += struct.pack(">IB3s", disc.blocks, kind << 2, parameter.to_bytes(3))
    return len(rows).to_bytes(4) + rows


_FORMATS = {
    Profile.DVD_PLUS_RW: ((0x26, 0),),
    Profile.DVD_RAM: ((0x00, BLOCK_BYTES),),
    Profile.DVD_RW: ((0x00, ECC_BLOCKS), (0x10, ECC_BLOCKS), (0x15, ECC_BLOCKS)),
    Profile.DVD_RW_RESTRICTED: ((0x00, ECC_BLOCKS), (0x10, ECC_BLOCKS), (0x15, ECC_BLOCKS)),
}


def disc_structure(disc: Disc, form: int) -> bytes:
    """READ DISC STRUCTURE: physical format (00), what else there is (FF)."""
    book = {Profile.DVD_R: 0x25, Profile.DVD_RAM: 0x16, Profile.DVD_PLUS_RW: 0x92, Profile.DVD_PLUS_R: 0xA1}
    if form == 0x00:
        end = 0x30000 + max(disc.readable_blocks, 1) - 1
        body = struct.pack(">BBBBIII", book.get(disc.profile, 0x33), 0x02, 0x02, 0x10, 0x30000, end, 0) + bytes(2032)
    elif form == 0xFF:
        body = struct.pack(">BBH", 0x00, 0x40, 2052)
    else:
        raise CheckCondition(*_NOT_IN_COMMAND)
    return struct.pack(">HH", len(body) + 2, 0) + body


def performance(disc: Disc | None, kind: int) -> bytes:
    """GET PERFORMANCE: nominal (0) or the write speeds (3)."""
    end = (disc.blocks if disc else max(REAL_BLOCKS.values())) - 1
    if kind == 0x00:
        row = struct.pack(">IIII", 0, SPEED_KB, end, SPEED_KB)
    elif kind == 0x03:
        row = struct.pack(">IIII", 0, end, SPEED_KB, SPEED_KB)
    else:
        raise CheckCondition(*_NOT_IN_COMMAND)
    return struct.pack(">II", 4 + len(row), 0) + row


def buffer_capacity() -> bytes:
    return struct.pack(">HHII", 10, 0, _BUFFER_BYTES, _BUFFER_BYTES)
