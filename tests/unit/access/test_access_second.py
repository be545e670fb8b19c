"""Who is asked for a second person's factors is told by the rule and the station's policy, not by the command."""

from dataclasses import replace

import pytest

from media_station.desk.access.authority import needs_second
from media_station.model.errors import Refused


@pytest.mark.parametrize(
    ("action", "policy", "needed"),
    [
        ("Enrol", (), True),
        ("ExportJournal", (), False),
        ("ExportJournal", ("export",), True),
        ("ExportEvidence", ("export",), True),
        ("Write", ("export",), False),
        ("FetchBundle", ("export",), False),
        ("ReleaseBundle", ("write",), False),
        ("ReleaseBundle", ("export",), True),
        ("ReleaseBundle", ("backup",), True),
        ("WriteBundle", ("backup",), True),
        ("WriteBundle", ("erase",), False),
        ("WriteBundle", ("export",), True),
        ("WriteBundle", ("write",), True),
    ],
)
def test_it_is_needed_where_rule_or_policy_ask_for_it(bench, action, policy, needed):
    desk = replace(bench.desk, house=replace(bench.desk.house, two_person=frozenset(policy)))
    assert needs_second(desk, action) is needed


def test_what_is_no_request_is_refused(bench):
    with pytest.raises(Refused, match="ACC-011"):
        needs_second(bench.desk, "Everything")
