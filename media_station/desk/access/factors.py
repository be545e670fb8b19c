"""Both factors of one operator, checked together. A wrong password doesn't burn a code; a right code passes once.

No other task runs between a code's check and its burning.
"""

import asyncio
from dataclasses import dataclass, replace
from enum import Enum

from media_station.desk.access import password as passwords
from media_station.desk.access import totp
from media_station.desk.desk import Desk
from media_station.desk.hands.vault import Account
from media_station.model.operator import OPERATOR, OperatorState


class Factor(Enum):
    """Which factor failed: for the administrator's journal, never for the answer at the door."""

    NAME = "name"
    PASSWORD = "password"  # noqa: S105 - a factor's name
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    factor: Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A code that was right, with its time step; it counts once it is burnt."""

    operator: str
    step: int


async def check_both(desk: Desk, operator: str, password: str, code: str) -> Wrong | Right:
    """Constant work for an unknown name."""
    account = _account(desk, operator)
    phc = passwords.NOBODYS_HASH if account is None else account.password_hash
    right = await asyncio.to_thread(passwords.is_right, password, phc)
    if account is None:
        return Wrong(factor=Factor.NAME)
    if not right:
        return Wrong(factor=Factor.PASSWORD)
    return check_code(desk, operator, code)


def check_code(desk: Desk, operator: str, code: str) -> Wrong | Right:
    """A code alone, of someone whose password was checked before."""
    account = _account(desk, operator)
    if account is None:
        return Wrong(factor=Factor.NAME)
    step = totp.accepted_step(
        code,
        secret=account.totp_secret,
        period_seconds=account.totp_period,
        floor=account.totp_floor,
        now=desk.clock.wall(),
    )
    return Wrong(factor=Factor.CODE) if step is None else Right(operator=operator, step=step)


def _account(desk: Desk, operator: str) -> Account | None:
    """None for a name that isn't known, or isn't enrolled any more."""
    if desk.ledger.state(OPERATOR, operator) is not OperatorState.ENROLLED:
        return None
    return desk.vault.accounts.get(operator)


def burn(desk: Desk, *codes: Right) -> str:
    """Raises the floors in one change of the vault, durably, before anyone acts on the codes; the vault's hash."""
    accounts = desk.vault.accounts
    return desk.vault.put_accounts(
        {code.operator: replace(accounts[code.operator], totp_floor=code.step) for code in codes}
    )
