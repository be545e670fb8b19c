"""What is still to do until a transfer can be closed, in the order of the flow: for the console, the CLI and closing.

Pure: from the transfer's facts to its next steps. A transfer may be closed when no step is left but CLOSE.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from media_station.model.handover import NoticeState
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumState
from media_station.model.payload import PayloadState
from media_station.model.transfer import Count, TransferState


class StepKind(Enum):
    """A use case that waits for someone."""

    SEAL = "seal"
    WRITE = "write"
    HAND_OVER_MEDIUM = "hand_over_medium"
    PRINT_SLIP = "print_slip"
    HAND_OVER_ENCLOSURES = "hand_over_enclosures"
    PRINT_NOTICE = "print_notice"
    HAND_OVER_NOTICE = "hand_over_notice"
    REPORT_COUNT = "report_count"
    RECEIVE_MEDIUM = "receive_medium"
    RECEIVE_NOTICE = "receive_notice"
    RECEIVE_LETTERS = "receive_letters"
    IDENTIFY = "identify"
    INSPECT_LETTERS = "inspect_letters"
    HAND_OVER_LETTERS = "hand_over_letters"
    ACCOUNT_ENCLOSURES = "account_enclosures"
    FILE_REPORT = "file_report"
    ERASE = "erase"
    VALIDATE = "validate"
    CERTIFY = "certify"
    RENDER_CERTIFICATE = "render_certificate"
    DESTROY = "destroy"
    PRINT_DESTRUCTION_RECORD = "print_destruction_record"
    DESTROY_PASSWORD = "destroy_password"  # noqa: S105 - a step, not a password
    PURGE = "purge"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`subject`: the medium's, certificate's or paper's number, a kind, or a count's name; empty for the transfer."""

    kind: StepKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumFacts:
    """`certificate`, `slips_due`, `record_due`: numbers of papers not yet rendered, empty if none is."""

    number: str
    kind: MediumKind
    state: MediumState
    notice: NoticeState
    certificate_due: str
    slips_due: tuple[str, ...]
    record_due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFacts:
    """What the ledger knows of one transfer."""

    number: str
    state: TransferState
    payload: PayloadState
    kinds: tuple[str, ...]
    media: tuple[MediumFacts, ...]
    counts: frozenset[Count]
    enclosures_out: bool
    enclosures_accounted: bool
    report_filed: bool


_T = TransferState
_M = MediumState
_N = NoticeState
_LEFT = {_M.OUT, _M.BACK, _M.READING, _M.IDENTIFIED, _M.ERASING, _M.ERASED, _M.UNERASED, _M.VALIDATED, _M.CERTIFIED}
_LEFT |= {_M.DESTROYED}


def next_steps(facts: TransferFacts) -> tuple[Step, ...]:
    """All that may be done now, what comes first in the flow first; empty while the drive works and once closed."""
    if facts.state is _T.CLOSED:
        return ()
    steps = tuple(_going_out(facts)) + tuple(_away(facts)) + tuple(_ending(facts))
    return steps or _closing(facts)


def _going_out(facts: TransferFacts) -> Iterator[Step]:
    for kind in facts.kinds:
        if not any(m.kind.value == kind and m.state is not _M.SPOILED and _serves(m) for m in facts.media):
            yield Step(kind=StepKind.SEAL, subject=kind)
    for medium in facts.media:
        for slip in medium.slips_due:
            yield Step(kind=StepKind.PRINT_SLIP, subject=slip)
        if medium.state is _M.SEALED:
            yield Step(kind=StepKind.WRITE, subject=medium.number)
        if medium.state is _M.WRITTEN:
            yield Step(kind=StepKind.HAND_OVER_MEDIUM, subject=medium.number)


def _serves(medium: MediumFacts) -> bool:
    """Not a spoiled medium that was destroyed before it ever left: its password is unprinted or gone unprinted."""
    return not (medium.state is _M.DESTROYED and medium.notice is _N.KEPT)


