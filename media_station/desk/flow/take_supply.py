"""S4, S5: virus patterns and updates of the station come in, at the gate or from a medium, as a publisher signed them.
Nothing of them is looked at or installed here: whoever does verifies the file again (`proof/supply`).
"""

import asyncio
import os

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.errors import Refused
from media_station.model.supply import Supply, SupplyKind, SupplyReceived
from media_station.model.views import Answer
from media_station.proof.note import JSON, sign_json
from media_station.proof.supply import HEADER_BYTES, header_line, open_header


def offer(desk: Desk, untrusted_header: str) -> tuple[Supply, str]:
    """The supply and its key's id. Refused SUP-003 unless it is newer than what was taken last of its kind by this key,
    or the very same one that no longer lies there, as after a restore; SUP-001 and what else `open_header` refuses.
    """
    supply, key_id = open_header(untrusted_header.encode(), desk.house.publishers)
    last = _last(desk, supply.kind, key_id)
    if last is None or supply.number > last.number:
        return supply, key_id
    if (supply.name, supply.sha256) != (last.supply, last.sha256) or desk.spool.announced(
        supply.kind, desk.house.publishers
    ) == supply:
        raise Refused("SUP-003", supply=supply.name, last=last.number)
    return supply, key_id


async def take(desk: Desk, untrusted_header: str, body: int) -> str:
    """Copies the complete body into the inbox, behind its header, in place of the one before, and records it; the
    signed receipt. As `offer`; Refused FLW-003 while one of its kind is being taken, SPL-001 if it isn't what was
    signed.
    """
    supply, _ = await _take(desk, untrusted_header, body)
    return receipt(desk, supply.name)


async def take_by_hand(desk: Desk, by: Authority, untrusted_file: int) -> Answer:
    """The same with a whole file, header and body. As `take`; Refused SUP-001 for no file."""
    try:
        line, newline, _ = os.pread(untrusted_file, HEADER_BYTES + 1, 0).partition(b"\n")
        header = line.decode()
    except (OSError, ValueError) as error:
        raise Refused("SUP-001") from error
    supply, record = await _take(desk, header, untrusted_file, start=len(line + newline), actor=by.operator)
    return Answer(record=record, action=SupplyReceived.name, facts={"supply": supply.name})


async def _take(desk: Desk, untrusted_header: str, body: int, *, start: int = 0, actor: str = "") -> tuple[Supply, int]:
    supply, key_id = offer(desk, untrusted_header)
    if supply.kind.value in desk.performing:
        raise Refused("FLW-003", number=supply.name)
    if os.fstat(body).st_size - start != supply.length:
        raise Refused("SPL-001", payload=supply.name)
    desk.performing.add(supply.kind.value)
    try:
        await asyncio.to_thread(desk.spool.take_supply, supply, header_line(untrusted_header.encode()), body, start)
    finally:
        desk.performing.discard(supply.kind.value)
    event = SupplyReceived(
        supply=supply.name,
        number=supply.number,
        made=supply.made,
        length=supply.length,
        sha256=supply.sha256,
        key_id=key_id,
    )
    (record,) = desk.journal.commit(event, actor=actor)
    return supply, record.sequence


def receipt(desk: Desk, untrusted_supply: str) -> str:
    """Signed JSON, purpose `supply-receipt`; empty if this one was never taken."""
    for record in desk.ledger.of(SupplyReceived).records:
        taken = record.event
        if isinstance(taken, SupplyReceived) and taken.supply == untrusted_supply:
            fields: dict[str, JSON] = {
                "supply": taken.supply,
                "sha256": taken.sha256,
                "length": taken.length,
                "record": record.sequence,
                "checkpoint": desk.journal.head.decode(),
            }
            return sign_json("supply-receipt", fields, desk.keys.receipts).decode()
    return ""


def _last(desk: Desk, kind: SupplyKind, key_id: str) -> SupplyReceived | None:
    taken = desk.ledger.of(SupplyReceived).all(SupplyReceived)
    of_kind = (each for each in taken if each.supply.startswith(f"{kind.value}-") and each.key_id == key_id)
    return max(of_kind, key=lambda each: each.number, default=None)
