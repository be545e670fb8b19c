"""Both factors or nothing."""

from media_station.desk.access import factors
from media_station.desk.access.factors import Wrong
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk
from media_station.doors.socket import Peer
from media_station.model.errors import Refused
from media_station.model.operator import SignInAccepted, SignInRefused


async def sign_in(desk: Desk, sessions: Sessions, peer: Peer, operator: str, password: str, code: str) -> str:
    """A session for this peer; Refused ACC-002 without saying which factor failed.

    An unknown name is recorded as unknown, not as typed: it may have been the password.
    """
    checked = await factors.check_both(desk, operator, password, code)
    if isinstance(checked, Wrong):
        known = operator if operator in desk.vault.accounts else "unknown"
        desk.journal.commit(SignInRefused(operator=known, factor=checked.factor.value, code="ACC-002"), actor=known)
        raise Refused("ACC-002")
    desk.journal.commit(
        SignInAccepted(operator=operator, vault_sha256=""), actor=operator, vault=lambda: factors.burn(desk, checked)
    )
    return sessions.begin(operator, uid=peer.uid, pid=peer.pid, now_ms=desk.clock.boottime_ms())
