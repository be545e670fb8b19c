"""What an office meets beside the plain way: corrections, exceptions, couriers, stock-taking, incidents (O3 to O11)."""

from dataclasses import replace

from at_the_counter import at_the_counter, check_the_journal_verifies, refused, told, until

from media_station.model import asks
from media_station.model.compliance import Result, Side
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Correctable
from media_station.model.incident import IncidentKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Count, Ending
from media_station.rehearsal.media import STICK_BYTES


def test_a_lost_notice_freezes_the_transfer_and_is_closed_by_its_incident_alone(tmp_path):
    async def doing(walk):
        operator, approver = walk.staff.operator, walk.staff.approver
        view = await until(walk, StepKind.REPORT_COUNT)
        medium = view.media[0].medium
        lost = asks.OpenIncident(kind=IncidentKind.LOST_NOTICE, transfer=walk.transfer, medium=medium, binder="事故-1")
        incident = (await walk.counter.do(lost, operator)).facts["incident"]
        view = await walk.counter.see("Transfer", operator, transfer=walk.transfer)
        assert (view.frozen, [step.kind for step in view.steps]) == (True, [StepKind.RESUME])
        assert await refused(walk.counter.do(walk.handing_over(walk.transfer, sheets=1), operator)) == "FLW-001"
        await walk.counter.do(asks.PrintIncidentReport(incident=incident), operator)
        await walk.counter.do(asks.CloseIncident(incident=incident, measures="協議-1"), approver, fresh=True)
        view = await until(walk, StepKind.CLOSE_BY_INCIDENT)
        assert view.missing == ["notices"]
        complete = asks.Close(transfer=walk.transfer, ending=Ending.COMPLETE, incident="", binder="")
        assert await refused(walk.counter.do(complete, approver)) == "CLS-003"
        ending = asks.Close(transfer=walk.transfer, ending=Ending.INCIDENT, incident=incident, binder="事故-2")
        await walk.counter.do(ending, approver)
        view = await walk.counter.see("Transfer", operator, transfer=walk.transfer)
        assert (view.state, view.steps) == ("closed_by_incident", [])

    house = at_the_counter(tmp_path, doing, stick_bytes=STICK_BYTES, enrolled=True)
    assert [each["ending"] for each in told(house, "transfer.closed")] == ["incident"]
    assert len(told(house, "notice.lost")) == 1
    check_the_journal_verifies(house)


def test_notice_and_medium_travel_together_only_by_an_approvers_word(tmp_path):
    async def doing(walk):
        operator, approver = walk.staff.operator, walk.staff.approver
        view = await until(walk, StepKind.HAND_OVER_NOTICE)
        medium = view.media[0].medium
        notice = walk.handing_over(walk.transfer, notices=[medium])
        assert await refused(walk.counter.do(notice, operator)) == "HND-001"
        grant = asks.GrantException(
            kind=ExceptionKind.SAME_OCCASION, transfer=walk.transfer, payload="", binder="別紙-3"
        )
        assert await refused(walk.counter.do(grant, operator, fresh=True)) == "ACC-011"
        await walk.counter.do(grant, approver, fresh=True)
        await walk.counter.do(notice, operator)
        # The word holds for the way out of today; the way back is another day's.
        await walk.counter.advance(86_400)
        assert await refused(walk.counter.do(asks.Erase(medium=medium, bay="usb0"), operator, second=approver)) == (
            "FLW-002"
        )
        both = walk.taking_back(walk.transfer, media=[medium], notices=[medium])
        assert await refused(walk.counter.do(both, operator)) == "HND-001"

    house = at_the_counter(tmp_path, doing, stick_bytes=STICK_BYTES, enrolled=True)
    assert [each["kind"] for each in told(house, "exception.granted")] == ["same_occasion"]
    assert told(house, "medium.returned") == []


def test_an_unregistered_courier_is_added_by_two_persons_for_one_day_and_a_slip_is_put_right(tmp_path):
    async def doing(walk):
        operator, approver = walk.staff.operator, walk.staff.approver
        await until(walk, StepKind.HAND_OVER_MEDIUM)
        view = await walk.counter.see("Transfer", operator, transfer=walk.transfer)
        medium = view.media[0].medium
        walk.handler = "tobiiri"
        out = walk.handing_over(walk.transfer, media=[medium], sheets=30)
        assert await refused(walk.counter.do(out, operator)) == "HND-002"
        courier = asks.AddCourier(
            consignment=walk.terms.consignment, handler="tobiiri", person="飛入 六郎（架空）", employer=""
        )
        assert await refused(walk.counter.do(courier, operator, fresh=True)) == "ACC-013"
        await walk.counter.do(courier, operator, second=approver)
        slip = (await walk.counter.do(out, operator)).facts["slip"]
        fix = asks.CorrectHandover(slip=slip, field=Correctable.SHEETS, becomes="29", binder="別紙-4")
        paper = (await walk.counter.do(fix, operator)).facts["paper"]
        assert await refused(walk.counter.do(fix, operator)) == "HND-007"
        for each in (slip, paper):
            await walk.counter.do(asks.PrintSlip(paper=each), operator)
            await walk.counter.do(asks.ScanPaper(scan=walk.house.scan(each)), operator)
        await walk.counter.do(asks.StampPaper(paper=slip, binder="綴り-8"), operator)
        rows = await walk.counter.all("Ledger", operator)
        assert [(row.item, row.quantity, row.binder, row.corrected) for row in rows] == [
            ("medium", 1, "綴り-8", [paper]),
            ("enclosures", 29, "綴り-8", [paper]),
        ]
        due = {row.what: row.subject for row in await walk.counter.all("Due", operator)}
        assert (due["medium"], due["post"]) == (medium, walk.transfer)
        await walk.counter.advance(86_400)
        assert await refused(walk.counter.do(walk.taking_back(walk.transfer, media=[medium]), operator)) == "HND-002"

    check_the_journal_verifies(at_the_counter(tmp_path, doing, stick_bytes=STICK_BYTES, enrolled=True))


