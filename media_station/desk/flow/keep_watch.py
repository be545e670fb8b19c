"""S1 S2: what the guard reports is recorded; two administrators say what the machine is to have."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.findings import numbers
from media_station.doors.findings import Drift, Peer
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised, noticed
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
from media_station.model.strict_json import LARGEST_INTEGER
from media_station.model.views import Answer
from media_station.proof.note import sign_note

PEERS_MOST = 16
# Of one kind in a UTC day: far more than the guard finds of a machine (a detail is full after some 25 changes). When
# that many are made the kind stays found, whatever comes and goes, until the next day.
DRIFT_MOST = 64
# Less than the guard's own minute, so that what is on time is recorded by itself.
PEERS_EVERY_MS = 50_000


def hear(desk: Desk, untrusted_seen: Sequence[str], drift: Sequence[Drift], peers: Sequence[Peer]) -> str:
    """Records what is new; the signed baseline, or nothing if none was adopted. Refused GRD-012 too much, IDS-001."""
    if len(untrusted_seen) > ENTRIES_MOST or len(drift) > len(DriftKind) or len(peers) > PEERS_MOST:
        raise Refused("GRD-012")
    seen = tuple(sorted(parse_entry(each) for each in untrusted_seen))
    _remember(desk)
    drifting = tuple(_drifting(desk, drift))
    waiting = (*desk.machine.early, *(_refused(desk, each) for each in peers))
    due = desk.clock.boottime_ms() >= desk.machine.peers_due_ms
    desk.journal.commit(*drifting, *(waiting if due else ()))
    for event in drifting:
        if isinstance(event, DriftFound | DriftMended):
            desk.machine.records[event.what] += 1
        if isinstance(event, DriftFound):
            desk.machine.details[event.what] = event.detail
    if due and waiting:
        desk.machine.peers_due_ms = desk.clock.boottime_ms() + PEERS_EVERY_MS
    desk.machine.early = () if due else _together(waiting)
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


def _remember(desk: Desk) -> None:
    """What the journal has of drift: the details once, how many records there are of today once a day."""
    machine, today = desk.machine, desk.clock.wall().date().isoformat()
    if machine.day == today:
        return
    if not machine.day:
        machine.details = {each.what: each.detail for each in desk.ledger.of(DriftFound).all(DriftFound)}
    within = desk.ledger.of_days(today, "")
    events = desk.ledger.of(DriftFound, DriftMended, start=within.start, most=-1 if within else 0)
    found, mended = events.all(DriftFound), events.all(DriftMended)
    machine.records = Counter([*(each.what for each in found), *(each.what for each in mended)])
    machine.day = today


def _drifting(desk: Desk, drift: Sequence[Drift]) -> Iterator[DriftFound | FindingRaised | DriftMended]:
    standing, machine = _standing(desk), desk.machine
    number = numbers(desk.ledger, desk.house.identity)
    for each in drift:
        what = each.kind.value
        told = what in standing and each.detail == machine.details[what]
        if told or machine.records[what] >= DRIFT_MOST:
            continue
        yield DriftFound(what=what, detail=each.detail)
        yield noticed(next(number), FindingKind.DRIFT, desk.clock.day(), f"{what}: {each.detail}")
    now = {each.kind.value for each in drift}
    # What is mended leaves room for being found again: the last word is never that it is over when it isn't.
    over = [what for what in standing if what not in now and machine.records[what] < DRIFT_MOST - 1]
    yield from (DriftMended(what=what) for what in over)


def _refused(desk: Desk, peer: Peer) -> PeerRefused:
    now = desk.clock.wall()
    return PeerRefused(
        address=peer.address,
        ports=tuple(peer.ports),
        packets=peer.packets,
        first_at=wall_text(now - timedelta(seconds=peer.first_seconds_ago)),
        last_at=wall_text(now - timedelta(seconds=peer.last_seconds_ago)),
    )


def _together(peers: Sequence[PeerRefused]) -> tuple[PeerRefused, ...]:
    """One for all of them."""
    if not peers:
        return ()
    return (
        PeerRefused(
            address="",
            ports=(),
            packets=min(sum(each.packets for each in peers), LARGEST_INTEGER),
            first_at=min(each.first_at for each in peers),
            last_at=max(each.last_at for each in peers),
        ),
    )
