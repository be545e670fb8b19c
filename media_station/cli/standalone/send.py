"""media-station send: on the district host; seals a file to the station and hands it in at its gate.

Plaintext is read and never written: only ciphertext is kept, until the station has it, so that a run that was ended in
the middle is gone on with by the next.
"""

import argparse
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.cli.standalone.gate import Gate, file_text
from media_station.cli.standalone.handing_in import Going, hand_in, receipted
from media_station.cli.standalone.kept import Kept, kept
from media_station.model.errors import Refused, StationError
from media_station.model.ids import parse_consignment
from media_station.model.payload import Submission
from media_station.proof.key import Signer, Verifier
from media_station.proof.note import open_json, sign_json

_PIECE: Final = 1 << 20


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--consignment", required=True, metavar="NUMBER", help="the consignment that it belongs to")
    parser.add_argument("--to", required=True, metavar="HOST:PORT", help="the station's gate")
    parser.add_argument("--host-keys", required=True, type=Path, metavar="DIR", help="made by setup host")
    parser.add_argument("--gate-cert", required=True, type=Path, metavar="FILE")
    parser.add_argument("--sealing-key", required=True, type=Path, metavar="FILE")
    parser.add_argument("--receipts-key", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--records", type=int, metavar="N", help="rows without the header; counted as lines if not given"
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="for ciphertext not handed in yet, this account's alone; ~/.local/state/media-station/send if not given",
    )
    parser.add_argument("--json", action="store_true", help="say what was handed in as JSON")


def run(asked: argparse.Namespace) -> int:
    """Refused SND-001 a file that can't be read, SND-002 an address, SND-003 too little room, SND-005 a folder that
    isn't this account's alone, SND-006 while another run is at the same file.
    """
    signer = Signer.parse(file_text(asked.host_keys / "submission.key"))
    recipient = X25519Recipient.parse(file_text(asked.sealing_key).strip())
    receipts_key = Verifier.parse(file_text(asked.receipts_key))
    consignment = parse_consignment(asked.consignment)
    name = _name(asked.file, consignment, str(recipient), signer.verifier.render())
    with kept(asked.keep or _folder(), name) as ours:
        submission = _sealed_before(ours, asked.file, signer.verifier, consignment, asked.records)
        if submission is None:
            ours.begin()
            submission = _seal(asked.file, recipient, ours.sealed, consignment, asked.records)
            ours.complete(sign_json("submission", dict(asdict(submission)), signer))

        def gate() -> Gate:
            return Gate(asked.to, asked.host_keys, asked.gate_cert)

        receipt = _hand_in(gate, submission, ours.submission() or b"", ours.sealed)
        told = _verified(receipt, submission, receipts_key)
        if asked.json:
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(
                f"{asked.file.name}: {submission.records} 件 / records → {submission.payload} (record {told['record']})"
            )
        ours.drop()
    return 0


def _folder() -> Path:
    try:
        return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "media-station/send"
    except RuntimeError as error:
        raise Refused("SND-005", file="~") from error


def _name(path: Path, *others: str) -> str:
    """One for each way that a file may go. Where the station is reached is none of it."""
    return hashlib.sha256(b"\0".join([os.fsencode(path.resolve()), *map(str.encode, others)])).hexdigest()[:32]


@dataclass(slots=True)
class _Seen:
    """A source that hashes and counts what is read from it. The last line counts without an end too."""

    source: BinaryIO
    length: int
    ends: int
    last: bytes
    hash: "hashlib._Hash"

    @property
    def lines(self) -> int:
        return self.ends + (self.last not in {b"", b"\n"})

    def records(self, declared: int | None) -> int:
        return max(self.lines - 1, 0) if declared is None else declared

    def readinto(self, room: memoryview) -> int:
        data = self.source.read(len(room))
        room[: len(data)] = data
        self.length += len(data)
        self.ends += data.count(b"\n")
        self.last = data[-1:] or self.last
        self.hash.update(data)
        return len(data)


def _sealed_before(ours: Kept, path: Path, key: Verifier, consignment: str, records: int | None) -> Submission | None:
    """What an earlier run sealed, if it is whole and the file still what it was. None for what can't be read twice."""
    signed = ours.submission()
    if signed is None or not path.is_file():
        return None
    try:
        fields = open_json("submission", signed, [key])
        fields.pop("key_id")
        submission = Submission(**fields)  # type: ignore[arg-type]
    except (StationError, ValueError, TypeError):
        return None
    plain = _seen(path)
    same = (submission.consignment, submission.records) == (consignment, plain.records(records)) and (
        submission.plaintext_length,
        submission.plaintext_sha256,
    ) == (plain.length, plain.hash.hexdigest())
    sealed = _seen(ours.ciphertext)
    whole = (submission.ciphertext_length, submission.ciphertext_sha256) == (sealed.length, sealed.hash.hexdigest())
    return submission if same and whole else None


def _seen(path: Path) -> _Seen:
    try:
        with path.open("rb") as source:
            seen = _Seen(source, 0, 0, b"", hashlib.sha256())
            room = memoryview(bytearray(_PIECE))
            while seen.readinto(room):
                pass
    except OSError as error:
        raise Refused("SND-001", file=path.name) from error
    return seen


def _seal(
    path: Path, recipient: X25519Recipient, sealed: BinaryIO, consignment: str, records: int | None
) -> Submission:
    ciphertext = hashlib.sha256()
    try:
        with path.open("rb") as source:
            plain = _Seen(source, 0, 0, b"", hashlib.sha256())
            for piece in encrypt(plain, recipient):  # type: ignore[arg-type]
                ciphertext.update(piece)
                _write(sealed, piece)
    except OSError as error:
        raise Refused("SND-001", file=path.name) from error
    return Submission(
        payload=secrets.token_hex(16),
        consignment=consignment,
        ciphertext_length=sealed.tell(),
        ciphertext_sha256=ciphertext.hexdigest(),
        plaintext_length=plain.length,
        plaintext_sha256=plain.hash.hexdigest(),
        records=plain.records(records),
    )


def _write(sealed: BinaryIO, piece: bytes | bytearray | memoryview) -> None:
    try:
        sealed.write(piece)
    except OSError as error:
        raise Refused("SND-003") from error


def _hand_in(connect: Callable[[], Gate], submission: Submission, signed: bytes, sealed: BinaryIO) -> str:
    """The receipt, unchecked."""
    going = Going(
        at=f"/v1/submissions/{submission.payload}",
        header="submission.json",
        signed=signed,
        body="payload.age",
        length=submission.ciphertext_length,
        taken="RCV-002",
    )
    return hand_in(connect, going, sealed)


def _verified(untrusted_receipt: str, submission: Submission, key: Verifier) -> dict[str, str | int]:
    """As `receipted`."""
    sent = {name: getattr(submission, name) for name in ("payload", "ciphertext_sha256", "ciphertext_length")}
    return {
        "payload": submission.payload,
        "records": submission.records,
        "plaintext_sha256": submission.plaintext_sha256,
        "record": receipted(untrusted_receipt, key, "receipt", submission.payload, sent),
    }
