"""media-station backup: made and fetched at the station, proved by whoever holds a recipient's key, recorded again."""

import argparse
import asyncio
from typing import Final

from media_station.cli import output, session, taking_out
from media_station.cli.standalone import prove_backup
from media_station.model.asks import BackUp, ProveBackup
from media_station.texts.prompts import prompt

_ABOUT = """バックアップ：作る（管理者）、開けることを確かめる（区の受取人、装置なしで）、確かめたことを記録する。
Backups: made by an administrator, proved by a recipient of the district without a station, and the
proof recorded."""
_MAKE = """ジャーナル、アカウント、設定を、設定ファイルの [backup] recipients の二つの公開鍵で暗号化して
取り出します（管理者、方針により二人）。媒体のパスワードと鍵は入りません。
Journal, accounts and settings, sealed to the two recipients of the settings ([backup] recipients).
Media passwords and keys are not in it. By an administrator, two persons where the policy says so."""
_PROVE = """受取人の秘密鍵でバックアップを開き、ジャーナルとアカウントがすべてそろっていることを確かめ、
合言葉を示します。平文は残りません（ジャーナルは一時フォルダに置き、終わると消します）。
Opens a backup with a recipient's secret key, verifies its journal and its vault, and tells the
word that is in it. The journal lies in a temporary folder until the end; the accounts lie nowhere."""
_PROVED = """受取人が示した合言葉で、バックアップを開けたことを記録します（管理者）。
Records that a backup was opened, by the word that the recipient told (administrators)."""
PAGES: Final = {
    "make": ("作る / make one", _MAKE, ("backup make --out backup.age --as kanri-jiro",)),
    "prove": ("確かめる / prove one", _PROVE, ("backup prove backup.age -i key.txt --journal-key journal.pub",)),
    "proved": ("確かめたことを記録 / record it", _PROVED, ("backup proved R1-B-00001 XXXXX-XXXXX-XXXXX-XXXXX",)),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("backup make --out backup.age",))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, examples) in PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=examples)
        if name == "prove":
            prove_backup.arrange(page)
            continue
        if name == "make":
            taking_out.arrange_out(page)
        else:
            page.add_argument("bundle", metavar="NUMBER", help="番号\nits number")
            page.add_argument("word", metavar="WORD", help="合言葉\nthe word that is in it")
        output.arrange_json(page)
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused BKP-001 without recipients, BKP-005 for another word; `prove` as prove_backup says."""
    if asked.what == "prove":
        return prove_backup.run(asked)
    if asked.what == "make":
        return asyncio.run(taking_out.take_out(asked, BackUp(), "backed_up"))
    return asyncio.run(_proved(asked))


async def _proved(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(ProveBackup(bundle=asked.bundle, word=asked.word))
    if asked.json:
        output.print_json([answer.facts])
    else:
        print(prompt("backup_proved", asked.lang, record=answer.record, **answer.facts))
    return 0
