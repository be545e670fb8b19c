"""An order against everything that it must agree with: an Admitted, or a refusal that left the medium untouched."""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_station.drive.detect import Bay
from media_station.drive.direct import opened
from media_station.drive.identity import Seen, identify
from media_station.drive.kernel import Kernel
from media_station.drive.refuse import refuse_in_use, refuse_read_only, refuse_unfit, refuse_used
from media_station.drive.spent import Spent
from media_station.drive.tray import door_locked
from media_station.model.errors import Refused, StationError
from media_station.model.ids import Identity, kind_letter
from media_station.model.order import LONGEST_START_SECONDS, Action, Order
from media_station.proof.note import Verifier, open_json

_MAKER = object()
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An order that holds, with its medium's descriptor open, locked and exclusive. Only `admitted` makes one.

    `device` is -1 for a disc that is written or read: the burner opens it itself. `image` is what came with the order:
    an image to write, or the socket on which pieces are wanted.
    """

    kernel: Kernel
    order: Order
    bay: Bay
    seen: Seen
    device: int
    image: int
    _maker: object = field(repr=False)

    def __post_init__(self) -> None:
        if self._maker is not _MAKER:
            raise TypeError("only drive/admit admits")


def boottime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot() -> str:
    """Which boot of the machine this is."""
    return _BOOT_ID.read_text().strip()


def parse_signed(untrusted_order: str, orders_key: Verifier) -> Order:
    """Refused DRV-010 unless this station's desk signed it and it is an order in every field; DRV-027 if it names
    another key than the desk's.
    """
    try:
        fields: dict[str, Any] = dict(open_json("order", untrusted_order.encode(), [orders_key]))
        del fields["key_id"]
        return Order(**fields | {"action": Action(fields["action"])})
    except (StationError, TypeError, ValueError, KeyError) as error:
        other_key = isinstance(error, StationError) and error.code == "PRF-007"
        raise Refused("DRV-027" if other_key else "DRV-010") from error


def require_own(number: str, identity: Identity) -> None:
    """Refused DRV-011 for a number of another epoch, which is never an order of this one: nothing is kept of it."""
    if not number.startswith(f"{identity.epoch.upper()}-"):
        raise Refused("DRV-011", order=number)


def claim(order: Order, action: Action, identity: Identity, spent: Spent) -> None:
    """Before anything else: from now on this number is used, whatever comes of it.

    Refused DRV-011 another station or epoch, DRV-014 used, DRV-012 another boot, DRV-028 times that no desk of this
    boot has written, DRV-013 late, DRV-029 older than what is known of used numbers, DRV-016 another action.
    """
    if order.identity != identity.name:
        raise Refused("DRV-011", order=order.number)
    require_own(order.number, identity)
    spent.claim(order.number)
    boot_id, now_ms = boot(), boottime_ms()
    if order.boot_id != boot_id:
        raise Refused("DRV-012", order=order.number)
    longest_ms = LONGEST_START_SECONDS * 1000
    if not (order.issued_ms <= now_ms and 0 <= order.start_by_ms - order.issued_ms <= longest_ms):
        raise Refused("DRV-028", order=order.number)
    if now_ms > order.start_by_ms:
        raise Refused("DRV-013", order=order.number)
    if order.issued_ms < spent.since_ms(boot_id, now_ms):
        raise Refused("DRV-029", order=order.number)
    if order.action is not action:
        raise Refused("DRV-016", order=order.number, action=order.action.value)


def check_people(order: Order, two_person: frozenset[str]) -> None:
    """What the desk has made sure of already. Refused DRV-032 for one person twice, DRV-034 without the second one."""
    if order.approver == order.requester:
        raise Refused("DRV-032", order=order.number)
    if order.action.value in two_person and not order.approver:
        raise Refused("DRV-034", order=order.number)


def look(kernel: Kernel, bay: Bay) -> Seen:
    """What is in the bay, without touching or holding it: no tray is pulled in. Refused or MediaFault as `identify`;
    DRV-017 empty, DRV-026 can't be opened.
    """
    try:
        with opened(bay.path, os.O_RDONLY | os.O_NONBLOCK) as descriptor:
            return identify(kernel, descriptor, bay)
    except OSError as error:
        raise _unopened(error, bay) from error


def refuse(kernel: Kernel, seen: Seen, bay: Bay, *, to_write: bool) -> None:
    """What this machine forbids, whatever the order; a rehearsal's file has no such neighbours."""
    if seen.disk is None:
        return
    refuse_in_use(kernel, seen.disk, bay.name)
    if bay.found:
        refuse_unfit(kernel, seen.disk, bay.name)
    if to_write and not bay.kind.optical:
        refuse_read_only(seen.disk, bay.name)


