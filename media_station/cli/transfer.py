"""media-station transfer: what is on its way, and what is missing to close it, in plain words."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from media_station.cli import output, session
from media_station.cli.due import left
from media_station.cli.medium import media_lines
from media_station.model.handover import NoticeState
from media_station.model.ids import parse_transfer
from media_station.model.medium import MediumState
from media_station.model.steps import Step, StepKind
from media_station.model.transfer import ENDED, Difference, TransferState
from media_station.model.views import MediumView, TransferView
from media_station.model.way import FLOW, Stand
from media_station.texts.nouns import COUNTS, KINDS, STANDS, TRANSFER_STATES, of
from media_station.texts.prompts import prompt
from media_station.texts.requirements import requirement_title
from media_station.texts.words import missing_words, step_words

_ABOUT = """提供（一回のデータの引渡しから完了まで）の一覧と、一件の詳しい状況。
Transfers, each from the handing over of one payload to its closing: a list, or one of them in full."""
_LIST = """完了していない提供。--ended で、完了・事故終結したもの。
Transfers that are not closed; with --ended, those that are."""
_SHOW = """一つの提供：内容、発送期限、媒体の所在、①から⑧のどこまで進んだか、完了までに足りないもの。
One transfer: what it is, its deadline, where its media are, how far it is, and what is
missing to close it."""

_NOT_BACK: Final = {MediumState.OUT, MediumState.BACK, MediumState.READING, MediumState.ATTESTED, MediumState.LOST}
_NOTICE_AWAY: Final = {NoticeState.OUT, NoticeState.LOST}
_ON_RECORD: Final = {MediumState.CERTIFIED, MediumState.DESTROYED}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("transfer list", "transfer show R1-T-00001"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = what.add_parser("list", help="提供の一覧 / transfers")
    output.explain(listing, _LIST, examples=("transfer list", "transfer list --ended --json"))
    listing.add_argument("--ended", action="store_true", help="終わったものを表示\nthose that have ended")
    show = what.add_parser("show", help="一つの提供 / one transfer")
    output.explain(show, _SHOW, examples=("transfer show R1-T-00001", "transfer show R1-T-00001 --json"))
    show.add_argument("number", metavar="NUMBER", help="提供の番号\nthe transfer's number")
    for each in (listing, show):
        output.arrange_json(each)
        session.arrange(each)


def run(asked: argparse.Namespace) -> int:
    """Refused IDS-001 for what is no number, FLW-002 for one that was never given."""
    if asked.what == "show":
        parse_transfer(asked.number)
        return asyncio.run(_show(asked))
    return asyncio.run(_list(asked))


async def _list(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        transfers = await at.all("Transfers", ended=asked.ended)
        greeting = await at.greet()
    if asked.json:
        output.print_json(transfers)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*list_lines(transfers, output.day(greeting.now.wall), asked.lang), sep="\n")
    return 0


async def _show(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        view = await at.see("Transfer", transfer=asked.number)
        greeting = await at.greet()
    if asked.json:
        output.print_json([view])
        return 0
    print(output.heading(greeting, asked.lang))
    print(*show_lines(view, output.day(greeting.now.wall), asked.lang), sep="\n")
    return 0


def list_lines(transfers: Sequence[TransferView], today: date, language: str) -> Iterator[str]:
    columns = [
        output.column("transfer", language),
        output.column("state", language),
        output.column("records", language, right=True),
        output.column("post_by", language),
        output.column("left", language),
        output.column("consignment", language),
    ]
    cells = [
        (
            view.transfer,
            _state(view, language),
            f"{view.records:,}",
            view.post_by,
            _left(view, today, language),
            f"{view.consignment} {view.title}",
        )
        for view in transfers
    ]
    yield from output.listing(columns, cells, language)


def show_lines(view: TransferView, today: date, language: str) -> Iterator[str]:
    post_by = " ".join(filter(None, (view.post_by, _left(view, today, language))))
    yield output.shown(prompt("transfer", language, transfer=view.transfer, state=_state(view, language)))
    about = prompt("about_transfer", language, records=f"{view.records:,}", post_by=post_by)
    yield output.shown(f"  {view.consignment} {view.title}")
    yield f"  {about}"
    yield ""
    yield from media_lines(view.media, language)
    yield ""
    yield from _way(view, language)
    yield ""
    yield from _open(view, language)


def _state(view: TransferView, language: str) -> str:
    state = of(TRANSFER_STATES, view.state, language)
    return f"{state} {prompt('frozen', language)}" if view.frozen else state


def _left(view: TransferView, today: date, language: str) -> str:
    """Nothing once the letters are posted."""
    posted = TransferState(view.state) in ENDED | {TransferState.POSTED}
    return "" if posted else left(view.post_by, today, language)


def _way(view: TransferView, language: str) -> Iterator[str]:
    """① to ⑧, a line each; ambiguous in width, they stand where nothing to their right has to be aligned."""
    wide = max(output.width(of(STANDS, stand.value, language)) for stand in Stand)
    for step, stand in zip(FLOW, view.way, strict=True):
        mark = "==>" if stand is Stand.NOW else "   "
        yield f"{mark} {output.fitted(of(STANDS, stand.value, language), wide)}  {requirement_title(step, language)}"


def _open(view: TransferView, language: str) -> Iterator[str]:
    """What is missing to close it."""
    if TransferState(view.state) in ENDED:
        yield prompt(view.state, language)
    elif view.missing or view.differences:
        yield prompt("missing", language)
    elif any(step.kind is StepKind.CLOSE for step in view.steps):
        yield prompt("all_there", language)
    if view.state != TransferState.CLOSED.value:
        for name in view.missing:
            yield f"  - {missing_words(name, language)}{_which(name, view.media, language)}"
        for difference in view.differences:
            yield f"  - {difference_words(difference, language)}"
    if view.steps:
        yield prompt("next", language)
        for step in view.steps:
            yield output.shown(f"  - {step_words(step.kind, language)}{_subject(step, language)}")


def _which(name: str, media: Sequence[MediumView], language: str) -> str:
    """The media that it is about."""
    waiting = {
        "media": [each.medium for each in media if MediumState(each.state) in _NOT_BACK],
        "notices": [each.medium for each in media if each.notice and NoticeState(each.notice) in _NOTICE_AWAY],
        "record": [each.medium for each in media if MediumState(each.state) not in _ON_RECORD],
    }.get(name, [])
    return prompt("which", language, numbers=", ".join(waiting)) if waiting else ""


def difference_words(difference: Difference, language: str) -> str:
    """Two counts that should be equal, and what settles it."""
    return prompt(
        "difference",
        language,
        count=of(COUNTS, difference.count.value, language),
        expected=f"{difference.expected:,}",
        found=f"{difference.found:,}",
    )


def _subject(step: Step, language: str) -> str:
    if not step.subject:
        return ""
    words = {StepKind.REPORT_COUNT: COUNTS, StepKind.SEAL: KINDS}.get(step.kind)
    subject = of(words, step.subject, language) if words else step.subject
    return prompt("which", language, numbers=subject)
