"""media-station bundle: what was sealed for a reader leaves by the district host, or is purged."""

import argparse
import asyncio
from typing import Final

from media_station.cli import output, session
from media_station.model.asks import PurgeBundle, ReleaseBundle
from media_station.texts.prompts import prompt

_ABOUT = """持出し一式（証拠、アクセス記録、バックアップ）：連携元サーバへの送信を許可する、控えを消去する。
Exports (evidence, a part of the journal, a backup): released for the district host, or purged."""
_RELEASE = """連携元サーバが、この持出し一式を受信できるようにします（方針により二人）。中身は受け取る人の公開鍵で
暗号化されており、サーバでは開けません。消去するまで受信できます。
Lets the district host fetch an export at the gate until it is purged; two persons where the policy
says so. It is sealed to its reader's key: the host can't open it."""
_PURGE = """持出し一式の控えを消去します。送信中のものは途中で切れます。
Removes the sealed copy from the station. A transmission that is under way breaks off."""
PAGES: Final = {
    "release": ("連携元サーバへの送信を許可 / release it for the host", _RELEASE),
    "purge": ("控えを消去 / remove the station's copy", _PURGE),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("bundle release R1-B-00001",))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about) in PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=(f"bundle {name} R1-B-00001",))
        page.add_argument("bundle", metavar="NUMBER", help="持出し一式の番号\nthe export's number")
        output.arrange_json(page)
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """What the station says."""
    return asyncio.run(_release(asked) if asked.what == "release" else _purge(asked))


async def _release(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        facts = await release(at, asked.bundle)
    if asked.json:
        output.print_json([facts])
    else:
        print(prompt("export_released", asked.lang, **facts))
    return 0


async def release(at: session.SignedIn, bundle: str) -> dict[str, str]:
    """Number, SHA-256 and length of what the host may fetch now."""
    second = await at.see("NeedsSecond", action=ReleaseBundle.__name__)
    return dict((await at.do(ReleaseBundle(bundle=bundle), fresh=True, second=second)).facts)


async def _purge(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(PurgeBundle(bundle=asked.bundle))
    if asked.json:
        output.print_json([{"bundle": asked.bundle, "record": answer.record}])
    else:
        print(prompt("export_purged", asked.lang, bundle=asked.bundle, record=answer.record))
    return 0
