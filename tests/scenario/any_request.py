"""Any request of the serving table, with whatever a person could type: right, stale, of another, empty, absurd."""

from dataclasses import replace
from datetime import timedelta
from enum import Enum
from typing import get_args, get_origin

from hypothesis import strategies as st
from walking_in_one import WalkInOne

from media_station.desk.access.rules import RULES
from media_station.desk.serving.people import TABLE
from media_station.model import account_asks, asks
from media_station.model.asks import Ask
from media_station.model.consignment import Separation, Terms
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.operator import Post, Role
from media_station.rehearsal.walk import ERASURE_REPORT
from media_station.texts.era import JST

# What would take the machine's own people away is left to the tests of access.
PEOPLE_STAY = {
    *(account_asks.Enrol, account_asks.Renew, account_asks.AdoptStaff, account_asks.ChangePosts, account_asks.Suspend),
    asks.SetClock,
}
KINDS = tuple(kind for kind in TABLE if kind in RULES and kind not in PEOPLE_STAY)
NUMBERS = (0, 1, 2, 3, 5, 7, 40, 65, 105, -1, 9_999_999, 10_000_000, 2**53 - 1)
TEXTS = ("別紙-1", "綴り-2", "カバン-3", "", " ", "x\ny")
SHA256 = ("0" * 64, "", "0" * 63)
READER = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


class Known:
    """Numbers of everything that there is, by the oracle and the shelf, and some that there isn't."""

    def __init__(self, walk: WalkInOne, oracle) -> None:
        self.walk, self.oracle = walk, oracle

    def of(self, name: str) -> list:
        oracle, staff = self.oracle, self.walk.staff
        media = [*self.walk.house.shelf, "R1-U-00099", ""]
        people = [*(person.operator for person in staff.all()), "dareka", "unknown", ""]
        papers = [*oracle.slips, *oracle.printable, "REHEARSAL-R1-S-00099", ""]
        numbers = {
            "transfer": [*oracle.transfers, "R1-T-00099", ""],
            "payload": [*oracle.payloads, "f" * 32, ""],
            "consignment": [*oracle.terms, "2099-TAX-001", ""],
            "handler": [*sorted({handler for _, handler in oracle.handlers}), "dareka", ""],
            "incident": [*oracle.incidents, "R1-I-00099", ""],
            "masters": [*oracle.masters, "R1-M-00099"],
            "staff": ["R1-P-00001", "R1-P-00099"],
            "bundle": ["R1-B-00001", "R1-B-00099"],
            "certificate": [*oracle.certificates, "REHEARSAL-R1-C-00099"],
            "bay": ["usb0", "dvd0", "usb9", "none", ""],
            "reason": ["write-once", "worn", "nowhere", ""],
            "firm": ["yokai-center", "nowhere", ""],
            "taker": ["回収 太郎", "回収 太郎", ""],
            "method": ["溶解", "溶解", ""],
            "device": ["office-shredder", "nowhere", ""],
            "place": ["kinko", "cabinet-a", "nowhere", ""],
            "requirement": ["O9", "O2", "X1"],
            "reader": [READER, "age1", ""],
            "becomes": [*sorted({handler for _, handler in oracle.handlers}), "29", "0", "029", "別紙-1", ""],
        }
        numbers |= dict.fromkeys(("medium", "media", "notices"), media)
        numbers |= dict.fromkeys(("operator", "witness"), people)
        numbers |= dict.fromkeys(("paper", "slip"), papers)
        numbers |= dict.fromkeys(("binder", "bag", "seal", "measures", "consultation", "person", "employer"), TEXTS)
        numbers |= dict.fromkeys(("tax_due", "expires", "since", "until", "proof_by", "day"), self._days())
        numbers["sha256"] = SHA256
        # Of a field that nobody has thought of here there is nothing right.
        return numbers.get(name, [*TEXTS, *SHA256, "R1-F-00001", "2026-03"])

    def _days(self) -> list[str]:
        today = self.walk.house.desk.clock.wall().astimezone(JST).date()
        near = [(today + timedelta(days=days)).isoformat() for days in (-400, -1, 0, 1, 30)]
        return [*near, "", "9999-12-31", "20250120", "0001-01-01"]


@st.composite
def requests(draw, known: Known) -> Ask:
    """Not checked on this side: the door is to refuse what makes no sense."""
    kind = draw(st.sampled_from(KINDS))
    ask = object.__new__(kind)
    for name, of in kind.__annotations__.items():
        if name == "may_be_empty":
            continue
        object.__setattr__(ask, name, draw(_value(known, kind, name, of)))
    return ask


def _value(known: Known, kind: type[Ask], name: str, of):
    if name == "terms":
        return st.sampled_from(_terms(known.walk.terms))
    if name == "statement" and kind is asks.TakeErasureReport:
        return st.sampled_from([ERASURE_REPORT, replace(ERASURE_REPORT, spool="")])
    if name == "lines":
        return st.sampled_from(_lines(known, kind))
    if name == "posts":
        return st.just([Post(role=Role.AUDITOR, starts="2026-01-01", ends="", deputy_of="")])
    if get_origin(of) is list:
        return st.lists(_value(known, kind, name, get_args(of)[0]), max_size=2)
    if isinstance(of, type) and issubclass(of, Enum):
        return st.sampled_from(list(of))
    if of is bool:
        return st.booleans()
    if of is int:
        return st.sampled_from((1, 2, 0, 10_000_000)) if name == "visit" else st.sampled_from(NUMBERS)
    return st.sampled_from(known.of(name))


def _terms(terms: Terms) -> list[Terms]:
    return [
        terms,
        replace(terms, consignment="2027-TAX-018", predecessor=terms.consignment),
        replace(terms, separation=Separation.VISIT),
        replace(terms, seal_required=True),
        replace(terms, kinds=terms.kinds[:1]),
        replace(terms, title=""),
        replace(terms, starts="9999-12-31", ends="9999-12-31"),
        replace(terms, return_days=10**9),
    ]


def _lines(known: Known, kind: type[Ask]) -> list[list[list[str]]]:
    walk = known.walk
    people = [list(COLUMNS[MasterKind.HANDLERS])]
    later = [walk.terms.consignment, "atarashii", "新任 七子（架空）", "取扱者", "", walk.terms.starts, walk.terms.ends]
    gone = [walk.terms.consignment, "hakobiya", "運搬 四郎（架空）", "取扱者", "", walk.terms.starts, walk.terms.starts]
    places = [list(COLUMNS[MasterKind.PLACES]), ["kinko", "税務課金庫（訓練）"]]
    return [[*people, later], [*people, gone], [*people, later, gone], places, [], [["x"]]]


def alone_or_not(known: Known, kind: type[Ask]):
    """Who asks, who stands beside, and whether a code is typed: mostly as the rules want it."""
    staff, rule = known.walk.staff, RULES[kind]
    fit = [person for person in staff.all() if set(person.roles) & rule.roles]
    beside = [staff.approver, staff.second_administrator] if Role.ADMINISTRATOR in rule.second else [staff.approver]
    right = st.tuples(
        st.sampled_from(fit),
        st.sampled_from(beside) if rule.always or rule.policy else st.none(),
        st.just(rule.fresh_code),
    )
    anyone = st.tuples(st.sampled_from(staff.all()), st.sampled_from((None, *staff.all())), st.booleans())
    return st.integers(0, 9).flatmap(lambda dice: anyone if dice == 0 else right)
