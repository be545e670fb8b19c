"""What becomes of refused packets: nothing is lost from the sum, and nothing makes many records."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from media_station.doors.findings import PORTS_MOST
from media_station.guard.firewall import Counts
from media_station.guard.refused import PEERS_A_RECORDING, RECORD_SECONDS, RefusedPeers


def counts(total, **by):
    """`tcp_22=3` of the one stranger."""
    tried = {("192.0.2.3", *name.split("_")): packets for name, packets in by.items()}
    return Counts(total=total, by={(a, b, int(c)): packets for (a, b, c), packets in tried.items()})


def told(peers, now):
    due = peers.due(now)
    peers.told(now)
    return [(each.address, each.ports, each.packets) for each in due]


def test_the_first_is_told_of_at_once_and_then_what_came_in_a_minute():
    peers = RefusedPeers()
    peers.see(counts(3, tcp_22=3), 100.0)
    assert told(peers, 100.0) == [("192.0.2.3", ["tcp/22"], 3)]
    peers.see(counts(5, tcp_22=4, udp_53=1), 110.0)
    peers.see(counts(6, tcp_22=5, udp_53=1), 120.0)
    assert peers.due(100.0 + RECORD_SECONDS - 1) == []
    (due,) = peers.due(100.0 + RECORD_SECONDS)
    assert (due.packets, due.ports) == (3, ["tcp/22", "udp/53"])
    assert (due.first_seconds_ago, due.last_seconds_ago) == (50, 40)


def test_what_was_not_recorded_is_still_due():
    peers = RefusedPeers()
    peers.see(counts(1, tcp_22=1), 0.0)
    assert peers.due(0.0)
    peers.see(counts(2, tcp_22=2), 2.0)
    assert told(peers, 2.0) == [("192.0.2.3", ["tcp/22"], 2)]


def test_counters_that_begin_anew_are_not_taken_for_fewer():
    peers = RefusedPeers()
    peers.see(counts(9, tcp_22=9), 0.0)
    peers.see(counts(10, tcp_22=1), 1.0)
    peers.forget()
    peers.see(counts(2, tcp_22=2), 2.0)
    assert told(peers, 2.0) == [("192.0.2.3", ["tcp/22"], 12)]


def test_of_one_address_some_ports_are_named_and_of_many_addresses_those_with_most():
    peers = RefusedPeers()
    by = {(f"192.0.2.{n}", "tcp", port): n for n in range(1, 101) for port in range(1, 21)}
    peers.see(Counts(total=sum(by.values()) + 7, by=by), 0.0)
    *named, others = peers.due(0.0)
    assert [each.address for each in named] == [f"192.0.2.{n}" for n in range(100, 100 - PEERS_A_RECORDING, -1)]
    assert {len(each.ports) for each in named} == {PORTS_MOST}
    assert (others.address, others.ports) == ("", [])
    assert sum(each.packets for each in (*named, others)) == sum(by.values()) + 7


TRIED = st.tuples(st.sampled_from([f"198.51.100.{n}" for n in range(200)]), st.just("tcp"), st.integers(1, 65535))


@given(st.lists(st.dictionaries(TRIED, st.integers(1, 9), max_size=30), max_size=20))
def test_whatever_comes_the_sum_is_right_and_a_minute_has_few_records(looks):
    peers, sum_of, by, packets, records = RefusedPeers(), 0, {}, 0, []
    for number, look in enumerate(looks):
        by = {tried: by.get(tried, 0) + more for tried, more in look.items()} | {
            tried: had for tried, had in by.items() if tried not in look
        }
        sum_of += sum(look.values())
        now = number * 10.0
        peers.see(Counts(total=sum_of, by=by), now)
        if due := peers.due(now):
            peers.told(now)
            records.append((now, len(due)))
            packets += sum(each.packets for each in due)
    packets += sum(each.packets for each in peers.due(1e9))
    assert packets == sum_of
    assert all(many <= PEERS_A_RECORDING + 1 for _, many in records)
    assert all(b - a >= RECORD_SECONDS for (a, _), (b, _) in pairwise(records))
