"""What leaves the station sealed to a reader's key: made by one request, of two persons where the policy says so, then
fetched into a new file, or with new codes written onto an empty medium or released for the district host.
"""

import argparse
from pathlib import Path

from asyncvarlink import FileDescriptor

from media_station.cli import bundle, output, session
from media_station.cli.new_file import new_file
from media_station.model.asks import Ask, WriteBundle
from media_station.model.errors import MediaFault
from media_station.model.ids import parse_bay, parse_medium
from media_station.model.medium import MediumWritten
from media_station.texts.prompts import prompt


def arrange(page: argparse.ArgumentParser) -> None:
    arrange_out(page)
    page.add_argument(
        "--to", metavar="KEY", required=True, help="受け取る人の公開鍵（age1…）\nthe reader's public key, age1…"
    )


def arrange_out(page: argparse.ArgumentParser) -> None:
    where = page.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="新しいファイル\na file that isn't there yet")
    where.add_argument(
        "--onto", metavar="NUMBER", default="", help="空の媒体の番号（--bay も）\nan empty medium, with --bay"
    )
    where.add_argument(
        "--release", action="store_true", help="連携元サーバが受信できるようにする\nfor the district host to fetch"
    )
    arrange_bay(page)


def arrange_bay(page: argparse.ArgumentParser, *, required: bool = False) -> None:
    page.add_argument("--bay", metavar="BAY", required=required, default="", help="媒体を入れた所\nwhere the medium is")


async def take_out(asked: argparse.Namespace, ask: Ask, said: str) -> int:
    """Sealed, then fetched or written; `said` is the prompt that tells of it.

    Refused CLI-004 if the file can't be made, and as the asks are; MediaFault CLI-021.
    """
    if asked.onto:
        return await _onto_a_medium(asked, ask, said)
    if asked.release:
        return await _for_the_host(asked, ask)
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


async def _onto_a_medium(asked: argparse.Namespace, ask: Ask, said: str) -> int:
    """What was sealed stays in the spool, whatever becomes of the medium: `medium export` writes it once more."""
    parse_medium(asked.onto)
    parse_bay(asked.bay)
    async with session.signed_in(asked) as at:
        second = await at.see("NeedsSecond", action=type(ask).__name__)
        sealed = await at.do(ask, fresh=True, second=second)
        number = sealed.facts["bundle"]
        at.asking.tell(prompt("sealed_for_medium", asked.lang, bundle=number, medium=asked.onto))
        written = await put(at, WriteBundle(bundle=number, medium=asked.onto, bay=asked.bay))
    if asked.json:
        output.print_json([sealed.facts | written])
    else:
        print(prompt(said, asked.lang, file=asked.onto, **sealed.facts))
    return 0


async def _for_the_host(asked: argparse.Namespace, ask: Ask) -> int:
    """What was sealed stays in the spool, whether it is released or not."""
    async with session.signed_in(asked) as at:
        second = await at.see("NeedsSecond", action=type(ask).__name__)
        sealed = await at.do(ask, fresh=True, second=second)
        at.asking.tell(prompt("sealed_for_host", asked.lang, bundle=sealed.facts["bundle"]))
        released = await bundle.release(at, sealed.facts["bundle"])
    if asked.json:
        output.print_json([sealed.facts | released])
    else:
        print(prompt("export_released", asked.lang, **released))
    return 0


async def put(at: session.SignedIn, ask: WriteBundle) -> dict[str, str]:
    """Written and read back; MediaFault CLI-021 if it was not."""
    second = await at.see("NeedsSecond", action=type(ask).__name__)
    written = await at.do(ask, fresh=True, second=second)
    if written.action != MediumWritten.name:
        raise MediaFault("CLI-021", medium=ask.medium, fault=written.facts["code"])
    return {"medium": ask.medium, "order": written.facts["order"], "verdict": written.facts["verdict"]}
