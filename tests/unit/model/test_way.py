"""Where a transfer stands at each of the steps ① to ⑧."""

from dataclasses import replace

from media_station.model.handover import NoticeState
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumState
from media_station.model.payload import PayloadState
from media_station.model.steps import MediumFacts, TransferFacts
from media_station.model.transfer import Count, FreezeState, ReleaseState, TransferState
from media_station.model.way import FLOW, Stand, way

DISC = MediumFacts(
    number="R1-D-00001",
    kind=MediumKind.DVD_R,
    state=MediumState.OUT,
    notice=NoticeState.OUT,
    left=True,
    back=False,
    notice_left=True,
    notice_back=False,
    certificate_due="",
    record_due="",
    notice_due="",
    scans_due=(),
)
OUT = TransferFacts(
    number="R1-T-00001",
    state=TransferState.OUT,
    release=ReleaseState.HELD,
    freeze=FreezeState.MOVING,
    incident="",
    incidents=(),
    payload_number="0" * 32,
    payload=PayloadState.APPROVED,
    kinds=(MediumKind.DVD_R,),
    media=(DISC,),
    counts=frozenset(),
    slips_due=(),
    scans_due=(),
    enclosures_out=True,
    enclosures_accounted=False,
    report_filed=False,
)
ALL_COUNTS = frozenset(Count)


def stands(facts: TransferFacts, came_to: TransferState | None = None) -> str:
    """A letter for each step: Done, Now, . ahead."""
    letters = {Stand.DONE: "D", Stand.NOW: "N", Stand.AHEAD: "."}
    shown = way(facts, facts.state if came_to is None else came_to)
    assert len(shown) == len(FLOW)
    return "".join(letters[each] for each in shown)


def test_before_anything_left_it_is_at_2():
    opened = replace(OUT, state=TransferState.OPENED, media=(), enclosures_out=False)
    assert stands(opened) == "DN......"


def test_while_the_drive_writes_it_is_still_at_2():
    writing = replace(DISC, state=MediumState.WRITING, notice=NoticeState.KEPT, left=False, notice_left=False)
    assert stands(replace(OUT, state=TransferState.OPENED, media=(writing,))) == "DN......"


def test_a_notice_in_the_house_keeps_it_at_2_though_the_medium_has_left():
    kept = replace(DISC, notice=NoticeState.KEPT, notice_left=False)
    assert stands(replace(OUT, media=(kept,))) == "DN......"


def test_with_the_contractor_it_is_at_each_step_that_has_not_been_reported():
    assert stands(OUT) == "DDNNNN.."
    assert stands(replace(OUT, counts=frozenset({Count.ENVELOPES, Count.PRINTED}))) == "DDDDNN.."


def test_a_step_left_open_stays_open_when_the_next_is_done():
    posted = replace(OUT, state=TransferState.POSTED, release=ReleaseState.RELEASED, counts=ALL_COUNTS)
    assert stands(posted) == "DDDDDNDD"
    back = replace(DISC, state=MediumState.DESTROYED, notice=NoticeState.DESTROYED, back=True, notice_back=True)
    assert stands(replace(posted, media=(back,), counts=ALL_COUNTS - {Count.POSTED})) == "DDDDDDDN"


def test_inspection_and_post_are_where_the_state_is():
    delivered = replace(OUT, state=TransferState.DELIVERED, counts=ALL_COUNTS)
    assert stands(delivered) == "DDDDDNN."
    assert stands(replace(delivered, state=TransferState.PASSED)) == "DDDDDNDN"


def test_a_freeze_does_not_hide_where_it_stands():
    assert stands(replace(OUT, freeze=FreezeState.FROZEN, incident="R1-I-00001")) == stands(OUT)


def test_after_an_incidents_end_what_was_not_done_is_not_said_to_be_at_hand():
    ended = replace(OUT, state=TransferState.CLOSED_BY_INCIDENT, counts=ALL_COUNTS)
    assert stands(ended, TransferState.POSTED) == "DDDDD.DD"
