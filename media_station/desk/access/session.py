"""Sessions: bound to the process at the other end of the door; 15 minutes idle, 8 hours at most, no restart.

A session ends with its process, and with its operator's right to act; each end is a record.
"""

import asyncio
import os
import secrets
import select
from contextlib import suppress
from dataclasses import dataclass, field

from media_station.desk.access.permit import Permit
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.doors.socket import Peer
from media_station.model.asks import Ask
from media_station.model.errors import Refused, StationError
from media_station.model.sign_in import SessionEnd, SessionEnded

IDLE_MS = 15 * 60 * 1000
LONGEST_MS = 8 * 60 * 60 * 1000
MOST = 64
SWEPT_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class _Session:
    """`process` is a pidfd: a pid that is used again is not the process that it was."""

    operator: str
    peer: Peer
    process: int
    began_ms: int
    used_ms: int
    permits: dict[type[Ask], Permit] = field(default_factory=dict)


class Sessions:
    """Times are CLOCK_BOOTTIME in milliseconds: no wall clock lengthens a session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[str, _Session] = {}

    def begin(self, operator: str, peer: Peer) -> str:
        """Refused ACC-010 if the process has gone meanwhile."""
        self.sweep()
        if len(self._open) >= MOST:
            self._end(min(self._open, key=lambda token: self._open[token].used_ms), SessionEnd.CROWDED)
        try:
            process = os.pidfd_open(peer.pid)
        except ProcessLookupError as error:
            raise Refused("ACC-010") from error
        now_ms = self._desk.clock.boottime_ms()
        token = secrets.token_hex(32)
        self._open[token] = _Session(operator=operator, peer=peer, process=process, began_ms=now_ms, used_ms=now_ms)
        return token

    def operator(self, token: str, peer: Peer) -> str:
        """Whose session this is; Refused ACC-010 if there is none, it has ended, or it is another process's."""
        session = self._open.get(token)
        if session is None or (session.peer.uid, session.peer.pid) != (peer.uid, peer.pid):
            raise Refused("ACC-010")
        reason = self._over(session)
        if reason is not None:
            self._end(token, reason)
            raise Refused("ACC-010")
        session.used_ms = self._desk.clock.boottime_ms()
        return session.operator

    def permit(self, token: str, action: type[Ask]) -> Permit | None:
        """What this session's codes still stand for; one that is over is gone."""
        permits = self._open[token].permits if self.is_open(token) else {}
        if action in permits and permits[action].is_over(self._desk.clock.boottime_ms()):
            del permits[action]
        return permits.get(action)

    def put_permit(self, token: str, action: type[Ask], permit: Permit) -> None:
        """Of a session that is open; in place of the one before."""
        self._open[token].permits[action] = permit

    def end_permit(self, token: str, action: type[Ask]) -> None:
        """Codes that are asked for anew end what earlier ones stood for."""
        if token in self._open:
            self._open[token].permits.pop(action, None)

    def is_open(self, token: str) -> bool:
        """For what goes on by itself: asking doesn't lengthen the session."""
        return token in self._open and self._over(self._open[token]) is None

    def sign_out(self, token: str, peer: Peer) -> None:
        """Refused ACC-010."""
        self.operator(token, peer)
        self._end(token, SessionEnd.SIGNED_OUT)

    def sweep(self) -> None:
        """Ends what is over, though nobody uses it."""
        for token, session in list(self._open.items()):
            reason = self._over(session)
            if reason is not None:
                self._end(token, reason)

    async def keep_sweeping(self) -> None:
        while True:
            self.sweep()
            await asyncio.sleep(SWEPT_SECONDS)

    def _over(self, session: _Session) -> SessionEnd | None:
        now_ms = self._desk.clock.boottime_ms()
        if _has_ended(session.process):
            return SessionEnd.PROCESS
        if not people.roles(self._desk.ledger, session.operator, self._desk.clock.day()):
            return SessionEnd.OPERATOR
        if now_ms - session.began_ms > LONGEST_MS:
            return SessionEnd.TOO_LONG
        return SessionEnd.IDLE if now_ms - session.used_ms > IDLE_MS else None

    def _end(self, token: str, reason: SessionEnd) -> None:
        """A journal that can't be written keeps no session open."""
        session = self._open.pop(token)
        os.close(session.process)
        with suppress(StationError):
            self._desk.journal.commit(SessionEnded(operator=session.operator, reason=reason), actor=session.operator)


def _has_ended(process: int) -> bool:
    """A pidfd can be read when its process has ended (pidfd_open(2))."""
    waiting = select.poll()
    waiting.register(process, select.POLLIN)
    return bool(waiting.poll(0))
