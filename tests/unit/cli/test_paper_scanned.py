"""What a scanner types of a sheet's code is read to its end, however many signatures the head has."""

import os
import sys

import pytest

from media_station.cli import paper

LINES = [f"line {number}" for number in range(6)]


@pytest.mark.parametrize("signatures", [1, 2])
def test_a_code_is_read_until_the_scanner_falls_silent(monkeypatch, signatures):
    code = "".join(f"{line}\n" for line in [*LINES, *["signature"] * signatures])
    reading, writing = os.pipe()
    os.write(writing, code.encode())
    with os.fdopen(reading) as stdin, os.fdopen(writing, "w"):
        monkeypatch.setattr(sys, "stdin", stdin)
        assert paper._typed() == code
