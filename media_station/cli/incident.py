"""media-station incident: what the journal holds of an incident, sealed for whoever has to judge it (O11)."""

import argparse
import asyncio

from media_station.cli import output, session, taking_out
from media_station.model.asks import ExportEvidence

_ABOUT = """事故の証拠一式（記録の抄本と証明、帳票、ハッシュ）。
An incident's evidence: extract of the journal with proofs, papers, hashes."""
_BUNDLE = """事故の証拠一式を、受け取る人の公開鍵で暗号化して、ファイルに取り出します
（承認者・監査者。方針により二人）。
受け取った人は age -d で開き、中の「はじめにお読みください」のとおりに検証します。
Seals an incident's evidence to the reader's key and takes it out as a file (approvers and
auditors, two persons where the policy says so). The reader opens it with age -d and checks it as
the text inside says."""


def arrange(parser: argparse.ArgumentParser) -> None:
    example = "incident bundle R1-I-00001 --to age1… --out evidence.age"
    output.explain(parser, _ABOUT, examples=(example,))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    bundle = what.add_parser("bundle", help="証拠一式を取り出す / take the evidence out")
    output.explain(bundle, _BUNDLE, examples=(example,))
    bundle.add_argument("number", metavar="NUMBER", help="事故の番号\nthe incident's number")
    taking_out.arrange(bundle)
    output.arrange_json(bundle)
    session.arrange(bundle)


def run(asked: argparse.Namespace) -> int:
    """Refused CLI-004 if the file is there already or can't be made, else what the station says."""
    ask = ExportEvidence(incident=asked.number, reader=asked.to)
    return asyncio.run(taking_out.take_out(asked, ask, "bundle"))
