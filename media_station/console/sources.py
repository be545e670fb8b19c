"""Where the fields of a request come from: what the task is about, what the desk says can be chosen, what is typed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import partial
from typing import Any

from media_station.console.rows import Marks, Option, Pick, Row, Typed, choice
from media_station.console.station import Station
from media_station.model.compliance import TITLES
from media_station.model.consignment import Duty
from media_station.model.erasure_report import ErasureReport
from media_station.model.handover import NoticeState
from media_station.model.kind import MediumKind
from media_station.model.masters import MasterKind
from media_station.model.medium import CustodyState, MediumState
from media_station.model.operator import OperatorState
from media_station.model.order import Verdict
from media_station.model.steps import StepKind
from media_station.model.transfer import Count
from media_station.model.views import (
    DueRow,
    FindingView,
    HandlerView,
    Loaded,
    MediumView,
    OperatorView,
    RuleView,
    TransferView,
)
from media_station.texts.console import word
from media_station.texts.named import detail, named
from media_station.texts.nouns import ERASURE_REPORT, FINDINGS, KINDS, MEDIUM_STATES, Words, of
from media_station.texts.requirements import requirement_title


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a task is about: a transfer or none, and a step's `subject`; `today` is the station's day. `rules` are those
    of whoever is signed in when it is given: nobody may be, once the desk has answered.
    """

    at: Station
    rules: Mapping[str, RuleView]
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


def first(_: Given) -> Row:
    return Typed(number=True, text="1")


def visit(_: Given) -> Row:
    return Typed(number=True, text="1")


def count(given: Given) -> Count:
    return Count(given.subject)


def confirmation(given: Given) -> Any:
    """Read back by telephone with the printed count."""
    return Typed(may_be_empty=True) if given.subject == Count.PRINTED.value else ""


async def consignments(given: Given) -> Row:
    """Those of which something goes on."""
    titles = {each.consignment: each.title for each in await given.at.all("Transfers")}
    return choice([Option(value=number, label=f"{number}  {title}") for number, title in titles.items()])


async def _handlers(given: Given) -> list[tuple[str, HandlerView]]:
    """Of those consignments, with each's number."""
    going_on = {each.consignment for each in await given.at.all("Transfers")}
    return [
        (number, each) for number in sorted(going_on) for each in await given.at.all("Handlers", consignment=number)
    ]


async def new_handler(given: Given) -> str:
    """A number that none of them has."""
    known = {each.handler for _, each in await _handlers(given)}
    return next(number for count in range(1, len(known) + 2) if (number := f"courier-{count}") not in known)


async def employers(given: Given) -> Row:
    """The contractor himself, those that his people are of, or None: it stands on the paper."""
    names = dict.fromkeys(each.employer for _, each in await _handlers(given))
    return choice(
        [
            Option(value="", label=partial(word, "contractor")),
            *(Option(value=each, label=each) for each in names if each),
            Option(value=None, label=partial(word, "as_on_paper")),
        ]
    )


async def known_couriers(given: Given) -> Row:
    """Who was registered on another day, and may not carry today."""
    options = [
        Option(
            value={
                "consignment": number,
                "handler": each.handler,
                "person": each.person,
                "employer": each.employer,
            },
            label=f"{each.person} {each.employer}  {number}",
        )
        for number, each in await _handlers(given)
        if each.duty is Duty.COURIER and each.ends < given.today
    ]
    return choice(options)


async def any_handler(given: Given) -> Row:
    """An id names another person in another consignment: each stands there with its own."""
    known = await _handlers(given)
    return choice(
        [Option(value=each.handler, label=f"{each.person} {each.employer}  {number}") for number, each in known]
    )


async def handler(given: Given) -> Row:
    """Who may carry today."""
    known: list[HandlerView] = await given.at.all("Handlers", consignment=given.transfer.consignment)
    now = [each for each in known if each.starts <= given.today <= each.ends]
    return choice([Option(value=each.handler, label=f"{each.person} {each.employer}") for each in now])


