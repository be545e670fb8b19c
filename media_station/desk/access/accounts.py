"""Enrolment: a named operator with a password and a token."""

import asyncio

from media_station.desk.access import password as passwords
from media_station.desk.access import totp
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.vault import Account
from media_station.model.asks import Enrol
from media_station.model.errors import Refused
from media_station.model.operator import OPERATOR, OperatorEnrolled
from media_station.model.views import Answer

PERIOD_SECONDS = 30


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


def _floor(desk: Desk) -> int:
    """No code from before the enrolment is good."""
    return int(desk.clock.wall().timestamp()) // PERIOD_SECONDS - 1
