"""What a real cell needs of memory for a payload that comes through a pipe."""

from collections.abc import Iterator

import pytest
from cells_at_work import inspected_by_cells, running
from corpus.sound import HEADINGS, line, marked

from media_station.model.payload import Inspection

MEASURED = """
import sys
from pathlib import Path
from media_station.cell import main as cell
from media_station.cell.inspect import inspect
def measured(*read_and_items, **options):
    found = inspect(*read_and_items, **options)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(status["VmHWM"].split()[0], file=sys.stderr, flush=True)
    return found
cell.inspect = measured
sys.exit(run())
"""
KIB = 1024
BLOCK = 1_000
# Eight bytes a row are kept; arrays grow in steps, and the allocator rounds.
ROW_BYTES = 8
SLACK_KIB = 2_048


def stream(rows: int, *, encoding: str, quoted: bool) -> Iterator[bytes]:
    """Never two equal rows, and never more than a thousand of them here; amounts whose sums a record can hold."""
    yield (line(HEADINGS, quoted=quoted) + "\r\n").encode(encoding)
    cells = marked(0)
    for start in range(0, rows, BLOCK):
        numbered = ((*cells[:3], str(start + each), cells[4], "98765", "43210") for each in range(BLOCK))
        yield "".join(line(row, quoted=quoted) + "\r\n" for row in numbered).encode(encoding)


@pytest.mark.parametrize(("encoding", "quoted"), [("cp932", False), ("utf-8", True)])
def test_ten_times_as_many_rows_need_no_more_than_eight_bytes_each(tmp_path, encoding, quoted):
    def peak_kib(rows: int) -> int:
        payload = {"payload": stream(rows, encoding=encoding, quoted=quoted)}
        done = inspected_by_cells(tmp_path / str(rows), payload, running(MEASURED))
        answer = done.answers["payload"]
        assert isinstance(answer, Inspection)
        assert (answer.code, answer.records, answer.duplicates, answer.encoding) == ("", rows, 0, encoding)
        return int(done.left["processes.log"])

    few, many = 10_000, 100_000
    assert peak_kib(many) - peak_kib(few) <= (many - few) * ROW_BYTES // KIB + SLACK_KIB
