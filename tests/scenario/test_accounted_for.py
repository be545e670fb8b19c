"""What 完了 stands on is what happened; what may not leave, was lost or turned up is accounted for (O3 O5 O7 O9 O11)."""

import pytest
from hands_in_memory import Luck, lucky
from walking_in_one import RECORDS, refusal

from media_station.model import asks
from media_station.model.compliance import Result, Side
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Correctable
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.masters import MasterKind
from media_station.model.order import Verdict
from media_station.model.steps import StepKind
from media_station.model.transfer import Ending
from media_station.rehearsal.walk import ERASURE_REPORT

DAY = 86_400


def do(walk, ask, **who):
    return walk.house.run(walk.counter.do(ask, walk.staff.operator, **who)).facts


def approver_does(walk, ask, *, fresh=False):
    return walk.house.run(walk.counter.do(ask, walk.staff.approver, fresh=fresh)).facts


def operator_is_refused(walk, ask, **who):
    return refusal(walk.house, walk.counter.do(ask, walk.staff.operator, **who))


def to(walk, kind):
    return walk.house.run(walk.until(kind))


def see(walk):
    return walk.house.run(walk.see())


def next_kinds(walk):
    return [step.kind for step in see(walk).steps]


def incident(walk, kind, medium="", transfer=None):
    transfer = walk.transfer if transfer is None else transfer
    return asks.OpenIncident(kind=kind, transfer=transfer, medium=medium, binder="事故-1")


def told_and_closed(walk, ask):
    """An incident that was opened, consulted on and closed; its number."""
    number = do(walk, ask)["incident"]
    approver_does(walk, asks.CloseIncident(incident=number, measures="協議-1"), fresh=True)
    return number


def complete(walk):
    return asks.Close(transfer=walk.transfer, ending=Ending.COMPLETE, incident="", binder="")


def by_incident(walk, number):
    return asks.Close(transfer=walk.transfer, ending=Ending.INCIDENT, incident=number, binder="事故-2")


def let_it_end(walk):
    kind = ExceptionKind.BEFORE_INSPECTION
    approver_does(walk, asks.GrantException(kind=kind, transfer=walk.transfer, payload="", binder="別紙-3"), fresh=True)


def report(walk, result):
    if result is Result.MET:
        return asks.TakeErasureReport(transfer=walk.transfer, statement=ERASURE_REPORT, binder="別紙-12")
    return asks.FileEvidence(
        requirement="O9",
        side=Side.CONTRACTOR,
        result=result,
        consignment=walk.terms.consignment,
        transfer=walk.transfer,
        binder="別紙-12",
        sha256="",
        expires="",
    )


def test_a_medium_of_a_kind_that_was_not_approved_is_not_sealed(walk):
    walk.house.run(walk.before())
    disc = walk.house.run(walk.ready(MediumKind.DVD_R))
    assert operator_is_refused(walk, asks.Seal(transfer=walk.transfer, medium=disc)) == "SEA-005"


@pytest.mark.parametrize("kind", list(IncidentKind))
def test_an_incident_names_only_a_medium_of_its_transfer(walk, kind):
    medium = to(walk, StepKind.REPORT_COUNT).media[0].medium
    other = walk.house.run(walk.ready(MediumKind.DVD_R))
    assert operator_is_refused(walk, incident(walk, kind, other)) == "INC-003"
    assert operator_is_refused(walk, incident(walk, kind, medium, transfer="")) == "INC-003"
    assert operator_is_refused(walk, incident(walk, kind, "R1-U-00099")) == "FLW-002"
    assert walk.house.told("incident.opened") == []


def test_new_stock_is_lost_without_any_transfer(walk):
    to(walk, StepKind.REPORT_COUNT)
    other = walk.house.run(walk.ready(MediumKind.DVD_R))
    do(walk, incident(walk, IncidentKind.LOST_MEDIUM, other, transfer=""))
    assert not see(walk).frozen


@pytest.mark.parametrize("results", [[Result.NOT_MET], [Result.MET, Result.NOT_MET], [Result.NOT_APPLICABLE]])
def test_a_report_that_says_no_is_no_report(walk, results):
    to(walk, StepKind.FILE_REPORT)
    for result in results:
        do(walk, report(walk, result))
    assert (see(walk).steps[0].kind, "report" in see(walk).missing) == (StepKind.FILE_REPORT, True)


def test_an_erasure_reported_before_the_data_went_out_is_another_one(walk):
    to(walk, StepKind.HAND_OVER_MEDIUM)
    do(walk, report(walk, Result.MET))
    to(walk, StepKind.FILE_REPORT)
    assert "report" in see(walk).missing


def test_after_an_inspection_that_was_not_passed_the_contractor_reports_again(walk):
    to(walk, StepKind.INSPECT_LETTERS)
    do(walk, report(walk, Result.MET))
    failed = asks.InspectLetters(transfer=walk.transfer, verdict=Verdict.FAIL, inspected=RECORDS, pulled=0)
    do(walk, failed)
    assert "report" in see(walk).missing
    assert to(walk, StepKind.CLOSE).missing == []


