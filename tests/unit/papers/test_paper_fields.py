"""Fields are taken whole or not at all."""

import pytest
from paper_fields import PAPERS

from media_station.cell.papers import certificate, destruction, form, log_report, notice, slip
from media_station.model.errors import Refused

PARSERS = {
    "certificate": certificate.parse_fields,
    "destruction_record": destruction.parse_fields,
    "slip": slip.parse_fields,
    "notice": notice.parse_fields,
    "form": form.parse_fields,
    "log_report": log_report.parse_fields,
}
OPTIONAL = {
    ("certificate", "clock_checked_at"),
    ("destruction_record", "serial"),
    ("destruction_record", "serial_source"),
    ("destruction_record", "batch"),
    ("destruction_record", "approver"),
    ("slip", "seal_number"),
    ("slip", "bag_number"),
    ("notice", "confirmation_code"),
}
EVERY_FIELD = [(paper, name) for paper, fields in PAPERS.items() for name in fields]


def refused(paper, fields):
    with pytest.raises(Refused) as refusal:
        PARSERS[paper](fields)
    return refusal.value.code, refusal.value.parameters["field"]


@pytest.mark.parametrize("paper", PAPERS)
def test_complete_fields_are_taken(paper):
    assert PARSERS[paper](PAPERS[paper]).number == PAPERS[paper]["number"]


@pytest.mark.parametrize(("paper", "name"), EVERY_FIELD)
def test_missing_field_is_refused(paper, name):
    fields = {key: value for key, value in PAPERS[paper].items() if key != name}

    assert refused(paper, fields) == ("PAP-002", name)


@pytest.mark.parametrize("paper", PAPERS)
def test_unknown_field_is_refused(paper):
    assert refused(paper, {**PAPERS[paper], "remark": "x"}) == ("PAP-002", "remark")


def test_unknown_field_within_the_journal_is_refused():
    fields = {**PAPERS["slip"], "journal": {**PAPERS["slip"]["journal"], "key": "x"}}

    assert refused("slip", fields) == ("PAP-002", "journal.key")


def test_missing_field_within_a_row_is_refused():
    row = {key: value for key, value in PAPERS["slip"]["rows"][0].items() if key != "unit"}

    assert refused("slip", {**PAPERS["slip"], "rows": [row]}) == ("PAP-002", "rows.1.unit")


@pytest.mark.parametrize(("paper", "name"), [each for each in EVERY_FIELD if each not in OPTIONAL])
def test_empty_field_is_refused(paper, name):
    assert refused(paper, {**PAPERS[paper], name: ""})[0] == "PAP-003"


@pytest.mark.parametrize(("paper", "name"), sorted(OPTIONAL))
def test_documented_optional_field_may_be_empty(paper, name):
    assert not getattr(PARSERS[paper]({**PAPERS[paper], name: ""}), name)


@pytest.mark.parametrize(
    ("paper", "name", "value"),
    [
        ("certificate", "records", "5400"),
        ("certificate", "records", True),
        ("certificate", "records", -1),
        ("certificate", "capacity_bytes", 2**63),
        ("certificate", "rehearsal", 0),
        ("certificate", "maker", 7),
        ("certificate", "maker", "　"),
        ("slip", "qr", " "),
        ("certificate", "journal", "x"),
        ("certificate", "started_at", "2026-11-23T10:02:11"),
        ("certificate", "started_at", "昨日"),
        ("certificate", "verdict", "FAIL"),
        ("certificate", "verdict", "UNKNOWN"),
        ("certificate", "bad_sectors", 1),
        ("certificate", "verified_bytes", 16_008_609_791),
        ("certificate", "ended_at", "2026-11-23T10:02:10+09:00"),
        ("certificate", "validator", "佐藤 一郎"),
        ("destruction_record", "witness", "佐藤 一郎"),
        ("slip", "direction", "移送"),
        ("slip", "rows", []),
        ("notice", "password", "k7m2a-9xwre"),
    ],
)
def test_malformed_field_is_refused(paper, name, value):
    assert refused(paper, {**PAPERS[paper], name: value}) == ("PAP-003", name)


@pytest.mark.parametrize("claim", ["復元不可能である", "復元 不可能", "復元不能"])
def test_claim_that_the_station_never_makes_is_refused(claim):
    assert refused("certificate", {**PAPERS["certificate"], "limits": claim}) == ("PAP-004", "limits")


def test_notice_does_not_show_its_password_when_represented():
    assert PAPERS["notice"]["password"] not in repr(PARSERS["notice"](PAPERS["notice"]))
