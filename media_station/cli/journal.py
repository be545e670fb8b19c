"""media-station journal: the access journal for those who review it. Administrators and auditors read it."""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from media_station.cli import journal_proving, journal_reading, output, session, taking_out
from media_station.model.asks import ExportJournal, RotateKey
from media_station.model.event import Outcome
from media_station.model.ids import parse_medium, parse_operator, parse_transfer
from media_station.model.instant import wall_text
from media_station.model.journal import Wanted
from media_station.model.vocabulary import EVENTS
from media_station.texts.era import JST
from media_station.texts.prompts import prompt

_ABOUT = """アクセス記録（ジャーナル）を読む・調べる（管理者・監査者）。
The access journal, for administrators and auditors: one record, a search, or what happens now."""
_SHOW = """一つの記録のすべてと、ログの一行。--json は、一行だけをそのまま（バイト単位で同じ）出力します。
One record in full, in plain words, and its line. With --json the line alone, byte for byte."""
_QUERY = """条件に合う記録を、古い順に表示します。条件はすべて満たすものに限ります。
The records that meet all conditions, oldest first. With --json their lines, byte for byte."""
_FOLLOW = """これから記録されるものを、記録されるたびに表示します。Ctrl-Cで終わります。
サインインが切れると（何もしないで15分）終わります。
What is recorded from now on, as it is recorded. Ctrl-C ends it, and so does the end of the
session, after 15 minutes."""
_PROVE = """一つの記録が、最新の署名つきの先頭（チェックポイント）のもとで、ログのその場所にあることの証明を、
JSONのファイルにします。--against は、前に控えた先頭が今のログの始まりであること（書き換えられて
いないこと）も証明し、そうでなければ終了コード5で知らせます。検証のしかたは docs/formats.md。
A proof, as a JSON file, that a record stands in the journal under its latest signed head. With
--against also that a head kept elsewhere is the journal's beginning; exit code 5 if it isn't.
docs/formats.md says how to check it without the station."""
_EXPORT = """期間の記録（ログの行そのまま、ECSのNDJSON）を、受け取る人の公開鍵で暗号化して取り出します
（承認者・監査者、方針により二人）。受け取った人は age -d で開き、jq や lnav で読めます。
The records of a period, the journal's own lines (NDJSON with ECS names), sealed to the reader's
key (approvers and auditors, two persons where the policy says so). The reader opens the file with
age -d, and reads it with jq or lnav."""
_ROTATE = """記録の署名に使う鍵を、次の鍵に交代します（管理者二人）。次の鍵は media-station setup next-key
で作り、デスクを起動し直しておきます。KEY_ID は、そのとき表示された番号です。検証する人は、最初の
鍵のままで検証を続けられます。
The journal's signing key hands over to the next one, by two administrators. That key was made
with media-station setup next-key, the desk started again since; KEY_ID is the id that was told
then. Whoever verifies with the first key goes on with it: the record leads to the new one."""
PAGES: Final = {
    "show": (
        "一つの記録 / one record",
        _SHOW,
        ("journal show 1234 --as kansa-saburo", "journal show 1234 --json"),
    ),
    "query": (
        "記録を調べる / search",
        _QUERY,
        (
            "journal query --since 2026-11-01 --until 2026-11-30 --operator sousa-hanako",
            "journal query --medium R1-U-00001 --action order --json",
            "journal query --since 2026-11-25T09:00 --failed",
        ),
    ),
    "prove": (
        "一つの記録の証明 / prove a record",
        _PROVE,
        ("journal prove 1234 --out proof.json", "journal prove 1234 --against kept-head.txt --out proof.json"),
    ),
    "export": (
        "暗号化して取り出す / take out, sealed",
        _EXPORT,
        ("journal export --since 2026-11-01 --until 2026-11-30 --to age1… --out november.age",),
    ),
    "rotate": (
        "署名の鍵を交代する / hand over to the next key",
        _ROTATE,
        ("journal rotate 0a1b2c3d --as kanri-jiro",),
    ),
    "follow": (
        "これから起きること / what happens now",
        _FOLLOW,
        ("journal follow --as kansa-saburo", "journal follow --failed --json"),
    ),
}


async def _export(asked: argparse.Namespace) -> int:
    ask = ExportJournal(since=asked.since, until=asked.until, reader=asked.to)
    return await taking_out.take_out(asked, ask, "exported")


