"""Consignments, counts, handovers, papers and the end of a transfer: what leads to each refusal."""

from dataclasses import replace

from causes import by, cause, refused, somebody, two

from media_station.model import asks
from media_station.model.compliance import Result, Side
from media_station.model.exemption import ExceptionKind
from media_station.model.handover import Correctable
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.operator import Role
from media_station.model.order import Verdict
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Count, Ending
from media_station.rehearsal.walk import PULLED

S = StepKind
SLIP = "REHEARSAL-R1-S-00001"
STICK = "R1-U-00001"


async def inspected(walk, who="operator"):
    payload = await walk.hand_in()
    person = who if isinstance(who, str) else None
    if person:
        await by(walk, asks.Inspect(payload=payload), person)
    else:
        await walk.counter.do(asks.Inspect(payload=payload), who)
    return payload


def approving(payload, **other):
    about = {"payload": payload, "records": 5, "kinds": [MediumKind.USB], "tax_due": "2026-04-06"}
    return asks.Approve(**{**about, **other})


@cause("APR-001", alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.APPROVER)
    await walk.counter.do(approving(await inspected(walk, both)), both)


@cause("APR-002")
async def _(walk):
    await by(walk, approving(await inspected(walk), records=6), "approver")


@cause("APR-003", alone=True)
async def _(walk):
    payload = await inspected(walk)
    await walk.counter.advance(400 * 86_400)
    await by(walk, approving(payload), "approver")


@cause("APR-004")
async def _(walk):
    payload = await inspected(walk)
    amended = replace(walk.terms, kinds=[MediumKind.DVD_R])
    await two(walk, asks.AmendConsignment(terms=amended, consultation="別紙-1"))
    try:
        await by(walk, approving(payload), "approver")
    finally:
        await two(walk, asks.AmendConsignment(terms=walk.terms, consultation="別紙-1"))


@cause("APR-005")
async def _(walk):
    of_none = asks.GrantException(kind=ExceptionKind.SAME_OCCASION, transfer="", payload="", binder="別紙-1")
    await by(walk, of_none, "approver", fresh=True)


def courier(walk, **other):
    about = {"consignment": walk.terms.consignment, "handler": "tobiiri", "person": "飛入", "employer": ""}
    return asks.AddCourier(**{**about, **other})


refused("CON-001")(lambda walk: (asks.ProposeConsignment(terms=replace(walk.terms, title="")), "operator"))
refused("CON-003")(lambda walk: (courier(walk, consignment="2099-TAX-001"), "operator", "approver"))
refused("CON-004")(lambda walk: (courier(walk, handler=walk.handler), "operator", "approver"))
refused("CON-005")(lambda walk: (asks.ProposeConsignment(terms=replace(walk.terms, starts="五月")), "operator"))
refused("CON-006")(lambda walk: (asks.AmendConsignment(terms=walk.terms, consultation=""), "operator", "approver"))
refused("PAP-001")(lambda walk: (courier(walk, person="葛\U00030000城"), "operator", "approver"))
refused("IDS-002")(lambda walk: (courier(walk, person="飛入\x00"), "operator", "approver"))


@cause("CON-002", alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.APPROVER)
    await walk.counter.do(asks.ProposeConsignment(terms=replace(walk.terms, consignment="2027-TAX-018")), both)
    await walk.counter.do(asks.OpenConsignment(consignment="2027-TAX-018"), both)


@cause("IDS-001")
async def _(walk):
    await walk.house.call("DrawMedium", session="", code=None, second=None, medium="")


def masters(kind, *lines):
    return asks.ProposeMasters(kind=kind, lines=[list(COLUMNS[kind]), *map(list, lines)], sha256="0" * 64)


refused("MST-001")(
    lambda walk: (asks.ProposeMasters(kind=MasterKind.PLACES, lines=[["場所"]], sha256="0" * 64), "operator")
)
refused("MST-002")(lambda walk: (masters(MasterKind.HOLIDAYS, ("正月", "元日")), "operator"))
refused("MST-004")(lambda walk: (masters(MasterKind.SAME_PERSON, ("実施者", "確認者", "可")), "operator"))


