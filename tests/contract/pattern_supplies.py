"""Supplies of virus patterns with a database of the tests' own, signed by a publisher of the tests' own."""

import io
import tarfile
from hashlib import sha256
from pathlib import Path

from media_station.model.supply import Supply, SupplyKind
from media_station.proof.key import Signer
from media_station.proof.supply import header_line, sign_header

PUBLISHER = Signer.generate("media-station-publisher/patterns")


def patterns_of(*sought: bytes) -> bytes:
    """A tar with a database that finds these, `Test.Number0` and so on."""
    lines = "".join(f"Test.Number{number}:0:*:{each.hex()}\n" for number, each in enumerate(sought)).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        info = tarfile.TarInfo("own.ndb")
        info.size = len(lines)
        archive.addfile(info, io.BytesIO(lines))
    return out.getvalue()


def supply(folder: Path, number: int, body: bytes, key: Signer = PUBLISHER) -> Path:
    """A file `patterns-NUMBER.supply`."""
    said = Supply(
        kind=SupplyKind.PATTERNS,
        number=number,
        made="2026-11-26T00:00:00.000000Z",
        length=len(body),
        sha256=sha256(body).hexdigest(),
    )
    path = folder / f"patterns-{number}.supply"
    path.write_bytes(header_line(sign_header(said, key)) + body)
    return path