async def _rotate(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(RotateKey(key_id=asked.key_id), fresh=True, second=True)
    if asked.json:
        output.print_json([answer.facts])
    else:
        print(prompt("rotated", asked.lang, record=answer.record, **answer.facts))
    return 0


_RUN: Final = {
    "show": journal_reading.show,
    "query": journal_reading.query,
    "prove": journal_proving.prove,
    "export": _export,
    "rotate": _rotate,
    "follow": journal_reading.follow,
}


def arrange(parser: argparse.ArgumentParser) -> None:
    examples = ("journal query --since 2026-11-25 --failed", "journal show 1234", "journal follow")
    output.explain(parser, _ABOUT, examples=examples)
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, of_page) in PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=of_page)
        if name in ("show", "prove"):
            page.add_argument("number", metavar="NUMBER", type=_number, help="記録番号\nthe record's number")
        elif name == "rotate":
            page.add_argument(
                "key_id", metavar="KEY_ID", help="次の鍵の番号（16進8桁）\nthe next key's id, eight hex digits"
            )
        elif name == "export":
            _arrange_period(page, required=True)
            taking_out.arrange(page)
        else:
            _arrange_conditions(page, times=name == "query")
        if name == "prove":
            journal_proving.arrange(page)
        else:
            output.arrange_json(page)
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused IDS-001 for what is no number, PRF-030 for a record that isn't there, ACC-011 for others."""
    return asyncio.run(_RUN[asked.what](asked))


def _arrange_conditions(page: argparse.ArgumentParser, *, times: bool) -> None:
    if times:
        _arrange_period(page)
    page.set_defaults(wanted=_wanted)
    page.add_argument(
        "--operator",
        dest="by",  # --as is who reads
        metavar="NAME",
        default="",
        help="この人が行った、または名前のある記録\nwho did it or is named in it",
    )
    page.add_argument("--medium", metavar="NUMBER", default="", help="この媒体\nthis medium")
    page.add_argument("--transfer", metavar="NUMBER", default="", help="この提供\nthis transfer")
    page.add_argument(
        "--action",
        dest="actions",
        metavar="NAME",
        type=_actions,
        action="extend",
        default=[],
        help="出来事の名前（medium.written など）か、その前半（medium）。いくつでも\n"
        "an event's name, as medium.written, or its first part alone; may be repeated",
    )
    outcome = page.add_mutually_exclusive_group()
    outcome.add_argument(
        "--outcome", choices=[each.value for each in Outcome], help="結果（成功・失敗・不明）\nhow it ended"
    )
    outcome.add_argument("--failed", action="store_true", help="成功でないもの\nwhatever was no success")


def _arrange_period(page: argparse.ArgumentParser, *, required: bool = False) -> None:
    """`since` and `until` as UTC times, None where not given."""
    page.add_argument(
        "--since",
        metavar="WHEN",
        type=_moment(days=0),
        required=required,
        help="この日・時刻から（YYYY-MM-DD または YYYY-MM-DDTHH:MM、日本時間）\nfrom then on, Japanese time",
    )
    page.add_argument(
        "--until",
        metavar="WHEN",
        type=_moment(days=1),
        required=required,
        help="この日の終わりまで、またはこの時刻の前まで\nto the end of that day, or before that time",
    )


def _moment(*, days: int) -> Callable[[str], str]:
    """A time as the station records it; of a day alone its beginning, so many days later."""

    def parse(text: str) -> str:
        try:
            when = datetime.fromisoformat(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"YYYY-MM-DD, YYYY-MM-DDTHH:MM: {text!r}") from error
        if len(text) == len("YYYY-MM-DD"):
            when += timedelta(days=days)
        return wall_text(when if when.tzinfo else when.replace(tzinfo=JST))

    return parse


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len("9999999999"):
        raise argparse.ArgumentTypeError(f"0, 1, 2, …: {text!r}")
    return int(text)


def _actions(text: str) -> Sequence[str]:
    named = [name for name in EVENTS if text in (name, name.partition(".")[0])]
    if not named:
        raise argparse.ArgumentTypeError(f"docs/vocabulary.md: {text!r}")
    return named


def _wanted(asked: argparse.Namespace) -> Wanted:
    for parse, text in (
        (parse_operator, asked.by),
        (parse_medium, asked.medium),
        (parse_transfer, asked.transfer),
    ):
        if text:
            parse(text)
    outcomes = [Outcome(asked.outcome)] if asked.outcome else []
    return Wanted(
        since=getattr(asked, "since", None) or "",
        until=getattr(asked, "until", None) or "",
        operator=asked.by,
        medium=asked.medium,
        transfer=asked.transfer,
        actions=asked.actions,
        outcomes=[Outcome.FAILURE, Outcome.UNKNOWN] if asked.failed else outcomes,
    )
