"""Looking for records: whatever was asked for, and in whatever pages, it is what a reading of all lines finds."""

import json
from datetime import datetime, timedelta

import pytest
from recovering import IDENTITY, SIGNER, encoded
from years_of_records import APPROVER, AUDITOR, BEGINNING, CLERK, lines

from media_station.desk.ledger import search
from media_station.desk.ledger.fold import PERSON_FIELDS
from media_station.desk.ledger.index import Ledger
from media_station.doors.wire import MESSAGE_BYTES
from media_station.model.clock import ClockAdvanced
from media_station.model.errors import Refused
from media_station.model.event import Outcome
from media_station.model.instant import wall_text
from media_station.model.journal import EVERYTHING, Wanted
from media_station.model.masters import MasterKind, MastersProposed, Row
from media_station.model.vocabulary import EVENTS
from media_station.proof.record import decode

RECORDS = 3000


@pytest.fixture(scope="module")
def written() -> list[bytes]:
    """An office's records; then the clock is set back by two days, and goes on."""
    every = lines(SIGNER, IDENTITY)
    written = [line for _, (_, line) in zip(range(RECORDS), every, strict=False)]
    back = datetime.fromisoformat(json.loads(written[-1])["@timestamp"]) - timedelta(days=2)
    for number in range(300):
        at = wall_text(back + timedelta(minutes=10 * number))
        written.append(encoded(ClockAdvanced(seconds=1), RECORDS + number, at))
    return written


@pytest.fixture(scope="module")
def ledger(written, tmp_path_factory) -> Ledger:
    ledger = Ledger(tmp_path_factory.mktemp("search") / "ledger.sqlite")
    for start in range(0, len(written), 700):
        some = written[start : start + 700]
        ledger.fold([(decode(line), line) for line in some], size=start + len(some), root=b"")
    return ledger


def wanted(**fields) -> Wanted:
    return Wanted(**{name: fields.get(name, getattr(EVERYTHING, name)) for name in Wanted.__dataclass_fields__})


def day(number: int, hours: int = 0) -> str:
    return wall_text(BEGINNING + timedelta(days=number, hours=hours))


def fits(record: dict, of: Wanted) -> bool:
    """By the line as any JSON reader sees it."""
    data, at = record["media_station"]["data"], record["@timestamp"]
    people = {record.get("user", {}).get("name")} | {data.get(each) for each in PERSON_FIELDS}
    return (
        (not of.since or at >= of.since)
        and (not of.until or at < of.until)
        and of.operator in ("", *filter(None, people))
        and of.medium in ("", data.get("medium"))
        and of.transfer in ("", data.get("transfer"))
        and (not of.actions or record["event"]["action"] in of.actions)
        and (not of.outcomes or record["event"]["outcome"] in {each.value for each in of.outcomes})
    )


def asked(ledger: Ledger, of: Wanted) -> tuple[list[str], int]:
    """The lines of all pages, and how many pages."""
    found, start, pages = [], 0, 0
    while start >= 0:
        page = search.search(ledger, of, start)
        assert page.following == -1 or page.following > start
        found += [row.line for row in page.rows]
        start, pages = page.following, pages + 1
    return found, pages


FAILED = [Outcome.FAILURE, Outcome.UNKNOWN]
ORDERS = [name for name in EVENTS if name.startswith("order.")]
WANTED = {
    "everything": wanted(),
    "a day": wanted(since=day(3), until=day(4)),
    "an hour": wanted(since=day(3, 5), until=day(3, 6)),
    "from a day on": wanted(since=day(18)),
    "until a day": wanted(until=day(1)),
    "before the first": wanted(until=day(-1)),
    "who did it": wanted(operator=AUDITOR),
    "a medium": wanted(medium="E1-U-00003"),
    "a transfer": wanted(transfer="E1-T-00002"),
    "some actions": wanted(actions=[*ORDERS, *ORDERS]),
    "what failed": wanted(outcomes=FAILED),
    "an order for a medium by somebody on a day": wanted(
        medium="E1-U-00003", operator=APPROVER, actions=ORDERS, since=day(0), until=day(9)
    ),
    "nobody": wanted(operator="nobody-here"),
    "failed orders of a person": wanted(operator=CLERK, actions=["order.refused"], outcomes=FAILED),
}


@pytest.mark.parametrize("of", WANTED.values(), ids=WANTED)
def test_it_is_what_a_reading_of_all_lines_finds(ledger, written, of):
    assert asked(ledger, of)[0] == [line.decode() for line in written if fits(json.loads(line), of)]


def test_the_questions_are_ones_with_answers(ledger, written):
    empty = {name for name, of in WANTED.items() if not asked(ledger, of)[0]}
    assert empty <= {"before the first", "nobody", "failed orders of a person"}
    assert len(asked(ledger, WANTED["from a day on"])[0]) > 300


def test_a_page_looks_at_so_many_records_and_no_more(ledger, monkeypatch):
    seen = []
    may_fit = search._may_fit
    monkeypatch.setattr(search, "_may_fit", lambda line, of: seen.append(line) or may_fit(line, of))
    rare = wanted(transfer="E1-T-00001", operator="nobody-here")
    page = search.search(ledger, wanted(operator=CLERK, actions=["no.such"]), 0)
    assert (page.rows, page.following > 0) == ([], True)
    assert 0 < len(seen) <= search.LOOKED_AT
    assert asked(ledger, rare)[0] == []


def test_each_answer_fits_in_a_message_and_the_longest_line_comes_in_pieces(tmp_path):
    rows = tuple(Row(values=("2026-11-25", '"' * 60, "祝日" * 20)) for _ in range(400))
    long = encoded(MastersProposed(masters="E1-M-00001", kind=MasterKind.HOLIDAYS, rows=rows, sha256="0" * 64), 0)
    full = [encoded(ClockAdvanced(seconds=number), number) for number in range(1, 400)]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.fold([(decode(line), line) for line in (long, *full)], size=400, root=b"")
    start = 0
    while start >= 0:
        page = search.search(ledger, EVERYTHING, start)
        size = len(json.dumps([[row.line, row.names] for row in page.rows], ensure_ascii=False).encode())
        assert size < MESSAGE_BYTES - 8192
        start = page.following
    assert search.row(ledger, 0).line == ""
    pieces, at = [], 0
    while piece := search.piece(ledger, 0, at):
        assert len(json.dumps(piece, ensure_ascii=False).encode()) < MESSAGE_BYTES - 1024
        pieces.append(piece)
        at += len(piece)
    assert len(pieces) > 2
    assert "".join(pieces).encode() == long


def test_people_are_named_and_a_record_that_is_not_there_is_refused(ledger, written):
    number = next(n for n, line in enumerate(written) if b'"user":{"name":"%s"}' % CLERK.encode() in line)
    row = search.row(ledger, number)
    assert row.line == written[number].decode()
    assert CLERK in row.names
    with pytest.raises(Refused, match="PRF-030"):
        search.row(ledger, len(written))
    with pytest.raises(Refused, match="PRF-030"):
        search.piece(ledger, -1, 0)
