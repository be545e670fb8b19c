"""O7: slips are printed, stamped and filed; what is wrong on one is put right by a row and a sheet of its own."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_counts, check_handler, master_row
from media_station.desk.papers import destruction, slip
from media_station.desk.papers.sheet import Copy, print_paper, require_unscanned
from media_station.model.asks import CopyPaper, CorrectHandover, PrintSlip, StampPaper
from media_station.model.errors import Refused
from media_station.model.handover import Correctable, Handed, HandoverCorrected
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind
from media_station.model.station import PAPER, PaperCopied, PaperKind, PaperPrinted, PaperStamped, PaperState
from media_station.model.views import Answer

_COPIED = {PaperKind.SLIP, PaperKind.CORRECTION, PaperKind.DESTRUCTION_RECORD}


async def print_slip(desk: Desk, by: Authority, ask: PrintSlip) -> Answer:
    """Refused PAP-010 if no handover and no correction has this number, PAP-011 if it is printed and scanned back."""
    require_unscanned(desk, ask.paper)
    kind = PaperKind.CORRECTION if f"-{PaperLetter.CORRECTION.value}-" in ask.paper else PaperKind.SLIP
    making = slip.make_correction if kind is PaperKind.CORRECTION else slip.make_slip
    return await print_paper(desk, await making(desk, ask.paper), kind, actor=by.operator)


async def copy(desk: Desk, by: Authority, ask: CopyPaper) -> Answer:
    """再印刷（写）. Refused PAP-010 if it was not printed yet, PAP-012 for a kind that has a new number each time,
    DST-002 for a reason that isn't in the masters.
    """
    printed = desk.ledger.history("paper", ask.paper).last(PaperPrinted)
    if printed is None:
        raise Refused("PAP-010", number=ask.paper)
    if printed.kind not in _COPIED:
        raise Refused("PAP-012", kind=printed.kind.value)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)["title"]
    number = len(desk.ledger.history("paper", ask.paper).all(PaperCopied)) + 1
    as_copy = Copy(number=number, reason=reason)
    if printed.kind is PaperKind.DESTRUCTION_RECORD:
        sheet = await destruction.make_record(desk, ask.paper, as_copy)
    else:
        making = slip.make_correction if printed.kind is PaperKind.CORRECTION else slip.make_slip
        sheet = await making(desk, ask.paper, as_copy)
    copied = PaperCopied(paper=ask.paper, copy=number, reason=reason, sha256=sheet.sha256)
    (record,) = desk.journal.commit(copied, actor=by.operator)
    await sheet.print(desk)
    return Answer(record=record.sequence, action=copied.name, facts={"paper": ask.paper})


async def stamp(desk: Desk, by: Authority, ask: StampPaper) -> Answer:
    """押印済. Refused CNT-002 without the number in the binder, PAP-014 for a sheet that was not scanned back yet."""
    if not ask.binder:
        raise Refused("CNT-002")
    if desk.ledger.state(PAPER, ask.paper) is PaperState.PRINTED:
        raise Refused("PAP-014", number=ask.paper)
    stamped = PaperStamped(paper=ask.paper, binder=ask.binder)
    (record,) = desk.journal.commit(stamped, actor=by.operator)
    return Answer(record=record.sequence, action=stamped.name, facts={})


async def correct(desk: Desk, by: Authority, ask: CorrectHandover) -> Answer:
    """Refused PAP-010 for an unknown slip, HND-007 for a field that none of its rows has, or that is as it should be,
    CNT-002 without the reason's paper, CNT-005 for a number that is no count.
    """
    history = desk.ledger.history("slip", ask.slip)
    rows = history.all(Handed)
    if not rows:
        raise Refused("PAP-010", number=ask.slip)
    if not ask.binder:
        raise Refused("CNT-002")
    row = next((each for each in rows if hasattr(each, ask.field.value)), None)
    was = "" if row is None else corrected(desk, ask.slip, ask.field, str(getattr(row, ask.field.value)))
    if row is None or not ask.becomes or was == ask.becomes:
        raise Refused("HND-007", field=ask.field.value)
    if ask.field is Correctable.HANDLER:
        check_handler(desk.ledger, row.transfer, ask.becomes, row.day, before=history.records[0].sequence)
    elif ask.field in {Correctable.SHEETS, Correctable.LETTERS}:
        check_counts(_count(ask.becomes))
    event = HandoverCorrected(
        correction=desk.house.identity.paper_number(PaperLetter.CORRECTION, desk.ledger.count(HandoverCorrected) + 1),
        slip=ask.slip,
        transfer=row.transfer,
        field=ask.field,
        was=was,
        becomes=ask.becomes,
        binder=ask.binder,
    )
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"paper": event.correction})


def _count(untrusted_text: str) -> int:
    """-1 for what is no number, or not as a number is written: 29 is not put right by 029."""
    number = int(untrusted_text) if untrusted_text.isdecimal() else -1
    return number if str(number) == untrusted_text else -1


def corrected(desk: Desk, number: str, field: Correctable, first: str) -> str:
    """What the field says after the corrections so far."""
    earlier = desk.ledger.history("slip", number).all(HandoverCorrected)
    return next((each.becomes for each in reversed(earlier) if each.field is field), first)