@cause("MST-003", alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.APPROVER)
    answer = await walk.counter.do(masters(MasterKind.PLACES, ("kinko", "金庫")), both)
    await walk.counter.do(asks.AdoptMasters(masters=answer.facts["masters"]), both)


def filing(walk, **other):
    about = {"requirement": "O2", "side": Side.CONTRACTOR, "result": Result.MET, "consignment": "", "transfer": ""}
    return asks.FileEvidence(**{**about, "binder": "綴り-2", "sha256": "", "expires": "", **other})


refused("CMP-001")(lambda walk: (filing(walk, requirement="X1"), "operator"))
refused("CMP-002", at=S.SEAL)(lambda walk: (filing(walk, requirement="O9", transfer=walk.transfer), "operator"))
refused("CNT-002")(lambda walk: (filing(walk, binder=""), "operator"))


def incident(walk, **other):
    about = {"kind": IncidentKind.OTHER, "transfer": walk.transfer, "medium": "", "binder": "事故-1"}
    return asks.OpenIncident(**{**about, **other})


refused("INC-001", at=S.SEAL)(lambda walk: (incident(walk, kind=IncidentKind.LOST_MEDIUM), "operator"))
refused("INC-002", at=S.IDENTIFY)(
    lambda walk: (asks.Attest(medium=STICK, incident="R1-I-00001", witness=walk.staff.approver.operator), "operator")
)


@cause("INC-003", at=S.WRITE)
async def _(walk):
    other = await walk.ready(MediumKind.DVD_R)
    await by(walk, incident(walk, kind=IncidentKind.LOST_MEDIUM, medium=other))


refused("ACC-031", at=S.SEAL)(lambda walk: (asks.PermitWrites(transfer=walk.transfer), "operator", "approver"))
refused("FLW-001", at=S.HAND_OVER_MEDIUM)(lambda walk: (asks.DrawMedium(medium=STICK), "operator"))
refused("FLW-002", at=S.SEAL)(lambda walk: (asks.PrintNotice(medium="R1-U-00099"), "operator", "approver"))


@cause("HND-001", at=S.RECEIVE_NOTICE)
async def _(walk):
    await by(walk, walk.taking_back(walk.transfer, notices=[STICK]))


def handing(walk, **other):
    return replace(walk.handing_over(walk.transfer, media=[STICK]), **other)


refused("HND-002", at=S.HAND_OVER_MEDIUM)(lambda walk: (handing(walk, handler="dareka"), "operator"))
refused("HND-003", at=S.HAND_OVER_MEDIUM)(lambda walk: (handing(walk, bag=""), "operator"))
refused("HND-006", at=S.HAND_OVER_MEDIUM)(lambda walk: (handing(walk, media=[]), "operator"))
refused("CNT-005", at=S.HAND_OVER_MEDIUM)(lambda walk: (handing(walk, sheets=10_000_000), "operator"))


@cause("HND-004", at=S.HAND_OVER_MEDIUM)
async def _(walk):
    sealed = replace(walk.terms, seal_required=True)
    await two(walk, asks.AmendConsignment(terms=sealed, consultation="別紙-1"))
    try:
        await by(walk, handing(walk))
    finally:
        await two(walk, asks.AmendConsignment(terms=walk.terms, consultation="別紙-1"))


def correcting(walk, **other):
    about = {"slip": SLIP, "field": Correctable.SHEETS, "becomes": "3", "binder": "別紙-2"}
    return asks.CorrectHandover(**{**about, **other})


refused("HND-007", at=S.HAND_OVER_ENCLOSURES)(lambda walk: (correcting(walk), "operator"))
refused("PAP-010", at=S.HAND_OVER_ENCLOSURES)(lambda walk: (correcting(walk, slip="REHEARSAL-R1-S-00099"), "operator"))
refused("PAP-011", at=S.HAND_OVER_ENCLOSURES)(lambda walk: (asks.PrintSlip(paper=SLIP), "operator"))
refused("PAP-012")(lambda walk: (asks.PrintSheet(kind=PaperKind.SLIP, subject=""), "operator"))
refused("PAP-013")(lambda walk: (asks.ScanPaper(scan="牛乳 4901234567894"), "operator"))
refused("PAP-014", at=S.SCAN_PAPER)(lambda walk: (asks.StampPaper(paper=SLIP, binder="綴り-1"), "operator"))


