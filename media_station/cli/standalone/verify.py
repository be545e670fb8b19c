"""media-station verify: a paper's PDF by itself, without a station: what its proof says, once it holds."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from media_station.cli import output
from media_station.cli.journal_reading import in_full
from media_station.cli.standalone.certificate import read_certificates
from media_station.model.errors import Refused
from media_station.proof.attachment import PDF_BYTES
from media_station.proof.key import Verifier
from media_station.proof.paper import VerifiedPaper, verify_paper
from media_station.proof.verify import verify_journal
from media_station.proof.withdrawn import require_valid
from media_station.texts.prompts import prompt

_ABOUT = """書面のPDFが持つ証明（記録、包含証明、署名されたチェックポイント）を、装置なしで確かめ、記録の内容を示す。
ジャーナルがあれば、その後に無効になっていないことも確かめる。
Checks the proof that a paper's PDF carries (records, inclusion proofs, signed checkpoint), without
a station, and tells what the records say: hold the sheet against it. With the journal it also
tells whether the paper has been withdrawn since."""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("verify KITA-ZEI-1-E1-C-00001.pdf --key journal.pub",))
    parser.add_argument("file", type=Path, metavar="FILE.pdf", help="装置が作成したPDF\nthe PDF as the station made it")
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        action="append",
        required=True,
        help="公開鍵台紙と同じ公開鍵（何本でも）\na public journal key, as lodged with you; as many as there were",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="FILE",
        help="区の認証局の証明書（PEM）。電子署名がその発行によるものかも確かめる\n"
        "the district CA's certificate (PEM): the paper must be signed, by whom it vouches for",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="DIR",
        help="ジャーナル（検証してから、この書面が無効でないかを見る）\n"
        "the journal's directory: verified, then asked whether the paper is void",
    )
    output.arrange_json(parser)
    output.arrange_language(parser)


def run(asked: argparse.Namespace) -> int:
    """IntegrityViolation PRF-… for a paper whose proof doesn't hold, or that is void; Refused CLI-020 for a file that
    can't be read.
    """
    verifiers = [Verifier.parse(_read(path).decode("utf-8", "replace")) for path in asked.key]
    roots = read_certificates(asked.root) if asked.root else ()
    paper = verify_paper(_read(asked.file), verifiers, roots)
    if asked.journal:
        verify_journal(asked.journal, verifiers, paper.note)
        require_valid(asked.journal, paper.number)
    if asked.json:
        output.print_line(json.dumps(_about(paper)))
        for each in paper.records:
            output.print_line(each.line)
    else:
        print(*told(paper, asked.lang), sep="\n")
        if asked.journal:
            print(prompt("paper_valid", asked.lang, number=paper.number))
    return 0


def _about(paper: VerifiedPaper) -> dict[str, object]:
    signed = asdict(paper.signed) if paper.signed else None
    return {"paper": paper.number, "station": paper.checkpoint.identity.name, "signed": signed}


def told(paper: VerifiedPaper, language: str) -> Iterator[str]:
    checkpoint = paper.checkpoint
    yield prompt("paper_holds", language, number=paper.number)
    yield prompt("paper_head", language, identity=checkpoint.identity.name, records=f"{checkpoint.size:,}")
    yield f"  {checkpoint.root.hex()}"
    if paper.signed is None:
        yield prompt("paper_unsigned", language)
    else:
        yield prompt("paper_signed", language, signer=output.shown(paper.signed.signer))
        yield f"  SHA-256 {paper.signed.certificate_sha256}"
    for each in paper.records:
        yield ""
        yield from in_full(each.line, {}, language)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(PDF_BYTES + 1)
    except OSError as error:
        raise Refused("CLI-020", file=path.name) from error
