"""media-station medium: the stock, and one medium's life from purchase to destruction."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from media_station.cli import destroying, output, session, taking_out
from media_station.model.asks import HandOverBundle, Import, KeepBundle, TakeBackBundle, WriteBundle
from media_station.model.ids import parse_medium
from media_station.model.views import HistoryRow, MediumView
from media_station.texts.nouns import ACTIONS, COLUMNS, CUSTODY_STATES, KINDS, MEDIUM_STATES, NOTICE_STATES, of
from media_station.texts.prompts import prompt
from media_station.texts.words import event_words

_ABOUT = """媒体の一覧、媒体ごとの履歴（購入から廃棄まで）、取込み、持出し、破壊。
The media, the history of each from purchase to destruction; imports, exports, destruction."""
_LIST = """破壊済・渡切りのものを除く、すべての媒体と所在。
All media that are not gone: their state and where they are."""
_HISTORY = """一つの媒体に起きたすべてのこと（登録から破壊まで、古い順、一件一行）。
All that happened to one medium, from its registration to its destruction, a line each."""

_IMPORT = """イントラパソコンの SEAL.html で封をしたデータを、媒体から受け取ります。
媒体はマウントせず、署名を確かめてから受け取り、その後は消去（DVDは破壊）します。
Takes in a payload that SEAL.html sealed, from the medium in a bay. The medium is never
mounted; the section's signature is verified; a stick is to be erased afterwards, a disc
destroyed."""

_EXPORT = """暗号化して作成済みの持出し一式を、空の媒体に書き込み、照合します（承認者・監査者、方針により二人）。
Writes a sealed export onto an empty medium and reads it back (approvers and auditors, two persons
where the policy says so). It needs a code for its order."""
_HAND_OVER = """書込済の持出し用媒体を、受け取る人に渡したことを記録します（承認者・監査者）。
Records that the written export medium went to its reader (approvers and auditors)."""
_HANDED = "medium hand-over R1-U-00004 \\\n    --taker 監査太郎 --bag カバン-2 --binder 受領-3 --back-by 2026-12-25"
_TAKE_BACK = """持出し用の媒体が戻ったことを記録します。以後は消去（DVDは破壊）してからでないと使えません。
Records that an export medium is back. A stick is to be erased before other use, a disc destroyed."""

_KEPT = """渡した持出し用媒体の渡切り（相手方が返さず保有）を、受領書により記録します（承認者・監査者）。
Records by the receipt that the reader keeps the export medium for good (approvers and auditors)."""

# What of each event a person needs on the one line, the most important first; of others all their plain fields.
_TOLD: Final[Mapping[str, Sequence[str]]] = {
    "medium.registered": ("vendor", "model", "serial"),
    "medium.stored": ("place",),
    "medium.drawn": (),
    "order.issued": ("action", "order", "approver"),
    "order.cancelled": ("order",),
    "order.lapsed": ("order", "code"),
    "order.refused": ("order", "code"),
    "image.abandoned": (),
    "image.sealed": ("transfer",),
    "medium.written": ("order",),
    "medium.spoiled": ("order", "code"),
    "medium.handed_over": ("handler", "slip"),
    "medium.returned": ("handler", "slip"),
    "medium.identified": ("verdict", "order"),
    "medium.imported": ("verdict", "order"),
    "bundle.rendered": ("bundle",),
    "bundle.handed_over": ("bundle", "taker", "binder", "back_by"),
    "bundle.returned": ("bundle", "binder"),
    "bundle.kept": ("bundle", "binder"),
    "payload.imported": ("payload",),
    "medium.attested": ("incident", "binder"),
    "medium.lost": ("incident",),
    "medium.entrusted": ("firm", "taker", "binder", "proof_by"),
    "medium.destroyed": ("method", "proof", "witness", "record"),
    "notice.printed": ("notice",),
    "notice.handed_over": ("handler", "slip"),
    "notice.returned": ("handler", "slip"),
    "notice.lost": ("incident",),
    "notice.scanned": ("notice",),
    "notice.spoiled": ("notice", "reason"),
    "erasure.ended": ("verdict", "order"),
    "erasure.interrupted": ("order", "code"),
    "erasure.validated": ("performer",),
    "certificate.issued": ("certificate",),
    "certificate.rendered": ("certificate",),
    "certificate.scanned": ("certificate",),
    "certificate.reissued": ("certificate", "supersedes", "reason"),
    "certificate.voided": ("certificate", "reason", "binder"),
    "password.destroyed": (),
    "paper.printed": ("paper",),
    "paper.scanned": ("paper",),
    "paper.stamped": ("paper", "binder"),
    "incident.opened": ("incident", "binder"),
}
# Of the values on a line, those that a person knows by another word.
_SAID: Final = {"action": ACTIONS, "kind": KINDS}
# A person in another part than the row's own.
_LABELLED: Final = frozenset({"approver", "performer", "witness"})
_PAPERS: Final = frozenset({"certificate", "supersedes", "correction", "notice", "paper", "record", "slip"})


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("medium list", "medium history R1-U-00001"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    listing = what.add_parser("list", help="媒体の一覧 / all media")
    output.explain(listing, _LIST, examples=("medium list", "medium list --json"))
    history = what.add_parser("history", help="一つの媒体の履歴 / one medium's life")
    output.explain(
        history, _HISTORY, examples=("medium history R1-U-00001", "medium history R1-D-00012 --json --as kansa-saburo")
    )
    history.add_argument("number", metavar="NUMBER", help="媒体の番号\nthe medium's number")
    taking = what.add_parser("import", help="媒体からデータを取り込む / a payload from an import medium")
    output.explain(taking, _IMPORT, examples=("medium import R1-U-00004 --bay usb0",))
    taking.add_argument("number", metavar="NUMBER", help="媒体の番号\nthe medium's number")
    taking.add_argument("--bay", metavar="BAY", required=True, help="媒体を入れた所\nwhere the medium is")
    taking.add_argument(
        "--which",
        type=int,
        metavar="N",
        default=1,
        help="何番目のデータか（名前順、初めは1）\nof several payloads, by name",
    )
    export = what.add_parser("export", help="持出し一式を媒体に書き込む / write an export onto a medium")
    output.explain(export, _EXPORT, examples=("medium export R1-U-00004 --bundle R1-B-00001 --bay usb0",))
    export.add_argument("--bundle", metavar="NUMBER", required=True, help="持出し一式の番号\nthe export's number")
    taking_out.arrange_bay(export, required=True)
    out = what.add_parser("hand-over", help="持出し用の媒体を渡す / an export medium goes out")
    output.explain(out, _HAND_OVER, examples=(_HANDED,))
    out.add_argument("--taker", metavar="NAME", required=True, help="受取者の氏名\nwho takes it along")
    out.add_argument("--bag", metavar="NUMBER", required=True, help="かばんの番号\nthe bag's number")
    out.add_argument(
        "--back-by", metavar="DAY", default="", help="返却の期日（YYYY-MM-DD、なければ渡切り）\nif it is to come back"
    )
    back = what.add_parser("take-back", help="持出し用の媒体が戻った / an export medium is back")
    output.explain(back, _TAKE_BACK, examples=("medium take-back R1-U-00004 --binder 受領-3",))
    kept = what.add_parser("kept", help="持出し用の媒体の渡切りを確認 / an export medium stays with its reader")
    output.explain(kept, _KEPT, examples=("medium kept R1-U-00004 --binder 受領-3",))
    for each in (out, back, kept):
        each.add_argument("--binder", metavar="NUMBER", required=True, help="受領書の綴りの番号\nthe receipt's number")
    for each in (export, out, back, kept):
        each.add_argument("number", metavar="NUMBER", help="媒体の番号\nthe medium's number")
    for each in (listing, history, taking, export, out, back, kept):
        output.arrange_json(each)
        session.arrange(each)
    destroying.arrange(what)


def run(asked: argparse.Namespace) -> int:
    """Refused IDS-001 for what is no number, FLW-002 for one that was never given."""
    if asked.what == "import":
        ask = Import(medium=asked.number, bay=asked.bay, which=asked.which)
        return asyncio.run(_import(asked, ask))
    if asked.what == "export":
        return asyncio.run(_export(asked, WriteBundle(bundle=asked.bundle, medium=asked.number, bay=asked.bay)))
    if asked.what == "hand-over":
        how = destroying.of(asked, "taker", "bag", "binder", "back_by")
        return asyncio.run(_move(asked, HandOverBundle(medium=asked.number, **how)))
    if asked.what == "take-back":
        return asyncio.run(_move(asked, TakeBackBundle(medium=asked.number, binder=asked.binder)))
    if asked.what == "kept":
        return asyncio.run(_move(asked, KeepBundle(medium=asked.number, binder=asked.binder)))
    if asked.what in destroying.ASKS:
        return asyncio.run(destroying.destroy(asked))
    if asked.what == "history":
        parse_medium(asked.number)
        return asyncio.run(_history(asked))
    return asyncio.run(_list(asked))


async def _list(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        media = await at.all("Stock")
        greeting = await at.greet()
    if asked.json:
        output.print_json(media)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*media_lines(media, asked.lang), sep="\n")
    return 0


async def _import(asked: argparse.Namespace, ask: Import) -> int:
    async with session.signed_in(asked) as at:
        second = await at.see("NeedsSecond", action=type(ask).__name__)
        answer = await at.do(ask, fresh=True, second=second)
    if asked.json:
        output.print_json([answer.facts])
    else:
        print(prompt("imported", asked.lang, medium=ask.medium, which=ask.which, **answer.facts))
        print(prompt("receipt", asked.lang, **answer.facts))
    return 0


async def _export(asked: argparse.Namespace, ask: WriteBundle) -> int:
    async with session.signed_in(asked) as at:
        written = await taking_out.put(at, ask)
    if asked.json:
        output.print_json([{"bundle": ask.bundle, **written}])
    else:
        print(prompt("export_written", asked.lang, bundle=ask.bundle, **written))
    return 0


async def _move(asked: argparse.Namespace, ask: HandOverBundle | TakeBackBundle | KeepBundle) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(ask)
    if asked.json:
        output.print_json([{"medium": ask.medium, **answer.facts}])
    else:
        said = {HandOverBundle: "export_out", TakeBackBundle: "export_back", KeepBundle: "export_kept"}
        print(prompt(said[type(ask)], asked.lang, medium=ask.medium, **answer.facts))
    return 0


async def _history(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        medium = await at.see("Medium", medium=asked.number)
        rows = await at.all("History", noun="medium", number=asked.number)
        greeting = await at.greet()
    if asked.json:
        output.print_json(rows)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*media_lines([medium], asked.lang), sep="\n")
    print()
    print(*history_lines(rows, asked.lang), sep="\n")
    return 0


def media_lines(media: Sequence[MediumView], language: str) -> Iterator[str]:
    columns = [
        output.column("medium", language),
        output.column("kind", language),
        output.column("state", language),
        output.column("place", language, most=34),
        output.column("notice", language),
        output.column("serial", language),
    ]
    yield from output.listing(columns, [_of_medium(medium, language) for medium in media], language)


def _of_medium(medium: MediumView, language: str) -> tuple[str, ...]:
    return (
        medium.medium,
        of(KINDS, medium.kind.value, language),
        of(MEDIUM_STATES, medium.state, language),
        " ".join(filter(None, (of(CUSTODY_STATES, medium.custody, language), medium.place_name or medium.place))),
        of(NOTICE_STATES, medium.notice, language),
        medium.serial,
    )


def history_lines(rows: Sequence[HistoryRow], language: str) -> Iterator[str]:
    columns = [
        output.column("record", language, right=True),
        output.column("time", language),
        output.column("person", language, most=14),
        output.column("event", language),
        output.column("details", language),
    ]
    yield from output.table(
        columns,
        [
            (
                str(row.record),
                output.moment(row.at),
                row.names.get("actor", row.actor),
                _sign(row) + event_words(row.action, language),
                details(row, language),
            )
            for row in rows
        ],
    )


def _sign(row: HistoryRow) -> str:
    return "" if row.outcome in ("success", "") else "!! "


def details(row: HistoryRow, language: str) -> str:
    """The event's fields that a person needs: numbers and names, mostly without labels. The rest is in the ledger."""
    told = _TOLD.get(row.action)
    if told is None:
        return " ".join(f"{of(COLUMNS, name, language)} {value}" for name, value in row.details.items())
    return " ".join(filter(None, (_value(row, field, language) for field in told)))


def _value(row: HistoryRow, field: str, language: str) -> str:
    value = row.names.get(field, row.details.get(field, ""))
    if field in _PAPERS:
        return "-".join(value.split("-")[-3:])  # the station's own name is left out: R1-S-00001
    if field in _LABELLED and value:
        return f"{of(COLUMNS, field, language)} {value}"
    return of(_SAID[field], value, language) if field in _SAID else value
