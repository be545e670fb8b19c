"""media-station open: what a station sealed, opened without one. Options as in `age -d`."""

import argparse
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast

from media_station.age import passphrase
from media_station.age.decrypt import Identity, decrypt
from media_station.age.header import Header
from media_station.age.scrypt import ScryptIdentity, WorkFactors
from media_station.age.x25519 import X25519Identity
from media_station.cli import output
from media_station.cli.asking import Terminal
from media_station.cli.new_file import new_file
from media_station.model.confirmation import confirmation_code
from media_station.model.errors import IntegrityViolation, MediaFault, Refused
from media_station.model.ids import parse_sha256, parse_transfer
from media_station.model.strict_json import parse_object
from media_station.texts.prompts import prompt
from media_station.texts.texts import tell

_ABOUT = """装置で封をしたファイルを、装置なしで開く。パスワードは端末で尋ねる（打ち間違いは何組目かを示す）。
Opens what a station sealed, without a station. The password is asked for at the terminal; a typo
is told with its group. A file that can't be opened whole leaves nothing."""
_STREAM: Final = "-"
_MIB: Final = 1 << 20
_SMALL_FILE_BYTES: Final = 64 * 1024
_TYPOS: Final = frozenset({"AGE-040", "AGE-041"})


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(
        parser,
        _ABOUT,
        examples=("open -o data.csv R1-D-00001.age", "open -i key.txt -o evidence.tar R1-B-00001.age"),
    )
    parser.add_argument(
        "file", metavar="FILE", help="封をしたファイル（- は標準入力）\nthe age file; - is standard input"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="新しいファイル。指定がないか - なら標準出力\n"
        "a file that isn't there yet; standard output if it isn't given, or -",
    )
    key = parser.add_mutually_exclusive_group()
    key.add_argument(
        "-i",
        "--identity",
        type=Path,
        metavar="FILE",
        action="append",
        help="秘密鍵のファイル（何本でも）\na file of secret keys (AGE-SECRET-KEY-1…); as many as there are",
    )
    key.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="パスワードを書いたファイル（スクリプト用）\na file with the password, for scripts",
    )
    output.arrange_json(parser)
    output.arrange_language(parser)


def run(asked: argparse.Namespace) -> int:
    """Refused AGE-… for what can't be opened, OPN-002 no room, OPN-004 identity file, OPN-005 a terminal, CLI-004 and
    CLI-020 files; IntegrityViolation OPN-001 for a file that isn't what its manifest says, OPN-006 for another
    number of records; MediaFault OPN-003.
    """
    to_stdout = asked.output in {None, _STREAM}
    if to_stdout and (asked.json or (asked.output is None and sys.stdout.isatty())):
        raise Refused("OPN-005")
    name = "stdin" if asked.file == _STREAM else Path(asked.file).name
    manifest = _manifest(Path(asked.file))
    with _source(asked.file) as file, _output(None if to_stdout else Path(asked.output)) as out:
        identity = _identity(asked, name)
        try:
            told = _open(file, name, identity, out, manifest)
        except Refused as refused:
            if manifest is not None and refused.code.startswith("AGE-") and _sha256(file) != manifest.sha256:
                raise IntegrityViolation("OPN-001", file=name) from refused
            raise
    if asked.json:
        output.print_json([{"file": name, "output": asked.output, **told}])
        return 0
    say = sys.stderr if to_stdout else sys.stdout
    print(prompt("opened", asked.lang, file=output.shown(name), bytes=f"{told['bytes']:,}"), file=say)
    if manifest is not None:
        print(prompt("read_back", asked.lang, records=f"{told['records']:,}", code=told["confirmation_code"]), file=say)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What lies beside the file on its medium. Not verified: that takes the station's key; the password does it."""

    transfer: str
    records: int
    sha256: str


def _manifest(path: Path) -> _Manifest | None:
    try:
        with path.with_name("manifest.json").open("rb") as file:
            fields = parse_object(file.read(_SMALL_FILE_BYTES))
        if fields["file"] != path.name:
            return None
        return _Manifest(
            transfer=parse_transfer(str(fields["transfer"])),
            records=int(str(fields["records"])),
            sha256=parse_sha256(str(fields["sha256"])),
        )
    except (OSError, ValueError, KeyError, Refused):
        return None


@dataclass(slots=True)
class _Counted:
    """What passed by: its hash, and its lines; the last one counts without an end too, the headings don't."""

    hashed: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    ends: int = 0
    last: int = 0x0A

    def take(self, piece: memoryview) -> None:
        self.hashed.update(piece)
        self.ends += bytes(piece).count(b"\n")
        self.last = piece[-1] if piece else self.last

    @property
    def records(self) -> int:
        return max(self.ends + (self.last != 0x0A) - 1, 0)


