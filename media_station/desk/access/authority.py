"""The only maker of an Authority: that this person, with this second person, may do this one action now."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from media_station.desk.access import factors, throttle
from media_station.desk.access.factors import Right, Wrong
from media_station.desk.access.permit import Permit
from media_station.desk.access.rules import RULES, Rule
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.desk.ledger.borne_out import latest_borne_out
from media_station.doors.socket import Peer
from media_station.model.account_asks import Enrol, Suspend
from media_station.model.asks import Ask, Cancel, Purge, PurgeBundle, SetClock
from media_station.model.errors import Refused
from media_station.model.instant import parse_wall
from media_station.model.operator import ADMINISTRATORS_AT_LEAST, SETUP, OperatorEnrolled, Role
from media_station.model.sign_in import Factor, StepUpAccepted, StepUpRefused
from media_station.model.views import SecondPerson
from media_station.texts.era import JST, iso

_MAKER = object()
_WITHOUT_ROOM: tuple[type[Ask], ...] = (Cancel, Purge, PurgeBundle, Suspend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Good for one call of one use case. `second` is empty where policy asks for nobody.

    `permit`: no codes were shown for this call, but before it; it is good for what the permit is good for.
    """

    operator: str
    second: str
    action: type[Ask]
    permit: Permit | None = None
    _maker: object = field(repr=False)

    def __post_init__(self) -> None:
        if self._maker is not _MAKER:
            raise TypeError("only access/authority makes an Authority")


async def grant(
    desk: Desk,
    sessions: Sessions,
    peer: Peer,
    *,
    action: type[Ask],
    session: str,
    code: str | None,
    second: SecondPerson | None,
    check: Callable[[], Awaitable[None]] | None = None,
) -> Authority:
    """Session, role, fresh code and second person as the rules ask for; Refused with one answer for wrong factors.

    ACC-010 no session, ACC-011 not this role, ACC-012 a code is needed, ACC-013 a second person is needed,
    ACC-014 the second person can't be this one, CLK-003 the clock is behind, DSK-001 the disk is full, ACC-002 a factor
    is wrong, THR-001 and THR-002 too many were, THR-003 too many wait.
    `check` refuses what can't be done before anyone's code is burnt for it.
    """
    if action is Enrol and not session and is_setup(desk):
        if check is not None:
            await check()
        return Authority(operator=SETUP, second="", action=action, _maker=_MAKER)
    operator = sessions.operator(session, peer)
    rule = RULES.get(action)
    if rule is None or not _has_role(desk, operator, rule.roles):
        raise Refused("ACC-011")
    require_work(desk, action)
    if check is not None:
        await check()
    if not rule.fresh_code:
        return Authority(operator=operator, second="", action=action, _maker=_MAKER)
    if not code and second is None:
        permit = sessions.permit(session, action)
        if permit is not None and (not permit.second or _has_role(desk, permit.second, rule.second)):
            return Authority(operator=operator, second=permit.second, action=action, permit=permit, _maker=_MAKER)
    sessions.end_permit(session, action)
    async with desk.checking:
        seconds = await _step_up(desk, operator, rule, action, code, second)
    return Authority(operator=operator, second=seconds, action=action, _maker=_MAKER)


async def grant_clock(desk: Desk, ask: SetClock, *, code: str | None, second: SecondPerson | None) -> Authority:
    """Two administrators with both factors each; whose clock is wrong can't sign in, so there need be no session.

    Codes and posts are those of the proposed time. Refused ACC-012, ACC-013, ACC-014, THR-001 to THR-003 as `grant`;
    IDS-001 malformed, CLK-004 not after what was borne out, CLK-006 a recovery code; CLK-005 with one answer for
    a wrong factor, a wrong time, and who is no administrator.
    """
    rule = RULES[SetClock]
    proposed = _proposed(desk, ask.proposed)
    if not code:
        raise Refused("ACC-012")
    if second is None:
        raise Refused("ACC-013")
    if second.operator == ask.operator:
        raise Refused("ACC-014")
    if not (factors.is_tokens(code) and factors.is_tokens(second.code)):
        raise Refused("CLK-006")
    async with desk.checking:
        codes: list[Right] = []
        first = SecondPerson(operator=ask.operator, password=ask.password, code=code)
        for person, may in ((second, rule.second), (first, rule.roles)):
            attempt = _attempt(desk, person.operator, SetClock)
            throttle.admit(desk, attempt)
            checked = await factors.check_both(desk, person.operator, person.password, person.code, now=proposed)
            if isinstance(checked, Wrong):
                # How far the code is from a time that somebody proposed says nothing of the station's clock.
                throttle.refuse(desk, attempt, replace(checked, offset_seconds=0))
                raise Refused("CLK-005")
            day = proposed.astimezone(JST).date().isoformat()
            if people.roles(desk.ledger, person.operator, day).isdisjoint(may):
                raise Refused("CLK-005")
            codes.append(checked)
        accepted = StepUpAccepted(
            operator=ask.operator, second=second.operator, action=SetClock.__name__, vault_sha256=""
        )
        desk.journal.commit(accepted, actor=ask.operator, vault=lambda: factors.burn(desk, *codes))
    return Authority(operator=ask.operator, second=second.operator, action=SetClock, _maker=_MAKER)


