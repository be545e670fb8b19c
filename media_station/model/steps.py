"""What is still to do until a transfer can be closed, in the order of the flow: for the console, the CLI and closing.

Pure: from the transfer's facts to its next steps. A transfer may be closed when no step is left but CLOSE.
While an incident holds a transfer frozen, the one step is RESUME; what comes back is received all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from media_station.model.handover import NoticeState
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumState
from media_station.model.payload import PayloadState
from media_station.model.transfer import Count, FreezeState, ReleaseState, TransferState


class StepKind(Enum):
    """A use case that waits for someone."""

    SEAL = "seal"
    WRITE = "write"
    HAND_OVER_MEDIUM = "hand_over_medium"
    PRINT_SLIP = "print_slip"
    SCAN_PAPER = "scan_paper"
    HAND_OVER_ENCLOSURES = "hand_over_enclosures"
    PRINT_NOTICE = "print_notice"
    SCAN_NOTICE = "scan_notice"
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
    PROVE_DESTRUCTION = "prove_destruction"
    PRINT_DESTRUCTION_RECORD = "print_destruction_record"
    DESTROY_PASSWORD = "destroy_password"  # noqa: S105 - a step, not a password
    PURGE = "purge"
    CLOSE = "close"
    RESUME = "resume"
    CLOSE_BY_INCIDENT = "close_by_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`subject`: the medium's, certificate's or paper's number, a kind, or a count's name; empty for the transfer."""

    kind: StepKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediumFacts:
    """What happened to it since its image was sealed.

    `back`: returned and matched with what left (an attested one is not). `notice_left`: handed over, or lost in the
    house. `certificate_due`, `record_due`: numbers of papers not yet printed, empty if none is; `notice_due`,
    `scans_due`: of those printed and not scanned back yet.
    """

    number: str
    kind: MediumKind
    state: MediumState
    notice: NoticeState
    left: bool
    back: bool
    notice_left: bool
    notice_back: bool
    certificate_due: str
    record_due: str
    notice_due: str
    scans_due: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFacts:
    """What the ledger knows of one transfer. `incident` is the one that holds it frozen, `incidents` all there were.

    `counts` are those reported since the last ⑦ that was not passed. `enclosures_accounted`: all sheets that went
    out, as they were corrected; `report_filed`: the contractor's last word on the erasure, since data last went out to
    work with, is that it is done.
    """

    number: str
    state: TransferState
    release: ReleaseState
    freeze: FreezeState
    incident: str
    incidents: tuple[str, ...]
    payload_number: str
    payload: PayloadState
    kinds: tuple[MediumKind, ...]
    media: tuple[MediumFacts, ...]
    counts: frozenset[Count]
    slips_due: tuple[str, ...]
    scans_due: tuple[str, ...]
    enclosures_out: bool
    enclosures_accounted: bool
    report_filed: bool


_T = TransferState
_M = MediumState
_N = NoticeState
_MAY_LEAVE = {_T.OPENED, _T.OUT}
_AT_END = {_M.CERTIFIED, _M.DESTROYED, _M.LOST}
_REPORTED = (Count.ENVELOPES, Count.PRINTED, Count.ENCLOSED, Count.COMBINED, Count.SPOILED)


def next_steps(facts: TransferFacts) -> tuple[Step, ...]:
    """All that may be done now, what comes first in the flow first; empty while the drive works and once closed."""
    if facts.state is _T.CLOSED:
        return ()
    if facts.freeze is FreezeState.FROZEN:
        return (Step(kind=StepKind.RESUME, subject=facts.incident),)
    slips = tuple(Step(kind=StepKind.PRINT_SLIP, subject=slip) for slip in facts.slips_due)
    slips += tuple(Step(kind=StepKind.SCAN_PAPER, subject=slip) for slip in facts.scans_due)
    if facts.state is _T.CLOSED_BY_INCIDENT:
        return tuple(_turned_up(facts))
    steps = slips + tuple(_going_out(facts)) + tuple(_away(facts)) + tuple(_ending(facts))
    if facts.state is _T.POSTED and not steps:
        return _closing(facts, all_done=True)
    return steps + (_closing(facts, all_done=False) if facts.incidents else ())


def _turned_up(facts: TransferFacts) -> Iterator[Step]:
    """What was lost when the transfer ended."""
    for medium in facts.media:
        if medium.state is _M.BACK:
            yield Step(kind=StepKind.IDENTIFY, subject=medium.number)
        if facts.release is ReleaseState.RELEASED:
            yield from _medium_ending(medium, may_leave=False)


