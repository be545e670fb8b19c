"""What is refused at a door, kept from filling a journal: each kind at once, then at most one a minute with the count.

No refusal is lost silently: how many were not written down one by one stands in the kind's next record, which comes
at the minute's end or when the process stops. More kinds than KINDS in one minute are told by door and code alone.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from media_station.model.errors import StationError

RECORD_SECONDS: Final = 60.0
KINDS: Final = 64
SEVERAL: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One kind. `request` is empty where nothing was asked that the door knows; `uid` SEVERAL where kinds were many."""

    door: str
    request: str
    code: str
    uid: int


@dataclass(slots=True)
class _Minute:
    """Since a kind's last record."""

    over: asyncio.TimerHandle
    left_out: int = 0


class Refusals:
    """`record` is called with a refusal and the number of others of its kind that came before it, unrecorded."""

    def __init__(self, record: Callable[[Refusal, int], None], *, seconds: float) -> None:
        self._record = record
        self._seconds = seconds
        self._minutes: dict[Refusal, _Minute] = {}

    def take(self, door: str, uid: int, request: str, error: StationError, *, times: int = 1) -> None:
        """Records it now, or counts it; `times` of the same, if they come together."""
        refusal = Refusal(door=door, request=request, code=error.code, uid=uid)
        if refusal not in self._minutes and len(self._minutes) >= KINDS:
            refusal = replace(refusal, request="", uid=SEVERAL)
        if refusal in self._minutes:
            self._minutes[refusal].left_out += times
        else:
            self._begin(refusal, times - 1)

    def close(self) -> None:
        """Records what was counted."""
        for refusal, minute in self._minutes.items():
            minute.over.cancel()
            if minute.left_out:
                self._record(refusal, minute.left_out - 1)
        self._minutes.clear()

    def _begin(self, refusal: Refusal, unrecorded: int) -> None:
        over = asyncio.get_running_loop().call_later(self._seconds, self._end, refusal)
        self._minutes[refusal] = _Minute(over)
        self._record(refusal, unrecorded)

    def _end(self, refusal: Refusal) -> None:
        minute = self._minutes.pop(refusal)
        if minute.left_out:
            self._begin(refusal, minute.left_out - 1)