@contextmanager
def admitted(kernel: Kernel, order: Order, bay: Bay, image: int) -> Iterator[Admitted]:
    """The medium once it is the order's and fit for it, a stick held; `image` is -1 where none is needed.

    Refused DRV-018 another medium, DRV-019 too small, DRV-020 not blank, DRV-021 write-once, DRV-025 another image,
    DRV-036 a number of another kind of medium, DRV-037 an image of another length, DRV-047 a stick that was in use
    since it was erased; as `look` and `refuse`; DRV-023 if it can't be had alone.
    """
    to_write = order.action in {Action.WRITE, Action.ERASE}
    with ExitStack() as held:
        burner = bay.found and bay.kind.optical
        if burner and to_write:
            try:
                held.enter_context(door_locked(bay.path))
            except OSError as error:
                raise _unopened(error, bay) from error
        seen = look(kernel, bay)
        refuse(kernel, seen, bay, to_write=to_write)
        device = -1
        if not bay.kind.optical or order.action is Action.ERASE:
            flags = os.O_RDWR if to_write else os.O_RDONLY
            flags |= os.O_NONBLOCK if bay.kind.optical else 0  # no waiting for what can't be read yet
            try:
                # Nobody else has it or gets it: not a mount (O_EXCL), not udev (flock), not another drive (both).
                device = held.enter_context(opened(bay.path, flags | os.O_EXCL))
                fcntl.flock(device, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise _unopened(error, bay) from error
            seen = identify(kernel, device, bay)
        _check_same(order, seen)
        _check_fit(order, seen)
        if order.action is Action.WRITE:
            if not bay.kind.optical:
                refuse_used(device, bay.name)
            _check_image(order, image)
            if burner:  # which opens the disc itself: nobody may have forced the tray while the image was read
                _check_same(order, look(kernel, bay))
        yield Admitted(kernel=kernel, order=order, bay=bay, seen=seen, device=device, image=image, _maker=_MAKER)


def _unopened(error: OSError, bay: Bay) -> Refused:
    if error.errno in {errno.ENOENT, errno.ENXIO, errno.ENOMEDIUM, errno.ENODEV}:
        return Refused("DRV-017", bay=bay.name)
    if error.errno in {errno.EBUSY, errno.EWOULDBLOCK}:
        return Refused("DRV-023", bay=bay.name)
    return Refused("DRV-026", bay=bay.name, error=errno.errorcode.get(error.errno or 0, "?"))


def _check_same(order: Order, seen: Seen) -> None:
    if seen.loaded.fingerprint != order.fingerprint:
        raise Refused("DRV-018", bay=seen.loaded.bay, medium=order.medium)


def _check_fit(order: Order, seen: Seen) -> None:
    bay = seen.loaded.bay
    if kind_letter(order.medium) != seen.loaded.kind.letter:
        raise Refused("DRV-036", bay=bay, medium=order.medium)
    if order.action is Action.ERASE:
        if seen.loaded.kind.write_once:
            raise Refused("DRV-021", bay=bay)
        return
    # Before the size, which of a used disc is what is on it.
    if order.action is Action.WRITE and seen.loaded.kind.sequential and not seen.loaded.blank:
        raise Refused("DRV-020", bay=bay)
    if order.image_length > seen.loaded.size_bytes:
        raise Refused("DRV-019", bay=bay, needs=order.image_length, has=seen.loaded.size_bytes)


def _check_image(order: Order, image: int) -> None:
    """The bytes that would be written, before the first of them is."""
    length = os.fstat(image).st_size if image >= 0 else 0
    if length != order.image_length:
        raise Refused("DRV-037", order=order.number, needs=order.image_length, has=length)
    seen = hashlib.sha256()
    for offset in range(0, order.image_length, _PIECE):
        seen.update(os.pread(image, min(_PIECE, order.image_length - offset), offset))
    if seen.hexdigest() != order.image_sha256:
        raise Refused("DRV-025", order=order.number)
