"""bash completes media-station's commands, options and values; what it asks for is asked in a real bash."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "write_completion.py"


@pytest.fixture(scope="module")
def completion(tmp_path_factory):
    path = tmp_path_factory.mktemp("completion") / "media-station"
    path.write_text(subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True).stdout)
    return path


@pytest.fixture
def completed(completion, tmp_path):
    (tmp_path / "paper one.pdf").touch()

    def complete(*typed: str) -> list[str]:
        words = " ".join(map(shlex.quote, ("media-station", *typed)))
        script = (
            f". {completion}; complete -p media-station >/dev/null; COMP_WORDS=({words}); COMP_CWORD={len(typed)}; "
        )
        script += '_media_station; printf "%s\\n" "${COMPREPLY[@]}"'
        told = subprocess.run(
            ["bash", "--norc", "-uc", script], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert not told.stderr
        return told.stdout.split("\n")[:-1]

    return complete


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("le",), ["ledger"]),
        (("journal", "ro"), ["rotate"]),
        (("journal", "query", "--outc"), ["--outcome"]),
        (("journal", "query", "--outcome", "f"), ["failure"]),
        (("journal", "query", "--outcome", "failure", "--la"), ["--lang"]),
        (("ledger", "--transfer", "ledger", "--since", ""), [""]),
        (("paper", "cer"), ["certificate"]),
        (("publish", "sign", "pat"), ["patterns"]),
        (("verify", "paper"), ["paper one.pdf"]),
        (("verify", "paper one.pdf", "--key", "p"), ["paper one.pdf"]),
        (("verify", "--k"), ["--key"]),
        (("nothing", "x"), [""]),
    ],
    ids=" ".join,
)
def test_it_offers(completed, typed, offered):
    assert completed(*typed) == offered
