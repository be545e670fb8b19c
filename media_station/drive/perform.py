"""Admitted → Evidence. Whatever happens from here on ends in evidence, and PASS only in a read-back that agrees."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, assert_never

from media_station.doors.pieces import give
from media_station.drive import block, erase_disc, mmc, optical, tray
from media_station.drive.admit import Admitted, boottime_ms, look
from media_station.drive.compared import NOWHERE
from media_station.drive.direct import Tell, opened, read_piece
from media_station.drive.erase import keeps_its_ends, overwrite
from media_station.drive.identity import instance_of
from media_station.drive.kernel import Counters
from media_station.drive.keystream import Keystream
from media_station.drive.read_back import read_back, same_medium
from media_station.model.erasure import Method, rule_for
from media_station.model.errors import MediaFault, StationError
from media_station.model.order import Action, Evidence, Verdict
from media_station.model.views import Progress

_UNDETERMINED: Final = -1

Watch = Callable[[Progress], None]


class Cancelled(Exception):
    """Raised by whoever watches: the work ends at once, and its medium is not to be used."""


@dataclass(slots=True, kw_only=True)
class _Measured:
    """What went to the medium and came back so far: true at every moment, whatever ends the work."""

    passes: int = 0
    bytes_written: int = 0
    bytes_verified: int = 0
    device_read: int = _UNDETERMINED
    device_written: int = _UNDETERMINED
    sha256: str = ""
    bad_sectors: int = _UNDETERMINED
    differs_at: int = NOWHERE
    burner: str = ""


def perform(admitted: Admitted, tool: str, watch: Watch) -> Evidence:
    """`tool` is this program's name and version. An error on the way is a verdict: FAIL, or UNKNOWN if it went away."""
    order, loaded = admitted.order, admitted.seen.loaded
    started = boottime_ms()
    measured = _Measured()
    try:
        before = _counters(admitted)
        code = _done(admitted, measured, watch)
        if before is not None:
            code = code or _borne_out(admitted, measured, before)
        verdict = Verdict.FAIL if code else Verdict.PASS
    except MediaFault as fault:
        code, verdict = fault.code, Verdict.UNKNOWN
    except Cancelled:
        code, verdict = "DRV-045", Verdict.FAIL
    except (OSError, EOFError, ValueError):
        gone = not _still_there(admitted)
        code, verdict = ("DRV-033", Verdict.UNKNOWN) if gone else ("DRV-031", Verdict.FAIL)
    return Evidence(
        order=order.number,
        action=order.action,
        verdict=verdict,
        code=code,
        fingerprint=loaded.fingerprint,
        method=_method(admitted),
        passes=measured.passes,
        bytes_written=measured.bytes_written,
        bytes_verified=measured.bytes_verified,
        device_read=measured.device_read,
        device_written=measured.device_written,
        sha256=measured.sha256,
        bad_sectors=measured.bad_sectors,
        differs_at=measured.differs_at,
        drive=f"{loaded.vendor} {loaded.model} ({loaded.bay})",
        tool=", ".join(filter(None, (tool, measured.burner))),
        started_ms=started,
        ended_ms=boottime_ms(),
    )


