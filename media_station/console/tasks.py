"""The one table: what a person may do here, which request that is, and where each of its fields comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from media_station.console.making import Made, as_filled_in, known_courier, new_courier, of_days, reported, taken_along
from media_station.console.sources import (
    Source,
    another,
    any_bay,
    any_handler,
    bay,
    confirmation,
    consignments,
    count,
    employers,
    entered,
    export_media,
    findings,
    first,
    fixed,
    handler,
    how_many_if,
    incidents,
    kinds,
    known_couriers,
    master,
    media,
    new_handler,
    notices_printed,
    number,
    one_of,
    operators,
    requirement,
    scanned,
    sheets,
    some_media,
    somebody,
    statement,
    stock_in,
    subject,
    text,
    text_or_none,
    to_be_printed,
    today,
    transfer,
    transfers,
    verdict,
    visit,
    waiting_for,
)
from media_station.model import account_asks, asks, review_asks
from media_station.model.asks import Ask
from media_station.model.compliance import Result, Side
from media_station.model.exemption import ExceptionKind
from media_station.model.finding import Disposition
from media_station.model.handover import Correctable, Legible
from media_station.model.ids import PaperLetter
from media_station.model.incident import IncidentKind
from media_station.model.masters import MasterKind
from media_station.model.medium import DESTROYABLE, CustodyState, MediumState
from media_station.model.operator import OperatorState
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind
from media_station.model.transfer import Count, Ending
from media_station.texts.console import CORRECTABLE, EXCEPTIONS, INCIDENTS, LEGIBLE, RESULTS, SHEETS
from media_station.texts.nouns import COUNTS, DISPOSITIONS, SIDES


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`medium`: the field that names the medium on which the drive will work, by which its progress is known.

    `of` are what is filled in; `made` makes the request's fields of it. `name`: its word in the list of other tasks.
    """

    ask: type[Ask]
    of: Mapping[str, Source]
    medium: str
    made: Made
    name: str


def _task(ask: type[Ask], *, on: str = "", made: Made = as_filled_in, named: str = "", **of: Source) -> Task:
    return Task(ask=ask, of=of, medium=on, made=made, name=named or ask.__name__)


_HAND_OVER = _task(
    asks.HandOver,
    transfer=transfer,
    handler=handler,
    media=waiting_for(StepKind.HAND_OVER_MEDIUM, marked=True),
    notices=waiting_for(StepKind.HAND_OVER_NOTICE, marked=True),
    sheets=sheets,
    letters=how_many_if(StepKind.HAND_OVER_LETTERS),
    visit=visit,
    bag=text,
    seal=text_or_none,
)
_TAKE_BACK = _task(
    asks.TakeBack,
    transfer=transfer,
    handler=handler,
    media=waiting_for(StepKind.RECEIVE_MEDIUM, marked=False),
    notices=waiting_for(StepKind.RECEIVE_NOTICE, marked=False),
    letters=how_many_if(StepKind.RECEIVE_LETTERS),
    visit=visit,
    bag=text,
    seal=text_or_none,
)

_PROVE = _task(
    asks.ProveDestruction,
    media=some_media(MediumState.ENTRUSTED, custody=CustodyState.AWAY),
    binder=text,
    day=today,
    method=text,
    witness=another,
)

