"""One table: which request asks for which role, a fresh code, a second person. What isn't in it is refused."""

from dataclasses import dataclass, replace

from media_station.model import account_asks, asks, network_asks, review_asks
from media_station.model.asks import Ask
from media_station.model.operator import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`policy`: the name under which `[policy] two_person` may ask for a second person; empty if it never can.

    `also`: others that ask for one: of what the drive is asked to do and looks at itself, of what may be carried out.
    `always`: the second person is asked for whatever the settings say. `second`: the roles of which he has one.
    """

    roles: frozenset[Role]
    fresh_code: bool = False
    policy: str = ""
    also: frozenset[str] = frozenset()
    always: bool = False
    second: frozenset[Role] = frozenset({Role.APPROVER})

    def needs_second(self, two_person: frozenset[str]) -> bool:
        return self.always or not two_person.isdisjoint({self.policy, *self.also})


_OPERATOR = Rule(roles=frozenset({Role.OPERATOR}))
_APPROVER = Rule(roles=frozenset({Role.APPROVER}))
_ADMINISTRATOR = Rule(roles=frozenset({Role.ADMINISTRATOR}))
_READERS = frozenset({Role.APPROVER, Role.AUDITOR})
# What is sealed is only a file: whoever may make one may carry it. What the station made by itself nobody was asked a
# code for: it leaves by those that ask for one, of two persons where the policy asks for them to make a backup, too.
_CARRIERS = Rule(roles=_READERS | {Role.ADMINISTRATOR})
_REVIEWERS = Rule(roles=frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))
# Whoever could enrol somebody alone could be his own second person. At setup there is no approver yet.
_ACCOUNTS = Rule(
    roles=frozenset({Role.ADMINISTRATOR}),
    fresh_code=True,
    always=True,
    second=frozenset({Role.ADMINISTRATOR, Role.APPROVER}),
)
# Closing an account needs nobody else, and opening one that was locked changes no factor; the policy may ask for more.
_ONE_ADMINISTRATOR = replace(_ACCOUNTS, always=False, policy="accounts")
_TWO_PERSONS = Rule(roles=frozenset({Role.OPERATOR}), fresh_code=True, always=True)


def _guarded(policy: str, role: Role = Role.OPERATOR) -> Rule:
    return Rule(roles=frozenset({role}), fresh_code=True, policy=policy)


RULES: dict[type[Ask], Rule] = {
    account_asks.Enrol: _ACCOUNTS,
    account_asks.Renew: _ACCOUNTS,
    account_asks.ChangePosts: _ACCOUNTS,
    account_asks.Suspend: _ONE_ADMINISTRATOR,
    account_asks.Unlock: _ONE_ADMINISTRATOR,
    account_asks.ProposeStaff: Rule(roles=frozenset({Role.ADMINISTRATOR})),
    account_asks.AdoptStaff: Rule(roles=frozenset({Role.ADMINISTRATOR}), fresh_code=True),
    account_asks.RecordPresence: Rule(roles=frozenset({Role.OPERATOR, Role.APPROVER, Role.ADMINISTRATOR})),
    account_asks.ImportPresence: _REVIEWERS,
    account_asks.ComparePresence: _REVIEWERS,
    asks.SetClock: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    network_asks.AdoptBaseline: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    network_asks.AdoptHost: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    asks.RotateKey: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    asks.TakeSupply: _ADMINISTRATOR,
    asks.InstallPatterns: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    asks.InstallUpdate: replace(_ACCOUNTS, second=frozenset({Role.ADMINISTRATOR})),
    asks.ProposeConsignment: _OPERATOR,
    asks.OpenConsignment: _APPROVER,
    asks.AmendConsignment: _TWO_PERSONS,
    asks.EndConsignment: _APPROVER,
    asks.ProposeMasters: Rule(roles=frozenset({Role.OPERATOR, Role.ADMINISTRATOR})),
    asks.AdoptMasters: _APPROVER,
    asks.AddCourier: _TWO_PERSONS,
    asks.RegisterMedium: _OPERATOR,
    asks.StoreMedium: _OPERATOR,
    asks.DrawMedium: _OPERATOR,
    asks.CountStock: _OPERATOR,
    asks.Import: _guarded("import"),
    asks.Inspect: _OPERATOR,
    asks.Approve: _APPROVER,
    asks.Reject: _APPROVER,
    asks.GrantException: Rule(roles=frozenset({Role.APPROVER}), fresh_code=True),
    asks.Seal: _OPERATOR,
    asks.Write: _guarded("write"),
    # What stops harm waits for no code, and anyone at work who sees it may: the one whose order it is may not be.
    asks.Cancel: replace(_CARRIERS, roles=_CARRIERS.roles | {Role.OPERATOR}),
    asks.PermitWrites: _guarded("write"),
    asks.HandOver: _OPERATOR,
    asks.TakeBack: _OPERATOR,
    asks.CorrectHandover: _OPERATOR,
    asks.PrintSlip: _OPERATOR,
    asks.StampPaper: _OPERATOR,
    asks.ScanPaper: replace(_OPERATOR, roles=frozenset({Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR})),
    asks.PrintNotice: _guarded("release_notice"),
    asks.SpoilNotice: _TWO_PERSONS,
    asks.ReportCount: _OPERATOR,
    asks.CorrectCount: _OPERATOR,
    asks.AccountEnclosures: _OPERATOR,
    asks.FileEvidence: Rule(roles=frozenset({Role.OPERATOR, Role.ADMINISTRATOR})),
    asks.TakeErasureReport: _OPERATOR,
    # Reading changes nothing, but it needs an order, and so a code.
    asks.Identify: _guarded("read"),
    asks.InspectLetters: _OPERATOR,
    asks.Erase: _guarded("erase"),
    asks.PermitErasures: _guarded("erase"),
    asks.Validate: _APPROVER,
    asks.Certify: _APPROVER,
    asks.RenderCertificate: _OPERATOR,
    asks.ReissueCertificate: Rule(roles=frozenset({Role.APPROVER}), fresh_code=True),
    asks.VoidCertificate: _TWO_PERSONS,
    asks.CopyPaper: _OPERATOR,
    asks.Destroy: _guarded("destroy"),
    asks.DestroyTogether: _guarded("destroy"),
    asks.Entrust: _guarded("destroy"),
    asks.ProveDestruction: _guarded("destroy"),
    asks.PrintDestructionRecord: _OPERATOR,
    asks.DestroyPassword: _guarded("destroy"),
    asks.Purge: _OPERATOR,
    asks.Close: _APPROVER,
    asks.OpenIncident: _OPERATOR,
    asks.Attest: _OPERATOR,
    asks.CloseIncident: Rule(roles=frozenset({Role.APPROVER}), fresh_code=True),
    asks.PrintIncidentReport: _OPERATOR,
    # The reader's key is the caller's word: whoever seals evidence to it shows a code.
    asks.ExportEvidence: Rule(roles=_READERS, fresh_code=True, policy="export"),
    asks.ExportJournal: Rule(roles=_READERS, fresh_code=True, policy="export"),
    asks.BackUp: _guarded("backup", Role.ADMINISTRATOR),
    asks.ProveBackup: _ADMINISTRATOR,
    asks.FetchBundle: _CARRIERS,
    asks.ReleaseBundle: replace(_CARRIERS, fresh_code=True, policy="export", also=frozenset({"backup"})),
    asks.PurgeBundle: _CARRIERS,
    asks.WriteBundle: replace(_CARRIERS, fresh_code=True, policy="export", also=frozenset({"write", "backup"})),
    asks.HandOverBundle: _CARRIERS,
    asks.KeepBundle: _CARRIERS,
    asks.TakeBackBundle: Rule(roles=_CARRIERS.roles | {Role.OPERATOR}),
    # Who looked is known by his sign-in; what leaves the station is a record of its own.
    asks.ReadJournal: _REVIEWERS,
    review_asks.AnalyseLog: _REVIEWERS,
    review_asks.DisposeFindings: Rule(roles=frozenset({Role.AUDITOR}), fresh_code=True),
    review_asks.MakeReport: _REVIEWERS,
    review_asks.ReviewReport: Rule(roles=frozenset({Role.AUDITOR}), fresh_code=True),
    asks.PrintCompliance: Rule(roles=frozenset({Role.OPERATOR, Role.AUDITOR})),
    asks.PrintSheet: Rule(roles=frozenset({Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR})),
}

POLICIES = frozenset(rule.policy for rule in RULES.values() if rule.policy)
