"""ISO 9660 (ECMA-119) with Joliet names; a disc with UDF alone is not read."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from media_station.cell.unpack.source import DIRECTORY_BYTES, File, Source
from media_station.model.errors import Refused

_BLOCK = 2048
_FIRST_DESCRIPTOR = 16
_DESCRIPTORS = 32
_PRIMARY, _SUPPLEMENTARY, _TERMINATOR = 1, 2, 255
_JOLIET = (b"%/@", b"%/C", b"%/E")
_FOLDER, _MORE_EXTENTS = 0x02, 0x80
_RECORD = 33  # bytes before the name (9.1)


def find(source: Source) -> "Volume | None":
    """The file system, or None if there is no ISO 9660. Refused UNP-002 if there is one that can't be."""
    found: Volume | None = None
    for number in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + _DESCRIPTORS):
        at = number * _BLOCK
        if at + _BLOCK > source.length:
            break
        descriptor = source.read(at, _BLOCK)
        if descriptor[1:6] != b"CD001" or descriptor[0] == _TERMINATOR:
            break
        joliet = descriptor[0] == _SUPPLEMENTARY and descriptor[88:91] in _JOLIET
        if joliet or (descriptor[0] == _PRIMARY and found is None):
            found = Volume.parse(source, descriptor, "utf-16-be" if joliet else "ascii")
    return found


@dataclass(frozen=True, slots=True)
class Volume:
    """`root`: place and length of the root directory, in bytes."""

    source: Source
    root: tuple[int, int]
    encoding: str

    @classmethod
    def parse(cls, source: Source, descriptor: bytes, encoding: str) -> "Volume":
        if _both(descriptor, 128, "H") != _BLOCK:
            raise Refused("UNP-002", where="descriptor")
        at, length = _extent(descriptor[156:190])
        source.check(at, length)
        return cls(source, (at, length), encoding)

    def files(self) -> Iterator[File]:
        """Those of the root directory; folders are passed over."""
        at, length = self.root
        if length > DIRECTORY_BYTES:
            raise Refused("UNP-003")
        name = ""
        runs: list[tuple[int, int]] = []
        for record in _records(self.source.read(at, length)):
            if record[25] & _FOLDER:
                continue
            its_name = record[_RECORD : _RECORD + record[32]].decode(self.encoding, "replace").partition(";")[0]
            if runs and its_name != name:
                raise Refused("UNP-002", where="directory")
            if record[1] or record[26] or record[27]:  # attributes before the file, interleaved files (9.1.2, 9.1.7)
                raise Refused("UNP-002", where="directory")
            run = _extent(record)
            self.source.check(*run)
            name = its_name
            runs.append(run)
            # Extents may lie over one another, and a small image claim a file without an end.
            self.source.check(0, sum(size for _, size in runs))
            if not record[25] & _MORE_EXTENTS:
                yield File(name=name, length=sum(size for _, size in runs), runs=partial(iter, runs))
                runs = []
        if runs:
            raise Refused("UNP-002", where="directory")


def _records(directory: bytes) -> Iterator[bytes]:
    """No record crosses a block (6.8.1.1)."""
    for block in range(0, len(directory), _BLOCK):
        at, end = block, min(block + _BLOCK, len(directory))
        while at < end and (length := directory[at]):
            record = directory[at : at + length]
            if at + length > end or length <= _RECORD or _RECORD + record[32] > length:
                raise Refused("UNP-002", where="directory")
            yield record
            at += length


def _extent(record: bytes) -> tuple[int, int]:
    return _both(record, 2, "I") * _BLOCK, _both(record, 10, "I")


def _both(raw: bytes, at: int, form: str) -> int:
    """A number that stands there in both byte orders (7.2.3, 7.3.3)."""
    little = int(struct.unpack_from(f"<{form}", raw, at)[0])
    if little != struct.unpack_from(f">{form}", raw, at + struct.calcsize(f"<{form}"))[0]:
        raise Refused("UNP-002", where="directory")
    return little
