"""Findings as people see them: what was noticed, whom it concerns, what became of it."""

from collections.abc import Iterator

from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.seen import operator_names
from media_station.model.finding import (
    FINDING,
    OF_THE_STATION,
    FindingDisposed,
    FindingRaised,
    FindingState,
)
from media_station.model.ids import Identity
from media_station.model.views import FindingView, OpenFindings

Known = tuple[object, int, int]


def numbers(ledger: Ledger, identity: Identity) -> Iterator[str]:
    """The numbers of findings to come, for one commit."""
    count = ledger.count(FindingRaised)
    while True:
        count += 1
        yield identity.finding_number(count)


def known(ledger: Ledger) -> set[Known]:
    """What was raised already, by kind and records."""
    return {(each.kind, each.first, each.last) for each in ledger.of(FindingRaised).all(FindingRaised)}


def finding_views(ledger: Ledger, state: FindingState, page: slice) -> list[FindingView]:
    """Some of those in this state, in the order in which they were raised."""
    names = operator_names(ledger)
    return [_view(ledger, number, names) for number in ledger.in_state(FINDING, state)[page]]


def of_days(ledger: Ledger, since: str, until: str) -> list[FindingView]:
    """All that are of these days, as they stand now."""
    names = operator_names(ledger)
    raised = ledger.of(FindingRaised).all(FindingRaised)
    return [_view(ledger, each.finding, names) for each in raised if since <= each.day <= until]


def open_findings(ledger: Ledger) -> OpenFindings:
    waiting = ledger.in_state(FINDING, FindingState.RAISED)
    raised = [ledger.history("finding", number).the(FindingRaised) for number in waiting]
    kinds = {each.kind for each in raised}
    return OpenFindings(
        count=len(waiting),
        oldest=min((each.day for each in raised), default=""),
        worst=next((each.value for each in OF_THE_STATION if each in kinds), ""),
    )


def _view(ledger: Ledger, number: str, names: dict[str, str]) -> FindingView:
    history = ledger.history("finding", number)
    raised, disposed = history.the(FindingRaised), history.last(FindingDisposed)
    return FindingView(
        finding=number,
        kind=raised.kind,
        day=raised.day,
        first=raised.first,
        last=raised.last,
        detail=raised.detail,
        concerned=list(raised.concerned),
        concerned_names=[names.get(each, "") for each in raised.concerned],
        disposition="" if disposed is None else disposed.disposition.value,
        binder="" if disposed is None else disposed.binder,
        reviewer="" if disposed is None else disposed.reviewer,
        reviewer_name="" if disposed is None else names.get(disposed.reviewer, ""),
    )