STEPS: Final[Mapping[StepKind, Task]] = {
    StepKind.SEAL: _task(
        asks.Seal,
        on="medium",
        transfer=transfer,
        medium=media(fits=lambda given, each: each.kind.value == given.subject and each.state == "ready"),
    ),
    StepKind.WRITE: _task(asks.Write, on="medium", medium=subject, bay=bay),
    **dict.fromkeys(
        (
            StepKind.HAND_OVER_MEDIUM,
            StepKind.HAND_OVER_ENCLOSURES,
            StepKind.HAND_OVER_NOTICE,
            StepKind.HAND_OVER_LETTERS,
        ),
        _HAND_OVER,
    ),
    **dict.fromkeys((StepKind.RECEIVE_MEDIUM, StepKind.RECEIVE_NOTICE, StepKind.RECEIVE_LETTERS), _TAKE_BACK),
    StepKind.PRINT_SLIP: _task(asks.PrintSlip, paper=subject),
    **dict.fromkeys((StepKind.SCAN_PAPER, StepKind.SCAN_NOTICE), _task(asks.ScanPaper, scan=scanned)),
    StepKind.PRINT_NOTICE: _task(asks.PrintNotice, medium=subject),
    StepKind.REPORT_COUNT: _task(
        asks.ReportCount, transfer=transfer, count=count, value=number, confirmation_code=confirmation
    ),
    StepKind.IDENTIFY: _task(asks.Identify, on="medium", medium=subject, bay=bay),
    StepKind.INSPECT_LETTERS: _task(
        asks.InspectLetters, transfer=transfer, verdict=verdict, inspected=number, pulled=number
    ),
    StepKind.ACCOUNT_ENCLOSURES: _task(
        asks.AccountEnclosures, transfer=transfer, enclosed=number, spoiled=number, returned=number
    ),
    StepKind.FILE_REPORT: _task(
        asks.TakeErasureReport, made=reported, transfer=transfer, statement=statement, binder=text
    ),
    StepKind.ERASE: _task(asks.Erase, on="medium", medium=subject, bay=bay),
    StepKind.VALIDATE: _task(asks.Validate, medium=subject),
    StepKind.CERTIFY: _task(asks.Certify, medium=subject),
    StepKind.RENDER_CERTIFICATE: _task(asks.RenderCertificate, certificate=subject),
    StepKind.DESTROY: _task(
        asks.Destroy,
        medium=subject,
        reason=master(MasterKind.REASONS, "reason"),
        device=master(MasterKind.SHREDDERS, "device"),
        place=master(MasterKind.PLACES, "place"),
        witness=another,
    ),
    StepKind.PROVE_DESTRUCTION: _PROVE,
    StepKind.PRINT_DESTRUCTION_RECORD: _task(asks.PrintDestructionRecord, paper=subject),
    StepKind.DESTROY_PASSWORD: _task(asks.DestroyPassword, medium=subject),
    StepKind.PURGE: _task(asks.Purge, payload=subject),
    StepKind.CLOSE: _task(
        asks.Close, transfer=transfer, ending=fixed(Ending.COMPLETE), incident=fixed(""), binder=fixed("")
    ),
    StepKind.RESUME: _task(asks.CloseIncident, incident=subject, measures=text),
    StepKind.CLOSE_BY_INCIDENT: _task(
        asks.Close, transfer=transfer, ending=fixed(Ending.INCIDENT), incident=subject, binder=text
    ),
}

PAYLOADS: Final[Mapping[str, Sequence[Task]]] = {
    "received": (_task(asks.Inspect, payload=subject),),
    "inspected": (
        _task(asks.Approve, payload=subject, records=number, kinds=kinds, tax_due=text),
        _task(asks.Reject, payload=subject, binder=text),
    ),
    "refused": (_task(asks.Purge, payload=subject),),
    "rejected": (_task(asks.Purge, payload=subject),),
}

PERMITS: Final[Mapping[StepKind, Task]] = {
    StepKind.WRITE: _task(asks.PermitWrites, transfer=transfer),
    StepKind.ERASE: _task(asks.PermitErasures, transfer=transfer),
}

