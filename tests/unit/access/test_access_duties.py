"""Who may have which duty in a transfer, by the journal alone: without a master nothing is allowed that only it allows."""

import pytest
from at_the_desk import APPROVER, OPERATOR
from with_media import IDENTITY, Action, consign, ended_well, open_transfer, ready, with_drive

from media_station.desk.ledger.duties import require_apart
from media_station.model.duties import StaffDuty
from media_station.model.errors import Refused
from media_station.model.handover import MediumHandedOver
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind, MastersAdopted, MastersProposed, Row


@pytest.fixture
def transfer(bench):
    """Its medium was handed over by the operator."""
    counter = with_drive(bench, 1)
    consign(bench)
    medium = ready(bench, counter.drive, "usb0")
    number = open_transfer(bench, medium)
    ended_well(bench, Action.WRITE, number, medium)
    bench.desk.journal.commit(
        MediumHandedOver(
            medium=medium,
            transfer=number,
            slip=IDENTITY.paper_number(PaperLetter.SLIP, 1),
            handler="hakobiya",
            bag="3",
            seal="",
            clerk=OPERATOR,
            day="2026-01-01",
            visit=1,
        )
    )
    counter.runner.close()
    return number


def adopt(bench, *rows):
    number = IDENTITY.masters_number(bench.desk.ledger.count(MastersProposed) + 1)
    values = tuple(Row(values=row) for row in rows)
    kind = MasterKind.SAME_PERSON
    bench.desk.journal.commit(
        MastersProposed(masters=number, kind=kind, rows=values, sha256="0" * 64),
        MastersAdopted(masters=number, kind=kind, approver=APPROVER),
    )


def code(bench, transfer, person, *duties):
    try:
        require_apart(bench.desk.ledger, transfer, person, *duties)
    except Refused as error:
        return f"{error.code} {error.parameters['duty']} {error.parameters['other']}"
    return ""


def test_without_a_master_one_person_has_none_of_the_pairs_that_it_decides(bench, transfer):
    assert code(bench, transfer, OPERATOR, StaffDuty.INSPECTOR) == "DTY-001 inspector clerk"
    assert code(bench, transfer, OPERATOR, StaffDuty.NOTICE_CLERK) == "DTY-001 notice-clerk clerk"
    assert code(bench, transfer, APPROVER, StaffDuty.INSPECTOR) == ""


def test_two_duties_at_once_are_a_pair_too(bench, transfer):
    assert code(bench, transfer, APPROVER, StaffDuty.CLERK, StaffDuty.NOTICE_CLERK) == "DTY-001 clerk notice-clerk"
    assert code(bench, transfer, APPROVER, StaffDuty.CLERK) == ""


def test_the_master_that_was_adopted_last_counts(bench, transfer):
    adopt(bench, ("clerk", "inspector", "yes"))
    assert code(bench, transfer, OPERATOR, StaffDuty.INSPECTOR) == ""
    adopt(bench, ("inspector", "clerk", "no"))
    assert code(bench, transfer, OPERATOR, StaffDuty.INSPECTOR) == "DTY-001 inspector clerk"


def test_duties_of_an_older_master_that_nobody_has_allow_nothing(bench, transfer):
    adopt(bench, ("clerk", "somebody", "yes"), ("clerk", "notice-clerk", "yes"))
    assert code(bench, transfer, OPERATOR, StaffDuty.INSPECTOR) == "DTY-001 inspector clerk"
    assert code(bench, transfer, OPERATOR, StaffDuty.NOTICE_CLERK) == ""


def test_duties_are_of_one_transfer(bench, transfer):
    other = open_transfer(bench)
    assert code(bench, other, OPERATOR, StaffDuty.INSPECTOR) == ""
    assert code(bench, "", OPERATOR, StaffDuty.INSPECTOR) == ""
