"""The drive: a tray, perhaps a disc in it, and the commands of MMC-6 that DVD burning software uses."""

import asyncio
import threading
from collections.abc import Callable
from enum import Enum

from burner import replies
from burner.disc import BLOCK_BYTES, Disc, Profile
from burner.faults import Faults
from burner.iscsi import CheckCondition

_INVALID_COMMAND = (5, 0x20, 0x00)
_INVALID_FIELD = (5, 0x24, 0x00)
_INVALID_PARAMETER = (5, 0x26, 0x00)
_NO_MEDIUM_TRAY_CLOSED = (2, 0x3A, 0x01)
_NO_MEDIUM_TRAY_OPEN = (2, 0x3A, 0x02)
_REMOVAL_PREVENTED = (5, 0x53, 0x02)
_CHANGED = (6, 0x28, 0x00)
_RESET = (6, 0x29, 0x00)
_WRITE_ERROR = (3, 0x0C, 0x00)
_READ_ERROR = (3, 0x11, 0x00)
_IN_PROGRESS = (2, 0x04, 0x07)
_CLOSE_ERROR = (3, 0x72, 0x00)
_WRITE_PROTECTED = (7, 0x27, 0x00)
_AT_ONCE = 2  # write type of mode page 05

_NEW_MEDIUM, _REMOVED = 2, 3  # media events
_NEVER_UNIT_ATTENTION = frozenset({0x03, 0x12, 0x46, 0x4A, 0xA0})


class Tray(Enum):
    CLOSED = "closed"
    OPEN = "open"


