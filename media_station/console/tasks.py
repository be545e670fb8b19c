"""The one table: what a person may do here, which request that is, and where each of its fields comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from media_station.console.rows import Marks, Option, Pick, Row, Typed
from media_station.console.station import Station
from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.erasure_report import ErasureReport
from media_station.model.kind import MediumKind
from media_station.model.masters import MasterKind
from media_station.model.order import Verdict
from media_station.model.steps import StepKind
from media_station.model.transfer import Count, Ending
from media_station.model.views import HandlerView, Loaded, MediumView, TransferView
from media_station.texts.console import word
from media_station.texts.nouns import ERASURE_REPORT, KINDS, MEDIUM_STATES, of


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a task is about: a transfer or none, and a step's `subject`; `today` is the station's day."""

    at: Station
    language: str
    today: str
    subject: str = ""
    view: TransferView | None = None

    @property
    def transfer(self) -> TransferView:
        if self.view is None:
            raise LookupError("a task of a transfer without one")
        return self.view

    def waiting(self, kind: StepKind) -> list[str]:
        """The subjects of this transfer's steps of a kind."""
        return [each.subject for each in self.transfer.steps if each.kind is kind]


# What a field is: a Row for a person to fill in, or the value itself; at once, or once the desk has told.
Source = Callable[[Given], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`medium`: the field that names the medium on which the drive will work, by which its progress is known."""

    ask: type[Ask]
    of: Mapping[str, Source]
    medium: str = ""


def _task(ask: type[Ask], *, on: str = "", **of: Source) -> Task:
    return Task(ask=ask, of=of, medium=on)


def fixed(value: Any) -> Source:
    return lambda _: value


def subject(given: Given) -> str:
    return given.subject


def transfer(given: Given) -> str:
    return given.transfer.transfer


def text(_: Given) -> Row:
    return Typed()


def scanned(_: Given) -> Row:
    return Typed(ends=True, lines=True)


def text_or_none(_: Given) -> Row:
    return Typed(may_be_empty=True)


def number(_: Given) -> Row:
    return Typed(number=True)


def visit(_: Given) -> Row:
    return Typed(number=True, text="1")


def count(given: Given) -> Count:
    return Count(given.subject)


def confirmation(given: Given) -> Any:
    """Read back by telephone with the printed count."""
    return Typed(may_be_empty=True) if given.subject == Count.PRINTED.value else ""


async def handler(given: Given) -> Row:
    """Who may carry today."""
    known: list[HandlerView] = await given.at.all("Handlers", consignment=given.transfer.consignment)
    now = [each for each in known if each.starts <= given.today <= each.ends]
    return Pick(options=[Option(value=each.handler, label=f"{each.person} {each.employer}") for each in now])


def _of(waiting: StepKind) -> Source:
    """Numbers that wait for this step: all of them, unless a person takes the mark away."""

    def source(given: Given) -> Any:
        numbers = given.waiting(waiting)
        if not numbers:
            return []
        return Marks(options=[Option(value=each, label=each) for each in numbers], marked=set(range(len(numbers))))

    return source


def _if(waiting: StepKind) -> Source:
    """How many, where this step waits; else none."""

    def source(given: Given) -> Any:
        return Typed(number=True) if any(each.kind is waiting for each in given.transfer.steps) else 0

    return source


def sheets(given: Given) -> Any:
    """Before the first medium has left, the enclosures may leave with it."""
    if any(each.kind is StepKind.HAND_OVER_ENCLOSURES for each in given.transfer.steps):
        return Typed(number=True)
    return Typed(number=True, text="0") if given.transfer.state == "opened" else 0


def _loaded(each: Loaded, language: str) -> str:
    about = f"{each.vendor} {each.model} {each.serial}".strip()
    blank = f" {word('bay_empty', language)}" if each.blank else ""
    wrong = f" !! {each.refused}" if each.refused else ""
    return f"{each.bay}  {of(KINDS, each.kind.value, language)}  {about}  {each.size_bytes / 1e9:.1f} GB{blank}{wrong}"


async def bay(given: Given) -> Row:
    """Where the drive sees a medium; those that may be this one, if one is named."""
    loaded: list[Loaded] = await given.at.see("Bays")
    if given.subject:
        medium: MediumView = await given.at.see("Medium", medium=given.subject)
        loaded = [each for each in loaded if each.kind is medium.kind and each.serial == medium.serial]
    return Pick(options=[Option(value=each.bay, label=_loaded(each, given.language)) for each in loaded])


async def any_bay(given: Given) -> Row:
    loaded: list[Loaded] = await given.at.see("Bays")
    return Pick(options=[Option(value=each.bay, label=_loaded(each, given.language)) for each in loaded])


def _media(*, fits: Callable[[Given, MediumView], bool], may_be_none: bool = False) -> Source:
    async def source(given: Given) -> Row:
        stock: list[MediumView] = await given.at.all("Stock")
        options = [
            Option(
                value=each.medium,
                label=f"{each.medium}  {of(KINDS, each.kind.value, given.language)}  {each.serial}"
                f"  {of(MEDIUM_STATES, each.state, given.language)}  {each.place_name or each.place}",
            )
            for each in stock
            if fits(given, each)
        ]
        if may_be_none:
            options.insert(0, Option(value="", label=word("none_chosen", given.language)))
        return Pick(options=options)

    return source


def _master(kind: MasterKind, key: str, *, also_in_hand: bool = False) -> Source:
    async def source(given: Given) -> Row:
        rows: list[dict[str, str]] = await given.at.all("Masters", kind=kind)
        options = [Option(value=each[key], label=each["title"]) for each in rows]
        if also_in_hand:
            options.insert(0, Option(value="", label=word("in_hand", given.language)))
        return Pick(options=options)

    return source


async def another(given: Given) -> Row:
    """Somebody else of the house."""
    names = [each for each in await given.at.names() if each.operator != given.at.operator]
    return Pick(options=[Option(value=each.operator, label=each.person) for each in names])


def verdict(given: Given) -> Row:
    options = [
        Option(value=each, label=word(f"verdict_{each.name.lower()}", given.language))
        for each in (Verdict.PASS, Verdict.FAIL)
    ]
    return Pick(options=options, open=True)


def kinds(given: Given) -> Row:
    return Marks(options=[Option(value=each, label=of(KINDS, each.value, given.language)) for each in MediumKind])


def statement(given: Given) -> Row:
    """Which fields of the contractor's paper say something. Nobody types here what stands there."""
    checked = word("another_person", given.language), word("as_on_paper", given.language)
    options = [
        Option(
            value=(each.name, checked[each.name != "checker"]),
            label=of(ERASURE_REPORT, each.name, given.language),
        )
        for each in fields(ErasureReport)
    ]
    return Marks(options=options)


async def stock_in(given: Given) -> Row:
    stock: list[MediumView] = await given.at.all("Stock")
    options = [
        Option(value=each.medium, label=f"{each.medium}  {each.place_name or each.place}")
        for each in stock
        if each.custody in {"hand", "stored"}
    ]
    return Marks(options=options)


_HAND_OVER = _task(
    asks.HandOver,
    transfer=transfer,
    handler=handler,
    media=_of(StepKind.HAND_OVER_MEDIUM),
    notices=_of(StepKind.HAND_OVER_NOTICE),
    sheets=sheets,
    letters=_if(StepKind.HAND_OVER_LETTERS),
    visit=visit,
    bag=text,
    seal=text_or_none,
)
_TAKE_BACK = _task(
    asks.TakeBack,
    transfer=transfer,
    handler=handler,
    media=_of(StepKind.RECEIVE_MEDIUM),
    notices=_of(StepKind.RECEIVE_NOTICE),
    letters=_if(StepKind.RECEIVE_LETTERS),
    visit=visit,
    bag=text,
    seal=text_or_none,
)

STEPS: Final[Mapping[StepKind, Task]] = {
    StepKind.SEAL: _task(
        asks.Seal,
        on="medium",
        transfer=transfer,
        medium=_media(fits=lambda given, each: each.kind.value == given.subject and each.state == "ready"),
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
    StepKind.FILE_REPORT: _task(asks.TakeErasureReport, transfer=transfer, statement=statement, binder=text),
    StepKind.ERASE: _task(asks.Erase, on="medium", medium=subject, bay=bay),
    StepKind.VALIDATE: _task(asks.Validate, medium=subject),
    StepKind.CERTIFY: _task(asks.Certify, medium=subject),
    StepKind.RENDER_CERTIFICATE: _task(asks.RenderCertificate, certificate=subject),
    StepKind.DESTROY: _task(
        asks.Destroy,
        medium=subject,
        reason=_master(MasterKind.REASONS, "reason"),
        device=_master(MasterKind.SHREDDERS, "device"),
        place=_master(MasterKind.PLACES, "place"),
        witness=another,
    ),
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
