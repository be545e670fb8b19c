"""S1 S2: what the guard reports is recorded; two administrators say what the machine is to have."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.findings import numbers
from media_station.doors.findings import Drift, Peer
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.instant import wall_text
from media_station.model.network import (
    DRIFT,
    ENTRIES_MOST,
    BaselineAdopted,
    BaselineView,
    DriftFound,
    DriftKind,
    DriftState,
    PeerRefused,
    baseline_text,
    parse_entry,
)
from media_station.model.network_asks import AdoptBaseline
from media_station.model.station import DriftMended
from media_station.model.views import Answer
from media_station.proof.note import sign_note

PEERS_MOST = 16


def hear(desk: Desk, untrusted_seen: Sequence[str], drift: Sequence[Drift], peers: Sequence[Peer]) -> str:
    """Records what is new; the signed baseline, or nothing if none was adopted. Refused GRD-012 too much, IDS-001."""
    if len(untrusted_seen) > ENTRIES_MOST or len(drift) > len(DriftKind) or len(peers) > PEERS_MOST:
        raise Refused("GRD-012")
    seen = tuple(sorted(parse_entry(each) for each in untrusted_seen))
    desk.journal.commit(*_drifting(desk, drift), *(_refused(desk, each) for each in peers))
    desk.machine.seen = seen
    adopted = desk.ledger.last(BaselineAdopted)
    if adopted is None or not isinstance(adopted.event, BaselineAdopted):
        return ""
    text = baseline_text(desk.house.identity.name, adopted.event.entries)
    return sign_note("baseline", text, desk.keys.receipts).decode()


async def check(desk: Desk, ask: AdoptBaseline) -> None:
    """Refused GRD-010 if the guard has not reported, GRD-011 if it has seen something else since."""
    if not desk.machine.seen:
        raise Refused("GRD-010")
    if desk.machine.seen != tuple(sorted(ask.entries)):
        raise Refused("GRD-011")


async def adopt(desk: Desk, by: Authority, ask: AdoptBaseline) -> Answer:
    """Refused as `check`, once more."""
    await check(desk, ask)
    event = BaselineAdopted(entries=desk.machine.seen, approver=by.second)
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"entries": str(len(event.entries))})


def view(desk: Desk, host_pins: Sequence[str] = ()) -> BaselineView:
    adopted = desk.ledger.last(BaselineAdopted)
    entries = adopted.event.entries if adopted is not None and isinstance(adopted.event, BaselineAdopted) else ()
    return BaselineView(
        seen=list(desk.machine.seen), adopted=list(entries), drift=_standing(desk), host_pins=list(host_pins)
    )


def _standing(desk: Desk) -> list[str]:
    return desk.ledger.in_state(DRIFT, DriftState.FOUND)


def _details(desk: Desk) -> dict[str, str]:
    """What was recorded of each kind last."""
    return {each.what: each.detail for each in desk.ledger.of(DriftFound).all(DriftFound)}


def _drifting(desk: Desk, drift: Sequence[Drift]) -> Iterator[Event]:
    standing = _standing(desk)
    details = _details(desk) if standing else {}
    number = numbers(desk.ledger, desk.house.identity)
    for each in drift:
        if each.kind.value in standing and each.detail == details[each.kind.value]:
            continue
        yield DriftFound(what=each.kind.value, detail=each.detail)
        yield FindingRaised(
            finding=next(number),
            kind=FindingKind.DRIFT,
            concerned=(),
            first=-1,
            last=-1,
            day=desk.clock.day(),
            detail=f"{each.kind.value}: {each.detail}",
        )
    now = {each.kind.value for each in drift}
    yield from (DriftMended(what=what) for what in standing if what not in now)


def _refused(desk: Desk, peer: Peer) -> PeerRefused:
    now = desk.clock.wall()
    return PeerRefused(
        address=peer.address,
        ports=tuple(peer.ports),
        packets=peer.packets,
        first_at=wall_text(now - timedelta(seconds=peer.first_seconds_ago)),
        last_at=wall_text(now - timedelta(seconds=peer.last_seconds_ago)),
    )
