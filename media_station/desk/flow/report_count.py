"""F3 F4 F5 F8: counts of the steps, the contractor's papers, and what became of the enclosures."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import check_letters
from media_station.model.asks import AccountEnclosures, FileReport, ReportCount
from media_station.model.errors import Refused
from media_station.model.handover import EnclosuresAccounted, EnclosuresHandedOver
from media_station.model.transfer import CountReported, EvidenceFiled
from media_station.model.views import Answer


async def report_count(desk: Desk, by: Authority, ask: ReportCount) -> Answer:
    check_letters(ask.value)
    reported = CountReported(transfer=ask.transfer, count=ask.count, value=ask.value, note=ask.note)
    (record,) = desk.journal.commit(reported, actor=by.operator)
    return Answer(record=record.sequence, action=reported.name, facts={})


async def account_enclosures(desk: Desk, by: Authority, ask: AccountEnclosures) -> Answer:
    """Refused CNT-001 unless enclosed, spoiled and returned sheets are what was handed over."""
    out = sum(each.sheets for each in desk.ledger.history("transfer", ask.transfer).all(EnclosuresHandedOver))
    parts = (ask.enclosed, ask.spoiled, ask.returned)
    if min(parts) < 0 or sum(parts) != out:
        raise Refused("CNT-001", handed_over=out, accounted=sum(parts))
    accounted = EnclosuresAccounted(
        transfer=ask.transfer, enclosed=ask.enclosed, spoiled=ask.spoiled, returned=ask.returned
    )
    (record,) = desk.journal.commit(accounted, actor=by.operator)
    return Answer(record=record.sequence, action=accounted.name, facts={})


async def file_report(desk: Desk, by: Authority, ask: FileReport) -> Answer:
    """O9: the contractor's データ消去報告書. Refused CNT-002 without its number in the binder."""
    if not ask.binder:
        raise Refused("CNT-002")
    filed = EvidenceFiled(transfer=ask.transfer, evidence="erasure_report", binder=ask.binder)
    (record,) = desk.journal.commit(filed, actor=by.operator)
    return Answer(record=record.sequence, action=filed.name, facts={})
