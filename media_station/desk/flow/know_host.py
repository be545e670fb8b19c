"""S1 S3: by which keys the district host is known, current and next, as two administrators say; and which certificate
ends soon, theirs or the gate's own.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.findings import numbers
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised, noticed
from media_station.model.network import HOST_KEYS_MOST, PeerAdopted
from media_station.model.network_asks import AdoptHost
from media_station.model.views import Answer
from media_station.proof.pin import pin

IN_USE_MOST = HOST_KEYS_MOST + 2
_ENDS = FindingKind.CERTIFICATE_ENDS


def hear(desk: Desk, untrusted_in_use: Sequence[str]) -> list[str]:
    """What was adopted last, PEM. Of what is in use, that which ends soon is a finding, once. Refused GAT-040.

    What the gate says of it is its word alone, so no more is told than one of its own and one of each of the host's
    known keys a day.
    """
    if len(untrusted_in_use) > IN_USE_MOST:
        raise Refused("GAT-040")
    in_use = [_parse(each) for each in untrusted_in_use]
    ending = list(_ending(desk, in_use))
    if ending:
        desk.journal.commit(*ending)
    adopted = _adopted(desk)
    return [] if adopted is None else list(adopted.certificates)


async def check(desk: Desk, ask: AdoptHost) -> None:
    """Refused GAT-040 what is no certificate, is one twice or too many; GAT-041 one that has ended."""
    found = [_parse(each) for each in ask.certificates]
    if not 1 <= len({pin(each) for each in found}) == len(found) <= HOST_KEYS_MOST:
        raise Refused("GAT-040")
    if any(each.not_valid_after_utc <= desk.clock.wall() for each in found):
        raise Refused("GAT-041")


async def adopt(desk: Desk, by: Authority, ask: AdoptHost) -> Answer:
    """In place of those before; the gate takes them within seconds. Refused as `check`."""
    await check(desk, ask)
    found = [_parse(each) for each in ask.certificates]
    event = PeerAdopted(
        pins=tuple(pin(each) for each in found),
        certificates=tuple(each.public_bytes(Encoding.PEM).decode() for each in found),
        approver=by.second,
    )
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"pins": ", ".join(event.pins)})


def pins(desk: Desk) -> list[str]:
    adopted = _adopted(desk)
    return [] if adopted is None else list(adopted.pins)


def _adopted(desk: Desk) -> PeerAdopted | None:
    record = desk.ledger.last(PeerAdopted)
    return record.event if record is not None and isinstance(record.event, PeerAdopted) else None


def _ending(desk: Desk, in_use: Sequence[x509.Certificate]) -> Iterator[FindingRaised]:
    soon = desk.clock.wall().astimezone(UTC) + timedelta(days=desk.house.certificate_days)
    adopted = _adopted(desk)
    known = desk.house.host_pins if adopted is None else adopted.pins
    ending = []
    for place, each in enumerate(in_use):
        if each.not_valid_after_utc < soon and (not place or pin(each) in known):
            which = f"{'host' if place else 'gate'} {pin(each)[:16]}"
            ending.append((which if place else "gate ", f"{which} {each.not_valid_after_utc:%Y-%m-%d}"))
    if not ending:
        return
    raised = [each for each in desk.ledger.of(FindingRaised).all(FindingRaised) if each.kind is _ENDS]
    told = {each.detail for each in raised}
    today = [each.detail for each in raised if each.day == desk.clock.day()]
    number = numbers(desk.ledger, desk.house.identity)
    for whose, detail in ending:
        if detail in told or any(each.startswith(whose) for each in today):
            continue
        today.append(detail)
        yield noticed(next(number), _ENDS, desk.clock.day(), detail)


def _parse(untrusted_pem: str) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificate(untrusted_pem.encode())
        pin(found)
    except ValueError as error:
        raise Refused("GAT-040") from error
    return found
