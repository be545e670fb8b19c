"""Accounts: enrolled in person, renewed in person, their posts changed, closed and opened again.

Enrolment is complete only with a right code of the new token: it proves that the token works. The person types the
password; the desk answers with the recovery codes, once.
"""

import asyncio
from collections.abc import Iterable

from media_station.desk.access import password as passwords
from media_station.desk.access import recovery, throttle, totp
from media_station.desk.access.authority import Authority, is_setup
from media_station.desk.desk import Desk
from media_station.desk.hands.vault import Account
from media_station.desk.ledger import people
from media_station.model.account_asks import ChangePosts, Enrol, Renew, Suspend, Unlock
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.operator import (
    ADMINISTRATORS_AT_LEAST,
    RESERVED,
    SETUP,
    OperatorChanged,
    OperatorEnrolled,
    OperatorRenewed,
    OperatorState,
    OperatorSuspended,
    OperatorUnlocked,
    Post,
    Role,
)
from media_station.model.views import Answer, OperatorView, Token

# The people who authorise the enrolment type theirs after the person's: the proof may be some steps old.
PROOF_STEPS = 10
FACTORS = ("password", "token", "recovery_codes")


def new_token(desk: Desk, operator: str) -> Token:
    """A secret for a phone, with what the phone scans. Kept nowhere: it counts when a code of it is typed."""
    secret = totp.new_secret()
    return Token(secret=secret, uri=totp.uri(secret, operator=operator, identity=desk.house.identity))


async def check_enrolment(desk: Desk, ask: Enrol) -> None:
    """Refused ACC-003 name taken, ACC-021 name of the station's own, ACC-026 no post, CON-001 nobody's name, PAP-001
    one that no typeface can show; and as check_factors.
    """
    if ask.operator in RESERVED:
        raise Refused("ACC-021")
    known = people.operators(desk.ledger).get(ask.operator)
    if known is not None and (known.state is not OperatorState.SUSPENDED or known.person != ask.person):
        raise Refused("ACC-003", operator=ask.operator)
    if not ask.person:
        raise Refused("CON-001", field="person")
    if not ask.posts:
        raise Refused("ACC-026")
    require_deputies(desk, ask.operator, ask.posts)
    await desk.cells.require_glyphs({"person": ask.person})
    await check_factors(desk, ask)


async def check_renewal(desk: Desk, ask: Renew) -> None:
    """Refused FLW-002 unknown or suspended; and as check_factors."""
    _standing(desk, ask.operator)
    await check_factors(desk, ask)


async def check_factors(desk: Desk, ask: Enrol | Renew) -> None:
    """Refused ACC-001, ACC-020 the password, ACC-023 the token, ACC-024 its code, ACC-025 somebody else's token."""
    secret = totp.parse_secret(ask.token_secret)
    totp.parse_period(ask.token_period_seconds)
    if any(name != ask.operator and each.totp_secret == secret for name, each in desk.vault.accounts.items()):
        raise Refused("ACC-025")
    _proven_step(desk, ask, secret)
    await weigh(desk, ask.operator, ask.person if isinstance(ask, Enrol) else "", ask.password)


async def weigh(desk: Desk, operator: str, person: str, password: str) -> None:
    """Refused ACC-001 by length, ACC-020 if it is made of common passwords or of what everyone here knows."""
    house = desk.house
    words = [house.identity.station, *house.issued_by.split(), operator, person]
    words += [word for each in people.operators(desk.ledger).values() for word in (each.operator, each.person)]
    if not await desk.cells.weigh(passwords.normal(password), words):
        raise Refused("ACC-020")


def require_reader(desk: Desk, by: str) -> None:
    """Of accounts; Refused ACC-011 for others than administrators and auditors."""
    if people.roles(desk.ledger, by, desk.clock.day()).isdisjoint({Role.ADMINISTRATOR, Role.AUDITOR}):
        raise Refused("ACC-011")


def operator_views(desk: Desk, by: str) -> list[OperatorView]:
    """Refused ACC-011."""
    require_reader(desk, by)
    return [
        OperatorView(
            operator=each.operator,
            person=each.person,
            state=each.state.value,
            posts=list(each.posts),
            token_period_seconds=desk.vault.accounts[each.operator].totp_period,
            recovery_codes=len(desk.vault.accounts[each.operator].recovery_hashes),
            wrong_attempts=throttle.wrong_attempts(desk, each.operator),
        )
        for each in people.operators(desk.ledger).values()
    ]


