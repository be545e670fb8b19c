"""Supplies of virus patterns with a database of the tests' own, and of packages, signed by a publisher of the tests' own."""

import io
import subprocess
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


def package(folder: Path, version: str, name: str = "media-station") -> bytes:
    """A package that holds nothing."""
    root = folder / f"{name}-{version}"
    (root / "DEBIAN").mkdir(parents=True)
    control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: m <m@localhost>\nDescription: d\n"
    (root / "DEBIAN" / "control").write_text(control)
    deb = folder / f"{name}-{version}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, deb], check=True, capture_output=True)
    return deb.read_bytes()


def supply(
    folder: Path, number: int, body: bytes, key: Signer = PUBLISHER, kind: SupplyKind = SupplyKind.PATTERNS
) -> Path:
    """A file `KIND-NUMBER.supply`."""
    said = Supply(
        kind=kind,
        number=number,
        made="2026-11-26T00:00:00.000000Z",
        length=len(body),
        sha256=sha256(body).hexdigest(),
    )
    path = folder / f"{said.name}.supply"
    path.write_bytes(header_line(sign_header(said, key)) + body)
    return path
