"""Sessions: bound to the process at the other end of the door; 15 minutes idle, 8 hours at most, no restart."""

import secrets
from dataclasses import dataclass

from media_station.model.errors import Refused

IDLE_MS = 15 * 60 * 1000
LONGEST_MS = 8 * 60 * 60 * 1000


@dataclass(slots=True, kw_only=True)
class _Session:
    operator: str
    uid: int
    pid: int
    began_ms: int
    used_ms: int


class Sessions:
    """Times are CLOCK_BOOTTIME in milliseconds: no wall clock lengthens a session."""

    def __init__(self) -> None:
        self._open: dict[str, _Session] = {}

    def begin(self, operator: str, *, uid: int, pid: int, now_ms: int) -> str:
        token = secrets.token_hex(32)
        self._open[token] = _Session(operator=operator, uid=uid, pid=pid, began_ms=now_ms, used_ms=now_ms)
        return token

    def operator(self, token: str, *, uid: int, pid: int, now_ms: int) -> str:
        """Whose session this is; Refused ACC-010 if there is none, it has ended, or it is another process's."""
        session = self._open.get(token)
        if session is None or (session.uid, session.pid) != (uid, pid):
            raise Refused("ACC-010")
        if now_ms - session.used_ms > IDLE_MS or now_ms - session.began_ms > LONGEST_MS:
            del self._open[token]
            raise Refused("ACC-010")
        session.used_ms = now_ms
        return session.operator

    def end(self, token: str) -> None:
        self._open.pop(token, None)