# What no transfer asks for by itself, in the order in which it is listed.
OTHERS: Final[Sequence[Task]] = (
    _task(
        asks.AddCourier,
        made=new_courier,
        consignment=consignments,
        handler=new_handler,
        shown=text,
        employer=employers,
    ),
    _task(asks.AddCourier, named="AddCourierAgain", made=known_courier, courier=known_couriers),
    _task(asks.RegisterMedium, bay=any_bay),
    _task(
        asks.Erase,
        on="medium",
        medium=media(fits=lambda _, each: each.state in {"stock", "foreign"} and not each.kind.write_once),
        bay=any_bay,
    ),
    _task(
        asks.Import,
        on="medium",
        medium=media(fits=lambda _, each: each.state in {"stock", "ready", "foreign"} and each.custody == "hand"),
        bay=any_bay,
        which=first,
    ),
    _task(
        asks.StoreMedium,
        medium=media(fits=lambda _, each: each.custody == "hand"),
        place=master(MasterKind.PLACES, "place"),
    ),
    _task(asks.DrawMedium, medium=media(fits=lambda _, each: each.custody == "stored")),
    _task(
        asks.CountStock,
        place=master(MasterKind.PLACES, "place", also_in_hand=True),
        media=stock_in,
        binder=text,
        witness=another,
    ),
    _task(
        asks.DestroyTogether,
        media=some_media(*DESTROYABLE),
        reason=master(MasterKind.REASONS, "reason"),
        device=master(MasterKind.SHREDDERS, "device"),
        place=master(MasterKind.PLACES, "place"),
        witness=another,
    ),
    _task(
        asks.Entrust,
        made=taken_along,
        media=some_media(*DESTROYABLE),
        reason=master(MasterKind.REASONS, "reason"),
        firm=master(MasterKind.FIRMS, "firm"),
        bag=text,
        binder=text,
        proof_by=text,
    ),
    _PROVE,
    _task(
        asks.OpenIncident,
        kind=one_of(IncidentKind, INCIDENTS),
        transfer=transfers(may_be_none=True),
        medium=media(fits=lambda *_: True, may_be_none=True),
        binder=text,
    ),
    _task(
        asks.Attest,
        medium=media(fits=lambda _, each: each.state == MediumState.BACK.value),
        incident=incidents,
        witness=another,
    ),
    _task(asks.PrintIncidentReport, incident=text),
    _task(asks.PrintSlip, paper=to_be_printed(PaperLetter.SLIP.value)),
    _task(asks.RenderCertificate, certificate=to_be_printed(PaperLetter.CERTIFICATE.value)),
    _task(asks.PrintDestructionRecord, paper=to_be_printed(PaperLetter.DESTRUCTION_RECORD.value)),
    _task(
        asks.SpoilNotice,
        medium=notices_printed,
        legible=one_of(Legible, LEGIBLE),
        reason=master(MasterKind.REASONS, "reason"),
    ),
    _task(asks.ScanPaper, scan=scanned),
    _task(asks.CopyPaper, paper=text, reason=master(MasterKind.REASONS, "reason")),
    _task(asks.StampPaper, paper=text, binder=text),
    _task(
        asks.CorrectHandover,
        slip=text,
        field=one_of([each for each in Correctable if each is not Correctable.HANDLER], CORRECTABLE),
        becomes=text,
        binder=text,
    ),
    _task(
        asks.CorrectHandover,
        named="CorrectHandler",
        slip=text,
        field=fixed(Correctable.HANDLER),
        becomes=any_handler,
        binder=text,
    ),
    _task(asks.ReissueCertificate, certificate=text, reason=master(MasterKind.REASONS, "reason")),
    _task(asks.VoidCertificate, certificate=text, reason=master(MasterKind.REASONS, "reason"), binder=text),
    _task(asks.CorrectCount, transfer=transfers(), count=one_of(Count, COUNTS), value=number, binder=text),
    _task(
        asks.GrantException,
        kind=one_of((ExceptionKind.SAME_OCCASION, ExceptionKind.BEFORE_INSPECTION), EXCEPTIONS),
        transfer=transfers(),
        payload=fixed(""),
        binder=text,
    ),
    _task(
        asks.PrintSheet,
        kind=one_of(tuple(each for each in PaperKind if each.value in SHEETS), SHEETS),
        subject=text_or_none,
    ),
    _task(asks.ExportEvidence, incident=text, reader=text),
    _task(asks.ExportJournal, made=of_days, since=text, until=text, reader=text),
    _task(asks.BackUp),
    _task(asks.ProveBackup, bundle=text, word=text),
    _task(asks.ReleaseBundle, bundle=text),
    _task(
        asks.WriteBundle,
        on="medium",
        bundle=text,
        medium=export_media(MediumState.READY, MediumState.SEALED),
        bay=any_bay,
    ),
    _task(
        asks.HandOverBundle,
        made=taken_along,
        medium=export_media(MediumState.WRITTEN),
        bag=text,
        binder=text,
        back_by=text_or_none,
    ),
    _task(asks.TakeBackBundle, medium=export_media(MediumState.OUT, custody=CustodyState.AWAY), binder=text),
    _task(asks.KeepBundle, medium=export_media(MediumState.OUT, custody=CustodyState.AWAY), binder=text),
    _task(asks.PurgeBundle, bundle=text),
    _task(asks.OpenConsignment, consignment=text),
    _task(asks.EndConsignment, consignment=text),
    _task(asks.AdoptMasters, masters=text),
    _task(
        asks.FileEvidence,
        requirement=requirement,
        side=one_of(Side, SIDES),
        result=one_of(Result, RESULTS),
        consignment=fixed(""),
        transfer=transfers(may_be_none=True),
        binder=text,
        sha256=fixed(""),
        expires=text_or_none,
    ),
    _task(asks.PrintCompliance),
    _task(account_asks.Unlock, operator=operators(OperatorState.LOCKED)),
    _task(account_asks.Suspend, operator=operators(OperatorState.ENROLLED, OperatorState.LOCKED)),
    _task(account_asks.AdoptStaff, staff=text),
    _task(account_asks.RecordPresence, operator=somebody, entered=entered),
    _task(account_asks.ComparePresence, since=today, until=today),
    _task(review_asks.AnalyseLog, since=today, until=today),
    _task(
        review_asks.DisposeFindings,
        findings=findings,
        disposition=one_of(Disposition, DISPOSITIONS),
        binder=text_or_none,
    ),
    _task(review_asks.MakeReport, month=text),
    _task(review_asks.ReviewReport, report=text, binder=text),
)