def waiting_for(waiting: StepKind, *, marked: bool) -> Source:
    """Numbers that wait for this step; `marked`: all of them, unless a person takes the mark away."""

    def source(given: Given) -> Any:
        numbers = given.waiting(waiting)
        if not numbers:
            return []
        options = [Option(value=each, label=each) for each in numbers]
        return Marks(options=options, marked=set(range(len(numbers)) if marked else ()))

    return source


def how_many_if(waiting: StepKind) -> Source:
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
    if each.other_kind:
        return f"{each.bay}  {named('kind', each.other_kind, language)}  {about}{wrong}"
    return f"{each.bay}  {of(KINDS, each.kind.value, language)}  {about}  {each.size_bytes / 1e9:.1f} GB{blank}{wrong}"


async def bay(given: Given) -> Row:
    """Where the drive sees a medium; if one is named, those that may be it, and for a disc those that can be none."""
    loaded: list[Loaded] = await given.at.see("Bays")
    if given.subject:
        medium: MediumView = await given.at.see("Medium", medium=given.subject)
        fits = [each for each in loaded if each.kind is medium.kind and each.serial == medium.serial]
        others = [each for each in loaded if each.other_kind and medium.kind.optical]
        loaded = [*(each for each in fits if not each.other_kind), *others]
    return choice([Option(value=each.bay, label=partial(_loaded, each)) for each in loaded])


async def any_bay(given: Given) -> Row:
    loaded: list[Loaded] = await given.at.see("Bays")
    return choice([Option(value=each.bay, label=partial(_loaded, each)) for each in loaded])


def media(*, fits: Callable[[Given, MediumView], bool], may_be_none: bool = False) -> Source:
    async def source(given: Given) -> Row:
        stock: list[MediumView] = await given.at.all("Stock")
        options = [
            Option(value=each.medium, label=partial(_with_its_place, each)) for each in stock if fits(given, each)
        ]
        return _or_none(options) if may_be_none else choice(options)

    return source


def export_media(*states: MediumState, custody: CustodyState = CustodyState.HAND) -> Source:
    """Of these states, but those of a transfer that goes on."""
    values = {each.value for each in states}

    async def source(given: Given) -> Row:
        going_on: list[TransferView] = await given.at.all("Transfers")
        of_transfers = {each.medium for view in going_on for each in view.media}
        fits = media(
            fits=lambda _, each: (
                each.state in values and each.custody == custody.value and each.medium not in of_transfers
            )
        )
        found: Row = await fits(given)
        return found

    return source


def _medium(each: MediumView, language: str, *, serial: str = "") -> str:
    return f"{each.medium}  {of(KINDS, each.kind.value, language)}{serial}  {of(MEDIUM_STATES, each.state, language)}"


def _with_its_place(each: MediumView, language: str) -> str:
    return f"{_medium(each, language, serial=f'  {each.serial}')}  {each.place_name or each.place}"


def some_media(*states: MediumState, custody: CustodyState = CustodyState.HAND) -> Source:
    """Any number of those in one of these states."""

    async def source(given: Given) -> Row:
        stock: list[MediumView] = await given.at.all("Stock")
        values = {each.value for each in states}
        options = [
            Option(value=each.medium, label=partial(_medium, each))
            for each in stock
            if each.state in values and each.custody == custody.value
        ]
        return Marks(options=options)

    return source


def master(kind: MasterKind, key: str, *, also_in_hand: bool = False) -> Source:
    async def source(given: Given) -> Row:
        rows: list[dict[str, str]] = await given.at.all("Masters", kind=kind)
        options = [Option(value=each[key], label=each["title"]) for each in rows]
        if also_in_hand:
            options.insert(0, Option(value="", label=partial(word, "in_hand")))
        return choice(options)

    return source


async def another(given: Given) -> Row:
    """Somebody else of the house."""
    names = [each for each in await given.at.names() if each.operator != given.at.operator]
    return choice([Option(value=each.operator, label=each.person) for each in names])


def operators(*states: OperatorState) -> Source:
    """Accounts in one of these states."""

    async def source(given: Given) -> Row:
        known: list[OperatorView] = await given.at.all("Operators")
        values = {each.value for each in states}
        options = [
            Option(value=each.operator, label=f"{each.person}  {each.operator}")
            for each in known
            if each.state in values
        ]
        return choice(options)

    return source


