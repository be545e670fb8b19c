"""Each refusal that a person at the console may be shown comes of its real cause, and can be read there as a whole."""

from pathlib import Path

import causes_accounts  # noqa: F401 - each module of causes enters its own
import causes_counter  # noqa: F401
import causes_drive  # noqa: F401
import causes_payload  # noqa: F401
import causes_station  # noqa: F401
import pytest
from causes import CAUSES, Cause
from one_process import cheap
from raised import ELSEWHERE, at_the_console, is_in, sites
from shown_refusals import code_of, lacking
from walking_in_one import WalkInOne

from media_station.model.errors import StationError
from media_station.model.steps import StepKind
from media_station.model.views import Answer

_S = StepKind
# As they come for one stick.
_STEPS = (
    *(None, _S.SEAL, _S.WRITE, _S.HAND_OVER_MEDIUM, _S.PRINT_SLIP, _S.SCAN_PAPER, _S.HAND_OVER_ENCLOSURES),
    *(_S.PRINT_NOTICE, _S.SCAN_NOTICE, _S.HAND_OVER_NOTICE, _S.REPORT_COUNT, _S.RECEIVE_LETTERS, _S.INSPECT_LETTERS),
    *(_S.HAND_OVER_LETTERS, _S.RECEIVE_MEDIUM, _S.RECEIVE_NOTICE, _S.IDENTIFY, _S.ACCOUNT_ENCLOSURES, _S.FILE_REPORT),
    *(_S.ERASE, _S.VALIDATE, _S.CERTIFY, _S.RENDER_CERTIFICATE, _S.DESTROY_PASSWORD, _S.PURGE, _S.CLOSE),
)

# What no person's request leads to at a station whose programs are ours; each has a test where it is raised.
ELSEWHERE_TESTED = {
    "the drive trusts no desk, and ours orders nothing like it": "DRV-021 DRV-032 DRV-036",
    "of a real disc drive, or of a device that counts its bytes": "DRV-042 DRV-043 DRV-046",
    "recorded when nobody waits for the answer any more": "DRV-091 DRV-092",
    "the hundredth epoch of a station; a manifest of another length than its own": "IMG-002 IMG-004",
    "millions of rows": "INS-019 INS-037",
    "a record that the tables ask for isn't there": "LDG-001",
    "the cell trusts no desk, and ours sends whole fields and has its typefaces": (
        "PAP-002 PAP-003 PAP-004 PAP-005 PAP-006 PAP-007 PAP-008 RVW-002"
    ),
    "longer than a door or a medium's submission lets through; of notes, which no person sends": "PRF-003 PRF-004",
}
TESTS = Path(__file__).parents[1]


class Stations:
    """Each goes its way once, step by step; another one takes its place for a step that it has left behind."""

    def __init__(self, prepared, folder) -> None:
        self._prepared, self._folder = prepared, folder
        self._open: dict[str, tuple[WalkInOne, int]] = {}
        self._opened: list[WalkInOne] = []

    def told(self, cause: Cause) -> StationError | Answer:
        """The refusal; or the answer to a work that the drive began, and which failed."""
        at = _STEPS.index(cause.at)
        walk, reached = self._open.get(cause.station, (None, 0))
        if walk is None or at < reached:
            walk = self._prepared.opened(self._folder / f"station {len(self._opened)}")
            self._opened.append(walk)
        self._open[cause.station] = walk, at
        walk.house.run(_come(walk, cause.at))
        try:
            return walk.house.run(cause.provoke(walk))
        except StationError as error:
            return error

    def close(self) -> None:
        for each in self._opened:
            each.house.close()


@pytest.fixture(scope="module")
def stations(prepared, tmp_path_factory):
    with cheap():
        made = Stations(prepared, tmp_path_factory.mktemp("refusing"))
        yield made
        made.close()


async def _come(walk, at) -> None:
    if at is None:
        return
    if not walk.transfer:
        await walk.before()
    view = await walk.see()
    if not view.steps or view.steps[0].kind is not at:
        await walk.until(at)


def _in_order(code: str) -> tuple[int, str]:
    return (_STEPS.index(CAUSES[code].at), code)


@pytest.mark.parametrize("code", sorted(CAUSES, key=_in_order))
def test_it_is_refused_and_told_on_the_console(stations, code):
    told = stations.told(CAUSES[code])
    assert code_of(told) == code
    assert lacking(told) == []


def test_each_code_that_the_console_may_show_has_its_cause():
    elsewhere = {code for codes in ELSEWHERE_TESTED.values() for code in codes.split()}
    assert at_the_console() - CAUSES.keys() == elsewhere


def test_each_code_that_has_none_there_is_tested_where_it_is_raised():
    others = [each for each in TESTS.rglob("test_*.py") if each != Path(__file__)]
    said = "".join(each.read_text(encoding="utf-8") for each in others)
    elsewhere = [code for codes in ELSEWHERE_TESTED.values() for code in codes.split()]
    assert [code for code in elsewhere if code not in said] == []


def test_each_place_that_answers_nobody_there_is_one():
    where = {site for found in sites().values() for site in found}
    named = [place for places in ELSEWHERE.values() for place in places]
    assert [place for place in named if not any(is_in(site, place) for site in where)] == []
