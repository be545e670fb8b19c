"""What the auditors' guide tells to type is typed, as it stands, at what a rehearsal left behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from written_journal import signer

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "ja" / "auditors_guide.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
OURS = [each for each in BLOCKS if "pdfsig" not in each]


@pytest.fixture
def typed(rehearsed, tmp_path):
    """Its exit code and what it says; `given` stands in place of what the rehearsal left."""
    (certificate,) = rehearsed.facts["papers"]["certificate"]
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")

    def type_in(block: str, **given: Path) -> tuple[int, str]:
        paths = {
            "paper": rehearsed.path(certificate),
            "journal": rehearsed.folder / "journal",
            "key": rehearsed.folder / "journal.pub",
            "head": rehearsed.folder / "head",
        }
        names = {name: str(path) for name, path in (paths | given).items()}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=tmp_path,
            env=os.environ | names | {"PATH": path, "LANG": "ja_JP.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return type_in


@pytest.mark.parametrize("block", OURS)
def test_it_holds(typed, block):
    code, said = typed(block)
    assert code == 0, said


@pytest.mark.parametrize("block", OURS)
def test_it_doesnt_hold_by_another_key(typed, tmp_path, block):
    """Each block asks with a key, and says so when it isn't the station's."""
    other = tmp_path / "other.pub"
    other.write_text(signer().verifier.render() + "\n")
    code, said = typed(block, key=other)
    assert code in {1, 5}, said


def test_the_words_that_the_guide_waits_for_are_said(typed):
    assert "証明は正しい" in typed(OURS[0])[1]