async def somebody(given: Given) -> Row:
    return choice([Option(value=each.operator, label=each.person) for each in await given.at.names()])


def entered(_: Given) -> Row:
    return choice(
        [Option(value=True, label=partial(word, "came_in")), Option(value=False, label=partial(word, "left"))]
    )


def requirement(_: Given) -> Row:
    """Those that a paper proves."""

    def label(number: str, language: str) -> str:
        return f"{number:<3}  {requirement_title(number, language)}"

    return choice([Option(value=each, label=partial(label, each)) for each in TITLES])


async def incidents(given: Given) -> Row:
    """Those that hold a transfer."""
    going_on: list[TransferView] = await given.at.all("Transfers")
    holding = dict.fromkeys(each.subject for view in going_on for each in view.steps if each.kind is StepKind.RESUME)
    return choice([Option(value=each, label=each) for each in holding])


def verdict(_: Given) -> Row:
    options = [
        Option(value=each, label=partial(word, f"verdict_{each.name.lower()}")) for each in (Verdict.PASS, Verdict.FAIL)
    ]
    return choice(options)


def kinds(_: Given) -> Row:
    return Marks(options=[Option(value=each, label=partial(of, KINDS, each.value)) for each in MediumKind])


def statement(_: Given) -> Row:
    """Which fields of the contractor's paper say something. Nobody types here what stands there."""
    options = [Option(value=each.name, label=partial(of, ERASURE_REPORT, each.name)) for each in fields(ErasureReport)]
    return Marks(options=options)


async def stock_in(given: Given) -> Row:
    stock: list[MediumView] = await given.at.all("Stock")
    options = [
        Option(value=each.medium, label=f"{each.medium}  {each.place_name or each.place}")
        for each in stock
        if each.custody in {"hand", "stored"}
    ]
    return Marks(options=options)


def one_of(values: Iterable[Enum], words: Words) -> Source:
    """One of an enum's values, by their words."""

    def source(_: Given) -> Row:
        return choice([Option(value=each, label=partial(of, words, each.value)) for each in values])

    return source


def transfers(*, may_be_none: bool = False) -> Source:
    async def source(given: Given) -> Row:
        going_on: list[TransferView] = await given.at.all("Transfers")
        options = [Option(value=each.transfer, label=f"{each.transfer}  {each.title}") for each in going_on]
        return _or_none(options) if may_be_none else choice(options)

    return source


def _or_none(options: list[Option]) -> Row:
    return Pick(options=[Option(value="", label=partial(word, "none_chosen")), *options])


def to_be_printed(letter: str) -> Source:
    """Papers of this letter that were not scanned back: perhaps they never came out of the printer; and those that no
    transfer's steps ask for. One of several transfers is listed once.
    """

    async def source(given: Given) -> Row:
        going_on: list[TransferView] = await given.at.all("Transfers")
        due: list[DueRow] = await given.at.all("Due")
        papers = [each.subject for view in going_on for each in view.steps if each.kind is StepKind.SCAN_PAPER]
        papers += [each.subject for each in due if each.what == "paper"]
        numbers = [each for each in dict.fromkeys(papers) if each.split("-")[-2] == letter]
        return choice([Option(value=each, label=each) for each in numbers])

    return source


async def notices_printed(given: Given) -> Row:
    stock: list[MediumView] = await given.at.all("Stock")
    printed = {NoticeState.PRINTED.value, NoticeState.SCANNED.value}
    return choice([Option(value=each.medium, label=each.medium) for each in stock if each.notice in printed])


async def findings(given: Given) -> Row:
    open_ones: list[FindingView] = await given.at.all("Findings")
    return Marks(options=[Option(value=each.finding, label=partial(_finding, each)) for each in open_ones])


def _finding(each: FindingView, language: str) -> str:
    told = detail(each.kind, each.detail, language)
    return f"{each.finding}  {each.day}  {of(FINDINGS, each.kind.value, language)}  {told}"


def today(given: Given) -> Row:
    return Typed(text=given.today)
