"""FAT32 around the live ciphertext (Microsoft, FAT: General Overview of On-Disk Format 1.03, "fatgen103").

The image is a bare file system without a partition table ("superfloppy"). A partition table is the commoner form on
sticks, but Windows, Linux and macOS open removable media in both; this one has one layout fewer to be damaged, and
mtools and fsck.vfat check the image as it is. Sections below are those of fatgen103.
"""

import hashlib
import struct
import sys
from array import array
from dataclasses import dataclass
from datetime import datetime

from media_station.desk.image.layout import (
    MANIFEST_NAME,
    MANIFEST_SHORT,
    Layout,
    Part,
    Piece,
    Zeros,
    payload_name,
    payload_short,
)
from media_station.model.errors import Refused
from media_station.texts.era import JST

SECTOR = 512
# DIR_FileSize has 32 bits. Valid up to the last byte, but fsck.vfat 4.2 takes a file that ends in the last cluster
# below 4 GiB for damaged and would cut it to nothing (dosfstools issue 208, fixed after that release).
LARGEST_FILE = (1 << 32) - 1
LABEL_CHARACTERS = 11

_ALIGNMENT = 8  # sectors: data and length lie on 4 KiB, as flash and direct writes like them
_RESERVED, _FATS, _ROOT = 32, 2, 2
# A volume is FAT32 by having 65,525 clusters or more; stay 16 away from the limit ("FAT Type Determination").
_FEWEST_CLUSTERS = 65_544
_SMALL_CLUSTERS_UP_TO = 260 << 20  # DskTableFAT32: clusters of 512 bytes up to here, then of 4 KiB
_END_OF_CHAIN = 0x0FFFFFFF
_MEDIA = 0xF8
_DIRECTORY_ENTRY = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    short: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Geometry:
    sectors_per_cluster: int
    reserved: int
    fat_sectors: int
    clusters: int

    @property
    def cluster(self) -> int:
        return self.sectors_per_cluster * SECTOR

    @property
    def data_sector(self) -> int:
        return self.reserved + _FATS * self.fat_sectors

    @property
    def total_sectors(self) -> int:
        return self.data_sector + self.clusters * self.sectors_per_cluster


def verify_file_length(length: int) -> None:
    if length > LARGEST_FILE:
        raise Refused("IMG-001", size_bytes=length, limit_bytes=LARGEST_FILE)


def volume_label(number: str) -> str:
    """The medium's number as a FAT label: upper case, without hyphens."""
    label = number.replace("-", "").upper()
    if not 1 <= len(label) <= LABEL_CHARACTERS or not label.isascii() or not label.isalnum():
        raise Refused("IMG-002", label=number, limit=LABEL_CHARACTERS)
    return label


def lay_out(
    *, label: str, ciphertext_length: int, manifest_length: int, pieces: tuple[Piece, ...], created: datetime
) -> Layout:
    """Clusters in this order: root directory, pieces, payload, manifest, free. Each file lies in one run."""
    verify_file_length(ciphertext_length)
    payload = _File(name=payload_name(label), short=payload_short(label), length=ciphertext_length)
    manifest = _File(name=MANIFEST_NAME, short=MANIFEST_SHORT, length=manifest_length)
    known = [_File(name=piece.name, short=piece.short, length=len(piece.content)) for piece in pieces]
    files = [*known, payload, manifest]

    root_length = _DIRECTORY_ENTRY * (1 + sum(1 + _long_entries(file.name) for file in files))
    geometry = _measure([root_length, *(file.length for file in files)])
    cluster = geometry.cluster
    runs = [_clusters(length, cluster) for length in (root_length, *(file.length for file in files))]
    starts = [_ROOT + sum(runs[:index]) for index in range(len(runs))]
    name = volume_label(label)
    root = _volume_entry(name, created) + b"".join(
        _file_entries(file, start, created) for file, start in zip(files, starts[1:], strict=True)
    )
    used = sum(runs)
    fat = _fat(starts, runs)
    rest_of_fat = Zeros(geometry.fat_sectors * SECTOR - len(fat))
    before: list[Part] = [_reserved(geometry, name, used), fat, rest_of_fat, fat, rest_of_fat, root]
    before.append(_padding(root_length, cluster))
    for piece in pieces:
        before += [piece.content, _padding(len(piece.content), cluster)]
    return Layout(
        before=tuple(before),
        ciphertext_length=ciphertext_length,
        between=(_padding(ciphertext_length, cluster),),
        manifest_length=manifest_length,
        after=(_padding(manifest_length, cluster), Zeros((geometry.clusters - used) * cluster)),
    )


