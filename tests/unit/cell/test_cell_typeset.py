"""A typeset paper on its way into the descriptor that was passed."""

import json
import os
import runpy
from pathlib import Path

import pytest

from media_station.cell.main import _typeset
from media_station.model.errors import PeerFault, Refused

PAPERS = runpy.run_path(str(Path(__file__).parents[1] / "papers/paper_fields.py"))
FIELDS = json.dumps(PAPERS["CERTIFICATE"])
FONTS = PAPERS["FONTS"]


def test_the_sheet_replaces_what_was_in_the_descriptor_and_its_length_is_answered() -> None:
    sheet = os.memfd_create("sheet")
    os.write(sheet, b"x" * 500_000)
    answer = _typeset("certificate", FIELDS, sheet, FONTS)
    content = os.pread(sheet, 5_000_000, 0)
    os.close(sheet)
    assert len(content) == answer.length
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_a_paper_that_is_refused_leaves_the_descriptor_empty() -> None:
    sheet = os.memfd_create("sheet")
    with pytest.raises(Refused):
        _typeset("no-such-paper", FIELDS, sheet, FONTS)
    assert os.fstat(sheet).st_size == 0
    os.close(sheet)


def test_a_descriptor_that_can_not_be_written_is_a_fault_of_the_peer(tmp_path: Path) -> None:
    (tmp_path / "sheet").touch()
    sheet = os.open(tmp_path / "sheet", os.O_RDONLY)
    with pytest.raises(PeerFault) as fault:
        _typeset("certificate", FIELDS, sheet, FONTS)
    os.close(sheet)
    assert fault.value.code == "INS-006"
