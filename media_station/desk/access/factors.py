"""Both factors of one operator, checked together. A wrong password doesn't burn a code; a right code passes once.

Whoever checks holds `desk.checking` until what came of it is in the journal: one Argon2 at a time, and no two guesses
pass the throttle as one. A code is what the token shows, or a recovery code.
"""

import asyncio
import hmac
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from media_station.desk.access import password as passwords
from media_station.desk.access import recovery, totp
from media_station.desk.desk import Desk
from media_station.desk.hands.vault import Account
from media_station.model.operator import OPERATOR, OperatorState
from media_station.model.sign_in import Factor, RecoveryCodeUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """`offset_seconds`: see sign_in.refused."""

    factor: Factor
    offset_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What was right of one operator; it counts once it is burnt.

    The token's `step`, or the hash of a recovery code; `password_hash` is the new one where the old was too weak.
    """

    operator: str
    step: int = -1
    recovery: str = ""
    password_hash: str = ""


async def check_both(
    desk: Desk, operator: str, password: str, code: str, *, now: datetime | None = None
) -> Wrong | Right:
    """Constant work for an unknown name. The code is that of `now`, the station's own time if it is None.

    Refused ACC-028 for a typo in a recovery code, before anything is checked.
    """
    typed = _typed(code)
    account = _account(desk, operator)
    phc = passwords.NOBODYS_HASH if account is None else account.password_hash
    right = await asyncio.to_thread(passwords.is_right, password, phc)
    if account is None:
        return Wrong(factor=Factor.NAME)
    if not right:
        return Wrong(factor=Factor.PASSWORD)
    checked = _check(operator, account, typed, now or desk.clock.wall())
    if isinstance(checked, Right) and passwords.is_weaker_than_today(phc):
        return replace(checked, password_hash=await asyncio.to_thread(passwords.hashed, password))
    return checked


def check_code(desk: Desk, operator: str, code: str, *, now: datetime | None = None) -> Wrong | Right:
    """A code alone, of someone whose password was checked before. Refused ACC-028."""
    typed, account = _typed(code), _account(desk, operator)
    if account is None:
        return Wrong(factor=Factor.NAME)
    return _check(operator, account, typed, now or desk.clock.wall())


def is_tokens(code: str) -> bool:
    """Whether it can be a token's: only such a code is of a time."""
    return not any(each.isalpha() for each in unicodedata.normalize("NFKC", code))


def _typed(code: str) -> str:
    """The token's digits as typed, or a recovery code as printed."""
    read = unicodedata.normalize("NFKC", code).strip()
    return read if is_tokens(read) else recovery.parse(read)


def _check(operator: str, account: Account, typed: str, now: datetime) -> Wrong | Right:
    if "-" in typed:
        given = recovery.hashed(typed, account.recovery_salt)
        found = next((each for each in account.recovery_hashes if hmac.compare_digest(each, given)), "")
        return Right(operator=operator, recovery=found) if found else Wrong(factor=Factor.CODE)
    secret, period = account.totp_secret, account.totp_period
    step = totp.accepted_step(typed, secret=secret, period_seconds=period, floor=account.totp_floor, now=now)
    if step is not None:
        return Right(operator=operator, step=step)
    if totp.accepted_step(typed, secret=secret, period_seconds=period, floor=-1, now=now) is not None:
        return Wrong(factor=Factor.REPLAYED)
    offset = totp.offset_seconds(typed, secret=secret, period_seconds=period, now=now)
    return Wrong(factor=Factor.CODE, offset_seconds=offset)


def _account(desk: Desk, operator: str) -> Account | None:
    """None for a name that isn't known, or is locked or suspended."""
    if desk.ledger.state(OPERATOR, operator) is not OperatorState.ENROLLED:
        return None
    return desk.vault.accounts.get(operator)


def burn(desk: Desk, *codes: Right) -> str:
    """In one change of the vault, durably, before anyone acts on the codes: floors raised, recovery codes struck."""
    return desk.vault.put_accounts({code.operator: _burnt(desk.vault.accounts[code.operator], code) for code in codes})


def _burnt(account: Account, code: Right) -> Account:
    return replace(
        account,
        totp_floor=max(account.totp_floor, code.step),
        recovery_hashes=tuple(each for each in account.recovery_hashes if each != code.recovery),
        password_hash=code.password_hash or account.password_hash,
    )


def recovery_codes_used(desk: Desk, *codes: Right) -> list[RecoveryCodeUsed]:
    """For the commit that burns them."""
    return [
        RecoveryCodeUsed(
            operator=code.operator,
            left=len(desk.vault.accounts[code.operator].recovery_hashes) - 1,
            vault_sha256="",
        )
        for code in codes
        if code.recovery
    ]
