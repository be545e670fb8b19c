"""The eight steps ① to ⑧ of the flow, and where a transfer stands at each: for people to see how far it is. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Final

from media_station.model.steps import Step, StepKind, TransferFacts, next_steps
from media_station.model.transfer import ENDED, STEP_OF_COUNT, Count, FreezeState, TransferState

FLOW: Final = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8")


class Stand(Enum):
    """Nothing is left to do at it; something is to be done at it now; it has not been reached, or never will be."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


_K = StepKind
_T = TransferState
_AT: Final[Mapping[StepKind, str]] = {
    **dict.fromkeys((_K.SEAL, _K.WRITE, _K.HAND_OVER_MEDIUM, _K.HAND_OVER_ENCLOSURES), "F2"),
    **dict.fromkeys((_K.PRINT_NOTICE, _K.SCAN_NOTICE, _K.HAND_OVER_NOTICE), "F2"),
    **dict.fromkeys((_K.RECEIVE_MEDIUM, _K.RECEIVE_NOTICE, _K.RECEIVE_LETTERS, _K.IDENTIFY), "F6"),
    _K.INSPECT_LETTERS: "F7",
    _K.HAND_OVER_LETTERS: "F8",
}
# The step that the state itself is at; OUT is at several, which its next steps tell.
_OF_STATE: Final = {_T.OPENED: "F2", _T.DELIVERED: "F7", _T.PASSED: "F8"}
_PASSED: Final = {_T.OPENED: 1, _T.OUT: 6, _T.DELIVERED: 6, _T.PASSED: 7, _T.POSTED: 8}


def way(facts: TransferFacts, came_to: TransferState) -> tuple[Stand, ...]:
    """For each of FLOW. `came_to` is the transfer's state, of an ended one its state before the end."""
    ended = facts.state in ENDED
    going_on = replace(facts, state=came_to, freeze=FreezeState.MOVING)
    now = {_step(step) for step in next_steps(going_on)} | {_OF_STATE.get(came_to, "")}
    # While something of ② is still in the house, nobody has begun with ③.
    passed = 2 if came_to is _T.OUT and "F2" in now else _PASSED[came_to]
    return tuple(
        (Stand.AHEAD if ended else Stand.NOW) if step in now else Stand.DONE if number < passed else Stand.AHEAD
        for number, step in enumerate(FLOW)
    )


def _step(step: Step) -> str:
    """Empty for what belongs to none of them."""
    if step.kind is StepKind.REPORT_COUNT:
        return STEP_OF_COUNT[Count(step.subject)]
    return _AT.get(step.kind, "")