def _clusters(length: int, cluster: int) -> int:
    return -(-length // cluster)


def _padding(length: int, cluster: int) -> Zeros:
    return Zeros(-length % cluster)


def _measure(lengths: list[int]) -> _Geometry:
    per_cluster = 1 if sum(_clusters(length, SECTOR) for length in lengths) * SECTOR <= _SMALL_CLUSTERS_UP_TO else 8
    needed = sum(_clusters(length, per_cluster * SECTOR) for length in lengths)
    clusters = max(needed, _FEWEST_CLUSTERS)
    clusters += -clusters % _ALIGNMENT
    fat_sectors = _clusters((clusters + 2) * 4, SECTOR)
    reserved = _RESERVED + -(_RESERVED + _FATS * fat_sectors) % _ALIGNMENT
    return _Geometry(sectors_per_cluster=per_cluster, reserved=reserved, fat_sectors=fat_sectors, clusters=clusters)


def _fat(starts: list[int], runs: list[int]) -> bytes:
    """The table as far as it is used ("FAT Data Structure"): two reserved entries, then a chain for each run."""
    fat = array("I", [0x0FFFFF00 | _MEDIA, _END_OF_CHAIN])
    for start, run in zip(starts, runs, strict=True):
        fat.extend(range(start + 1, start + run))
        fat.append(_END_OF_CHAIN)
    if sys.byteorder == "big":
        fat.byteswap()
    return fat.tobytes()


def _reserved(geometry: _Geometry, label: str, used: int) -> bytes:
    """Boot sector ("Boot Sector and BPB"), FSInfo ("FAT32 FSInfo Sector Structure"), their copies at sector 6."""
    serial = hashlib.sha256(label.encode()).digest()[:4]  # a random one would make two renderings differ
    boot = struct.pack(
        "<3s8sHBHBHHBHHHII",
        b"\xeb\x58\x90",
        b"MSWIN4.1",  # BS_OEMName as recommended: some drivers look at it
        SECTOR,
        geometry.sectors_per_cluster,
        geometry.reserved,
        _FATS,
        0,  # FAT32 has no root directory of fixed size
        0,
        _MEDIA,
        0,
        63,
        255,
        0,  # nothing lies before the file system
        geometry.total_sectors,
    ) + struct.pack(
        "<IHHIHH12sBBB4s11s8s",
        geometry.fat_sectors,
        0,
        0,
        _ROOT,
        1,
        6,
        bytes(12),
        0x80,
        0,
        0x29,
        serial,
        label.ljust(11).encode("ascii"),
        b"FAT32   ",
    )
    # Someone may leave the stick in at power-on: INT 18h gives the turn to the next device, else halt.
    boot = _signed(boot + b"\xcd\x18\xf4\xeb\xfd")
    free, following = geometry.clusters - used, _ROOT + used
    if not free:
        following = 0xFFFFFFFF
    info = _signed(struct.pack("<4s480x4sII", b"RRaA", b"rrAa", free, following))
    third = _signed(b"")
    head = boot + info + third
    return (head + bytes(3 * SECTOR) + head).ljust(geometry.reserved * SECTOR, b"\0")


def _signed(sector: bytes) -> bytes:
    return sector.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def _stamp(created: datetime) -> tuple[int, int]:
    """Date and time of a directory entry ("Date and Time Formats"), in steps of two seconds."""
    local = created.astimezone(JST)  # FAT knows no zone; whoever opens the stick reads it as local time
    date = (local.year - 1980) << 9 | local.month << 5 | local.day
    return date, local.hour << 11 | local.minute << 5 | local.second // 2


def _entry(name: bytes, attributes: int, start: int, length: int, created: datetime) -> bytes:
    date, clock = _stamp(created)
    return struct.pack(
        "<11sBBBHHHHHHHI",
        name,
        attributes,
        0,
        0,
        clock,
        date,
        date,
        start >> 16,
        clock,
        date,
        start & 0xFFFF,
        length,
    )


def _volume_entry(label: str, created: datetime) -> bytes:
    return _entry(label.ljust(11).encode("ascii"), 0x08, 0, 0, created)


def _long_entries(name: str) -> int:
    return -(-len(name) // 13)


def _file_entries(file: _File, start: int, created: datetime) -> bytes:
    """The long name in UTF-16, last part first, then the short entry ("FAT Long Directory Entries")."""
    stem, _, extension = file.short.partition(".")
    short = stem.ljust(8).encode("ascii") + extension.ljust(3).encode("ascii")
    checksum = 0
    for byte in short:
        checksum = ((checksum & 1) << 7 | checksum >> 1) + byte & 0xFF
    parts = _long_entries(file.name)
    text = file.name.encode("utf-16-le")
    if len(file.name) % 13:
        text = (text + b"\0\0").ljust(parts * 26, b"\xff")
    entries = b""
    for order in range(parts, 0, -1):
        part = text[(order - 1) * 26 : order * 26]
        last = 0x40 if order == parts else 0
        entries += struct.pack(
            "<B10sBBB12sH4s", order | last, part[:10], 0x0F, 0, checksum, part[10:22], 0, part[22:26]
        )
    return entries + _entry(short, 0x20, start, file.length, created)
