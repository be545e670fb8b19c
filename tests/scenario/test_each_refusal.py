"""Each refusal that a person at the console may be shown comes of its real cause, and can be read there as a whole."""

import causes_accounts  # noqa: F401 - each module of causes enters its own
import causes_counter  # noqa: F401
import causes_payload  # noqa: F401
import causes_station  # noqa: F401
import pytest
from causes import CAUSES, Cause
from one_process import cheap
from raised import ELSEWHERE, at_the_console, is_in, sites
from shown_refusals import lacking
from walking_in_one import WalkInOne

from media_station.model.errors import StationError
from media_station.model.steps import StepKind

_S = StepKind
# As they come for one stick.
_STEPS = (
    *(None, _S.SEAL, _S.WRITE, _S.HAND_OVER_MEDIUM, _S.PRINT_SLIP, _S.SCAN_PAPER, _S.HAND_OVER_ENCLOSURES),
    *(_S.PRINT_NOTICE, _S.SCAN_NOTICE, _S.HAND_OVER_NOTICE, _S.REPORT_COUNT, _S.RECEIVE_LETTERS, _S.INSPECT_LETTERS),
    *(_S.HAND_OVER_LETTERS, _S.RECEIVE_MEDIUM, _S.RECEIVE_NOTICE, _S.IDENTIFY, _S.ACCOUNT_ENCLOSURES, _S.FILE_REPORT),
    *(_S.ERASE, _S.VALIDATE, _S.CERTIFY, _S.RENDER_CERTIFICATE, _S.DESTROY_PASSWORD, _S.PURGE, _S.CLOSE),
)

_STILL = """
CLS 003
DRV 010 011 012 013 014 015 016 017 018 019 020 021 022 023 024 025 026 027 028 029 030 031 032 033
DRV 034 035 036 037 038 039 040 041 042 043 044 045 046 047 090 091 092
IMG 002 004
INS 019 037
LDG 001
PAP 002 003 004 005 006 007 008
PRF 003 004 026
RVW 002
SCN 001
SUP 021
"""
STILL_WITHOUT = {
    f"{family}-{number}" for family, *numbers in map(str.split, _STILL.strip().splitlines()) for number in numbers
}


class Stations:
    """Each goes its way once, step by step."""

    def __init__(self, prepared, folder) -> None:
        self._prepared, self._folder = prepared, folder
        self._open: dict[str, WalkInOne] = {}

    def error(self, cause: Cause) -> StationError:
        if cause.station not in self._open:
            self._open[cause.station] = self._prepared.opened(self._folder / f"at {cause.station}")
        walk = self._open[cause.station]
        walk.house.run(_come(walk, cause.at))
        with pytest.raises(StationError) as caught:
            walk.house.run(cause.provoke(walk))
        return caught.value

    def close(self) -> None:
        for each in self._open.values():
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
    error = stations.error(CAUSES[code])
    assert error.code == code
    assert lacking(error) == []


def test_each_code_that_the_console_may_show_has_its_cause():
    assert at_the_console() - CAUSES.keys() == STILL_WITHOUT


def test_each_place_that_answers_nobody_there_is_one():
    where = {site for found in sites().values() for site in found}
    named = [place for places in ELSEWHERE.values() for place in places]
    assert [place for place in named if not any(is_in(site, place) for site in where)] == []
