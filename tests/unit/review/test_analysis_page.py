"""docs/analysis.md names each rule and each threshold with its default."""

import re
from dataclasses import fields
from pathlib import Path

from media_station.model.finding import FindingKind
from media_station.model.review import Thresholds

PAGE = (Path(__file__).parents[3] / "docs" / "analysis.md").read_text(encoding="utf-8")


def test_each_rule_has_its_row():
    assert {kind.value for kind in FindingKind} == set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE))


def test_each_threshold_has_its_default():
    told = set(re.findall(r"`([a-z_]+)` \(([0-9:]+)\)", PAGE))
    assert told == {(each.name, str(each.default)) for each in fields(Thresholds)}