def _going_out(facts: TransferFacts) -> Iterator[Step]:
    """Nothing once the letters are there."""
    if facts.state not in _MAY_LEAVE:
        return
    for kind in facts.kinds:
        if not any(m.kind is kind and _serves(m) for m in facts.media):
            yield Step(kind=StepKind.SEAL, subject=kind.value)
    for medium in facts.media:
        if medium.state is _M.SEALED:
            yield Step(kind=StepKind.WRITE, subject=medium.number)
        if medium.state is _M.WRITTEN:
            yield Step(kind=StepKind.HAND_OVER_MEDIUM, subject=medium.number)


def _serves(medium: MediumFacts) -> bool:
    """It left, or it still can; not one whose password somebody may have read in the house."""
    if medium.notice is _N.SPOILED:
        return False
    return medium.left or medium.state not in {_M.SPOILED, _M.ENTRUSTED, _M.DESTROYED, _M.LOST}


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
    """None once the letters are there: nobody needs the password any more."""
    if facts.state not in _MAY_LEAVE:
        return
    for medium in facts.media:
        if not medium.left or medium.state in _AT_END | {_M.ENTRUSTED}:
            continue
        if medium.notice is _N.KEPT:
            yield Step(kind=StepKind.PRINT_NOTICE, subject=medium.number)
        if medium.notice is _N.PRINTED:
            yield Step(kind=StepKind.SCAN_NOTICE, subject=medium.notice_due)
        if medium.notice is _N.SCANNED:
            yield Step(kind=StepKind.HAND_OVER_NOTICE, subject=medium.number)


def _counts(facts: TransferFacts) -> Iterator[Step]:
    due = (*_REPORTED, Count.POSTED) if facts.state is _T.POSTED else _REPORTED
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
    """What waits for ⑦, or for an approver's word."""
    if facts.release is ReleaseState.HELD:
        return
    if not facts.enclosures_accounted:
        yield Step(kind=StepKind.ACCOUNT_ENCLOSURES, subject="")
    if not facts.report_filed:
        yield Step(kind=StepKind.FILE_REPORT, subject="")
    for medium in facts.media:
        yield from _medium_ending(medium, may_leave=facts.state in _MAY_LEAVE)


def _medium_ending(medium: MediumFacts, *, may_leave: bool) -> Iterator[Step]:
    destroy = {_M.SPOILED, _M.UNERASED, _M.ATTESTED} | ({_M.IDENTIFIED} if medium.kind.write_once else set())
    destroy |= set() if may_leave else {_M.SEALED, _M.WRITTEN}
    if medium.state in destroy:
        yield Step(kind=StepKind.DESTROY, subject=medium.number)
    elif medium.state is _M.ENTRUSTED:
        yield Step(kind=StepKind.PROVE_DESTRUCTION, subject=medium.number)
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
    for paper in medium.scans_due:
        yield Step(kind=StepKind.SCAN_PAPER, subject=paper)
    if medium.notice in {_N.BACK, _N.LOST, _N.SPOILED} or (
        medium.notice in {_N.KEPT, _N.PRINTED, _N.SCANNED} and medium.state in _AT_END
    ):
        yield Step(kind=StepKind.DESTROY_PASSWORD, subject=medium.number)


def _closing(facts: TransferFacts, *, all_done: bool) -> tuple[Step, ...]:
    """Only when every medium and password has come to its end; while the drive works, nothing is to be done.

    `all_done`: no other step is left. An incident may end it without those that can't be done any more.
    """
    if not all(m.state in _AT_END and m.notice is _N.DESTROYED for m in facts.media):
        return ()
    if facts.payload is not PayloadState.PURGED:
        return (Step(kind=StepKind.PURGE, subject=facts.payload_number),)
    if all_done and all(accounted(facts).values()):
        return (Step(kind=StepKind.CLOSE, subject=""),)
    return (Step(kind=StepKind.CLOSE_BY_INCIDENT, subject=next(iter(facts.incidents), "")),)


def accounted(facts: TransferFacts) -> dict[str, bool]:
    """The five of O9, on which 完了 stands: media and notices back, papers, the contractor's report, our own record.

    A medium that never left is accounted for by its record alone.
    """
    return {
        "media": all(m.back or not m.left for m in facts.media),
        "papers": facts.enclosures_out and facts.enclosures_accounted,
        "notices": all(m.notice_back or not m.notice_left for m in facts.media),
        "report": facts.report_filed,
        "record": all(
            m.state in {_M.CERTIFIED, _M.DESTROYED} and not m.certificate_due and not m.scans_due for m in facts.media
        ),
    }
