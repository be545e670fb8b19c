"""What the guard reports at the desk: each drift once, and a baseline of two administrators or none."""

import asyncio
from dataclasses import replace

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, ME, PASSWORD

from media_station.desk.access.authority import grant
from media_station.desk.flow import keep_watch
from media_station.doors.findings import Drift, Peer
from media_station.model.errors import Refused
from media_station.model.finding import FindingKind, FindingRaised
from media_station.model.network import (
    ENTRIES_MOST,
    BaselineAdopted,
    DriftFound,
    DriftKind,
    PeerRefused,
    baseline_text,
)
from media_station.model.network_asks import AdoptBaseline
from media_station.model.station import DriftMended
from media_station.model.views import SecondPerson
from media_station.proof.note import open_note

SEEN = ["socket tcp 192.0.2.2:8443", "interface eth0 52:54:00:00:00:01"]
CABLE = Drift(kind=DriftKind.INTERFACE, detail="eth1 52:54:00:00:00:02")
STRANGER = Peer(address="192.0.2.3", ports=["tcp/22"], packets=3, first_seconds_ago=5, last_seconds_ago=2)


def adopted(bench, entries, by=ADMINISTRATORS[0], second=ADMINISTRATORS[1]):
    bench.wait(60)  # each code is shown once

    async def asked():
        session = bench.sessions.begin(by, ME)
        beside = SecondPerson(operator=second, password=PASSWORD, code=bench.code(second)) if second else None
        ask = AdoptBaseline(entries=entries)
        granted = await grant(
            bench.desk, bench.sessions, ME, action=AdoptBaseline, session=session, code=bench.code(by), second=beside
        )
        return await keep_watch.adopt(bench.desk, granted, ask)

    try:
        return asyncio.run(asked())
    except Refused as error:
        return error.code


def test_a_drift_is_recorded_once_with_a_finding_and_once_when_it_is_over(bench):
    for drift in ([], [CABLE], [CABLE], [], []):
        keep_watch.hear(bench.desk, SEEN, drift, [])
    assert bench.told(DriftFound) == [DriftFound(what="interface", detail=CABLE.detail)]
    assert bench.told(DriftMended) == [DriftMended(what="interface")]
    assert [each.kind for each in bench.told(FindingRaised)] == [FindingKind.DRIFT]


def test_more_of_a_kind_that_drifts_already_is_a_record_and_a_finding_of_its_own(bench):
    both = Drift(kind=DriftKind.INTERFACE, detail=f"{CABLE.detail}, eth2 52:54:00:00:00:03")
    for drift in ([CABLE], [both], [both], []):
        keep_watch.hear(bench.desk, SEEN, drift, [])
    assert [each.detail for each in bench.told(DriftFound)] == [CABLE.detail, both.detail]
    assert [each.detail for each in bench.told(FindingRaised)] == [
        f"interface: {each.detail}" for each in (CABLE, both)
    ]
    assert len(bench.told(DriftMended)) == 1


def test_a_desk_that_starts_again_knows_what_drifts(bench):
    keep_watch.hear(bench.desk, SEEN, [CABLE], [])
    bench.restart()
    assert keep_watch.view(bench.desk).drift == ["interface"]
    assert keep_watch.view(bench.desk).seen == []
    keep_watch.hear(bench.desk, SEEN, [CABLE], [])
    assert len(bench.told(DriftFound)) == 1


def test_peers_are_recorded_with_the_desks_time(bench):
    keep_watch.hear(bench.desk, SEEN, [], [STRANGER])
    (refused,) = bench.told(PeerRefused)
    assert (refused.address, refused.ports, refused.packets) == ("192.0.2.3", ("tcp/22",), 3)
    assert refused.first_at < refused.last_at


def test_peers_are_recorded_once_a_minute_and_the_others_in_one_record_for_all(bench):
    for packets in range(1, 101):
        keep_watch.hear(bench.desk, SEEN, [], [replace(STRANGER, packets=packets)] * 2)
    assert [each.packets for each in bench.told(PeerRefused)] == [1, 1]
    bench.desk.machine.peers_due_ms -= 60_000
    keep_watch.hear(bench.desk, SEEN, [], [])
    keep_watch.hear(bench.desk, SEEN, [], [])
    together = bench.told(PeerRefused)[2:]
    assert [(each.address, each.ports, each.packets) for each in together] == [("", (), 2 * sum(range(2, 101)))]
    assert together[0].first_at < together[0].last_at


def test_a_drift_that_changes_or_comes_and_goes_all_day_fills_no_journal_and_stays_found(bench):
    details = [Drift(kind=DriftKind.SOCKET, detail=f"tcp 0.0.0.0:{port}") for port in range(1000, 1100)]
    for each in details:
        keep_watch.hear(bench.desk, SEEN, [each], [])
    assert len(bench.told(DriftFound)) == keep_watch.DRIFT_MOST
    for _ in range(100):
        keep_watch.hear(bench.desk, SEEN, [CABLE], [])
        keep_watch.hear(bench.desk, SEEN, [], [])
    of_the_cable = [each for each in bench.told(DriftFound, DriftMended) if each.what == "interface"]
    assert keep_watch.DRIFT_MOST - 1 <= len(of_the_cable) <= keep_watch.DRIFT_MOST
    keep_watch.hear(bench.desk, SEEN, [CABLE], [])
    bench.restart()
    for each in details:
        keep_watch.hear(bench.desk, SEEN, [each, CABLE], [])
    assert len(bench.told(DriftFound)) < 2 * keep_watch.DRIFT_MOST
    assert keep_watch.view(bench.desk).drift == ["socket", "interface"]
    bench.wait(24 * 60 * 60)
    keep_watch.hear(bench.desk, SEEN, [], [])
    assert keep_watch.view(bench.desk).drift == []


def test_two_administrators_adopt_what_the_guard_sees_and_the_guard_gets_it_signed(bench):
    assert adopted(bench, SEEN) == "GRD-010"
    assert keep_watch.hear(bench.desk, SEEN, [], []) == ""
    assert adopted(bench, SEEN[:1]) == "GRD-011"
    assert adopted(bench, SEEN).facts == {"entries": "2"}
    note = keep_watch.hear(bench.desk, SEEN, [], [])
    text = open_note("baseline", note.encode(), [bench.desk.keys.receipts.verifier]).text
    assert text == baseline_text(bench.desk.house.identity.name, tuple(SEEN))
    assert bench.told(BaselineAdopted) == [BaselineAdopted(entries=tuple(sorted(SEEN)), approver=ADMINISTRATORS[1])]


@pytest.mark.parametrize(("second", "code"), [(None, "ACC-013"), (ADMINISTRATORS[0], "ACC-014"), (APPROVER, "ACC-014")])
def test_one_administrator_adopts_nothing(bench, second, code):
    keep_watch.hear(bench.desk, SEEN, [], [])
    assert adopted(bench, SEEN, second=second) == code


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (["firewall off"], "IDS-001"),
        (["socket tcp 192.0.2.2:8443\nsocket"], "IDS-001"),
        (["route"], "IDS-001"),
        ([f"socket tcp 192.0.2.2:{n}" for n in range(ENTRIES_MOST + 1)], "GRD-012"),
    ],
)
def test_what_is_no_report_is_refused_and_not_kept(bench, seen, code):
    with pytest.raises(Refused, match=code):
        keep_watch.hear(bench.desk, seen, [CABLE], [STRANGER])
    assert not bench.desk.machine.seen
    assert not bench.told(DriftFound, PeerRefused)
