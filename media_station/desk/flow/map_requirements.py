"""The requirement map, printed with its evidence for the committee."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.reports import compliance_rows
from media_station.desk.papers import compliance
from media_station.desk.papers.sheet import print_paper
from media_station.model.asks import PrintCompliance
from media_station.model.ids import PaperLetter
from media_station.model.station import PaperKind, PaperPrinted
from media_station.model.views import Answer


async def print_map(desk: Desk, by: Authority, ask: PrintCompliance) -> Answer:  # noqa: ARG001 - it has no fields
    """As the journal stands now; each printing has a number of its own."""
    number = desk.house.identity.paper_number(PaperLetter.FORM, desk.ledger.count(PaperPrinted) + 1)
    sheet = await compliance.make_map(desk, number, compliance_rows(desk.ledger, desk.clock.day()))
    return await print_paper(desk, sheet, PaperKind.COMPLIANCE, actor=by.operator)