def _proposed(desk: Desk, untrusted_wall: str) -> datetime:
    try:
        proposed = parse_wall(untrusted_wall)
    except ValueError as error:
        raise Refused("IDS-001", what="time") from error
    latest = latest_borne_out(desk.ledger)
    if latest and proposed <= parse_wall(latest):
        raise Refused("CLK-004", latest=iso(parse_wall(latest)))
    return proposed


def require_work(desk: Desk, action: type[Ask] | None = None) -> None:
    """Refused CLK-003 if the clock is before the latest record, DSK-001 if the disk runs full: no new work. What was
    begun comes to its end, and what makes room or keeps somebody out needs none.
    """
    if action not in _WITHOUT_ROOM:
        desk.disk.require_room()
    behind = desk.clock.behind()
    if behind:
        raise Refused("CLK-003", seconds=math.ceil(behind.total_seconds()))


def is_setup(desk: Desk) -> bool:
    """Until two administrators were enrolled, whoever may reach the people door enrols them; and never again."""
    return desk.ledger.count(OperatorEnrolled) < ADMINISTRATORS_AT_LEAST


def needs_second(desk: Desk, action: str) -> bool:
    """Whether this request, by its name, is done by two persons here. Refused ACC-011 if there is none of that name."""
    for kind, rule in RULES.items():
        if kind.__name__ == action:
            return rule.needs_second(desk.house.two_person)
    raise Refused("ACC-011")


def _has_role(desk: Desk, operator: str, roles: frozenset[Role]) -> bool:
    return not people.roles(desk.ledger, operator, desk.clock.day()).isdisjoint(roles)


async def _step_up(
    desk: Desk, operator: str, rule: Rule, action: type[Ask], code: str | None, second: SecondPerson | None
) -> str:
    """The second person's id, or empty. Both codes are burnt together or not at all."""
    if not code:
        raise Refused("ACC-012")
    codes: list[Right] = []
    if rule.needs_second(desk.house.two_person):
        if second is None:
            raise Refused("ACC-013")
        if second.operator == operator:
            raise Refused("ACC-014")
        attempt = _attempt(desk, second.operator, action)
        throttle.admit(desk, attempt)
        seconds = await factors.check_both(desk, second.operator, second.password, second.code)
        if isinstance(seconds, Wrong):
            raise throttle.refuse(desk, attempt, seconds)
        if not _has_role(desk, second.operator, rule.second):
            raise Refused("ACC-014")
        codes.append(seconds)
    attempt = _attempt(desk, operator, action)
    throttle.admit(desk, attempt)
    first = factors.check_code(desk, operator, code)
    if isinstance(first, Wrong):
        raise throttle.refuse(desk, attempt, first)
    codes.append(first)
    accepted = StepUpAccepted(
        operator=operator,
        second=codes[0].operator if len(codes) > 1 else "",
        action=action.__name__,
        vault_sha256="",
    )
    used = factors.recovery_codes_used(desk, *codes)
    desk.journal.commit(*used, accepted, actor=operator, vault=lambda: factors.burn(desk, *codes))
    return accepted.second


def _attempt(desk: Desk, operator: str, action: type[Ask]) -> StepUpRefused:
    return StepUpRefused(
        operator=throttle.recorded_name(desk, operator),
        action=action.__name__,
        factor=Factor.NONE,
        code="",
        left_out=0,
        offset_seconds=0,
    )
