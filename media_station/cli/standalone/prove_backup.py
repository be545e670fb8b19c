"""media-station backup prove: the drill, for whoever holds a recipient's key; no station is needed."""

import argparse
import tempfile
from pathlib import Path

from media_station.age.decrypt import decrypt
from media_station.cli import output
from media_station.cli.standalone.open import identities
from media_station.model.errors import Refused
from media_station.proof.backup import Opened, unpack
from media_station.proof.key import Verifier
from media_station.proof.quick import cores
from media_station.texts.prompts import prompt


def arrange(page: argparse.ArgumentParser) -> None:
    page.add_argument("file", type=Path, metavar="FILE", help="バックアップ\nthe backup")
    page.add_argument(
        "-i", "--identity", type=Path, metavar="FILE", required=True, help="受取人の秘密鍵\na recipient's secret key"
    )
    page.add_argument(
        "--journal-key",
        type=Path,
        metavar="FILE",
        action="append",
        required=True,
        help="公開鍵台紙と同じ公開鍵（何本でも）\na public journal key, as lodged with you; as many as there were",
    )
    output.arrange_json(page)
    output.arrange_language(page)


def run(asked: argparse.Namespace) -> int:
    """Refused CLI-020, OPN-004, PRF-001 for files that aren't what they should be, AGE-… for what isn't sealed to this
    key; IntegrityViolation as unpack.
    """
    with tempfile.TemporaryDirectory(prefix="media-station-") as folder:
        opened = open_backup(asked.file, asked.identity, asked.journal_key, Path(folder))
    facts = {
        "bundle": opened.number,
        "identity": opened.identity.name,
        "records": str(opened.verified.size),
        "root": opened.verified.root.hex(),
        "accounts": str(len(opened.accounts)),
        "word": opened.word,
    }
    if asked.json:
        output.print_json([facts])
    else:
        print(prompt("backup_proves", asked.lang, **facts))
    return 0


def open_backup(file: Path, identity: Path, journal_keys: list[Path], into: Path) -> Opened:
    verifiers = [Verifier.parse(_read(path)) for path in journal_keys]
    try:
        with file.open("rb") as sealed:
            return unpack(decrypt(sealed, identities([identity])), into, verifiers, processes=cores())
    except OSError as error:
        raise Refused("CLI-020", file=file.name) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError as error:
        raise Refused("CLI-020", file=path.name) from error
