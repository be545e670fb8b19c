"""The oracle sees what it is there for: of a sound journal nothing, of each record that is missing or other its rule."""

import json
from copy import deepcopy

import pytest
from one_process import cheap
from oracle import Oracle


@pytest.fixture(scope="module")
def sound(prepared, tmp_path_factory):
    """The records of a transfer from its beginning to 完了."""
    with cheap():
        walk = prepared.opened(tmp_path_factory.mktemp("sound") / "house")
        walk.house.run(walk.to_the_end())
        records = [json.loads(line) for line in walk.house.lines()]
        walk.house.close()
    return records


def wrong(records) -> str:
    oracle = Oracle()
    for sequence, record in enumerate(records):
        record["media_station"]["sequence"] = sequence
        oracle.take(record)
    return "\n".join(oracle.wrong)


def test_a_sound_journal_has_nothing_wrong(sound):
    assert any(each["event"]["action"] == "transfer.closed" for each in sound)
    assert wrong(deepcopy(sound)) == ""


MISSING = {
    "medium.written": "F2: what was written for it",
    "medium.identified": "O9: media back",
    "notice.returned": "O9: its notice is not out",
    "enclosures.accounted": "O9: papers",
    "evidence.filed": "O9: report",
    "certificate.rendered": "P: what was printed last is scanned back",
    "certificate.scanned": "O9: record",
    "notice.scanned": "P: what leaves is on paper",
    "letters.inspected": "F7: ⑦ has passed",
    "erasure.validated": "O9: of a returned, erased, validated medium",
    "password.destroyed": "O9: each password is destroyed",
    "handler.registered": "O3: a registered handler",
    "letters.handed_over": "F: handed to the post",
}


@pytest.mark.parametrize("action", MISSING)
def test_a_missing_record_is_seen(sound, action):
    left = [each for each in deepcopy(sound) if each["event"]["action"] != action]
    assert len(left) < len(sound)
    assert MISSING[action] in wrong(left)


OTHER = [
    ("notice.handed_over", {"handler": "dareka"}, "O3: a registered handler"),
    ("medium.handed_over", {"bag": " "}, "O6: the bag's number"),
    ("paper.printed", {"paper": ""}, "O7: paper is named"),
    ("count.reported", {"value": 4}, "F: printed"),
    ("letters.handed_over", {"letters": 4}, "F8: what passed less what was pulled"),
    ("evidence.filed", {"result": "not_met"}, "O9: report"),
    ("enclosures.accounted", {"returned": 61}, "O9: papers"),
    ("erasure.validated", {"validator": "sousa-hanako"}, "O9: by another person"),
    ("order.issued", {"approver": "sousa-hanako"}, "two persons, not one twice"),
    ("count.reported", {"value": 2**53}, "numbers are bounded"),
]


@pytest.mark.parametrize(("action", "other", "rule"), OTHER)
def test_another_record_is_seen(sound, action, other, rule):
    records = deepcopy(sound)
    for each in records:
        if each["event"]["action"] == action:
            each["media_station"]["data"].update(other)
    assert rule in wrong(records)


@pytest.mark.parametrize("way", ["handed_over", "returned"])
def test_notice_and_medium_on_one_day_are_seen(sound, way):
    records = deepcopy(sound)
    day = next(each["@timestamp"] for each in records if each["event"]["action"] == f"medium.{way}")
    data = next(each["media_station"]["data"]["day"] for each in records if each["event"]["action"] == f"medium.{way}")
    for each in records:
        if each["event"]["action"] == f"notice.{way}":
            each["@timestamp"], each["media_station"]["data"]["day"] = day, data
    assert "O5: not on one occasion" in wrong(records)
