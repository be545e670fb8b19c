"""What is behind an opened descriptor, and its fingerprint, which binds an order to it."""

import fcntl
import hashlib
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media_station.drive import mmc
from media_station.drive.detect import Bay
from media_station.drive.kernel import Kernel
from media_station.model.errors import MediaFault, Refused
from media_station.model.kind import MediumKind
from media_station.model.views import Loaded
from media_station.proof.note import canonical

BLOCK_BYTES: Final = 4096  # what O_DIRECT is aligned to; a multiple of every sector size in use
_BLKGETDISKSEQ: Final = 0x80081280  # linux/fs.h: changes whenever another medium is in the device
_WRITABLE: Final = {
    mmc.Profile.DVD_R: MediumKind.DVD_R,
    mmc.Profile.DVD_PLUS_R: MediumKind.DVD_PLUS_R,
    mmc.Profile.DVD_RW_SEQUENTIAL: MediumKind.DVD_RW,
    mmc.Profile.DVD_RW_OVERWRITE: MediumKind.DVD_RW,  # once blanked it is a sequential one
    mmc.Profile.DVD_PLUS_RW: MediumKind.DVD_PLUS_RW,
    mmc.Profile.DVD_RAM: MediumKind.DVD_RAM,
}
# As they stand on the disc and its box.
_OTHERS: Final = {
    mmc.Profile.CD_ROM: "CD-ROM",
    mmc.Profile.CD_R: "CD-R",
    mmc.Profile.CD_RW: "CD-RW",
    mmc.Profile.DVD_ROM: "DVD-ROM",
    mmc.Profile.DVD_R_DUAL: "DVD-R DL",
    mmc.Profile.DVD_R_DUAL_JUMP: "DVD-R DL",
    mmc.Profile.DVD_PLUS_RW_DUAL: "DVD+RW DL",
    mmc.Profile.DVD_PLUS_R_DUAL: "DVD+R DL",
    mmc.Profile.BD_ROM: "BD-ROM",
    mmc.Profile.BD_R: "BD-R",
    mmc.Profile.BD_R_RANDOM: "BD-R",
    mmc.Profile.BD_RE: "BD-RE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`instance` stays the same while this very medium stays in; `disk` is its place in /sys, None for a file."""

    loaded: Loaded
    instance: str
    disk: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Medium:
    kind: MediumKind
    size_bytes: int
    blank: bool


def instance_of(descriptor: int, bay: Bay) -> str:
    """MediaFault DRV-024 for what is neither a device nor a rehearsal's file."""
    status = os.fstat(descriptor)
    if stat.S_ISBLK(status.st_mode):
        (sequence,) = struct.unpack("Q", fcntl.ioctl(descriptor, _BLKGETDISKSEQ, bytes(8)))
        return f"diskseq {sequence}"
    if stat.S_ISREG(status.st_mode) and not bay.found:
        return f"file {status.st_dev}:{status.st_ino}"
    raise MediaFault("DRV-024", bay=bay.name)


def identify(kernel: Kernel, descriptor: int, bay: Bay) -> Seen:
    """By the descriptor, never by the name. MediaFault DRV-024 for what no bay may hold, DRV-042 for a disc of a kind
    that isn't written here; Refused DRV-017 for an empty tray.
    """
    instance, status = instance_of(descriptor, bay), os.fstat(descriptor)
    disk = _disk(kernel, status.st_rdev, bay) if stat.S_ISBLK(status.st_mode) else None
    changed = status.st_ctime_ns if disk is None and bay.kind.optical else 0
    medium = _disc(descriptor, bay) if bay.found and bay.kind.optical else _by_length(descriptor, bay)
    of = [bay.name, medium.kind.value, bay.vendor, bay.model, bay.serial, medium.size_bytes, medium.blank]
    loaded = Loaded(
        bay=bay.name,
        kind=medium.kind,
        vendor=bay.vendor,
        model=bay.model,
        serial=bay.serial,
        serial_source=bay.serial_source,
        other_kind="",
        size_bytes=medium.size_bytes,
        blank=medium.blank,
        refused="",
        fingerprint=hashlib.sha256(canonical([str(each) for each in [*of, instance, changed]])).hexdigest(),
    )
    return Seen(loaded=loaded, instance=instance, disk=disk)


def not_written_here(bay: Bay, fault: MediaFault) -> Loaded:
    """A disc that is there, but of a kind that isn't written here (DRV-042). No order is bound to it."""
    return Loaded(
        bay=bay.name,
        kind=bay.kind,
        vendor=bay.vendor,
        model=bay.model,
        serial=bay.serial,
        serial_source=bay.serial_source,
        other_kind=str(fault.parameters["kind"]),
        size_bytes=0,
        blank=False,
        refused=fault.code,
        fingerprint="",
    )


def _disk(kernel: Kernel, number: int, bay: Bay) -> Path:
    try:
        return kernel.disk(os.major(number), os.minor(number))
    except FileNotFoundError as error:
        raise MediaFault("DRV-024", bay=bay.name) from error


def _by_length(descriptor: int, bay: Bay) -> _Medium:
    length = os.lseek(descriptor, 0, os.SEEK_END)
    if bay.kind.optical:
        return _Medium(kind=bay.kind, size_bytes=bay.size_bytes, blank=length == 0)
    if not length:
        raise Refused("DRV-017", bay=bay.name)
    if length % BLOCK_BYTES:
        raise MediaFault("DRV-024", bay=bay.name)
    return _Medium(kind=bay.kind, size_bytes=length, blank=False)


def _disc(descriptor: int, bay: Bay) -> _Medium:
    try:
        profile = mmc.profile_of(descriptor)
        if profile is not mmc.Profile.NONE and profile not in _WRITABLE:
            raise MediaFault("DRV-042", bay=bay.name, kind=_OTHERS.get(profile, "unknown_disc"))
        disc = mmc.look(descriptor)
    except ValueError as error:
        raise MediaFault("DRV-024", bay=bay.name) from error
    if disc is None or disc.profile not in _WRITABLE:  # it was changed just now
        raise Refused("DRV-017", bay=bay.name)
    return _Medium(kind=_WRITABLE[disc.profile], size_bytes=disc.size_bytes, blank=disc.written is mmc.Written.BLANK)