async def enrol(desk: Desk, by: Authority, ask: Enrol) -> Answer:
    """A named person; the answer's facts hold the recovery codes, once. At setup only administrators (ACC-027)."""
    if by.operator == SETUP and not any(_is_for_good(post) for post in ask.posts):
        raise Refused("ACC-027")
    enrolled = OperatorEnrolled(operator=ask.operator, person=ask.person, posts=tuple(ask.posts), vault_sha256="")
    async with desk.checking:
        account, codes = await _account(desk, ask)
        if by.operator == SETUP and not is_setup(desk):
            raise Refused("ACC-010")
        return _put(desk, by, enrolled, ask.operator, account, codes)


async def renew(desk: Desk, by: Authority, ask: Renew) -> Answer:
    """The same person with a new password, token and recovery codes; a locked account stays locked."""
    renewed = OperatorRenewed(operator=ask.operator, factors=FACTORS, vault_sha256="")
    async with desk.checking:
        account, codes = await _account(desk, ask)
        return _put(desk, by, renewed, ask.operator, account, codes)


async def change_posts(desk: Desk, by: Authority, ask: ChangePosts) -> Answer:
    """異動 of one person, 代理. Refused ACC-005 if two administrators aren't there on every day to come."""
    known = _standing(desk, ask.operator)
    require_deputies(desk, ask.operator, ask.posts)
    posts = tuple(ask.posts)
    if known.state is OperatorState.ENROLLED:
        require_administrators(desk, {ask.operator: posts})
    changed = OperatorChanged(operator=ask.operator, posts=posts)
    return _done(desk, by, changed)


async def suspend(desk: Desk, by: Authority, ask: Suspend) -> Answer:
    """Refused ACC-004 for oneself, ACC-005 for the last two administrators."""
    if ask.operator == by.operator:
        raise Refused("ACC-004")
    _standing(desk, ask.operator)
    require_administrators(desk, {ask.operator: ()})
    return _done(desk, by, OperatorSuspended(operator=ask.operator))


async def unlock(desk: Desk, by: Authority, ask: Unlock) -> Answer:
    """Refused FLW-001 if it isn't locked."""
    _standing(desk, ask.operator)
    return _done(desk, by, OperatorUnlocked(operator=ask.operator))


def require_administrators(desk: Desk, changed: dict[str, tuple[Post, ...]]) -> None:
    """Refused ACC-005 if fewer than two could sign in on some day to come, and the change makes it fewer."""
    today = desk.clock.day()
    left = people.administrators_left(desk.ledger, today, changed)
    if left < min(ADMINISTRATORS_AT_LEAST, people.administrators_left(desk.ledger, today, {})):
        raise Refused("ACC-005")


def require_deputies(desk: Desk, operator: str, posts: Iterable[Post]) -> None:
    """Refused ACC-026 if a post is that of a deputy of nobody, or of oneself."""
    known = people.operators(desk.ledger)
    if any(post.deputy_of and (post.deputy_of == operator or post.deputy_of not in known) for post in posts):
        raise Refused("ACC-026")


def _standing(desk: Desk, operator: str) -> people.Operator:
    known = people.operators(desk.ledger).get(operator)
    if known is None or known.state is OperatorState.SUSPENDED:
        raise Refused("FLW-002", number=operator)
    return known


def _is_for_good(post: Post) -> bool:
    return post.role is Role.ADMINISTRATOR and not post.ends


def _proven_step(desk: Desk, ask: Enrol | Renew, secret: str) -> int:
    step = totp.proven_step(
        ask.proof,
        secret=secret,
        period_seconds=ask.token_period_seconds,
        now=desk.clock.wall(),
        steps_back=PROOF_STEPS,
    )
    if step is None:
        raise Refused("ACC-024")
    return step


async def _account(desk: Desk, ask: Enrol | Renew) -> tuple[Account, list[str]]:
    """The new account and its recovery codes. No code from before the enrolment is good."""
    secret = totp.parse_secret(ask.token_secret)
    period = ask.token_period_seconds
    phc = await asyncio.to_thread(passwords.hashed, ask.password)
    salt, codes = recovery.new_salt(), recovery.generate()
    account = Account(
        password_hash=phc,
        totp_secret=secret,
        totp_period=period,
        totp_floor=max(_proven_step(desk, ask, secret), int(desk.clock.wall().timestamp()) // period - 1),
        recovery_salt=salt,
        recovery_hashes=tuple(recovery.hashed(code, salt) for code in codes),
    )
    return account, codes


def _put(desk: Desk, by: Authority, event: Event, operator: str, account: Account, codes: list[str]) -> Answer:
    (record,) = desk.journal.commit(
        event, actor=by.operator, vault=lambda: desk.vault.put_accounts({operator: account})
    )
    facts = {"recovery_codes": " ".join(codes)}
    return Answer(record=record.sequence, action=event.name, facts=facts)


def _done(desk: Desk, by: Authority, event: Event) -> Answer:
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={})
