"""Enrolment: a named operator with a password and a token."""

import asyncio

from media_station.desk.access import password as passwords
from media_station.desk.access import totp
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.vault import Account
from media_station.model.asks import Enrol, Suspend
from media_station.model.errors import Refused
from media_station.model.operator import OPERATOR, OperatorEnrolled, OperatorState, OperatorSuspended, Role
from media_station.model.views import Answer

PERIOD_SECONDS = 30
ADMINISTRATORS_AT_LEAST = 2


async def enrol(desk: Desk, by: Authority, ask: Enrol) -> Answer:
    """The answer's `secret` is shown once and kept nowhere else; Refused ACC-003 if the name is taken."""
    if desk.ledger.state(OPERATOR, ask.operator) is not None:
        raise Refused("ACC-003", operator=ask.operator)
    phc = await asyncio.to_thread(passwords.hashed, ask.password)
    secret = totp.new_secret()
    roles = tuple(sorted(role.value for role in ask.roles))
    account = Account(
        roles=roles, password_hash=phc, totp_secret=secret, totp_period=PERIOD_SECONDS, totp_floor=_floor(desk)
    )
    enrolled = OperatorEnrolled(
        operator=ask.operator,
        person=ask.person,
        roles=roles,
        vault_sha256="",
    )
    (record,) = desk.journal.commit(
        enrolled, actor=by.operator, vault=lambda: desk.vault.put_accounts({ask.operator: account})
    )
    return Answer(record=record.sequence, action=enrolled.name, facts={"secret": secret})


async def suspend(desk: Desk, by: Authority, ask: Suspend) -> Answer:
    """異動. Refused ACC-004 for oneself, ACC-005 for the last two administrators."""
    if ask.operator == by.operator:
        raise Refused("ACC-004")
    if desk.ledger.state(OPERATOR, ask.operator) is not OperatorState.ENROLLED:
        raise Refused("FLW-002", number=ask.operator)
    left = {
        name
        for name, account in desk.vault.accounts.items()
        if Role.ADMINISTRATOR.value in account.roles and desk.ledger.state(OPERATOR, name) is OperatorState.ENROLLED
    }
    if len(left - {ask.operator}) < ADMINISTRATORS_AT_LEAST <= len(left):
        raise Refused("ACC-005")
    suspended = OperatorSuspended(operator=ask.operator)
    (record,) = desk.journal.commit(suspended, actor=by.operator)
    return Answer(record=record.sequence, action=suspended.name, facts={})


def _floor(desk: Desk) -> int:
    """No code from before the enrolment is good."""
    return int(desk.clock.wall().timestamp()) // PERIOD_SECONDS - 1
