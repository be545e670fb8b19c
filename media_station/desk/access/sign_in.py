"""Both factors or nothing."""

import asyncio
from dataclasses import replace

from media_station.desk.access import accounts, factors, throttle
from media_station.desk.access import password as passwords
from media_station.desk.access.factors import Right, Wrong
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.doors.socket import Peer
from media_station.model.errors import Refused
from media_station.model.operator import OperatorRenewed
from media_station.model.sign_in import Factor, SignInAccepted, SignInRefused


async def sign_in(desk: Desk, sessions: Sessions, peer: Peer, operator: str, password: str, code: str) -> str:
    """A session for this peer; Refused ACC-002 without saying which factor failed.

    ACC-022 when both were right, but the person has no post today; ACC-028, THR-001, THR-002, THR-003 before either is
    looked at.
    """
    async with desk.checking:
        right = await both(desk, operator, password, code)
        desk.journal.commit(
            *factors.recovery_codes_used(desk, right),
            SignInAccepted(operator=operator, vault_sha256=""),
            actor=operator,
            vault=lambda: factors.burn(desk, right),
        )
        return sessions.begin(operator, peer)


async def both(desk: Desk, operator: str, password: str, code: str) -> Right:
    """Both factors of someone who has a post today, or a record of the refusal. The caller holds `desk.checking`.

    An unknown name is recorded as unknown, not as typed: it may have been the password.
    """
    attempt = SignInRefused(
        operator=throttle.recorded_name(desk, operator), factor=Factor.NONE, code="", left_out=0, offset_seconds=0
    )
    throttle.admit(desk, attempt)
    checked = await factors.check_both(desk, operator, password, code)
    if isinstance(checked, Wrong):
        raise throttle.refuse(desk, attempt, checked)
    if not people.roles(desk.ledger, operator, desk.clock.day()):
        desk.journal.commit(replace(attempt, factor=Factor.POST, code="ACC-022"), actor=operator)
        raise Refused("ACC-022")
    return checked


async def change_password(desk: Desk, operator: str, password: str, code: str, new_password: str) -> None:
    """One's own, with both factors; nothing is burnt for a new one that won't do (ACC-001, ACC-020)."""
    await accounts.weigh(desk, operator, "", new_password)
    async with desk.checking:
        right = await both(desk, operator, password, code)
        changed = replace(right, password_hash=await asyncio.to_thread(passwords.hashed, new_password))
        desk.journal.commit(
            *factors.recovery_codes_used(desk, right),
            OperatorRenewed(operator=operator, factors=("password",), vault_sha256=""),
            actor=operator,
            vault=lambda: factors.burn(desk, changed),
        )
