"""No sequence of events that the tables allow yields a certificate without an erasure that passed, of that very medium,
after its return, and validated.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_station.model.certificate import CertificateIssued
from media_station.model.erasure import ErasureEnded, ErasureInterrupted, ErasureValidated
from media_station.model.handover import MediumHandedOver, MediumReturned
from media_station.model.medium import MEDIUM, MediumState, MediumWritten
from media_station.model.order import Action, OrderIssued, OrderLapsed, OrderRefused, Verdict
from media_station.model.payload import ImageSealed

STEPS = 45
EDGES = list(MEDIUM.edges())


def walked(draw, edges):
    """Kinds of events with their branches, each one that the table allows after those before it."""
    state, trace = None, []
    for _ in range(STEPS):
        allowed = [(event, branch, to) for at, event, branch, to in edges if at is state]
        if not allowed:
            break
        event, branch, state = draw(st.sampled_from(allowed))
        trace.append((event, branch))
    return trace


def is_founded(trace) -> bool:
    """Of a trace that ends in a certificate."""
    kinds = [event for event, _ in trace]
    last = {kind: len(kinds) - 1 - kinds[::-1].index(kind) for kind in set(kinds)}
    steps = [MediumReturned, OrderIssued, ErasureEnded, ErasureValidated]
    places = [last.get(kind, -1) for kind in (*steps, CertificateIssued)]
    return (
        places[0] >= 0
        and places == sorted(set(places))
        # Nothing was sealed for it or written to it since it came back, lost and found or handed over.
        and not {ImageSealed, MediumWritten, MediumHandedOver} & set(kinds[last[MediumReturned] :])
        and trace[last[OrderIssued]] == (OrderIssued, Action.ERASE)
        and trace[last[ErasureEnded]] == (ErasureEnded, Verdict.PASS)
        # The order that ended so is the one that was issued last: nothing broke off or lay between.
        and not {ErasureInterrupted, OrderLapsed, OrderRefused} & set(kinds[last[OrderIssued] :])
        and kinds[last[ErasureEnded] :] == [ErasureEnded, ErasureValidated, CertificateIssued]
    )


@settings(max_examples=300)
@given(st.data())
def test_a_certificate_needs_a_verified_and_validated_erasure_after_the_return(data):
    trace = walked(data.draw, EDGES)
    for number, (event, _) in enumerate(trace, start=1):
        if event is CertificateIssued:
            assert is_founded(trace[:number])


def reached(edges) -> list[list]:
    """A shortest trace over each edge that issues a certificate."""
    found, waiting, seen = [], [(None, [])], {None}
    while waiting:
        state, trace = waiting.pop(0)
        for at, event, branch, to in edges:
            if at is not state:
                continue
            if event is CertificateIssued:
                found.append([*trace, (event, branch)])
            if to not in seen:
                seen.add(to)
                waiting.append((to, [*trace, (event, branch)]))
    return found


def test_there_is_one_way_to_a_certificate():
    (trace,) = reached(EDGES)
    assert is_founded(trace)


@pytest.mark.parametrize("state", [state for state in MediumState if state is not MediumState.VALIDATED])
def test_a_table_with_another_way_would_be_found(state):
    shortcut = replace(MEDIUM, table={**MEDIUM.table, (state, CertificateIssued): MediumState.CERTIFIED})
    assert not all(map(is_founded, reached(list(shortcut.edges()))))


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNKNOWN])
def test_a_table_that_took_another_verdict_for_an_erasure_would_be_found(verdict):
    ended = {**MEDIUM.table[MediumState.ERASING, ErasureEnded], Verdict.PASS: MediumState.UNERASED}
    table = {**MEDIUM.table, (MediumState.ERASING, ErasureEnded): {**ended, verdict: MediumState.ERASED}}
    assert not all(map(is_founded, reached(list(replace(MEDIUM, table=table).edges()))))
