"""What is behind an opened descriptor, and its fingerprint, which binds an order to it."""

import fcntl
import hashlib
import os
import stat
import struct
from dataclasses import dataclass
from typing import Final

from media_station.drive.detect import Bay
from media_station.model.errors import MediaFault
from media_station.model.kind import MediumKind
from media_station.model.views import Loaded
from media_station.proof.note import canonical

BLOCK_BYTES: Final = 4096  # what O_DIRECT is aligned to; a multiple of every sector size in use
_BLKGETDISKSEQ: Final = 0x80081280  # linux/fs.h: changes whenever another medium is in the device


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`instance` stays the same while this very medium stays in; `block` tells a device from a rehearsal's file."""

    loaded: Loaded
    instance: str
    block: bool


def identify(descriptor: int, bay: Bay) -> Seen:
    """By the descriptor, never by the name. MediaFault DRV-024 for what no bay may hold."""
    status = os.fstat(descriptor)
    block = stat.S_ISBLK(status.st_mode)
    if not block and not stat.S_ISREG(status.st_mode):
        raise MediaFault("DRV-024", bay=bay.name)
    length = os.lseek(descriptor, 0, os.SEEK_END)
    disc = bay.kind is MediumKind.DVD_R
    if length % (1 if disc else BLOCK_BYTES):
        raise MediaFault("DRV-024", bay=bay.name)
    if block:
        (sequence,) = struct.unpack("Q", fcntl.ioctl(descriptor, _BLKGETDISKSEQ, bytes(8)))
        instance, changed = f"diskseq {sequence}", 0
    else:
        instance, changed = f"file {status.st_dev}:{status.st_ino}", status.st_ctime_ns if disc else 0
    blank = disc and length == 0
    size = bay.size_bytes if disc else length
    of = [bay.name, bay.kind.value, bay.vendor, bay.model, bay.serial, size, blank, instance, changed]
    loaded = Loaded(
        bay=bay.name,
        kind=bay.kind,
        vendor=bay.vendor,
        model=bay.model,
        serial=bay.serial,
        serial_source="settings" if bay.serial else "",
        size_bytes=size,
        blank=blank,
        fingerprint=hashlib.sha256(canonical([str(each) for each in of])).hexdigest(),
    )
    return Seen(loaded=loaded, instance=instance, block=block)
