"""What an `Accept=yes` unit does: one connection, one order, then the process ends."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial

from media_station.doors.answering import Handler
from media_station.doors.log import log_line
from media_station.doors.refusals import RECORD_SECONDS, Refusal, Refusals
from media_station.doors.socket import passed_connection, serve
from media_station.model.errors import Refused, StationError

_NO_MORE_CALLS = 0  # SHUT_RD, shutdown(2)

Refuse = Callable[[str, StationError], None]


def serve_one(
    role: str,
    door: Callable[[Refuse, Callable[[], None]], Handler],
    *,
    uids: frozenset[int],
    seconds: float,
    by_hand: str,
) -> None:
    """`door` is made from who tells the log of a refusal (there is no journal), and from what takes no further call.

    Refused with the code `by_hand` without a connection of the service manager's. Overdue, it is ended by SIGALRM.
    """
    try:
        connection = passed_connection()
    except OSError as error:
        raise Refused(by_hand) from error
    if connection is None:
        raise Refused(by_hand)

    def hang_up() -> None:
        with suppress(OSError):
            connection.shutdown(_NO_MORE_CALLS)

    async def until_closed() -> None:
        closed = asyncio.Event()
        refusals = Refusals(_log, seconds=RECORD_SECONDS)
        serve(connection, lambda peer: door(partial(refusals.take, role, peer.uid), hang_up), closed.set, uids=uids)
        await closed.wait()
        refusals.close()

    signal.setitimer(signal.ITIMER_REAL, seconds)
    asyncio.run(until_closed())


def _log(refusal: Refusal, unrecorded: int) -> None:
    log_line("warning", "request.refused", **asdict(refusal), unrecorded=unrecorded)
