"""media-station baseline: what the machine has on the network, and what two administrators said that it is to have."""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from media_station.cli import output, session
from media_station.cli.output import shown
from media_station.cli.standalone.certificate import read_certificates
from media_station.model.errors import Refused
from media_station.model.network import BaselineView
from media_station.model.network_asks import AdoptBaseline, AdoptHost
from media_station.proof.pin import pin
from media_station.texts.prompts import prompt

_ABOUT = """端末の構成（インターフェース、アドレス、経路、待受けソケット、時刻同期）の基準（S1・S2）。
What the machine is to have: interfaces, addresses, routes, listening sockets, time daemons."""
_PAGES: Final = {
    "show": (
        "今の構成と基準 / what there is, and what is to be",
        """見張りが最後に見た構成を、採用した基準と並べます（管理者・監査者）。
＋ 基準にないもの（受付口は閉じます）　－ 基準にあって今はないもの
Shows what the guard saw last beside what was adopted (administrators and auditors). +: not in the
baseline, which closes the gate; -: in the baseline, but not there now.""",
        ("baseline show --as kanri-jiro", "baseline show --json"),
    ),
    "adopt": (
        "今の構成を基準にする / what there is now is to be",
        """今の構成を表示し、管理者二人でそれを基準として採用します。
Shows what the machine has now; two administrators adopt it as the baseline.""",
        ("baseline adopt --as kanri-jiro",),
    ),
    "adopt-host": (
        "連携元サーバの鍵を採用する / by which keys the district host is known",
        """連携元サーバの証明書（PEM、現在と次の2枚まで）を、管理者二人で採用します。これまでの鍵に置き換わり、
受付口は再起動なしで数秒のうちに従います。
Two administrators adopt the district host's certificates (PEM; current and next, two at most) in place
of those before. The gate follows within seconds, without a restart.""",
        ("baseline adopt-host host.crt --as kanri-jiro",),
    ),
}


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("baseline show --as kanri-jiro", "baseline adopt --as kanri-jiro"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (summary, about, examples) in _PAGES.items():
        page = what.add_parser(name, help=summary)
        output.explain(page, about, examples=examples)
        if name == "show":
            output.arrange_json(page)
        if name == "adopt-host":
            page.add_argument("file", type=Path, metavar="FILE", help="証明書（PEM） / certificates")
        session.arrange(page)


def run(asked: argparse.Namespace) -> int:
    """Refused GRD-010 if there is nothing to adopt, STP-003 a file without certificates, else what the station says."""
    if asked.what == "adopt-host":
        return asyncio.run(_adopt_host(asked))
    return asyncio.run(_run(asked))


async def _adopt_host(asked: argparse.Namespace) -> int:
    found = read_certificates(asked.file)
    async with session.signed_in(asked) as at:
        print(prompt("baseline_host_adopt", asked.lang, pins=", ".join(pin(each) for each in found)))
        pems = [each.public_bytes(Encoding.PEM).decode() for each in found]
        answer = await at.do(AdoptHost(certificates=pems), second=True)
        print(prompt("baseline_host", asked.lang, pins=answer.facts["pins"]))
    return 0


async def _run(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        view: BaselineView = await at.see("Baseline")
        if asked.what == "show" and asked.json:
            output.print_json([view])
            return 0
        print(*_lines(view, asked.lang), sep="\n")
        if asked.what == "adopt":
            if not view.seen:
                raise Refused("GRD-010")
            answer = await at.do(AdoptBaseline(entries=view.seen), second=True)
            print(prompt("baseline_adopted", asked.lang, entries=answer.facts["entries"]))
    return 0


def _lines(view: BaselineView, language: str) -> list[str]:
    marks = [(each, "+ " if each not in view.adopted else "  ") for each in view.seen]
    marks += [(each, "- ") for each in view.adopted if each not in view.seen]
    lines = [mark + shown(each) for each, mark in sorted(marks)]
    if view.host_pins:
        lines.append(prompt("baseline_host", language, pins=", ".join(view.host_pins)))
    if not view.seen:
        lines.append(prompt("baseline_unseen", language))
    if view.drift:
        lines.append(prompt("baseline_drift", language, what=", ".join(view.drift)))
    elif not view.adopted:
        lines.append(prompt("baseline_none", language))
    elif set(view.seen) <= set(view.adopted):
        lines.append(prompt("baseline_same", language))
    return lines
