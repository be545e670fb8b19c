"""A finding that counts others says in words which, wherever it is listed; what another tells stands as it is."""

import pytest

from media_station.cli import review
from media_station.console import sources
from media_station.model.finding import FindingKind
from media_station.model.views import FindingView


def shown(kind: FindingKind, detail: str, language: str) -> list[str]:
    """On the terminal's list and on the console's."""
    view = FindingView(
        finding="R1-F-00001",
        kind=kind,
        day="2026-04-08",
        first=-1,
        last=-1,
        detail=detail,
        concerned=[],
        concerned_names=[],
        disposition="",
        binder="",
        reviewer="",
        reviewer_name="",
    )
    return ["\n".join(review.lines([view], language, disposed=False)), sources._finding(view, language)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "自己承認の試み 1、使用済みコードの再使用 2"),
        ("en", "self-approval attempted 1, a used code once more 2"),
    ],
)
def test_how_many_more_of_which_kind_is_said_in_words(language, said):
    for each in shown(FindingKind.MORE, "self_approval 1, replayed_code 2", language):
        assert said in each


def test_what_the_machine_calls_it_stands_as_it_is():
    for each in shown(FindingKind.DRIFT, "interface: eth2 52:54:00:00:00:03", "ja"):
        assert "interface: eth2 52:54:00:00:00:03" in each
