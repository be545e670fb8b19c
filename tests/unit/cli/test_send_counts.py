"""The records that a sender declares are those that an inspection finds."""

import io
from pathlib import Path

import pytest
from corpus.sound import ITEMS, ROWS, text

from media_station.age.x25519 import X25519Identity
from media_station.cell.inspect import inspect
from media_station.cli.standalone.send import _seal


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["with its end", "without an end"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_last_line_counts_with_or_without_an_end(tmp_path: Path, end: str, last: str, count: int) -> None:
    whole = text(ROWS[:count], end=end)
    file = tmp_path / "export.csv"
    file.write_bytes((whole if last == "with its end" else whole.removesuffix(end)).encode("cp932"))
    found = inspect(io.BytesIO(file.read_bytes()).read, ITEMS)
    submission = _seal(file, X25519Identity.generate().to_public(), io.BytesIO(), "IT-2025-001", None)
    assert (found.code, submission.records) == ("", count)
    assert found.records == count


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    (tmp_path / "export.csv").touch()
    submission = _seal(
        tmp_path / "export.csv", X25519Identity.generate().to_public(), io.BytesIO(), "IT-2025-001", None
    )
    assert submission.records == 0
