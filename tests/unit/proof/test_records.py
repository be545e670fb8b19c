"""A record comes back from its line as what it was, and a line that is anything else is none."""

import json

import pytest

from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.operator import OperatorEnrolled, Post, Role
from media_station.model.payload import PayloadInspected, Sum
from media_station.proof.record import decode, encode

IDENTITY = Identity(station="aobano", epoch="e1")
AT = Instant(wall="2026-11-24T00:00:00.000000Z", boottime_ms=1, boot_id="00000000-0000-4000-8000-000000000000")
POSTS = tuple(Post(role=role, starts="2026-04-01", ends="", deputy_of="") for role in (Role.OPERATOR, Role.AUDITOR))
ENROLLED = OperatorEnrolled(operator="sato-ichiro", person="佐藤 一郎", posts=POSTS, vault_sha256="")
INSPECTED = PayloadInspected(
    payload="0" * 32,
    records=20,
    duplicates=0,
    sums=(Sum(item="課税額", yen=1), Sum(item="督促額", yen=2)),
    encoding="cp932",
    plaintext_sha256="",
    scanner="ClamAV 1.4.6/27500",
    patterns="2026-04-01",
)


def line(event, *, sequence: int = 7) -> bytes:
    return encode(event, sequence=sequence, identity=IDENTITY, key_id="0a1b2c3d", at=AT, actor="sato-ichiro")


@pytest.mark.parametrize("event", [ENROLLED, INSPECTED])
def test_a_record_comes_back_as_what_it_was(event):
    record = decode(line(event))
    assert record.event == event
    assert (record.sequence, record.identity, record.key_id) == (7, IDENTITY, "0a1b2c3d")
    assert (record.at, record.actor, record.action) == (AT, "sato-ichiro", event.name)


def test_an_action_of_another_version_keeps_its_place():
    record = decode(line(ENROLLED).replace(b"operator.enrolled", b"operator.flown"))
    assert (record.action, record.event, record.sequence) == ("operator.flown", None, 7)


CHANGES = {
    "a text where a list belongs": lambda own: own["data"].update(posts="operator"),
    "a number in a list of texts": lambda own: own["data"].update(posts=[1]),
    "a number where a text belongs": lambda own: own["data"].update(person=1),
    "a field less": lambda own: own["data"].pop("person"),
    "a field more": lambda own: own["data"].update(more=""),
    "no fields": lambda own: own.update(data=[]),
    "another schema": lambda own: own.update(schema=2),
    "no station": lambda own: own.update(station="A"),
    "no text for a station": lambda own: own.update(station=[]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_an_event_does_not_hold_is_no_record(change):
    raw = json.loads(line(ENROLLED))
    change(raw["media_station"])
    check_no_record(json.dumps(raw).encode())


def test_a_truth_is_no_number():
    raw = json.loads(line(INSPECTED))
    raw["media_station"]["data"]["sums"][1]["yen"] = True
    check_no_record(json.dumps(raw).encode())


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", line(ENROLLED)[:-1]])
def test_what_is_no_json_object_of_ours_is_no_record(raw):
    check_no_record(raw)


def check_no_record(raw: bytes) -> None:
    with pytest.raises(IntegrityViolation) as caught:
        decode(raw)
    assert caught.value.code == "REC-001"