@dataclass(frozen=True, slots=True)
class _Any:
    """The first of several identities that a file was sealed to."""

    identities: tuple[X25519Identity, ...]

    def unwrap(self, header: Header) -> bytes:
        for identity in self.identities[:-1]:
            try:
                return identity.unwrap(header)
            except Refused as refused:
                if refused.code != "AGE-010":
                    raise
        return self.identities[-1].unwrap(header)


def _identity(asked: argparse.Namespace, name: str) -> Identity:
    if asked.identity:
        return identities(asked.identity)
    if asked.password_file:
        return _password(_text(asked.password_file))
    terminal = Terminal()
    while True:
        try:
            return _password(terminal.secret(prompt("sealed_password", asked.lang, file=output.shown(name))))
        except Refused as refused:
            if refused.code not in _TYPOS:
                raise
            terminal.tell(tell(refused))


def _password(untrusted_text: str) -> ScryptIdentity:
    return ScryptIdentity(passphrase.parse(untrusted_text), WorkFactors.OWN)


def identities(paths: Sequence[Path]) -> Identity:
    """All of these files'; Refused CLI-020, OPN-004."""
    return _Any(tuple(identity for path in paths for identity in _identities(path)))


def _identities(path: Path) -> list[X25519Identity]:
    """Of an identity file as age-keygen writes it: a key a line, with comments."""
    lines = [line.strip() for line in _text(path).splitlines()]
    try:
        found = [X25519Identity.parse(line) for line in lines if line and not line.startswith("#")]
    except Refused as error:
        raise Refused("OPN-004", file=path.name) from error
    if not found:
        raise Refused("OPN-004", file=path.name)
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_SMALL_FILE_BYTES).decode()
    except (OSError, ValueError) as error:
        raise Refused("CLI-020", file=path.name) from error


@contextmanager
def _source(path: str) -> Iterator[BinaryIO]:
    try:
        opened = sys.stdin.fileno() if path == _STREAM else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        file = open(opened, "rb", buffering=0)  # noqa: SIM115, PTH123 - closed below; a folder is refused here
    except OSError as error:
        raise Refused("CLI-020", file=Path(path).name) from error
    with file:
        yield cast("BinaryIO", file)


@contextmanager
def _output(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        with open(sys.stdout.fileno(), "wb", buffering=0, closefd=False) as plain:
            yield cast("BinaryIO", plain)
        return
    with new_file(path) as out, open(out, "wb", buffering=0, closefd=False) as plain:
        yield cast("BinaryIO", plain)


def _open(
    source: BinaryIO, name: str, identity: Identity, out: BinaryIO, manifest: _Manifest | None
) -> dict[str, str | int]:
    size_bytes = os.fstat(source.fileno()).st_size  # 0 for a pipe
    tell_progress = _progress(size_bytes)
    counted = None if manifest is None else _Counted()
    done = 0
    threads = min(2, len(os.sched_getaffinity(0)))
    try:
        for piece in decrypt(source, identity, threads=threads):
            if counted is not None:
                counted.take(piece)
            _write(out, piece, needs=size_bytes)
            done += len(piece)
            tell_progress(done)
    except BrokenPipeError:
        raise  # of the output
    except OSError as error:  # a scratched disc, a stick pulled out
        raise MediaFault("OPN-003", file=name, offset=done) from error
    if counted is None or manifest is None:
        return {"bytes": done}
    sha256 = counted.hashed.hexdigest()
    if counted.records != manifest.records:
        raise IntegrityViolation("OPN-006", file=name, counted=counted.records, told=manifest.records)
    code = confirmation_code(manifest.transfer, sha256)
    return {"bytes": done, "sha256": sha256, "records": counted.records, "confirmation_code": code}


def _write(out: BinaryIO, piece: memoryview, *, needs: int) -> None:
    try:
        while piece:
            piece = piece[out.write(piece) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        where = os.fstatvfs(out.fileno())
        raise Refused("OPN-002", needs=needs, has=where.f_bavail * where.f_frsize) from error


def _progress(size_bytes: int) -> Callable[[int], None]:
    """On a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    total = f" / {size_bytes / _MIB:,.0f}" if size_bytes else ""
    return lambda done: print(f"\r{done / _MIB:,.0f}{total} MiB ", end="", file=sys.stderr, flush=True)


def _sha256(file: BinaryIO) -> str:
    """Of the whole sealed file, from its beginning."""
    file.seek(0)
    return hashlib.file_digest(cast("io.FileIO", file), "sha256").hexdigest()
