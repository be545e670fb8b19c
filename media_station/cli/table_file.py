"""A CSV that staff made with Excel: CP932, or UTF-8 with or without its mark."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Final

from media_station.model.errors import Refused

_ENCODINGS: Final = ("utf-8-sig", "cp932")
_LARGEST_BYTES: Final = 48 * 1024  # what a message to the station has room for


def read_table(path: Path) -> tuple[list[list[str]], str]:
    """Its lines that aren't empty, and the file's SHA-256. Refused CLI-010 if it can't be read, CLI-011 if too long."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused("CLI-010", file=path.name) from error
    if len(content) > _LARGEST_BYTES:
        raise Refused("CLI-011", file=path.name, kib=_LARGEST_BYTES // 1024)
    for encoding in _ENCODINGS:
        try:
            rows = csv.reader(io.StringIO(content.decode(encoding), newline=""), strict=True)
            lines = [row for row in rows if any(row)]
        except (UnicodeDecodeError, csv.Error):
            continue
        return lines, hashlib.sha256(content).hexdigest()
    raise Refused("CLI-010", file=path.name)