def _done(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    """The code of what is wrong, empty if everything was read back as it must be."""
    match admitted.order.action:
        case Action.WRITE:
            instance = _write(admitted, measured, watch)
            return _read(admitted, instance, measured, watch)
        case Action.READ:
            return _read(admitted, admitted.seen.instance, measured, watch)
        case Action.ERASE:
            return _erase(admitted, measured, watch)
        case Action.IMPORT:
            return _give(admitted, measured, watch)
    assert_never(admitted.order.action)


def _counters(admitted: Admitted) -> Counters | None:
    """None for a rehearsal's file: no device, nothing that counts; and for a disc that is erased, by commands of which
    the kernel doesn't count the bytes. Else ValueError or OSError if there are none.
    """
    if admitted.seen.disk is None or (admitted.bay.kind.optical and admitted.order.action is Action.ERASE):
        return None
    return admitted.kernel.counters(admitted.seen.disk)


def _borne_out(admitted: Admitted, measured: _Measured, before: Counters) -> str:
    """Did as much come from the device, and go to it, as was claimed? A cache in between would have kept it away.

    What a burner writes goes past the kernel's counters.
    """
    after = admitted.kernel.counters(admitted.seen.disk) if admitted.seen.disk is not None else before
    measured.device_read, measured.device_written = after.read - before.read, after.written - before.written
    written = 0 if admitted.bay.kind.optical else measured.bytes_written
    return "" if measured.device_read >= measured.bytes_verified and measured.device_written >= written else "DRV-043"


def _write(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    """The instance that must be there for the reading."""
    order, bay, seen = admitted.order, admitted.bay, admitted.seen
    measured.passes = 1

    def tell(done: int) -> None:
        measured.bytes_written = done
        watch(Progress(subject=order.medium, phase="write", done=done, total=order.image_length))

    def locked() -> None:
        if seen.disk is not None and admitted.kernel.instance(seen.disk) != seen.instance:
            raise MediaFault("DRV-033", bay=bay.name)

    if not bay.kind.optical:
        block.write_image(admitted.device, admitted.image, order.image_length, tell)
        return seen.instance
    measured.burner = optical.burn(bay.path, admitted.image, order.image_length, tell, locked)
    if seen.disk is None:
        return seen.instance
    # Out and in, it is a new one to the kernel: that it is the very disc, its bytes must show.
    pushing = Progress(subject=order.medium, phase="tray", done=0, total=1)
    tray.reload(bay.path, bay.name, lambda: watch(pushing))
    # Only an opening that waits for the disc lets the kernel notice that it was changed.
    with opened(bay.path, os.O_RDONLY) as settled:
        return instance_of(settled, bay)


def _read(admitted: Admitted, instance: str, measured: _Measured, watch: Watch) -> str:
    order = admitted.order

    def tell(done: int) -> None:
        measured.bytes_verified = done
        watch(Progress(subject=order.medium, phase="read", done=done, total=order.image_length))

    back = read_back(admitted.bay, instance, order.image_length, tell)
    measured.sha256 = back.sha256
    if (back.length, back.sha256) != (order.image_length, order.image_sha256):
        return "DRV-030"
    measured.bad_sectors = 0
    return ""


def _give(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    """Of a medium that nobody knows, what is wanted of it."""
    seen = hashlib.sha256()
    with same_medium(admitted.bay, admitted.seen.instance) as descriptor:
        length = os.lseek(descriptor, 0, os.SEEK_END)

        def look() -> None:
            done = measured.bytes_verified
            watch(Progress(subject=admitted.order.medium, phase="import", done=min(done, length), total=length))

        def read(wanted: int, at: int) -> memoryview:
            piece = read_piece(descriptor, wanted, at)
            seen.update(piece)
            measured.bytes_verified += len(piece)
            return piece

        give(os.dup(admitted.image), length, read, look)
    measured.sha256 = seen.hexdigest()
    measured.bad_sectors = 0
    return ""


def _erase(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    match rule_for(admitted.seen.loaded.kind).method:
        case Method.RANDOM_ZERO_VERIFIED:
            return _erase_stick(admitted, measured, watch)
        case Method.RANDOM_VERIFIED:
            return _overwrite_disc(admitted, measured, watch)
        case Method.BLANKED_VERIFIED:
            return _blank_disc(admitted, measured, watch)


def _overwrite_disc(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    size, medium = admitted.seen.loaded.size_bytes, admitted.order.medium

    def writing(done: int) -> None:
        measured.bytes_written = done
        watch(Progress(subject=medium, phase="erase 1", done=done, total=size))

    measured.passes = 1
    blocks = size // mmc.BLOCK_BYTES
    compared = erase_disc.overwrite(admitted.device, blocks, writing, _verifying(admitted, measured, watch, size))
    measured.bad_sectors, measured.differs_at = compared.wrong, compared.first
    return "" if (measured.bytes_written, measured.bytes_verified, compared.wrong) == (size, size, 0) else "DRV-035"


def _blank_disc(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    """Of a blank disc nobody can say which blocks are bad; counted are those that still hold something."""

    def blanking(parts: int) -> None:
        watch(Progress(subject=admitted.order.medium, phase="erase 1", done=parts, total=erase_disc.PARTS))

    measured.passes = 1
    blocks = erase_disc.blank(admitted.device, blanking)
    size = blocks * mmc.BLOCK_BYTES
    left = erase_disc.verify_blank(admitted.device, blocks, _verifying(admitted, measured, watch, size))
    measured.bad_sectors, measured.differs_at = left.wrong or _UNDETERMINED, left.first
    return "" if blocks and measured.bytes_verified == size and not left.wrong else "DRV-035"


def _verifying(admitted: Admitted, measured: _Measured, watch: Watch, size: int) -> Tell:
    def verifying(done: int) -> None:
        measured.bytes_verified = done
        watch(Progress(subject=admitted.order.medium, phase="verify 1", done=done, total=size))

    return verifying


def _erase_stick(admitted: Admitted, measured: _Measured, watch: Watch) -> str:
    """The two passes of the rule; each is verified to the last byte before the next begins."""
    seen, size = admitted.seen, admitted.seen.loaded.size_bytes
    if not keeps_its_ends(admitted.device, admitted.bay, seen.instance, size):
        return "DRV-044"
    wrong = 0
    for number, pattern in enumerate((Keystream(), None)):
        before = number * size

        def writing(done: int, before: int = before, phase: str = f"erase {number + 1}") -> None:
            measured.bytes_written = before + done
            watch(Progress(subject=admitted.order.medium, phase=phase, done=done, total=size))

        def verifying(done: int, before: int = before, phase: str = f"verify {number + 1}") -> None:
            measured.bytes_verified = before + done
            watch(Progress(subject=admitted.order.medium, phase=phase, done=done, total=size))

        compared = overwrite(admitted.device, admitted.bay, seen.instance, size, pattern, writing, verifying)
        measured.passes = number + 1
        wrong += compared.wrong
        if measured.differs_at == NOWHERE:
            measured.differs_at = compared.first
    measured.bad_sectors = wrong
    rule = rule_for(seen.loaded.kind)
    whole = (rule.passes, rule.passes * size, rule.passes * size, 0)
    done = (measured.passes, measured.bytes_written, measured.bytes_verified, wrong)
    return "" if done == whole else "DRV-035"


def _method(admitted: Admitted) -> str:
    match admitted.order.action:
        case Action.WRITE:
            return "write+read-back"
        case Action.READ:
            return "read"
        case Action.IMPORT:
            return "pieces"
        case Action.ERASE:
            return rule_for(admitted.seen.loaded.kind).method.value
    assert_never(admitted.order.action)


def _still_there(admitted: Admitted) -> bool:
    """Asked before an error is called the medium's: a stick that was pulled reads like a bad one."""
    try:
        if admitted.bay.kind.optical:
            look(admitted.kernel, admitted.bay)
            return True
        return os.lseek(admitted.device, 0, os.SEEK_END) > 0 and mmc.answers(admitted.device)
    except (OSError, StationError):
        return False
