"""Some of the journal's lines by their places, from whichever segments they stand in."""

import json
from itertools import islice

import pytest
from recovering import IDENTITY, SIGNER, written
from years_of_records import lines

from media_station.model.errors import IntegrityViolation
from media_station.proof import segments
from media_station.proof.record import wall
from media_station.proof.segments import lines_within

RECORDS = 700


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    directory = written(tmp_path_factory.mktemp("within"), RECORDS) / "journal"
    assert len(segments.segments(directory)) > 3
    return directory


@pytest.fixture(scope="module")
def every() -> list[bytes]:
    return [line + b"\n" for _, line in islice(lines(SIGNER, IDENTITY), RECORDS)]


@pytest.mark.parametrize("within", [(0, 1), (0, RECORDS), (143, 144), (143, 145), (144, 300), (650, 10_000), (5, 5)])
def test_they_are_those_of_the_places(journal, every, within):
    assert list(lines_within(journal, range(*within))) == every[slice(*within)]


def test_no_more_is_read_than_is_needed(journal, monkeypatch):
    seen, real = [], segments.lines
    monkeypatch.setattr(segments, "lines", lambda path: (seen.append(line) or line for line in real(path)))
    assert len(list(lines_within(journal, range(650, 655)))) == 5
    assert len(seen) < 150 + len(segments.segments(journal))


def test_the_time_is_read_without_the_rest(every):
    assert [wall(line) for line in every] == [json.loads(line)["@timestamp"] for line in every]
    with pytest.raises(IntegrityViolation, match="REC-001"):
        wall(b'{"event":1}')


def test_a_segment_that_is_no_journals_is_told(tmp_path):
    (tmp_path / "2026-01-01.jsonl").write_bytes(b"[]\n")
    with pytest.raises(IntegrityViolation, match="REC-001"):
        list(lines_within(tmp_path, range(1)))
