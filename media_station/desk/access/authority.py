"""The only maker of an Authority: that this person, with this second person, may do this one action now."""

from dataclasses import dataclass, field

from media_station.desk.access import factors
from media_station.desk.access.factors import Factor, Right, Wrong
from media_station.desk.access.rules import RULES, SECOND_ROLES, Rule
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk
from media_station.doors.socket import Peer
from media_station.model.asks import Ask, Enrol
from media_station.model.errors import Refused
from media_station.model.operator import OPERATOR, OperatorState, Role, StepUpAccepted, StepUpRefused
from media_station.model.views import SecondPerson

_MAKER = object()
ADMINISTRATORS_AT_SETUP = 2
SETUP = "setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Good for one call of one use case. `second` is empty where policy asks for nobody."""

    operator: str
    second: str
    action: type[Ask]
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
) -> Authority:
    """Session, role, fresh code and second person as the rules ask for; Refused with one answer for wrong factors.

    ACC-010 no session, ACC-011 not this role, ACC-012 a code is needed, ACC-013 a second person is needed,
    ACC-014 the second person can't be this one, ACC-002 a factor is wrong.
    """
    if action is Enrol and not session and administrators(desk) < ADMINISTRATORS_AT_SETUP:
        # Until two administrators are enrolled, whoever may reach the people door at setup enrols them.
        return Authority(operator=SETUP, second="", action=action, _maker=_MAKER)
    operator = sessions.operator(session, uid=peer.uid, pid=peer.pid, now_ms=desk.clock.boottime_ms())
    rule = RULES.get(action)
    if rule is None or not _has_role(desk, operator, rule.roles):
        raise Refused("ACC-011")
    if not rule.fresh_code:
        return Authority(operator=operator, second="", action=action, _maker=_MAKER)
    seconds = await _step_up(desk, operator, rule, action, code, second)
    return Authority(operator=operator, second=seconds, action=action, _maker=_MAKER)


def administrators(desk: Desk) -> int:
    return sum(Role.ADMINISTRATOR.value in account.roles for account in desk.vault.accounts.values())


def _has_role(desk: Desk, operator: str, roles: frozenset[Role]) -> bool:
    account = desk.vault.accounts.get(operator)
    enrolled = desk.ledger.state(OPERATOR, operator) is OperatorState.ENROLLED
    return enrolled and account is not None and any(role.value in account.roles for role in roles)


async def _step_up(
    desk: Desk, operator: str, rule: Rule, action: type[Ask], code: str | None, second: SecondPerson | None
) -> str:
    """The second person's id, or empty. Both codes are burnt together or not at all."""
    if not code:
        raise Refused("ACC-012")
    codes: list[Right] = []
    if rule.always or rule.policy in desk.house.two_person:
        if second is None:
            raise Refused("ACC-013")
        if second.operator == operator:
            raise Refused("ACC-014")
        seconds = await factors.check_both(desk, second.operator, second.password, second.code)
        if isinstance(seconds, Wrong):
            raise _refusal(desk, second.operator, action, seconds.factor)
        if not _has_role(desk, second.operator, SECOND_ROLES):
            raise Refused("ACC-014")
        codes.append(seconds)
    first = factors.check_code(desk, operator, code)
    if isinstance(first, Wrong):
        raise _refusal(desk, operator, action, first.factor)
    codes.append(first)
    accepted = StepUpAccepted(
        operator=operator,
        second=codes[0].operator if len(codes) > 1 else "",
        action=action.__name__,
        vault_sha256="",
    )
    desk.journal.commit(accepted, actor=operator, vault=lambda: factors.burn(desk, *codes))
    return accepted.second


def _refusal(desk: Desk, operator: str, action: type[Ask], factor: Factor) -> Refused:
    known = operator if operator in desk.vault.accounts else "unknown"
    desk.journal.commit(
        StepUpRefused(operator=known, action=action.__name__, factor=factor.value, code="ACC-002"), actor=known
    )
    return Refused("ACC-002")
