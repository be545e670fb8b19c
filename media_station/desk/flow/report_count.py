"""F3 F4 F5 F8 O9: counts of the steps and their corrections, papers of the binder and the contractor's report among
them, what became of the enclosures.
"""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_counts, counts, opened, sheets_out, terms
from media_station.model.asks import AccountEnclosures, CorrectCount, FileEvidence, ReportCount, TakeErasureReport
from media_station.model.compliance import EvidenceFiled, Result, Side, check_requirement
from media_station.model.confirmation import confirmation_code, parse_code
from media_station.model.erasure_report import ErasureReportAccepted, ErasureReportTurnedBack
from media_station.model.errors import Refused
from media_station.model.handover import EnclosuresAccounted
from media_station.model.instant import parse_day
from media_station.model.payload import PayloadInspected
from media_station.model.transfer import Count, CountCorrected, CountReported, TransferOpened
from media_station.model.views import Answer


async def report_count(desk: Desk, by: Authority, ask: ReportCount) -> Answer:
    """Refused CNT-006 if it was reported already: what is wrong is corrected, not overwritten; CNT-008 for a
    confirmation code that isn't that of the transfer's data, or beside another count.
    """
    check_counts(ask.value)
    history = desk.ledger.history("transfer", ask.transfer)
    if ask.count in counts(history):
        raise Refused("CNT-006", count=ask.count.value)
    code = parse_code(ask.confirmation_code) if ask.confirmation_code else ""
    if code:
        inspected = desk.ledger.history("payload", history.the(TransferOpened).payload).the(PayloadInspected)
        if ask.count is not Count.PRINTED or code != confirmation_code(ask.transfer, inspected.plaintext_sha256):
            raise Refused("CNT-008")
    reported = CountReported(transfer=ask.transfer, count=ask.count, value=ask.value, confirmation_code=code)
    (record,) = desk.journal.commit(reported, actor=by.operator)
    return Answer(record=record.sequence, action=reported.name, facts={})


async def correct_count(desk: Desk, by: Authority, ask: CorrectCount) -> Answer:
    """Refused CNT-007 if there is nothing to correct, CNT-002 without the paper that explains it."""
    check_counts(ask.value)
    known = counts(desk.ledger.history("transfer", ask.transfer)).get(ask.count)
    if known is None:
        raise Refused("CNT-007", count=ask.count.value)
    if not ask.binder:
        raise Refused("CNT-002")
    corrected = CountCorrected(
        transfer=ask.transfer, count=ask.count, was=known.value, value=ask.value, binder=ask.binder
    )
    (record,) = desk.journal.commit(corrected, actor=by.operator)
    return Answer(record=record.sequence, action=corrected.name, facts={})


async def account_enclosures(desk: Desk, by: Authority, ask: AccountEnclosures) -> Answer:
    """Refused CNT-001 unless enclosed, spoiled and returned sheets are what was handed over, as corrected."""
    out = sheets_out(desk.ledger.history("transfer", ask.transfer))
    parts = (ask.enclosed, ask.spoiled, ask.returned)
    check_counts(*parts)
    if sum(parts) != out:
        raise Refused("CNT-001", handed_over=out, accounted=sum(parts))
    accounted = EnclosuresAccounted(
        transfer=ask.transfer, enclosed=ask.enclosed, spoiled=ask.spoiled, returned=ask.returned
    )
    (record,) = desk.journal.commit(accounted, actor=by.operator)
    return Answer(record=record.sequence, action=accounted.name, facts={})


async def file_evidence(desk: Desk, by: Authority, ask: FileEvidence) -> Answer:
    """A row's paper. Refused CMP-001 for an id that isn't in the map, CNT-002 without its number in the binder,
    FLW-002 for a transfer that isn't there or isn't of the consignment named, CON-003 for an unknown consignment,
    CMP-002 for a データ消去報告書, whose fields are taken one by one.
    """
    check_requirement(ask.requirement)
    of_erasure = ask.requirement == "O9" and ask.side is Side.CONTRACTOR and ask.transfer
    if of_erasure and ask.result is Result.MET:
        raise Refused("CMP-002")
    if ask.consignment:
        terms(desk.ledger, ask.consignment)
    if ask.transfer and ask.consignment not in ("", opened(desk.ledger, ask.transfer).consignment):
        raise Refused("FLW-002", number=ask.transfer)
    if not ask.binder:
        raise Refused("CNT-002")
    if ask.expires:
        parse_day(ask.expires, "expires")
    filed = EvidenceFiled(
        requirement=ask.requirement,
        side=ask.side,
        result=ask.result,
        consignment=ask.consignment,
        transfer=ask.transfer,
        binder=ask.binder,
        sha256=ask.sha256,
        day=desk.clock.day(),
        expires=ask.expires,
    )
    (record,) = desk.journal.commit(filed, actor=by.operator)
    return Answer(record=record.sequence, action=filed.name, facts={})


async def take_erasure_report(desk: Desk, by: Authority, ask: TakeErasureReport) -> Answer:
    """Accepted and filed, or turned back for what it lacks: `missing` in the answer names it. Refused FLW-002 for a
    transfer that isn't there, CNT-002 for a whole report without its number in the binder.
    """
    consignment = opened(desk.ledger, ask.transfer).consignment
    missing = ask.statement.missing
    if missing:
        turned_back = ErasureReportTurnedBack(transfer=ask.transfer, missing=missing)
        (record,) = desk.journal.commit(turned_back, actor=by.operator)
        return Answer(record=record.sequence, action=turned_back.name, facts={"missing": " ".join(missing)})
    if not ask.binder:
        raise Refused("CNT-002")
    accepted = ErasureReportAccepted(transfer=ask.transfer, statement=ask.statement, binder=ask.binder)
    filed = EvidenceFiled(
        requirement="O9",
        side=Side.CONTRACTOR,
        result=Result.MET,
        consignment=consignment,
        transfer=ask.transfer,
        binder=ask.binder,
        sha256="",
        day=desk.clock.day(),
        expires="",
    )
    record, _ = desk.journal.commit(accepted, filed, actor=by.operator)
    return Answer(record=record.sequence, action=accepted.name, facts={"missing": ""})
