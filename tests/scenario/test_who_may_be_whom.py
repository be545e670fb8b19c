"""O3: the master of who may be the same person holds at each duty of a transfer, through the real desk."""

import pytest

from media_station.model import asks
from media_station.model.duties import DUTY_NAMES, StaffDuty
from media_station.model.errors import Refused
from media_station.model.masters import MasterKind
from media_station.model.operator import Role
from media_station.model.order import Verdict
from media_station.model.steps import StepKind
from media_station.rehearsal.people import Person
from media_station.rehearsal.walk import PULLED

WORDS = {duty: word for word, duty in DUTY_NAMES.items()}
SECOND = Person(operator="sousa-jun", name="操作 純", roles=(Role.OPERATOR, Role.APPROVER))


@pytest.fixture
def two(walk):
    """Two operators, one of them an approver too, at a station where one person may have any two duties."""
    person = Person(operator=SECOND.operator, name=SECOND.name, roles=SECOND.roles)
    walk.house.run(walk.counter.enrol(person, walk.staff.administrator, walk.staff.second_administrator))
    return walk, person


def refused(walk, *pairs):
    """The master refuses these pairs, and allows what else only it can allow."""
    usual = {
        frozenset({StaffDuty.CLERK, StaffDuty.NOTICE_CLERK}): "可",
        frozenset({StaffDuty.CLERK, StaffDuty.INSPECTOR}): "可",
    }
    said = usual | {frozenset(pair): "不可" for pair in pairs}
    rows = [[*sorted(WORDS[duty] for duty in pair), answer] for pair, answer in said.items()]
    walk.house.run(walk.adopt(MasterKind.SAME_PERSON, rows))


async def come_to(walk, *kinds):
    """The transfer, when one of these is its next step."""
    while True:
        if walk.transfer:
            view = await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer)
            if view.steps and view.steps[0].kind in kinds:
                return view
        await walk._once()


def answers(walk, *doing):
    """What each is refused with, empty if it isn't."""
    codes = []
    for each in doing:
        try:
            walk.house.run(each)
            codes.append("")
        except Refused as error:
            codes.append(error.code)
    return codes


def inspection(walk):
    return asks.InspectLetters(transfer=walk.transfer, verdict=Verdict.PASS, inspected=walk.records, pulled=PULLED)


def test_who_handed_over_does_not_inspect_where_the_master_says_so(two):
    walk, jun = two
    refused(walk, (StaffDuty.CLERK, StaffDuty.INSPECTOR))
    walk.house.run(come_to(walk, StepKind.INSPECT_LETTERS))
    do = walk.counter.do
    assert answers(walk, do(inspection(walk), walk.staff.operator)) == ["DTY-001"]
    assert answers(walk, do(inspection(walk), jun)) == [""]


def test_who_handed_over_inspects_where_the_master_allows_it(two):
    walk, _ = two
    refused(walk)
    walk.house.run(come_to(walk, StepKind.INSPECT_LETTERS))
    assert answers(walk, walk.counter.do(inspection(walk), walk.staff.operator)) == [""]


def test_who_handed_over_the_medium_has_nothing_to_do_with_the_notice(two):
    walk, jun = two
    refused(walk, (StaffDuty.CLERK, StaffDuty.NOTICE_CLERK))
    view = walk.house.run(come_to(walk, StepKind.PRINT_NOTICE))
    (medium,) = (each.medium for each in view.media)
    do, approver = walk.counter.do, walk.staff.approver
    printing = asks.PrintNotice(medium=medium)
    assert answers(walk, do(printing, walk.staff.operator, second=approver)) == ["DTY-001"]
    assert answers(walk, do(printing, jun, second=approver)) == [""]
    (printed,) = walk.house.told("notice.printed")
    assert answers(walk, do(asks.ScanPaper(scan=walk.house.scan(printed["notice"])), jun)) == [""]
    walk.house.run(walk.counter.advance(86_400))
    handing = walk.handing_over(walk.transfer, notices=[medium])
    assert answers(walk, do(handing, walk.staff.operator), do(handing, jun)) == ["DTY-001", ""]


def test_who_erases_is_neither_the_validator_nor_the_certifier_whatever_the_master_says(two):
    walk, jun = two
    refused(walk)
    view = walk.house.run(come_to(walk, StepKind.ERASE))
    (medium,) = (each.medium for each in view.media)
    bay = walk.house.run(walk._bay(medium)).name
    do, approver = walk.counter.do, walk.staff.approver
    assert answers(walk, do(asks.Erase(medium=medium, bay=bay), jun, second=approver)) == [""]
    validating, certifying = asks.Validate(medium=medium), asks.Certify(medium=medium)
    assert answers(walk, do(validating, jun), do(validating, approver)) == ["ERA-002", ""]
    assert answers(walk, do(certifying, jun), do(certifying, approver)) == ["CRT-002", ""]


def test_who_validates_does_not_certify_where_the_master_says_so(two):
    walk, jun = two
    refused(walk, (StaffDuty.VALIDATOR, StaffDuty.CERTIFIER))
    view = walk.house.run(come_to(walk, StepKind.CERTIFY))
    (medium,) = (each.medium for each in view.media)
    certifying = asks.Certify(medium=medium)
    do = walk.counter.do
    assert answers(walk, do(certifying, walk.staff.approver), do(certifying, jun)) == ["DTY-001", ""]


def test_who_inspected_does_not_erase_or_witness_where_the_master_says_so(two):
    walk, jun = two
    refused(walk, (StaffDuty.INSPECTOR, StaffDuty.PERFORMER), (StaffDuty.INSPECTOR, StaffDuty.WITNESS))
    view = walk.house.run(come_to(walk, StepKind.ERASE))
    (medium,) = (each.medium for each in view.media)
    bay = walk.house.run(walk._bay(medium)).name
    do, approver = walk.counter.do, walk.staff.approver
    erasing = asks.Erase(medium=medium, bay=bay)
    assert answers(walk, do(erasing, walk.staff.operator, second=approver)) == ["DTY-001"]
    assert answers(walk, do(erasing, jun, second=approver)) == [""]
