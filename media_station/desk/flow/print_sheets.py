"""P: the sheets that anyone may want at any time: lists of what the journal says, labels, blank forms."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.papers import destruction, forms, handed_out
from media_station.desk.papers.sheet import Fields, make_sheet, print_paper
from media_station.model.asks import PrintSheet
from media_station.model.errors import Refused
from media_station.model.ids import PaperLetter
from media_station.model.station import PaperKind, PaperPrinted
from media_station.model.views import Answer

# Kind to template, and what fills it: of desk, number, subject.
SHEETS: Final[Mapping[PaperKind, tuple[str, Callable[[Desk, str, str], Fields]]]] = MappingProxyType(
    {
        PaperKind.LEDGER: ("form", forms.handover_ledger),
        PaperKind.CASE_SHEET: ("form", forms.case_sheet),
        PaperKind.STOCK_LIST: ("form", forms.stock_list),
        PaperKind.CONTACT_TREE: ("form", forms.contact_tree),
        PaperKind.KEY_SHEET: ("form", lambda desk, number, _: forms.key_sheet(desk, number)),
        PaperKind.LABEL: ("label", handed_out.label),
        PaperKind.COUNTS_FORM: ("blank", handed_out.counts_form),
        PaperKind.ERASURE_FORM: ("blank", handed_out.erasure_form),
        PaperKind.TURN_BACK: ("form", handed_out.turn_back),
        PaperKind.RECEIPT: ("form", handed_out.receipt),
        PaperKind.ENTRUSTED: ("form", destruction.entrusted_list),
    }
)


async def print_sheets(desk: Desk, by: Authority, ask: PrintSheet) -> Answer:
    """As the journal stands now. Refused PAP-012 for a kind that belongs to a step of the flow."""
    if ask.kind not in SHEETS:
        raise Refused("PAP-012", kind=ask.kind.value)
    template, fill = SHEETS[ask.kind]
    number = desk.house.identity.paper_number(PaperLetter.FORM, desk.ledger.count(PaperPrinted) + 1)
    sheet = await make_sheet(desk, template, fill(desk, number, ask.subject))
    medium = ask.subject if ask.kind is PaperKind.LABEL else ""
    return await print_paper(desk, sheet, ask.kind, actor=by.operator, medium=medium)
