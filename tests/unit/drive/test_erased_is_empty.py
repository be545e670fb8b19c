"""After an erasure independent readers find nothing of what was there: cmp, grep, and photorec, which finds it before."""

import os
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from bench_with_media import MIB

from media_station.model.order import Action, Verdict

TEXT = "特別徴収税額の督促 0123456789 ".encode()


def planted(folder: Path) -> bytes:
    """Files as they lie on a used stick: a ZIP, a gzip of CSV, a PNG, and bare text."""
    with zipfile.ZipFile(folder / "data.zip", "w") as archive:
        archive.writestr("data.csv", os.urandom(40_000))
    raw = b"".join(b"\0" + os.urandom(3 * 64) for _ in range(64))
    chunks = [
        (b"IHDR", bytes((0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0))),
        (b"IDAT", zlib.compress(raw)),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big") for name, data in chunks
    )
    pieces = [(folder / "data.zip").read_bytes(), png, TEXT * 500]
    return b"".join(piece + bytes(-len(piece) % 4096 + 8192) for piece in pieces)


def carved(device: Path, folder: Path) -> list[str]:
    """What photorec finds on the whole of it. Debian 13's takes zeros for an index of Dovecot's."""
    folder.mkdir()
    command = ["photorec", "/d", folder / "found", "/cmd", device]
    command += ["partition_none,fileopt,everything,enable,wholespace,search"]
    subprocess.run(command, cwd=folder, capture_output=True, env={**os.environ, "TERM": "linux"}, check=True)
    found = [path for path in folder.glob("found.*/*") if path.name != "report.xml"]
    return sorted(path.suffix for path in found if path.suffix != ".dovecot")


@pytest.mark.parametrize("bay", ["loop device"], indirect=True)
def test_independent_readers_find_nothing_on_an_erased_device(bay, tmp_path):
    content = planted(tmp_path)
    for place in (0, 4 * MIB, 10 * MIB - len(content)):
        with bay.stick.open("r+b") as device:
            device.seek(place)
            device.write(content)
            device.flush()
            os.fsync(device.fileno())
    before = carved(bay.stick, tmp_path / "before")
    assert before.count(".zip") == before.count(".png") == 3

    assert bay.does(bay.order(Action.ERASE)).verdict is Verdict.PASS

    assert carved(bay.stick, tmp_path / "after") == []
    subprocess.run(["cmp", f"--bytes={10 * MIB}", bay.stick, "/dev/zero"], check=True)
    searched = subprocess.run(["grep", "--count", "--text", "--fixed-strings", TEXT, bay.stick], check=False)
    assert searched.returncode == 1
