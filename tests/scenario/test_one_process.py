"""The desk in one process goes the whole way and is itself again after a restart: what is found there holds of a desk."""

import subprocess
import sys
from pathlib import Path

import pytest

from media_station.model.kind import MediumKind

SCRIPT = Path(__file__).parents[2] / "scripts" / "verify_journal.py"


def test_it_goes_the_whole_way_with_each_kind_of_medium(walk):
    walk.kinds = tuple(MediumKind)
    view = walk.house.run(walk.to_the_end())
    assert (view.state, view.missing, view.differences) == ("closed", [], [])
    key = walk.house.station / "public" / "journal.pub"
    command = [sys.executable, str(SCRIPT), str(walk.house.journal), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_its_ledger_is_what_a_fold_of_its_journal_makes_before_and_after_a_restart(walk):
    walk.house.run(walk.to_the_end())
    rows = walk.house.rows()
    assert rows == walk.house.rows_folded_anew()
    walk.house.restart()
    assert walk.house.rows() == walk.house.rows_folded_anew()
    assert len(walk.house.rows()) > len(rows)


def test_what_is_no_refusal_is_an_error_of_the_test(walk):
    walk.house.cells.weigh = None
    asked = walk.counter.see("ChangePassword", walk.staff.auditor, password="", code="", new_password="x" * 20)
    with pytest.raises(TypeError):
        walk.house.run(asked)
