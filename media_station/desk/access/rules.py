"""One table: which request asks for which role, a fresh code, a second person. What isn't in it is refused."""

from dataclasses import dataclass

from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.operator import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`policy`: the name under which `[policy] two_person` may ask for a second person; empty if it never can."""

    roles: frozenset[Role]
    fresh_code: bool = False
    policy: str = ""


_OPERATOR = Rule(roles=frozenset({Role.OPERATOR}))
_APPROVER = Rule(roles=frozenset({Role.APPROVER}))
_ADMINISTRATOR = Rule(roles=frozenset({Role.ADMINISTRATOR}))
# The second person of an action is an approver other than the one who acts.
SECOND_ROLES = frozenset({Role.APPROVER})


def _guarded(policy: str, role: Role = Role.OPERATOR) -> Rule:
    return Rule(roles=frozenset({role}), fresh_code=True, policy=policy)


RULES: dict[type[Ask], Rule] = {
    asks.Enrol: Rule(roles=frozenset({Role.ADMINISTRATOR}), fresh_code=True, policy="accounts"),
    asks.ProposeConsignment: _OPERATOR,
    asks.OpenConsignment: _APPROVER,
    asks.RegisterHandler: _ADMINISTRATOR,
    asks.RegisterMedium: _OPERATOR,
    asks.Inspect: _OPERATOR,
    asks.Approve: _APPROVER,
    asks.Seal: _OPERATOR,
    asks.Write: _guarded("write"),
    asks.HandOverMedium: _OPERATOR,
    asks.HandOverEnclosures: _OPERATOR,
    asks.AccountEnclosures: _OPERATOR,
    asks.PrintSlip: _OPERATOR,
    asks.PrintNotice: _guarded("release_notice"),
    asks.HandOverNotice: _OPERATOR,
    asks.ReportCount: _OPERATOR,
    asks.ReceiveMedium: _OPERATOR,
    asks.ReceiveNotice: _OPERATOR,
    asks.ReceiveLetters: _OPERATOR,
    # Reading changes nothing, but it needs an order, and so a code.
    asks.Identify: _guarded("read"),
    asks.InspectLetters: _OPERATOR,
    asks.HandOverLetters: _OPERATOR,
    asks.FileReport: _OPERATOR,
    asks.Erase: _guarded("erase"),
    asks.Validate: _APPROVER,
    asks.Certify: _APPROVER,
    asks.RenderCertificate: _OPERATOR,
    asks.Destroy: _guarded("destroy"),
    asks.PrintDestructionRecord: _OPERATOR,
    asks.DestroyPassword: _guarded("destroy"),
    asks.Purge: _OPERATOR,
    asks.Close: _APPROVER,
}

POLICIES = frozenset(rule.policy for rule in RULES.values() if rule.policy)
