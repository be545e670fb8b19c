"""The destruction record of a medium that could not be erased says what came of trying (M, O9)."""

from types import SimpleNamespace

import pytest

from media_station.desk.papers.destruction import not_erased
from media_station.model.order import Verdict


@pytest.mark.parametrize(
    ("verdict", "code", "differs_at", "said"),
    [
        (Verdict.FAIL, "DRV-035", 5_243_904, "（消去の結果 FAIL DRV-035、5,243,904バイト目からのセクタが不一致）"),
        (Verdict.FAIL, "DRV-035", 0, "（消去の結果 FAIL DRV-035、0バイト目からのセクタが不一致）"),
        (Verdict.UNKNOWN, "DRV-033", -1, "（消去の結果 UNKNOWN DRV-033）"),
        (Verdict.PASS, "", -1, ""),
    ],
)
def test_where_the_medium_differed_stands_beside_the_reason(verdict, code, differs_at, said):
    evidence = SimpleNamespace(verdict=verdict, code=code, differs_at=differs_at)
    history = SimpleNamespace(last=lambda _: SimpleNamespace(verdict=verdict, evidence=evidence))
    assert not_erased(history) == said


def test_of_a_medium_that_nobody_tried_to_erase_nothing_is_said():
    assert not_erased(SimpleNamespace(last=lambda _: None)) == ""
