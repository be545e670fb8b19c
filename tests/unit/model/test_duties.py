"""Who may be the same person in one transfer: what no master can allow, and what only a master allows."""

from itertools import combinations

import pytest

from media_station.model.duties import DECIDED, DUTY_NAMES, NEVER, OF_ONE_REQUEST, StaffDuty, is_allowed
from media_station.model.errors import Refused
from media_station.model.masters import COLUMNS, MasterKind, as_fields, read_rows

PAIRS = [frozenset(pair) for pair in combinations(StaffDuty, 2)]
WORDS = {duty: word for word, duty in DUTY_NAMES.items()}


def rows(*lines):
    return read_rows(MasterKind.SAME_PERSON, [list(COLUMNS[MasterKind.SAME_PERSON]), *lines])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(sorted(each.value for each in pair)))
def test_each_pair_by_the_master_without_it_and_both_ways_round(pair):
    one, other = pair
    answers = [
        is_allowed(*both, said) for both in ((one, other), (other, one)) for said in ({}, {pair: True}, {pair: False})
    ]
    if pair == OF_ONE_REQUEST:
        assert answers == [True] * 6
    elif pair in NEVER:
        assert answers == [False] * 6
    elif pair in DECIDED:
        assert answers == [False, True, False] * 2
    else:
        assert answers == [True, True, False] * 2


def test_a_person_has_one_duty_several_times():
    assert all(is_allowed(each, each, {frozenset({each}): False}) for each in StaffDuty)


@pytest.mark.parametrize("pair", sorted(NEVER, key=str))
def test_a_master_that_allows_what_nobody_may_is_not_taken(pair):
    one, other = (WORDS[each] for each in pair)
    with pytest.raises(Refused, match="MST-004 row=3"):
        rows(["受渡担当者", "検査者", "可"], [one, other, "可"])
    assert len(rows([one, other, "不可"])) == 1


@pytest.mark.parametrize(
    "line", [["受渡担当者", "受渡担当者", "可"], ["運搬者", "検査者", "可"], ["clerk", "x", "可"], ["", "", "可"]]
)
def test_a_duty_that_there_is_not_or_twice_the_same_is_no_row(line):
    with pytest.raises(Refused, match="MST-002 row=2"):
        rows(line)


def test_duties_are_written_in_japanese_or_as_the_journal_has_them():
    japanese, plain = rows(["受渡担当者", "検査者", "可"], ["clerk", "inspector", "可"])
    assert japanese == plain
    assert as_fields(MasterKind.SAME_PERSON, plain) == {"duty": "clerk", "other": "inspector", "allowed": "yes"}


@pytest.mark.parametrize("duty", ["運搬人", "clerk", "inspector", ""])
def test_a_handlers_duty_is_one_of_the_two(duty):
    line = ["2024-TAX-017", "hakobiya", "運搬 四郎", duty, "", "2024-12-20", "2025-03-31"]
    with pytest.raises(Refused, match="MST-002 row=2"):
        read_rows(MasterKind.HANDLERS, [list(COLUMNS[MasterKind.HANDLERS]), line])
