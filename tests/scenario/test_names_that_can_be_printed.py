"""Whatever names a person, a firm or a matter is held against the typefaces when it is registered (P)."""

from dataclasses import replace

import pytest
from test_destroyed_by_a_firm import entrusting
from walking_in_one import refusal

from media_station.model import account_asks, asks
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.operator import Role
from media_station.rehearsal.people import Person

NONE_HAS = "\U00030000"
VARIANT = "\U000e0101"


def propose_masters(kind, *line):
    return asks.ProposeMasters(kind=kind, lines=[list(COLUMNS[kind]), list(line)], sha256="0" * 64)


def courier(walk, **named):
    about = {"consignment": walk.terms.consignment, "handler": "tobiiri", "person": "飛入", "employer": ""}
    return asks.AddCourier(**{**about, **named})


def staff(name):
    headings = ["操作者番号", "氏名", "異動", "役割", "開始日", "終了日"]
    return account_asks.ProposeStaff(
        lines=[headings, ["aoki-rei", name, "転入", "操作者", "2026-05-01", ""]], sha256="0" * 64
    )


@pytest.mark.parametrize("bad", [NONE_HAS, VARIANT])
def test_it_is_refused_by_its_field_and_nothing_is_recorded(walk, bad):
    operator, approver = walk.staff.operator, walk.staff.approver
    name = f"葛{bad}城"
    shredder = ("haki", name, "破砕", "2 mm", "焼却")
    terms = replace(walk.terms, consignment="C-2", title=name)
    doings = {
        "master": walk.counter.do(propose_masters(MasterKind.SHREDDERS, *shredder), operator),
        "reason": walk.counter.do(propose_masters(MasterKind.REASONS, "worn", name), operator),
        "terms": walk.counter.do(asks.ProposeConsignment(terms=terms), operator),
        "courier": walk.counter.do(courier(walk, person=name), operator, second=approver),
        "employer": walk.counter.do(courier(walk, employer=name), operator, second=approver),
        "taker": walk.counter.do(entrusting(walk, "R1-D-00099", taker=name), operator, second=approver),
        "staff": walk.counter.do(staff(name), walk.staff.administrator),
    }
    assert {each: refusal(walk.house, doing) for each, doing in doings.items()} == dict.fromkeys(doings, "PAP-001")
    recorded = {
        name for name in ("masters.proposed", "consignment.proposed") if len(walk.house.told(name)) > len(MasterKind)
    }
    assert not recorded
    assert not any(name in line for line in map(str, walk.house.lines()))


def test_a_person_with_such_a_name_is_not_enrolled(walk):
    who = Person(operator="aoki-rei", name=f"青木{NONE_HAS}", roles=(Role.OPERATOR,))
    enrolling = walk.counter.enrol(who, walk.staff.administrator, walk.staff.second_administrator)
    assert refusal(walk.house, enrolling) == "PAP-001"