def test_sheets_handed_over_or_put_right_after_the_account_are_accounted_for_anew(walk):
    to(walk, StepKind.CLOSE)
    slip = walk.house.told("enclosures.handed_over")[0]["slip"]
    do(walk, asks.CorrectHandover(slip=slip, field=Correctable.SHEETS, becomes="104", binder="別紙-4"))
    assert "papers" in see(walk).missing
    assert refusal(walk.house, walk.counter.do(complete(walk), walk.staff.approver)) == "CLS-001"
    account = asks.AccountEnclosures(transfer=walk.transfer, enclosed=RECORDS, spoiled=40, returned=60)
    assert operator_is_refused(walk, account) == "CNT-001"
    do(walk, asks.AccountEnclosures(transfer=walk.transfer, enclosed=RECORDS, spoiled=40, returned=59))
    to(walk, StepKind.CLOSE)
    approver_does(walk, complete(walk))
    assert see(walk).state == "closed"


def test_a_correction_of_a_correction_starts_from_what_the_row_says_now(walk):
    to(walk, StepKind.HAND_OVER_ENCLOSURES)
    slip = do(walk, walk.handing_over(walk.transfer, sheets=105))["slip"]
    for number in ("104", "103", "105"):
        do(walk, asks.CorrectHandover(slip=slip, field=Correctable.SHEETS, becomes=number, binder="別紙-4"))
    again = asks.CorrectHandover(slip=slip, field=Correctable.SHEETS, becomes="105", binder="別紙-4")
    assert operator_is_refused(walk, again) == "HND-007"
    corrections = walk.house.told("handover.corrected")
    assert [(each["was"], each["becomes"]) for each in corrections] == [("105", "104"), ("104", "103"), ("103", "105")]
    for each in corrections:
        do(walk, asks.PrintSlip(paper=each["correction"]))
    rows = walk.house.run(walk.counter.all("Ledger", walk.staff.operator))
    assert [row.quantity for row in rows if row.slip == slip] == [105]


def test_a_medium_that_may_not_leave_any_more_is_destroyed_and_the_transfer_is_complete(walk):
    walk.kinds = (MediumKind.USB, MediumKind.DVD_R)
    to(walk, StepKind.HAND_OVER_MEDIUM)
    written = next(each for each in see(walk).media if each.state == "written")
    do(walk, walk.handing_over(walk.transfer, media=[written.medium]))
    kept = walk.house.run(walk.ready(MediumKind.DVD_R if written.kind is MediumKind.USB else MediumKind.USB))
    if not any(each.medium == kept for each in see(walk).media):
        do(walk, asks.Seal(transfer=walk.transfer, medium=kept))
    do(walk, walk.handing_over(walk.transfer, sheets=105))
    do(walk, walk.taking_back(walk.transfer, letters=RECORDS))
    assert StepKind.WRITE not in next_kinds(walk)
    view = to(walk, StepKind.CLOSE)
    assert ({each.medium: each.state for each in view.media}[kept], view.missing) == ("destroyed", [])


def test_a_medium_that_was_spoiled_is_destroyed_when_the_inspection_has_passed(walk):
    to(walk, StepKind.WRITE)
    spoiled = see(walk).media[0].medium
    lucky(walk.house.drive, Luck.BAD)
    do(walk, asks.Write(medium=spoiled, bay=walk.house.load(spoiled)), second=walk.staff.approver)
    destroy = asks.Destroy(
        medium=spoiled,
        reason="worn",
        device="office-shredder",
        place="kinko",
        witness=walk.staff.approver.operator,
    )
    assert operator_is_refused(walk, destroy, second=walk.staff.approver) == "FLW-001"
    view = to(walk, StepKind.CLOSE)
    assert ({each.medium: each.state for each in view.media}[spoiled], view.missing) == ("destroyed", [])


def test_notices_and_media_of_one_transfer_never_travel_together(walk):
    walk.kinds = (MediumKind.USB, MediumKind.DVD_R)
    to(walk, StepKind.RECEIVE_MEDIUM)
    first, second = (each.medium for each in see(walk).media)
    walk.house.run(walk.counter.advance(DAY))
    do(walk, walk.taking_back(walk.transfer, media=[first]))
    assert operator_is_refused(walk, walk.taking_back(walk.transfer, notices=[second])) == "HND-001"
    walk.house.run(walk.counter.advance(DAY))
    do(walk, walk.taking_back(walk.transfer, notices=[first]))
    assert operator_is_refused(walk, walk.taking_back(walk.transfer, media=[second])) == "HND-001"


def test_a_medium_that_was_lost_again_comes_back_on_the_same_day(walk):
    medium = to(walk, StepKind.RECEIVE_NOTICE).media[0].medium
    told_and_closed(walk, incident(walk, IncidentKind.LOST_MEDIUM, medium))
    do(walk, walk.taking_back(walk.transfer, media=[medium]))
    assert to(walk, StepKind.CLOSE).missing == []