@cause("PAP-015", at=S.SCAN_PAPER)
async def _(walk):
    scan = walk.house.scan(SLIP)
    await by(walk, asks.PrintSlip(paper=SLIP))
    await by(walk, asks.ScanPaper(scan=scan))


refused("CNT-001", at=S.ACCOUNT_ENCLOSURES)(
    lambda walk: (asks.AccountEnclosures(transfer=walk.transfer, enclosed=1, spoiled=0, returned=0), "operator")
)


def inspecting(walk, **other):
    about = {"verdict": Verdict.PASS, "inspected": walk.records, "pulled": PULLED}
    return asks.InspectLetters(transfer=walk.transfer, **{**about, **other})


refused("CNT-003", at=S.INSPECT_LETTERS)(lambda walk: (inspecting(walk, inspected=1), "operator"))
refused("CNT-004", at=S.HAND_OVER_LETTERS)(
    lambda walk: (walk.handing_over(walk.transfer, letters=walk.records), "operator")
)


def counting(walk, count=Count.PRINTED, value=5, code=""):
    return asks.ReportCount(transfer=walk.transfer, count=count, value=value, confirmation_code=code)


refused("CNT-006", at=S.RECEIVE_LETTERS)(lambda walk: (counting(walk), "operator"))
refused("CNT-007", at=S.HAND_OVER_MEDIUM)(
    lambda walk: (asks.CorrectCount(transfer=walk.transfer, count=Count.POSTED, value=1, binder="別紙-3"), "operator")
)
refused("CNT-008", at=S.REPORT_COUNT)(lambda walk: (counting(walk, code="2222-2222"), "operator"))


@cause("DTY-001", at=S.INSPECT_LETTERS, alone=True)
async def _(walk):
    await walk.adopt(MasterKind.SAME_PERSON, [["受渡担当者", "検査者", "不可"]])
    await by(walk, inspecting(walk))


def closing(walk, ending=Ending.COMPLETE):
    return asks.Close(transfer=walk.transfer, ending=ending, incident="", binder="")


refused("CLS-001", at=S.HAND_OVER_ENCLOSURES)(lambda walk: (closing(walk), "approver"))
refused("CLS-004", at=S.SEAL)(lambda walk: (closing(walk, Ending.INCIDENT), "approver"))


@cause("CLS-002", at=S.REPORT_COUNT, alone=True)
async def _(walk):
    await by(walk, counting(walk, value=walk.records - 1))
    await walk.until(S.CLOSE)
    await by(walk, closing(walk), "approver")


@cause("CLS-003", at=S.RECEIVE_MEDIUM, alone=True)
async def _(walk):
    lost = await by(walk, incident(walk, kind=IncidentKind.LOST_MEDIUM, medium=STICK))
    number = lost.facts["incident"]
    await by(walk, asks.CloseIncident(incident=number, measures="別紙-8"), "approver", fresh=True)
    await walk.until(S.CLOSE_BY_INCIDENT)
    await by(walk, closing(walk), "approver")


refused("CRT-001", at=S.ERASE)(lambda walk: (asks.Certify(medium=STICK), "approver"))


@cause("CRT-002", at=S.ERASE, alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.APPROVER)
    erase = asks.Erase(medium=STICK, bay=walk.house.load(STICK))
    await walk.counter.do(erase, both, second=walk.staff.approver)
    await by(walk, asks.Validate(medium=STICK), "approver")
    await walk.counter.do(asks.Certify(medium=STICK), both)


@cause("ERA-002", at=S.ERASE, alone=True)
async def _(walk):
    both = await somebody(walk, Role.OPERATOR, Role.APPROVER)
    erase = asks.Erase(medium=STICK, bay=walk.house.load(STICK))
    await walk.counter.do(erase, both, second=walk.staff.approver)
    await walk.counter.do(asks.Validate(medium=STICK), both)


