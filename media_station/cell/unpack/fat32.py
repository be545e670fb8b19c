"""FAT32, bare or in the one partition of an MBR.

Source: Microsoft, FAT: General Overview of On-Disk Format 1.03 ("fatgen103").
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from media_station.cell.unpack.source import DIRECTORY_BYTES, File, Source
from media_station.model.errors import Refused

_SECTOR = 512
_ENTRY = 32
_PARTITIONS = (446, 462, 478, 494)
_FAT32_TYPES = frozenset({0x0B, 0x0C})
_END = 0x0FFFFFF8
_VALUE = 0x0FFFFFFF
_LONG, _VOLUME, _DIRECTORY = 0x0F, 0x08, 0x10
_LAST_LONG = 0x40
_LONG_ENTRIES = 20
_NAME_PLACES = ((1, 11), (14, 26), (28, 32))
_LOWER_STEM, _LOWER_EXTENSION = 0x08, 0x10  # of Windows NT, in a byte that fatgen103 calls reserved
_TABLE_PIECE = 64 * 1024


def find(source: Source) -> "Volume | None":
    """The file system, or None if there is no FAT32. Refused UNP-002 if there is one that can't be."""
    if source.length < _SECTOR:
        return None
    first = source.read(0, _SECTOR)
    if first[510:] != b"\x55\xaa":
        return None
    if _is_fat32(first):
        return Volume.parse(source, first)
    found = [at for at in _PARTITIONS if first[at + 4] in _FAT32_TYPES]
    if len(found) != 1:
        return None
    start, sectors = struct.unpack_from("<II", first, found[0] + 8)
    inner = source.part(start * _SECTOR, sectors * _SECTOR)
    if inner.length < _SECTOR:
        raise Refused("UNP-002", where="boot")
    boot = inner.read(0, _SECTOR)
    if boot[510:] != b"\x55\xaa" or not _is_fat32(boot):
        raise Refused("UNP-002", where="boot")
    return Volume.parse(inner, boot)


def _is_fat32(boot: bytes) -> bool:
    """A jump, and no FAT of 16 bits or root directory of fixed size ("FAT Type Determination", as Linux does it)."""
    entries, size16 = struct.unpack_from("<H", boot, 17)[0], struct.unpack_from("<H", boot, 22)[0]
    (size32,) = struct.unpack_from("<I", boot, 36)
    return boot[0] in {0xEB, 0xE9} and boot[16] in {1, 2} and entries == size16 == 0 and size32 > 0


@dataclass(slots=True)
class Volume:
    """Places in bytes, from the volume's beginning. Clusters are numbered from 2."""

    source: Source
    table: int
    data: int
    cluster: int
    clusters: int
    root: int
    _pieces: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def parse(cls, source: Source, boot: bytes) -> "Volume":
        sector, per_cluster, reserved, tables = struct.unpack_from("<HBHB", boot, 11)
        (total,) = struct.unpack_from("<I", boot, 32)
        size, root = struct.unpack_from("<I", boot, 36)[0], struct.unpack_from("<I", boot, 44)[0]
        sane = sector in {512, 1024, 2048, 4096} and per_cluster in {1 << bit for bit in range(8)} and reserved
        used = reserved + tables * size
        if not sane or total <= used or total * sector > source.length:
            raise Refused("UNP-002", where="boot")
        clusters = (total - used) // per_cluster
        if (clusters + 2) * 4 > size * sector or not 2 <= root < clusters + 2:
            raise Refused("UNP-002", where="boot")
        return cls(source, reserved * sector, used * sector, per_cluster * sector, clusters, root)

    def files(self) -> Iterator[File]:
        """Those of the root directory; deleted ones, folders and the label are passed over."""
        directory = b"".join(
            self.source.read(at, length) for at, length in self._runs(self.root, DIRECTORY_BYTES // self.cluster + 1)
        )
        if len(directory) > DIRECTORY_BYTES:
            raise Refused("UNP-003")
        parts: dict[int, bytes] = {}
        for at in range(0, len(directory), _ENTRY):
            entry = directory[at : at + _ENTRY]
            if entry[0] == 0:
                return
            attributes = entry[11]
            if entry[0] == 0xE5:
                parts = {}
            elif attributes & 0x3F == _LONG:
                order = entry[0] & ~_LAST_LONG
                if entry[0] & _LAST_LONG:
                    parts = {}
                if not 1 <= order <= _LONG_ENTRIES:
                    raise Refused("UNP-002", where="directory")
                parts[order] = entry
            else:
                if not attributes & (_VOLUME | _DIRECTORY):
                    yield self._file(entry, parts)
                parts = {}

    def _file(self, entry: bytes, parts: dict[int, bytes]) -> File:
        high, low = struct.unpack_from("<H", entry, 20)[0], struct.unpack_from("<H", entry, 26)[0]
        (length,) = struct.unpack_from("<I", entry, 28)
        name = _long_name(parts, entry) or _short_name(entry)
        return File(name=name, length=length, runs=partial(self._runs_of_file, high << 16 | low, length))

    def _runs_of_file(self, first: int, length: int) -> Iterator[tuple[int, int]]:
        needed = -(-length // self.cluster)
        if needed > self.clusters:
            raise Refused("UNP-002", where="chain")
        return self._runs(first, needed, exactly=True) if needed else iter(())

    def _runs(self, first: int, most: int, *, exactly: bool = False) -> Iterator[tuple[int, int]]:
        """The chain from a cluster on, joined where clusters lie side by side; at most `most` of them are followed, so
        that one that runs in a circle ends.
        """
        start, count, cluster = first, 0, first
        for _ in range(most):
            if not 2 <= cluster < self.clusters + 2:
                raise Refused("UNP-002", where="chain")
            if cluster != start + count:
                yield self.data + (start - 2) * self.cluster, count * self.cluster
                start, count = cluster, 0
            count += 1
            cluster = self._next(cluster)
            if cluster >= _END:
                break
        else:
            if exactly:
                raise Refused("UNP-002", where="chain")
        if exactly and cluster < _END:
            raise Refused("UNP-002", where="chain")
        yield self.data + (start - 2) * self.cluster, count * self.cluster

    def _next(self, cluster: int) -> int:
        number, offset = divmod(cluster * 4, _TABLE_PIECE)
        if number not in self._pieces:
            at = self.table + number * _TABLE_PIECE
            self._pieces = {number: self.source.read(at, min(_TABLE_PIECE, self.data - at))}
        return int(struct.unpack_from("<I", self._pieces[number], offset)[0]) & _VALUE


def _long_name(parts: dict[int, bytes], entry: bytes) -> str:
    """Empty if the parts aren't those of this entry ("FAT Long Directory Entries")."""
    checksum = 0
    for byte in entry[:11]:
        checksum = ((checksum & 1) << 7 | checksum >> 1) + byte & 0xFF
    ordered = [parts.get(order, b"") for order in range(1, len(parts) + 1)]
    if not parts or not all(part and part[13] == checksum for part in ordered) or not ordered[-1][0] & _LAST_LONG:
        return ""
    raw = b"".join(part[start:end] for part in ordered for start, end in _NAME_PLACES)
    return raw.decode("utf-16-le", "replace").partition("\0")[0]


def _short_name(entry: bytes) -> str:
    stem, extension = (entry[a:b].decode("ascii", "replace").rstrip() for a, b in ((0, 8), (8, 11)))
    stem = stem.lower() if entry[12] & _LOWER_STEM else stem
    extension = extension.lower() if entry[12] & _LOWER_EXTENSION else extension
    return f"{stem}.{extension}" if extension else stem
