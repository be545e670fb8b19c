"""The import contracts bite: a line that goes through a wall breaks that wall's contract and is named by it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PLANTED = [
    ("1 floors", "drive/perform.py", "import media_station.desk.main"),
    ("2 the rehearsal", "rehearsal/walk.py", "import media_station.desk.main"),
    ("3b intake", "drive/server.py", "import media_station.doors.intake"),
    ("4 plaintext", "gate/upload.py", "import media_station.age.decrypt"),
    ("6 no order, no write", "drive/server.py", "import media_station.drive.block"),
    ("6b only eight use cases mint", "desk/flow/certify.py", "import media_station.desk.access.mint"),
    ("6c no order, no other time", "desk/hands/clock.py", "import media_station.clock.hand"),
    ("7 one way to make something true", "desk/flow/seal.py", "import media_station.desk.journal.append"),
    ("9 use cases do not know each other", "desk/flow/seal.py", "import media_station.desk.flow.write"),
    ("11 the model is pure", "model/order.py", "import time"),
    ("12a the network", "desk/hands/spool.py", "import socket"),
]


def broken(folder: Path) -> list[str]:
    """The names of the broken contracts of the package in this folder."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": "."})
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return [line.removesuffix("BROKEN").strip() for line in done.stdout.splitlines() if line.endswith("BROKEN")]


@pytest.fixture
def package(tmp_path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "media_station", tmp_path / "media_station", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_walls_stand(package):
    assert broken(package) == []


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_violation_breaks_its_contract(package, contract, file, line):
    path = package / "media_station" / file
    path.write_text(path.read_text() + f"\n{line}\n")
    assert any(name.startswith(contract) for name in broken(package))
