"""What no request may say, whoever asks: numbers of nothing, texts that no paper can bear, counts and days beyond all."""

import tempfile

import pytest
from asyncvarlink import FileDescriptor
from one_process import ME
from walking_in_one import refusal

from media_station.desk.serving.intake import IntakeDoor, Offers
from media_station.model import account_asks, asks
from media_station.model.compliance import Result, Side
from media_station.model.handover import Correctable
from media_station.model.ids import LONGEST_TEXT
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.order import Verdict
from media_station.model.steps import StepKind
from media_station.model.transfer import Count

NUMBERLESS = [
    asks.Reject,
    asks.StoreMedium,
    asks.DrawMedium,
    asks.ReportCount,
    asks.EndConsignment,
    asks.InspectLetters,
    asks.StampPaper,
    asks.AccountEnclosures,
    asks.CorrectCount,
    asks.DestroyPassword,
    asks.Purge,
]
FILLED = {
    "binder": "別紙-1",
    "place": "kinko",
    "count": Count.PRINTED,
    "value": 1,
    "verdict": Verdict.PASS,
    "inspected": 0,
    "pulled": 0,
    "enclosed": 0,
    "spoiled": 0,
    "returned": 0,
}


@pytest.mark.parametrize("kind", NUMBERLESS)
def test_a_request_about_nothing_is_refused_and_recorded(walk, kind):
    about = {name: FILLED.get(name, "") for name in kind.__annotations__}
    before = len(walk.house.lines())
    asked = walk.house.call(kind.__name__, session="", code=None, second=None, **about)
    assert refusal(walk.house, asked) == "IDS-001"
    (record,) = walk.house.told("request.refused")
    assert (record["request"], record["code"]) == (kind.__name__, "IDS-001")
    assert len(walk.house.lines()) == before + 1


TEXTS = ["\x00", "一行目\n二行目", " ", "　", "a" * (LONGEST_TEXT + 1), "\ue000", "\u202e"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_no_paper_can_bear_is_refused(walk, text):
    courier = asks.AddCourier
    about = {"consignment": walk.terms.consignment, "handler": "tobiiri", "person": text, "employer": ""}
    asked = walk.house.call(courier.__name__, session="", code=None, second=None, **about)
    assert refusal(walk.house, asked) == "IDS-002"


def test_a_name_may_have_an_ideographic_space_and_rare_characters(walk):
    courier = asks.AddCourier(consignment=walk.terms.consignment, handler="tobiiri", person="髙嶺　﨑子", employer="")
    walk.house.run(walk.counter.do(courier, walk.staff.operator, second=walk.staff.approver))
    assert walk.house.told("handler.registered")[-1]["person"] == "髙嶺　﨑子"


@pytest.mark.parametrize("day", ["9999-12-31", "2101-01-01", "1999-12-31", "0001-01-01"])
def test_a_day_beyond_all_reckoning_is_refused(walk, day):
    payload = walk.house.run(walk.hand_in())
    walk.house.run(walk.counter.do(asks.Inspect(payload=payload), walk.staff.operator))
    approve = asks.Approve(payload=payload, records=walk.records, kinds=[MediumKind.USB], tax_due=day)
    assert refusal(walk.house, walk.counter.do(approve, walk.staff.approver)) == "CON-005"
    compare = account_asks.ComparePresence(since=day, until=day)
    assert refusal(walk.house, walk.counter.do(compare, walk.staff.auditor)) == "CON-005"
    lines = [["日時", "操作者番号", "入退室"], [f"{day} 00:00", walk.staff.operator.operator, "入室"]]
    imported = account_asks.ImportPresence(lines=lines)
    assert refusal(walk.house, walk.counter.do(imported, walk.staff.auditor)) == "PRS-002"
    moves = [
        ["操作者番号", "氏名", "異動", "役割", "開始日", "終了日"],
        ["aoki-rei", "青木 礼", "転入", "操作者", day, ""],
    ]
    proposed = account_asks.ProposeStaff(lines=moves, sha256="0" * 64)
    assert refusal(walk.house, walk.counter.do(proposed, walk.staff.administrator)) == "STF-002"


@pytest.mark.parametrize("time", ["", "20250120", "2026-04-06", "2026-99-99T00:00:00.000000Z"])
def test_what_is_no_moment_is_refused_and_the_desk_goes_on(walk, time):
    about = {"since": time, "until": "2026-04-06T00:00:00.000000Z", "reader": "age1"}
    asked = walk.house.call("ExportJournal", session="", code=None, second=None, **about)
    assert refusal(walk.house, asked) == "IDS-001"
    assert walk.house.told("request.refused")[-1]["request"] == "ExportJournal"


MANY = 10_000_000


def test_a_count_beyond_all_counting_is_refused(walk):
    operator = walk.staff.operator
    walk.house.run(walk.until(StepKind.HAND_OVER_MEDIUM))
    for out in (
        walk.handing_over(walk.transfer, sheets=MANY),
        walk.handing_over(walk.transfer, letters=MANY),
        walk.taking_back(walk.transfer, letters=MANY),
        asks.ReportCount(transfer=walk.transfer, count=Count.PRINTED, value=MANY, confirmation_code=""),
    ):
        assert refusal(walk.house, walk.counter.do(out, operator)) == "CNT-005"


@pytest.mark.parametrize("number", [str(MANY), "1" + "0" * 20, "029", "２９", "-1", "+1", "1.0"])
def test_a_slip_is_put_right_only_by_a_count(walk, number):
    operator = walk.staff.operator
    walk.house.run(walk.until(StepKind.HAND_OVER_ENCLOSURES))
    slip = walk.house.run(walk.counter.do(walk.handing_over(walk.transfer, sheets=30), operator)).facts["slip"]
    fix = asks.CorrectHandover(slip=slip, field=Correctable.SHEETS, becomes=number, binder="別紙-2")
    assert refusal(walk.house, walk.counter.do(fix, operator)) == "CNT-005"


def test_an_incident_and_a_paper_may_concern_no_transfer_but_none_that_there_isnt(walk):
    operator = walk.staff.operator
    told = asks.OpenIncident(kind=IncidentKind.OTHER, transfer="", medium="", binder="事故-1")
    walk.house.run(walk.counter.do(told, operator))
    filed = {"requirement": "O2", "side": Side.CONTRACTOR, "result": Result.MET, "binder": "綴り-2", "expires": ""}
    none = asks.FileEvidence(**filed, consignment="", transfer="", sha256="")
    walk.house.run(walk.counter.do(none, operator))
    unknown = asks.FileEvidence(**filed, consignment="", transfer="R1-T-00099", sha256="")
    assert refusal(walk.house, walk.counter.do(unknown, operator)) == "FLW-002"
    nobodys = asks.FileEvidence(**filed, consignment="2099-TAX-001", transfer="", sha256="")
    assert refusal(walk.house, walk.counter.do(nobodys, operator)) == "CON-003"


def test_a_body_that_was_not_offered_on_this_connection_is_not_taken(walk):
    door = IntakeDoor(walk.house.desk, Offers({}), {}, walk.house.refusals, ME)
    with tempfile.TemporaryFile() as body:
        handed_in = door.HandIn(payload="a" * 32, body=FileDescriptor(body.fileno()))
        assert refusal(walk.house, handed_in) == "RCV-004"
