import os
import secrets
import subprocess
from pathlib import Path

import pytest
from bench_with_media import MIB, BenchWithMedia


def _loop(backing: Path) -> Path:
    done = subprocess.run(["losetup", "--find", "--show", backing], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@pytest.fixture
def image() -> bytes:
    return secrets.token_bytes(3 * MIB + 512 * 5)


@pytest.fixture(params=["file", "loop device"])
def bay(request, tmp_path):
    """A stick of 10 MiB, full of old data."""
    backing = tmp_path / "stick"
    backing.write_bytes(b"old data" * (10 * MIB // 8))
    if request.param == "file":
        yield BenchWithMedia(tmp_path, backing, 10 * MIB)
        return
    if os.geteuid() != 0:
        pytest.skip("only root can make a loop device")
    device = _loop(backing)
    try:
        yield BenchWithMedia(tmp_path, device, 10 * MIB)
    finally:
        subprocess.run(["losetup", "-d", device], check=True)


@pytest.fixture
def filed(tmp_path):
    """A stick that is a file: what can be damaged behind the drive's back."""
    backing = tmp_path / "stick"
    backing.write_bytes(b"old data" * (10 * MIB // 8))
    return BenchWithMedia(tmp_path, backing, 10 * MIB)
