"""media-station paper: prints a paper, by its number or by what it is about."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping
from io import BufferedReader
from select import select
from typing import Final, cast

from media_station.cli import output, session
from media_station.model import asks
from media_station.model.asks import Ask, PrintSheet
from media_station.model.handover import Legible
from media_station.model.station import PaperKind
from media_station.texts.prompts import prompt

_ABOUT = """書面を印刷します。KIND と、それぞれに必要な番号：
Prints a paper. KIND, and the number that each needs:

  certificate   媒体消去証明書           証明書番号 / the certificate
  destruction   媒体物理的破壊記録書     記録書番号 / the record
  slip          確認記録票・訂正票       票番号 / the slip or correction
  notice        パスワード通知書         媒体の番号 / the medium (二人 / two persons)
  incident      事故報告書               事故番号 / the incident
  compliance    安全管理措置確認表       なし / none
  ledger        管理簿                   提供番号 / the transfer
  case          案件整理票               提供番号 / the transfer
  stock         棚卸表                   保管場所、なければ手元 / the place; none: in hand
  contacts      連絡体制表               委託業務番号 / the consignment
  keys          公開鍵台紙               なし / none
  label         媒体ラベル               媒体の番号 / the medium
  counts-form   受領・印字件数報告用紙   提供番号 / the transfer
  erasure-form  データ消去報告書用紙     提供番号 / the transfer
  turn-back     差戻し票                 提供番号 / the transfer
  receipt       データ受領書             受付番号 / the payload, for the section that brought it
  entrusted     破壊委託媒体引渡書       記録書番号 / the record under which media left to a firm

印刷した書面は、そのQRコードを読み取って初めて「印刷済み」になります：
A sheet counts as printed once its QR code has been read from it:

  scanned       確認                     番号なし、QRコードを読む / no number: scan the code

すでに番号のある書面（--reason は理由マスタの番号）：
Of a paper that has its number (--reason: a number of the masters' reasons):

  copy          再印刷（写）             票・記録書の番号 / the slip or record
  reissue       証明書の再発行           証明書番号 / the certificate (承認者 / an approver)
  spoiled       書損の通知書、判読不可   媒体の番号 / the medium: not legible (二人 / two persons)
  legible       書損の通知書、判読可     媒体の番号 / the medium: legible (二人 / two persons)
  void          証明書の取消し           証明書番号、--binder / with --binder (二人 / two persons)"""

_SHEETS: Final = {
    "ledger": PaperKind.LEDGER,
    "case": PaperKind.CASE_SHEET,
    "stock": PaperKind.STOCK_LIST,
    "contacts": PaperKind.CONTACT_TREE,
    "keys": PaperKind.KEY_SHEET,
    "label": PaperKind.LABEL,
    "counts-form": PaperKind.COUNTS_FORM,
    "erasure-form": PaperKind.ERASURE_FORM,
    "turn-back": PaperKind.TURN_BACK,
    "receipt": PaperKind.RECEIPT,
    "entrusted": PaperKind.ENTRUSTED,
}
_OWN: Final[Mapping[str, Callable[[str], Ask]]] = {
    "certificate": lambda number: asks.RenderCertificate(certificate=number),
    "destruction": lambda number: asks.PrintDestructionRecord(paper=number),
    "slip": lambda number: asks.PrintSlip(paper=number),
    "notice": lambda number: asks.PrintNotice(medium=number),
    "incident": lambda number: asks.PrintIncidentReport(incident=number),
    "compliance": lambda _: asks.PrintCompliance(),
}


_LATER: Final[Mapping[str, Callable[[str, str, str], Ask]]] = {
    "copy": lambda number, reason, _: asks.CopyPaper(paper=number, reason=reason),
    "reissue": lambda number, reason, _: asks.ReissueCertificate(certificate=number, reason=reason),
    "spoiled": lambda medium, reason, _: asks.SpoilNotice(medium=medium, legible=Legible.NO, reason=reason),
    "legible": lambda medium, reason, _: asks.SpoilNotice(medium=medium, legible=Legible.YES, reason=reason),
    "void": lambda number, reason, binder: asks.VoidCertificate(certificate=number, reason=reason, binder=binder),
}
_SCANNED: Final = "scanned"
# A sheet's code: number, leaf hash, origin, size, root, a blank line, the signature; after a key's rotation one more.
_CODE_LINES: Final = 7
_SILENCE_SECONDS: Final = 1.0
_SAID: Final = {
    asks.ReissueCertificate: "reissued",
    asks.VoidCertificate: "voided",
    asks.SpoilNotice: "spoiled",
}
_FRESH: Final = (asks.PrintNotice, asks.ReissueCertificate, asks.VoidCertificate, asks.SpoilNotice)


def arrange(parser: argparse.ArgumentParser) -> None:
    examples = ("paper case R1-T-00001", "paper stock kinko", "paper keys --as kanri-jiro", "paper scanned")
    output.explain(parser, _ABOUT, examples=examples)
    parser.add_argument(
        "kind", metavar="KIND", choices=(*_OWN, *_SHEETS, *_LATER, _SCANNED), help="書面の種類\nwhich paper"
    )
    parser.add_argument("number", metavar="NUMBER", nargs="?", default="", help="番号\nits number, or what it is about")
    parser.add_argument("--reason", metavar="NUMBER", default="", help="理由マスタの番号\na reason's number")
    parser.add_argument(
        "--binder", metavar="NUMBER", default="", help="理由の別紙番号\nthe number of the reason's paper"
    )
    session.arrange(parser)


def run(asked: argparse.Namespace) -> int:
    """Refused IDS-001 for what is no number, else what the station says."""
    kind, number = asked.kind, asked.number
    if kind == _SCANNED:
        return asyncio.run(_scan(asked))
    if kind in _LATER:
        ask = _LATER[kind](number, asked.reason, asked.binder)
    else:
        ask = PrintSheet(kind=_SHEETS[kind], subject=number) if kind in _SHEETS else _OWN[kind](number)
    return asyncio.run(_print(asked, ask))


async def _print(asked: argparse.Namespace, ask: Ask) -> int:
    number = asked.number
    async with session.signed_in(asked) as at:
        fresh = isinstance(ask, _FRESH)
        needed = fresh and bool(await at.see("NeedsSecond", action=type(ask).__name__))
        answer = await at.do(ask, fresh=fresh, second=needed)
    print(prompt(_SAID.get(type(ask), "paper_printed"), asked.lang, number=next(iter(answer.facts.values()), number)))
    return 0


async def _scan(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        print(prompt("scan_back", asked.lang), file=sys.stderr, flush=True)
        answer = await at.do(asks.ScanPaper(scan=_typed()))
    print(prompt("scanned", asked.lang, number=answer.facts["paper"]))
    return 0


def _typed() -> str:
    """Until the scanner has come to its end: what it types has no other."""
    came = b""
    typed = cast("BufferedReader", sys.stdin.buffer)  # it may hold what came with the answers
    while came.count(b"\n") < _CODE_LINES or select([typed], [], [], _SILENCE_SECONDS)[0]:
        piece = typed.read1(1 << 16)
        if not piece:
            break
        came += piece
    return came.decode(errors="replace")