def test_an_incident_ends_a_transfer_whose_enclosures_never_went_out(walk):
    medium = to(walk, StepKind.HAND_OVER_ENCLOSURES).media[0].medium
    number = told_and_closed(walk, incident(walk, IncidentKind.LOST_MEDIUM, medium))
    do(walk, walk.taking_back(walk.transfer, letters=RECORDS))
    passed = asks.InspectLetters(transfer=walk.transfer, verdict=Verdict.PASS, inspected=RECORDS, pulled=0)
    do(walk, passed)
    do(walk, walk.handing_over(walk.transfer, letters=RECORDS))
    do(walk, asks.DestroyPassword(medium=medium), second=walk.staff.approver)
    do(walk, asks.Purge(payload=walk.house.told("payload.received")[0]["payload"]))
    approver_does(walk, by_incident(walk, number))
    assert see(walk).state == "closed_by_incident"


def ended_without_its_medium(walk):
    medium = to(walk, StepKind.HAND_OVER_ENCLOSURES).media[0].medium
    number = told_and_closed(walk, incident(walk, IncidentKind.LOST_MEDIUM, medium))
    let_it_end(walk)
    do(walk, asks.DestroyPassword(medium=medium), second=walk.staff.approver)
    do(walk, asks.Purge(payload=walk.house.told("payload.received")[0]["payload"]))
    approver_does(walk, by_incident(walk, number))
    return medium


def test_what_was_lost_turns_up_after_the_end_and_comes_to_its_own(walk):
    medium = ended_without_its_medium(walk)
    walk.house.run(walk.counter.advance(30 * DAY))
    do(walk, walk.taking_back(walk.transfer, media=[medium]))
    for kind in (StepKind.IDENTIFY, StepKind.ERASE, StepKind.VALIDATE, StepKind.CERTIFY, StepKind.RENDER_CERTIFICATE):
        view = see(walk)
        assert kind in [step.kind for step in view.steps]
        walk.house.run(walk.take(next(step for step in view.steps if step.kind is kind), view))
    assert (see(walk).state, see(walk).media[0].state) == ("closed_by_incident", "certified")
    assert operator_is_refused(walk, walk.handing_over(walk.transfer, sheets=1)) == "FLW-001"


def test_what_turned_up_and_cannot_be_read_is_attested_and_destroyed(walk):
    medium = ended_without_its_medium(walk)
    do(walk, walk.taking_back(walk.transfer, media=[medium]))
    lucky(walk.house.drive, Luck.BAD)
    do(walk, asks.Identify(medium=medium, bay=walk.house.load(medium)), second=walk.staff.approver)
    number = do(walk, incident(walk, IncidentKind.UNREADABLE_RETURN, medium))["incident"]
    do(walk, asks.Attest(medium=medium, incident=number, witness=walk.staff.approver.operator))
    approver_does(walk, asks.CloseIncident(incident=number, measures="協議-2"), fresh=True)
    view = see(walk)
    assert view.steps[0].kind is StepKind.DESTROY
    walk.house.run(walk.take(view.steps[0], view))
    assert see(walk).media[0].state == "destroyed"


def lost_notice(walk):
    medium = to(walk, StepKind.REPORT_COUNT).media[0].medium
    return medium, told_and_closed(walk, incident(walk, IncidentKind.LOST_NOTICE, medium))


def test_a_lost_notice_that_turns_up_when_its_password_is_gone_completes_the_transfer(walk):
    medium, _ = lost_notice(walk)
    assert to(walk, StepKind.CLOSE_BY_INCIDENT).missing == ["notices"]
    walk.house.run(walk.counter.advance(DAY))
    do(walk, walk.taking_back(walk.transfer, notices=[medium]))
    assert operator_is_refused(walk, walk.taking_back(walk.transfer, notices=[medium])) == "FLW-002"
    assert to(walk, StepKind.CLOSE).missing == []


def test_a_notice_that_was_lost_in_the_house_is_missing(walk):
    medium = to(walk, StepKind.HAND_OVER_NOTICE).media[0].medium
    told_and_closed(walk, incident(walk, IncidentKind.LOST_NOTICE, medium))
    assert to(walk, StepKind.CLOSE_BY_INCIDENT).missing == ["notices"]


def test_no_handover_is_put_right_by_who_was_registered_only_after_it(walk):
    to(walk, StepKind.HAND_OVER_ENCLOSURES)
    slip = do(walk, walk.handing_over(walk.transfer, sheets=105))["slip"]
    later = [walk.terms.consignment, "atarashii", "新任 七子（架空）", "取扱者", "", walk.terms.starts, walk.terms.ends]
    walk.house.run(walk.adopt(MasterKind.HANDLERS, [later]))
    fix = asks.CorrectHandover(slip=slip, field=Correctable.HANDLER, becomes="atarashii", binder="別紙-5")
    assert operator_is_refused(walk, fix) == "HND-002"
    before = asks.CorrectHandover(slip=slip, field=Correctable.HANDLER, becomes="sekinin", binder="別紙-5")
    do(walk, before)
