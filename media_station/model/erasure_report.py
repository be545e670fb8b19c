"""データ消去報告書: what the contractor reports of his own erasure (O9, P). One that lacks a field is turned back."""

from dataclasses import dataclass, fields

from media_station.model.event import Event, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReport:
    """As it stands on the contractor's paper; "なし" is an answer, empty is none. `ended` is the day as he wrote it."""

    computer: str
    files: str
    copies: str
    spool: str
    spoiled_sheets: str
    method: str
    ended: str
    worker: str
    checker: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that say nothing, in the paper's order; who checks his own work is no checker."""
        empty = [each.name for each in fields(self) if not getattr(self, each.name)]
        return tuple(empty) or (("checker",) if self.checker == self.worker else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReportAccepted(Event):
    """All fields are filled in; it stands in the binder under `binder`."""

    name = "erasure_report.accepted"
    requirements = ("O9",)
    transfer: str
    statement: ErasureReport
    binder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReportTurnedBack(Event):
    """差戻し: `missing` are the fields without which it is no report."""

    name = "erasure_report.turned_back"
    requirements = ("O9",)
    transfer: str
    missing: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE
