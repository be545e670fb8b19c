"""One malformed payload of each code through real cell processes; what they say and what they leave.

All the others go the same way in tests/scenario/test_malformed_payloads.py.
"""

import pytest
from cells_at_work import Done, inspected_by_cells, running
from corpus import MALFORMED
from corpus.leaks import leaks
from corpus.making import GOOD
from corpus.sound import HEADINGS, ROWS

from media_station.model.errors import PeerFault
from media_station.model.payload import Inspection

CELLS = [cell for row in ROWS for cell in row]
# The desk compares what was found with what was signed; to a cell that one is a good payload.
FIRST_OF_EACH_CODE = {each.code: each for each in reversed(MALFORMED.values()) if each.code != "INS-090"}


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Done:
    payloads = {code: [each.spoiled] for code, each in FIRST_OF_EACH_CODE.items()}
    return inspected_by_cells(tmp_path_factory.mktemp("cells"), payloads)


@pytest.mark.parametrize("code", FIRST_OF_EACH_CODE)
def test_a_real_cell_says_what_is_wrong_and_no_cell_of_it(done, code):
    each, answer = FIRST_OF_EACH_CODE[code], done.answers[code]
    assert isinstance(answer, Inspection)
    assert (answer.code, answer.row, answer.column, answer.item) == (each.code, each.row, each.column, each.item)
    assert leaks({"answer": repr(answer).encode()}, each.secrets) == []


def test_the_cells_said_nothing_else(done):
    assert done.left["processes.log"] == b""


FAILING = """
import sys
from dataclasses import replace
from media_station.cell import main as cell
from media_station.cell.inspect import inspect
from media_station.model.payload import Sum
def failing(read, items, **_):
    {line}
cell.inspect = failing
sys.exit(run())
"""


def failing(line: str) -> list[str]:
    """The command of a real cell whose inspection does this."""
    return running(FAILING.format(line=line))


def test_a_cell_that_fails_tells_where_and_not_what_it_read(tmp_path):
    done = inspected_by_cells(tmp_path, {"good": [GOOD]}, failing("raise ValueError(read(1 << 16))"))
    assert isinstance(done.answers["good"], PeerFault)
    log = done.left["processes.log"]
    assert log.split()[-1] == b"ValueError"
    assert b"cell/main.py" in log
    assert leaks(done.left, CELLS) == []


def test_a_cell_that_prints_what_it_read_is_found_out(tmp_path):
    done = inspected_by_cells(tmp_path, {"good": [GOOD]}, failing("print(read(1 << 16), file=sys.stderr)"))
    assert leaks(done.left, CELLS) == [("processes.log", each) for each in sorted(CELLS)]


ANSWERS = {
    "a value for a heading": {"code": "INS-031", "item": ROWS[0][1]},
    "a value for a code": {"code": ROWS[0][2]},
    "a value for an encoding": {"encoding": ROWS[0][4]},
    "a value for a hash": {"sha256": ROWS[0][3]},
    "a value for a sum's heading": {"sums": [{"item": ROWS[0][2], "yen": 1}, {"item": HEADINGS[6], "yen": 1}]},
    "sums beside a fault": {"code": "INS-031", "sums": [{"item": HEADINGS[5], "yen": int(ROWS[0][5])}]},
}


@pytest.mark.parametrize("told", ANSWERS)
def test_an_answer_that_holds_a_value_is_not_believed(tmp_path, told):
    answer = f"""answer = {ANSWERS[told]!r}
    answer["sums"] = [Sum(**each) for each in answer.get("sums", [])]
    return replace(inspect(read, items), **answer)"""
    done = inspected_by_cells(tmp_path, {"good": [GOOD]}, failing(answer))
    error = done.answers["good"]
    assert isinstance(error, PeerFault)
    assert error.code == "HND-012"
    assert leaks({"error": str(error).encode()}, CELLS) == []