def test_a_difference_is_explained_or_the_transfer_stays_open(tmp_path):
    async def doing(walk):
        operator, approver = walk.staff.operator, walk.staff.approver
        await until(walk, StepKind.REPORT_COUNT)
        short = asks.ReportCount(transfer=walk.transfer, count=Count.PRINTED, value=19, confirmation_code="")
        wrong = replace(short, confirmation_code="KY6C-3HK2")
        assert await refused(walk.counter.do(wrong, operator)) == "CNT-008"
        beside_another = replace(short, count=Count.SPOILED, confirmation_code=walk.read_back())
        assert await refused(walk.counter.do(beside_another, operator)) == "CNT-008"
        await walk.counter.do(replace(short, confirmation_code=walk.read_back().lower()), operator)
        await until(walk, StepKind.CLOSE)
        close = asks.Close(transfer=walk.transfer, ending=Ending.COMPLETE, incident="", binder="")
        assert await refused(walk.counter.do(close, approver)) == "CLS-002"
        again = asks.ReportCount(transfer=walk.transfer, count=Count.PRINTED, value=20, confirmation_code="")
        assert await refused(walk.counter.do(again, operator)) == "CNT-006"
        right = asks.CorrectCount(transfer=walk.transfer, count=Count.PRINTED, value=20, binder="別紙-5")
        await walk.counter.do(right, operator)
        await walk.counter.do(close, approver)
        filed = asks.FileEvidence(
            requirement="O2",
            side=Side.CONTRACTOR,
            result=Result.MET,
            consignment=walk.terms.consignment,
            transfer="",
            binder="綴り-2",
            sha256="",
            expires="",
        )
        await walk.counter.do(filed, operator)
        rows = await walk.counter.all("Compliance", operator)
        status = {(row.requirement, row.side): row.status for row in rows}
        assert (status["O2", "contractor"], status["O2", "municipality"]) == ("○", "未")
        assert (status["O9", "municipality"], status["O9", "contractor"]) == ("○", "○")
        history = await walk.counter.all("History", operator, noun="medium", number="R1-U-00001")
        actions = [row.action for row in history]
        assert (actions[0], actions[-1]) == ("medium.registered", "password.destroyed")
        await walk.counter.do(asks.PrintCompliance(), operator)

    check_the_journal_verifies(at_the_counter(tmp_path, doing, stick_bytes=STICK_BYTES, enrolled=True))


def test_stock_is_counted_before_a_witness_and_a_difference_needs_a_paper(tmp_path):
    async def doing(walk):
        operator = walk.staff.operator
        await walk.consign()
        medium = (await walk.counter.do(asks.RegisterMedium(bay="usb0"), operator)).facts["medium"]
        assert await refused(walk.counter.do(asks.StoreMedium(medium=medium, place="nowhere"), operator)) == "STK-004"
        await walk.counter.do(asks.StoreMedium(medium=medium, place="kinko"), operator)
        erase = asks.Erase(medium=medium, bay="usb0")
        assert await refused(walk.counter.do(erase, operator, second=walk.staff.approver)) == "FLW-001"
        witness = walk.staff.approver.operator
        short = asks.CountStock(place="kinko", media=[], binder="", witness=witness)
        assert await refused(walk.counter.do(short, operator)) == "STK-005"
        explained = asks.CountStock(place="kinko", media=[], binder="別紙-6", witness=witness)
        await walk.counter.do(explained, operator)
        exact = asks.CountStock(place="kinko", media=[medium], binder="", witness=witness)
        await walk.counter.do(exact, operator)
        await walk.counter.do(asks.DrawMedium(medium=medium), operator)
        (view,) = await walk.counter.all("Stock", operator)
        assert (view.custody, view.place) == ("hand", "")

    house = at_the_counter(tmp_path, doing, stick_bytes=STICK_BYTES, enrolled=True)
    assert [len(each["found"]) for each in told(house, "stock.counted")] == [0, 1]