@cause("CRT-003", at=S.RENDER_CERTIFICATE, alone=True)
async def _(walk):
    number = "REHEARSAL-R1-C-00001"
    await by(walk, asks.ReissueCertificate(certificate=number, reason="misprint"), "approver", fresh=True)
    await by(walk, asks.RenderCertificate(certificate=number))


@cause("ERA-001", alone=True)
async def _(walk):
    walk.kinds = (MediumKind.DVD_R,)
    disc = (await walk.until(S.DESTROY)).steps[0].subject
    await two(walk, asks.Erase(medium=disc, bay=walk.house.load(disc)))


def destroying(walk, **other):
    about = {"medium": STICK, "reason": "worn", "device": "office-shredder", "place": "kinko"}
    return asks.Destroy(**{**about, "witness": walk.staff.approver.operator, **other})


refused("DST-001", at=S.WRITE)(
    lambda walk: (destroying(walk, witness=walk.staff.operator.operator), "operator", "approver")
)
refused("DST-002", at=S.WRITE)(lambda walk: (destroying(walk, place="nowhere"), "operator", "approver"))
refused("DST-003", at=S.WRITE)(
    lambda walk: (
        asks.DestroyTogether(
            media=[STICK, STICK], reason="worn", device="office-shredder", place="kinko", witness="shonin-ichiro"
        ),
        "operator",
        "approver",
    )
)


def entrusting(walk, **other):
    about = {"media": ["R1-D-00001"], "reason": "worn", "firm": "yokai-center", "taker": "回収 太郎", "bag": "カバン-1"}
    return asks.Entrust(**{**about, "binder": "別紙-4", "proof_by": "2026-12-01", **other})


def proving(walk, **other):
    about = {"media": ["R1-D-00001"], "binder": "別紙-5", "day": "2026-04-06", "method": "溶解"}
    return asks.ProveDestruction(**{**about, "witness": walk.staff.approver.operator, **other})


refused("DST-004")(lambda walk: (proving(walk), "operator", "approver"))
refused("DST-006")(lambda walk: (proving(walk, method=""), "operator", "approver"))
refused("DUE-001")(lambda walk: (entrusting(walk, proof_by="2026-04-01"), "operator", "approver"))
refused("HND-015")(lambda walk: (entrusting(walk, taker=""), "operator", "approver"))


@cause("DST-005", alone=True)
async def _(walk):
    await walk.ready(MediumKind.DVD_R)
    await two(walk, entrusting(walk))
    await two(walk, proving(walk, day="2026-04-01"))


def at_a_bay(walk, kind=MediumKind.USB):
    piece = walk.house.drive.bays_now["new"] = walk.house.drive.new_piece(kind)
    return piece


refused("STK-001")(lambda walk: (asks.RegisterMedium(bay="usb9"), "operator"))


@cause("STK-002", alone=True)
async def _(walk):
    at_a_bay(walk, MediumKind.DVD_R).written = True
    await by(walk, asks.RegisterMedium(bay="new"))


@cause("STK-003", alone=True)
async def _(walk):
    at_a_bay(walk)
    for _ in range(2):
        await by(walk, asks.RegisterMedium(bay="new"))


refused("STK-004", at=S.WRITE)(lambda walk: (asks.StoreMedium(medium=STICK, place="nowhere"), "operator"))
refused("STK-005", at=S.WRITE)(
    lambda walk: (asks.CountStock(place="", media=[], binder="", witness=walk.staff.approver.operator), "operator")
)


async def nowhere(walk):
    walk.house.drive.bays_now.clear()
    await two(walk, asks.Write(medium=STICK, bay="usb0"))


cause("ORD-001", at=S.WRITE)(nowhere)


@cause("ORD-002", at=S.WRITE)
async def _(walk):
    walk.house.drive.bays_now["usb0"] = walk.house.drive.new_piece(MediumKind.USB)
    await two(walk, asks.Write(medium=STICK, bay="usb0"))
