"""media-station publish: outside the station; virus patterns or an update are signed for stations, and sent to one."""

import argparse
import hashlib
import json
import tarfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from media_station.cli.new_file import new_file
from media_station.cli.standalone.fresh_files import PUBLIC, write_all
from media_station.cli.standalone.gate import Gate, file_text
from media_station.cli.standalone.handing_in import Going, hand_in, receipted
from media_station.model.errors import Refused
from media_station.model.instant import wall_text
from media_station.model.supply import Supply, SupplyKind
from media_station.proof.key import Signer, Verifier
from media_station.proof.supply import HEADER_BYTES, open_file, open_header, sign_header

_PIECE: Final = 1 << 20


def arrange(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    key = what.add_parser("key", help="a publisher's key for one kind, and the line for station.toml")
    key.add_argument("kind", choices=[each.value for each in SupplyKind])
    key.add_argument("directory", type=Path, metavar="DIR", help="for KIND.key, which never leaves the publisher")
    sign = what.add_parser("sign", help="one file that a station takes in, at its gate or from a medium")
    sign.add_argument("kind", choices=[each.value for each in SupplyKind])
    sign.add_argument("number", type=int, metavar="N", help="larger than any before of this kind")
    sign.add_argument("file", nargs="+", type=Path, metavar="FILE", help="patterns: ClamAV's files; update: one file")
    sign.add_argument("--key", required=True, type=Path, metavar="FILE")
    sign.add_argument("--out", required=True, type=Path, metavar="FILE")
    send = what.add_parser("send", help="on the district host: hand it in at a station's gate")
    send.add_argument("file", type=Path, metavar="SUPPLY")
    send.add_argument("--publisher", required=True, type=Path, metavar="FILE", help="its public key: KIND.pub")
    send.add_argument("--to", required=True, metavar="HOST:PORT", help="the station's gate")
    send.add_argument("--host-keys", required=True, type=Path, metavar="DIR", help="made by setup host")
    send.add_argument("--gate-cert", required=True, type=Path, metavar="FILE")
    send.add_argument("--receipts-key", required=True, type=Path, metavar="FILE")


def run(asked: argparse.Namespace) -> int:
    """Refused SND-001 a file that can't be read, STP-001, STP-002 and CLI-004 one that is there or can't be made,
    SUP-001 what is no supply, SND-020 what the station refuses; IntegrityViolation SUP-002 files that changed.
    """
    if asked.what == "key":
        print(_key(SupplyKind(asked.kind), asked.directory))
    elif asked.what == "sign":
        supply = _sign(SupplyKind(asked.kind), asked.number, asked.file, Signer.parse(file_text(asked.key)), asked.out)
        print(f"{asked.out.name}: {supply.name}, SHA-256 {supply.sha256}")
    else:
        print(json.dumps(_send(asked)))
    return 0


def _key(kind: SupplyKind, directory: Path) -> str:
    key = Signer.generate(f"media-station-publisher/{kind.value}")
    public = key.verifier.render()
    write_all(directory, {f"{kind.value}.key": key.render_secret() + "\n"})
    write_all(directory, {f"{kind.value}.pub": public + "\n"}, mode=PUBLIC)
    return f'{kind.value} = ["{public}"]'


class _Out(Protocol):
    def write(self, data: bytes, /) -> int: ...


class _Counted:
    """Where a body goes before its header can be written."""

    def __init__(self) -> None:
        self.length, self.hash = 0, hashlib.sha256()

    def write(self, data: bytes, /) -> int:
        self.length += len(data)
        self.hash.update(data)
        return len(data)


def _sign(kind: SupplyKind, number: int, files: Sequence[Path], key: Signer, out: Path) -> Supply:
    body = _tar if kind is SupplyKind.PATTERNS else _whole
    try:
        counted = _Counted()
        body(files, counted)
        supply = Supply(
            kind=kind,
            number=number,
            made=wall_text(datetime.now(UTC)),
            length=counted.length,
            sha256=counted.hash.hexdigest(),
        )
    except ValueError as error:
        raise Refused("SUP-001") from error
    with new_file(out) as descriptor, open(descriptor, "r+b", closefd=False) as file:
        file.write(sign_header(supply, key))
        body(files, file)
        file.seek(0)
        return open_file(file, {kind: [key.verifier]})


def _tar(files: Sequence[Path], out: _Out) -> None:
    """The same of the same files: POSIX ustar, no folder, root's, of no time."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT) as tar:  # type: ignore[call-overload]
        for path in sorted(files, key=lambda each: each.name):
            _read(path, lambda file, path=path: tar.addfile(_entry(path), file))  # type: ignore[misc]


def _entry(path: Path) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path.name)
    entry.size = path.stat().st_size
    return entry


def _whole(files: Sequence[Path], out: _Out) -> None:
    if len(files) != 1:
        raise ValueError("an update is one file")

    def copy(file: BinaryIO) -> None:
        while piece := file.read(_PIECE):
            out.write(piece)

    _read(files[0], copy)


def _read(path: Path, by: Callable[[BinaryIO], None]) -> None:
    try:
        with path.open("rb") as file:
            by(file)
    except OSError as error:
        raise Refused("SND-001", file=path.name) from error


def _send(asked: argparse.Namespace) -> dict[str, str | int]:
    """What the station says that it took. Refused SND-020 with its code."""
    receipts_key = Verifier.parse(file_text(asked.receipts_key))
    publisher = Verifier.parse(file_text(asked.publisher))
    try:
        file = asked.file.open("rb")
    except OSError as error:
        raise Refused("SND-001", file=asked.file.name) from error
    with file:
        header = file.readline(HEADER_BYTES + 1)
        supply, _ = open_header(header.removesuffix(b"\n"), {each: [publisher] for each in SupplyKind})
        file.seek(0)
        open_file(file, {supply.kind: [publisher]})
        going = Going(
            at=f"/v1/supplies/{supply.name}",
            header="header.json",
            signed=header,
            body="body",
            length=supply.length,
            taken="SUP-003",
        )
        try:
            receipt = hand_in(lambda: Gate(asked.to, asked.host_keys, asked.gate_cert), going, file, len(header))
        except Refused as error:
            if error.parameters.get("code") != "GAT-031":
                raise
            raise Refused("SND-020", code="SUP-003", status=422) from error  # another, and newer, was taken
    sent: dict[str, str | int] = {"supply": supply.name, "sha256": supply.sha256}
    return {**sent, "record": receipted(receipt, receipts_key, "supply-receipt", supply.name, sent)}
