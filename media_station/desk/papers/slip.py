"""確認記録票, for a medium's way out and its way back."""

from media_station.desk.desk import Desk
from media_station.desk.papers.sheet import KINDS, Fields, common, handler, local, person, print_sheet
from media_station.model.errors import Refused
from media_station.model.handover import MediumHandedOver, MediumReturned
from media_station.model.ids import PaperLetter
from media_station.model.medium import MediumRegistered


def next_number(desk: Desk) -> str:
    """Every handover of a medium has a slip."""
    count = desk.ledger.count(MediumHandedOver) + desk.ledger.count(MediumReturned)
    return desk.house.identity.paper_number(PaperLetter.SLIP, count + 1)


async def print_slip(desk: Desk, number: str) -> tuple[str, str]:
    """The medium and the PDF's SHA-256; Refused PAP-010 if no handover has this slip's number."""
    for record in desk.ledger.of(MediumHandedOver, MediumReturned).records:
        event = record.event
        if isinstance(event, MediumHandedOver | MediumReturned) and event.slip == number:
            break
    else:
        raise Refused("PAP-010", number=number)
    registered = desk.ledger.history("medium", event.medium).the(MediumRegistered)
    fields: Fields = {
        **common(desk, number=number, transfer=event.transfer, about=record),
        "direction": "貸出" if isinstance(event, MediumHandedOver) else "返却",
        "occurred_at": local(record),
        "transfer_number": event.transfer,
        "municipality_handler": person(desk, event.clerk),
        "contractor_handler": handler(desk, event.transfer, event.handler),
        "rows": [
            {
                "item": KINDS[registered.kind],
                "identification": event.medium,
                "quantity": 1,
                "unit": "枚" if registered.kind.write_once else "本",
                "remark": registered.serial,
            }
        ],
        "bag_number": event.bag,
        "seal_number": "",
        "occasion": f"{event.day} {handler(desk, event.transfer, event.handler)}",
    }
    return event.medium, await print_sheet(desk, "slip", fields)