def _away(facts: TransferFacts) -> Iterator[Step]:
    """From the first handover until everything is back; the notice follows on another occasion."""
    if facts.state is _T.OPENED or any(True for _ in _going_out(facts)):
        return
    if not facts.enclosures_out:
        yield Step(kind=StepKind.HAND_OVER_ENCLOSURES, subject="")
    notices = tuple(_notices_out(facts))
    yield from notices
    if not notices:
        yield from _counts(facts)
        yield from _letters(facts)
        for medium in facts.media:
            yield from _medium_back(medium)


def _notices_out(facts: TransferFacts) -> Iterator[Step]:
    for medium in facts.media:
        if medium.state in _LEFT and medium.notice is _N.KEPT and _serves(medium):
            yield Step(kind=StepKind.PRINT_NOTICE, subject=medium.number)
        if medium.state in _LEFT and medium.notice is _N.PRINTED:
            yield Step(kind=StepKind.HAND_OVER_NOTICE, subject=medium.number)


def _counts(facts: TransferFacts) -> Iterator[Step]:
    due = [Count.ENVELOPES, Count.PRINTED, Count.ENCLOSED]
    if facts.state is _T.POSTED:
        due.append(Count.POSTED)
    for count in due:
        if count not in facts.counts:
            yield Step(kind=StepKind.REPORT_COUNT, subject=count.value)


def _letters(facts: TransferFacts) -> Iterator[Step]:
    kind = {
        _T.OUT: StepKind.RECEIVE_LETTERS,
        _T.DELIVERED: StepKind.INSPECT_LETTERS,
        _T.PASSED: StepKind.HAND_OVER_LETTERS,
    }.get(facts.state)
    if kind is not None:
        yield Step(kind=kind, subject="")


def _medium_back(medium: MediumFacts) -> Iterator[Step]:
    if medium.state is _M.OUT:
        yield Step(kind=StepKind.RECEIVE_MEDIUM, subject=medium.number)
    elif medium.notice is _N.OUT:
        yield Step(kind=StepKind.RECEIVE_NOTICE, subject=medium.number)
    if medium.state is _M.BACK:
        yield Step(kind=StepKind.IDENTIFY, subject=medium.number)


def _ending(facts: TransferFacts) -> Iterator[Step]:
    """What waits for ⑦."""
    if facts.state not in {_T.PASSED, _T.POSTED}:
        return
    if not facts.enclosures_accounted:
        yield Step(kind=StepKind.ACCOUNT_ENCLOSURES, subject="")
    if not facts.report_filed:
        yield Step(kind=StepKind.FILE_REPORT, subject="")
    for medium in facts.media:
        yield from _medium_ending(medium)


def _medium_ending(medium: MediumFacts) -> Iterator[Step]:
    destroy = {_M.SPOILED, _M.UNERASED} | ({_M.IDENTIFIED} if medium.kind.write_once else set())
    if medium.state in destroy:
        yield Step(kind=StepKind.DESTROY, subject=medium.number)
    elif medium.state is _M.IDENTIFIED:
        yield Step(kind=StepKind.ERASE, subject=medium.number)
    elif medium.state is _M.ERASED:
        yield Step(kind=StepKind.VALIDATE, subject=medium.number)
    elif medium.state is _M.VALIDATED:
        yield Step(kind=StepKind.CERTIFY, subject=medium.number)
    if medium.certificate_due:
        yield Step(kind=StepKind.RENDER_CERTIFICATE, subject=medium.certificate_due)
    if medium.record_due:
        yield Step(kind=StepKind.PRINT_DESTRUCTION_RECORD, subject=medium.record_due)
    if medium.notice is _N.BACK or (medium.notice is _N.KEPT and medium.state is _M.DESTROYED):
        yield Step(kind=StepKind.DESTROY_PASSWORD, subject=medium.number)


def _closing(facts: TransferFacts) -> tuple[Step, ...]:
    """Only when every medium and password has come to its end; while the drive works, nothing is to be done."""
    ended = all(m.state in {_M.CERTIFIED, _M.DESTROYED} and m.notice is _N.DESTROYED for m in facts.media)
    if facts.state is not _T.POSTED or not ended:
        return ()
    if facts.payload is not PayloadState.PURGED:
        return (Step(kind=StepKind.PURGE, subject=""),)
    return (Step(kind=StepKind.CLOSE, subject=""),)
