"""The payloads on an import medium: `<payload>.age` with its `<payload>.json` beside it, as SEAL.html saves them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from media_station.cell.unpack import fat32, iso9660
from media_station.cell.unpack.source import File, Reads, Source
from media_station.model.errors import Refused

_FILES = 1000
_SUBMISSION_BYTES = 8 * 1024
_NAME = re.compile(r"([0-9a-f]{32})\.(age|json)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`submission`: its signed JSON, unchecked; `length`: of its age file, in bytes; `payloads`: how many there are."""

    submission: str
    length: int
    payloads: int


def unpack(reads: Reads, length: int, number: int, write: Callable[[bytes], object]) -> Found:
    """Writes the age file of the `number`th payload, counted from 0 in the order of their names.

    `length`: of the image, in bytes. Refused UNP-001 to UNP-005.
    """
    source = Source(reads, length)
    volume = iso9660.find(source) or fat32.find(source)
    if volume is None:
        raise Refused("UNP-001")
    pairs = _pairs(volume)
    if not pairs:
        raise Refused("UNP-004")
    if not 0 <= number < len(pairs):
        raise Refused("UNP-005", payloads=len(pairs))
    sealed, signed = pairs[number]
    if signed.length > _SUBMISSION_BYTES:
        raise Refused("UNP-003")
    try:
        submission = b"".join(signed.pieces(volume.source)).decode("ascii")
    except ValueError as error:
        raise Refused("UNP-004") from error
    for piece in sealed.pieces(volume.source):
        write(piece)
    return Found(submission=submission, length=sealed.length, payloads=len(pairs))


def _pairs(volume: fat32.Volume | iso9660.Volume) -> list[tuple[File, File]]:
    """Refused UNP-002 for two files of one name."""
    found: dict[str, dict[str, File]] = {}
    for count, file in enumerate(volume.files()):
        if count == _FILES:
            raise Refused("UNP-003")
        if named := _NAME.fullmatch(file.name):
            of_payload = found.setdefault(named[1], {})
            if named[2] in of_payload:
                raise Refused("UNP-002", where="directory")
            of_payload[named[2]] = file
    return [(found[each]["age"], found[each]["json"]) for each in sorted(found) if len(found[each]) == 2]