class Drive:
    """What is done by hand (`insert`, `push`, `pull`) may be done from any thread, while a host sends commands.

    `slim`: its tray is opened by a command and closed by a finger alone, as in a notebook's drive.
    """

    def __init__(
        self,
        disc: Disc | None = None,
        *,
        faults: Faults | None = None,
        vendor: str = "EXAMPLE",
        model: str = "DVD-WRITER",
        serial: str = "BURNER0001",
        slim: bool = False,
    ) -> None:
        self.disc = disc
        self.faults = faults or Faults()
        self.tray = Tray.CLOSED
        self.locked = False
        self.closing = False
        self.commands: list[int] = []  # operation codes, in the order in which they came
        self._names = (vendor, model, "1.00")
        self._serial = serial
        self._slim = slim
        self._write_parameters = replies.WRITE_PARAMETERS
        self._attention: tuple[int, int, int] | None = _RESET
        self._event = 0
        self._looks_left = 0  # before the disc is blanked or formatted
        self._sense = CheckCondition(0, 0)
        self._hand = threading.RLock()

    # --- by hand

    def insert(self, disc: Disc | None) -> None:
        """Puts this disc, or none, on the tray, whichever was there, and pushes it in."""
        with self._hand:
            self.tray = Tray.OPEN
            self.disc = disc
            self.push()

    def push(self) -> None:
        with self._hand:
            if self.tray is Tray.OPEN:
                self.tray = Tray.CLOSED
                self._write_parameters = replies.WRITE_PARAMETERS
                if self.disc is not None:
                    self._event, self._attention = _NEW_MEDIUM, _CHANGED

    def pull(self) -> None:
        """Opens the tray, locked or not."""
        with self._hand:
            if self.tray is Tray.CLOSED:
                self.tray, self.locked = Tray.OPEN, False
                self._event = _REMOVED

    # --- commands

    async def execute(self, cdb: bytes, data: bytes) -> bytes:
        """As the host sends it; CheckCondition as the drive answers it."""
        if self.faults.seconds_per_block and cdb[0] in {0x2A, 0xAA}:
            await asyncio.sleep(self.faults.seconds_per_block * (len(data) // BLOCK_BYTES))
        if self._closes(cdb):
            self.closing = True
            await asyncio.sleep(self.faults.seconds_to_close)
            self.closing = False
        with self._hand:
            self.commands.append(cdb[0])
            if self._attention is not None and cdb[0] not in _NEVER_UNIT_ATTENTION:
                attention, self._attention = self._attention, None
                raise CheckCondition(*attention)
            command = _COMMANDS.get(cdb[0])
            if command is None:
                raise CheckCondition(*_INVALID_COMMAND)
            return command(self, cdb, data)

    def _loaded(self) -> Disc:
        if self.tray is Tray.OPEN:
            raise CheckCondition(*_NO_MEDIUM_TRAY_OPEN)
        if self.disc is None:
            raise CheckCondition(*_NO_MEDIUM_TRAY_CLOSED)
        return self.disc

    def _writable(self) -> Disc:
        disc = self._loaded()
        if self.faults.write_protected:
            raise CheckCondition(*_WRITE_PROTECTED)
        return disc

    @property
    def _profile(self) -> Profile:
        return self.disc.profile if self.disc is not None and self.tray is Tray.CLOSED else Profile.NONE

    # the drive itself

    def _test_unit_ready(self, _cdb: bytes, _data: bytes) -> bytes:
        self._loaded()
        if self._looks_left:
            self._looks_left -= 1
            raise CheckCondition(*_IN_PROGRESS)
        return b""

    def _request_sense(self, cdb: bytes, _data: bytes) -> bytes:
        return self._sense.sense()[: cdb[4]]

    def _inquiry(self, cdb: bytes, _data: bytes) -> bytes:
        if cdb[1] & 1:
            return replies.vital_product_data(cdb[2], self._serial)[: _two(cdb, 3)]
        return replies.inquiry(*self._names)[: _two(cdb, 3)]

    def _get_configuration(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.configuration(self._profile, _two(cdb, 2), cdb[1] & 3, self._serial)[: _two(cdb, 7)]

    def _event_status(self, cdb: bytes, _data: bytes) -> bytes:
        """Polled, and only of the medium."""
        if not cdb[1] & 1:
            raise CheckCondition(*_INVALID_FIELD)
        if not cdb[4] & 0x10:
            return bytes([0, 2, 0x80, 0x10])[: _two(cdb, 7)]
        event, self._event = self._event, 0
        present = self._profile is not Profile.NONE
        opened = self.tray is Tray.OPEN
        return bytes([0, 6, 4, 0x10, event, present << 1 | opened, 0, 0])[: _two(cdb, 7)]

    def _mode_sense_6(self, cdb: bytes, _data: bytes) -> bytes:
        pages = replies.mode_pages(cdb[2] & 0x3F, self._write_parameters, locked=self.locked)
        return (bytes([len(pages) + 3, 0, 0, 0]) + pages)[: cdb[4]]

    def _mode_sense_10(self, cdb: bytes, _data: bytes) -> bytes:
        pages = replies.mode_pages(cdb[2] & 0x3F, self._write_parameters, locked=self.locked)
        return ((len(pages) + 6).to_bytes(2) + bytes(6) + pages)[: _two(cdb, 7)]

    def _mode_select(self, cdb: bytes, data: bytes) -> bytes:
        header = 4 if cdb[0] == 0x15 else 8
        page = data[header:]
        if len(page) < 2 or len(page) < page[1] + 2:
            raise CheckCondition(5, 0x1A)  # parameter list length
        if page[0] & 0x3F == 0x05:
            if page[1] != 0x32:
                raise CheckCondition(*_INVALID_PARAMETER)
            self._write_parameters = bytes([0x05]) + page[1:52]
        return b""

    def _start_stop(self, cdb: bytes, _data: bytes) -> bytes:
        if not cdb[4] & 2:
            return b""
        if cdb[4] & 1:
            if self._slim and self.tray is Tray.OPEN:
                raise CheckCondition(*_NO_MEDIUM_TRAY_OPEN)
            self.push()
        elif self.locked:
            raise CheckCondition(*_REMOVAL_PREVENTED)
        else:
            self.pull()
        return b""

    def _prevent_removal(self, cdb: bytes, _data: bytes) -> bytes:
        self.locked = bool(cdb[4] & 1)
        return b""

    def _mechanism_status(self, cdb: bytes, _data: bytes) -> bytes:
        return bytes([0, (self.tray is Tray.OPEN) << 4, 0, 0, 0, 0, 0, 0])[: _two(cdb, 8)]

    def _performance(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.performance(self.disc if self._profile else None, cdb[10])

    def _accepted(self, _cdb: bytes, _data: bytes) -> bytes:
        """SET STREAMING, SET CD SPEED: this drive has one speed."""
        return b""

    def _with_disc(self, _cdb: bytes, _data: bytes) -> bytes:
        self._loaded()
        return b""

    # of the disc

    def _read_capacity(self, _cdb: bytes, _data: bytes) -> bytes:
        blocks = self._loaded().readable_blocks
        return max(blocks - 1, 0).to_bytes(4) + BLOCK_BYTES.to_bytes(4)

    def _format_capacities(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.format_capacities(self.disc if self._profile else None)[: _two(cdb, 7)]

    def _disc_information(self, cdb: bytes, _data: bytes) -> bytes:
        disc = self._loaded()
        if cdb[1] & 7:
            raise CheckCondition(*_INVALID_FIELD)
        return replies.disc_information(disc)[: _two(cdb, 7)]

    def _track_information(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.track_information(self._loaded(), cdb[1] & 3, _four(cdb, 2))[: _two(cdb, 7)]

    def _contents(self, cdb: bytes, _data: bytes) -> bytes:
        form = cdb[2] & 0x0F or cdb[9] >> 6
        return replies.contents(self._loaded(), form)[: _two(cdb, 7)]

    def _disc_structure(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.disc_structure(self._loaded(), cdb[7])[: _two(cdb, 8)]

    def _buffer_capacity(self, cdb: bytes, _data: bytes) -> bytes:
        return replies.buffer_capacity()[: _two(cdb, 7)]

    def _read(self, cdb: bytes, _data: bytes) -> bytes:
        block, count = _extent(cdb)
        self._remove(self.faults.removed_reading_at, block, count)
        data = self._loaded().read(block, count)
        if _touches(self.faults.read_error_at, block, count):
            raise CheckCondition(*_READ_ERROR)
        if _touches(self.faults.differs_at, block, count):
            changed = bytearray(data)
            changed[((self.faults.differs_at or 0) - block) * BLOCK_BYTES + 1000] ^= 1
            return bytes(changed)
        return data

    # writing

    def _write(self, cdb: bytes, data: bytes) -> bytes:
        block, count = _extent(cdb)
        self._remove(self.faults.removed_at, block, count)
        disc = self._writable()
        if len(data) != count * BLOCK_BYTES:
            raise CheckCondition(*_INVALID_FIELD)
        disc.verify_writable(block, count)
        if _touches(self.faults.write_error_at, block, count):
            raise CheckCondition(*_WRITE_ERROR)
        lost_from = self.faults.lost_from
        disc.write(block, data, kept=count if lost_from is None else max(lost_from - block, 0))
        return b""

    def _synchronize(self, cdb: bytes, _data: bytes) -> bytes:
        disc = self._loaded()
        if self._closes(cdb):
            self._verify_closable()
            disc.close_session(final=True)
        return b""

    def _reserve(self, cdb: bytes, _data: bytes) -> bytes:
        self._writable().reserve(_four(cdb, 5))
        return b""

    def _close(self, cdb: bytes, _data: bytes) -> bytes:
        """Of a track (1), of a session (2), of the disc (3, 5, 6). DVD-R: with the last session the disc, if page 05
        says that no other follows.
        """
        disc = self._writable()
        self._verify_closable()
        function = cdb[2] & 7
        if function == 1:
            disc.close_track(_two(cdb, 4))
        elif function:
            ends = disc.profile is not Profile.DVD_PLUS_R and not self._write_parameters[3] & 0xC0
            disc.close_session(final=ends or function in {3, 5, 6})
        return b""

    def _format(self, _cdb: bytes, data: bytes) -> bytes:
        disc = self._writable()
        if len(data) < 12:
            raise CheckCondition(5, 0x1A)
        disc.format(data[8] >> 2, _four(data, 4))
        self._looks_left = self.faults.looks_until_blank
        return b""

    def _blank(self, cdb: bytes, _data: bytes) -> bytes:
        disc = self._writable()
        if cdb[1] & 7 not in {0, 1}:
            raise CheckCondition(*_INVALID_FIELD)
        disc.blank_again()
        self._looks_left = self.faults.looks_until_blank
        return b""

    def _closes(self, cdb: bytes) -> bool:
        """Whether the command closes something: a disc written at once is closed with its last block."""
        if cdb[0] != 0x35 or self.disc is None or self.tray is Tray.OPEN:
            return cdb[0] == 0x5B
        return self._write_parameters[2] & 0x0F == _AT_ONCE and self.disc.full_to_the_last_reserved

    def _verify_closable(self) -> None:
        if self.faults.removed_closing:
            self.pull()
            self._loaded()
        if self.faults.close_fails:
            raise CheckCondition(*_CLOSE_ERROR)

    def _remove(self, at: int | None, block: int, count: int) -> None:
        if _touches(at, block, count):
            self.pull()


def _touches(at: int | None, block: int, count: int) -> bool:
    return at is not None and block <= at < block + count


def _two(cdb: bytes, at: int) -> int:
    return int.from_bytes(cdb[at : at + 2])


def _four(cdb: bytes, at: int) -> int:
    return int.from_bytes(cdb[at : at + 4])


def _extent(cdb: bytes) -> tuple[int, int]:
    """First block and number of blocks of a READ or WRITE, (10) or (12)."""
    return _four(cdb, 2), _four(cdb, 6) if cdb[0] in {0xA8, 0xAA} else _two(cdb, 7)


_COMMANDS: dict[int, Callable[[Drive, bytes, bytes], bytes]] = {
    0x00: Drive._test_unit_ready,
    0x03: Drive._request_sense,
    0x04: Drive._format,
    0x12: Drive._inquiry,
    0x15: Drive._mode_select,
    0x1A: Drive._mode_sense_6,
    0x1B: Drive._start_stop,
    0x1E: Drive._prevent_removal,
    0x23: Drive._format_capacities,
    0x25: Drive._read_capacity,
    0x28: Drive._read,
    0x2A: Drive._write,
    0x2F: Drive._with_disc,  # VERIFY
    0x35: Drive._synchronize,
    0x43: Drive._contents,
    0x46: Drive._get_configuration,
    0x4A: Drive._event_status,
    0x51: Drive._disc_information,
    0x52: Drive._track_information,
    0x53: Drive._reserve,
    0x54: Drive._with_disc,  # SEND OPC INFORMATION
    0x55: Drive._mode_select,
    0x5A: Drive._mode_sense_10,
    0x5B: Drive._close,
    0x5C: Drive._buffer_capacity,
    0xA1: Drive._blank,
    0xA8: Drive._read,
    0xAA: Drive._write,
    0xAC: Drive._performance,
    0xAD: Drive._disc_structure,
    0xB6: Drive._accepted,  # SET STREAMING
    0xBB: Drive._accepted,  # SET CD SPEED
    0xBD: Drive._mechanism_status,
}
