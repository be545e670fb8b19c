"""What leaves the station sealed to a reader's key: made by one request, of two persons where the policy says so, and
fetched into a new file.
"""

import argparse
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.cli import output, session
from media_station.cli.new_file import new_file
from media_station.model.asks import Ask
from media_station.texts.prompts import prompt


def arrange(page: argparse.ArgumentParser) -> None:
    arrange_out(page)
    page.add_argument(
        "--to", metavar="KEY", required=True, help="受け取る人の公開鍵（age1…）\nthe reader's public key, age1…"
    )


def arrange_out(page: argparse.ArgumentParser) -> None:
    page.add_argument(
        "--out", type=Path, metavar="FILE", required=True, help="新しいファイル\na file that isn't there yet"
    )


async def take_out(asked: argparse.Namespace, ask: Ask, said: str) -> int:
    """Sealed, then fetched; `said` is the prompt that tells of it. Refused CLI-004 if the file can't be made."""
    with new_file(asked.out) as out:
        async with session.signed_in(asked) as at:
            second = await at.see("NeedsSecond", action=type(ask).__name__)
            sealed = await at.do(ask, fresh=True, second=second)
            await at.see("FetchBundle", bundle=sealed.facts["bundle"], into=FileDescriptor(out))
    if asked.json:
        output.print_json([sealed.facts])
    else:
        print(prompt(said, asked.lang, file=output.shown(asked.out.name), **sealed.facts))
    return 0
