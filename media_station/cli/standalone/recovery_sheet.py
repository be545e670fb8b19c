"""The recovery envelope: all of the station's keys in one age file, whose passphrase is on a sheet in a safe.

A machine whose board, TPM or host key is gone can't open its own credentials any more. Who has its disk and the sheet
seals them to the new machine; a disk or a sheet alone opens nothing.
"""

import argparse
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from media_station.age import passphrase
from media_station.age.decrypt import decrypt_whole
from media_station.age.encrypt import encrypt
from media_station.age.scrypt import ScryptIdentity, ScryptRecipient, WorkFactors
from media_station.cli import output
from media_station.cli.asking import Asking, Script, Terminal
from media_station.cli.standalone import credentials
from media_station.cli.standalone.fresh_files import PUBLIC, SECRET, write_all
from media_station.model.errors import Refused
from media_station.texts.prompts import prompt
from media_station.texts.texts import tell

ETC: Final = Path("etc/media-station")
UNITS: Final = Path("etc/systemd/system")
FILE: Final = "recovery.age"
_CLEAR: Final = "\033[2J\033[3J\033[H"
_ABOUT: Final = """封筒の復旧用紙で、この端末の鍵を取り戻します（基板やTPMを取り替えたあと。rootで）。
The station's keys back by the sheet in the envelope, after another board or TPM (as root)."""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("setup recover",))
    parser.add_argument("--secrets-from-stdin", action="store_true", help="for scripts: the passphrase, a line")
    output.arrange_language(parser)


def run(asked: argparse.Namespace) -> int:
    """Refused AGE-011 for another sheet, AGE-040, AGE-041 for a typo, STP-002 if the keys can't be written."""
    asking = Script() if asked.secrets_from_stdin and not sys.stdin.isatty() else Terminal()
    typed = asking.secret(prompt("recovery_typed", asked.lang))
    names, sealed_with = recover(Path("/"), passphrase.parse(typed))
    print(prompt("recovered", asked.lang, keys=len(names), sealed=sealed_with))
    return 0


def envelope(files: Mapping[str, str]) -> tuple[bytes, str]:
    """The content of `recovery.age` for the secrets among the files, and the sheet's passphrase."""
    typed = passphrase.generate()
    keys = {name: text for name, text in files.items() if credentials.is_secret(name)}
    sealed = bytearray()
    for piece in encrypt(io.BytesIO(json.dumps(keys).encode()), ScryptRecipient(typed)):
        sealed += piece
    return bytes(sealed), typed


def recover(root: Path, typed: str) -> tuple[list[str], str]:
    """The keys in their places, sealed to the machine as it is now; their names, and with what."""
    try:
        sealed = (root / ETC / FILE).read_bytes()
    except OSError as error:
        raise Refused("CLI-020", file=FILE) from error
    keys = json.loads(decrypt_whole(io.BytesIO(sealed), ScryptIdentity(typed, WorkFactors.OWN)))
    return sorted(keys), lay(root, keys)


def lay(root: Path, keys: Mapping[str, str]) -> str:
    """Writes them sealed, in place of what was there, and the drop-ins by which units open them; sealed with what."""
    made, sealed_with = credentials.sealed(keys)
    drop_ins = credentials.drop_ins(made) if sealed_with != credentials.PLAIN else {}
    every = credentials.drop_ins(made)
    for path in (*(root / ETC / name for name in made), *(root / UNITS / name for name in every)):
        path.unlink(missing_ok=True)
    write_all(root / ETC, made, mode=SECRET)
    write_all(root / UNITS, drop_ins, mode=PUBLIC)
    return sealed_with


def shown_once(asking: Asking, typed: str, language: str) -> None:
    """Until the person has typed it back as it stands on the sheet; then it goes away."""
    asking.tell(prompt("recovery_sheet", language, passphrase=typed))
    while True:
        try:
            if passphrase.parse(asking.name(prompt("recovery_typed_back", language))) == typed:
                break
        except Refused as error:
            if error.code not in {"AGE-040", "AGE-041"}:
                raise
            asking.tell(tell(error))
    asking.tell(_CLEAR)
