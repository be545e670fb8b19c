"""What a payload, the spool or a foreign medium may hold, and what is found in it: what leads to each refusal."""

import errno
import hashlib
import io
import secrets
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from unittest import mock

import hands_in_memory
from a_clamd import MALWARE, speaking_as_clamd
from causes import by, cause, settings, two
from corpus import MALFORMED
from corpus.sound import ITEMS
from hands_in_memory import STICK_BYTES
from one_process import BAYS
from test_sealing_what_was_approved import ending_in
from walking_in_one import PAYLOAD

from media_station.age.encrypt import encrypt
from media_station.age.header import VERSION_LINE
from media_station.age.x25519 import X25519Identity
from media_station.desk.flow import receive
from media_station.desk.hands.disk import Disk
from media_station.desk.hands.spool import Spool
from media_station.desk.image import fat32
from media_station.model import asks
from media_station.model.kind import MediumKind
from media_station.model.payload import Submission
from media_station.model.steps import StepKind
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

S = StepKind
FOREIGN = "foreign media"


def sealed(walk, plaintext: bytes = PAYLOAD, recipient=None) -> bytes:
    recipient = recipient or walk.house.desk.keys.sealing.to_public()
    return b"".join(map(bytes, encrypt(io.BytesIO(plaintext), recipient)))


def submission(walk, ciphertext: bytes, plaintext: bytes = PAYLOAD, **other) -> Submission:
    said = {
        "payload": secrets.token_hex(16),
        "consignment": walk.terms.consignment,
        "ciphertext_length": len(ciphertext),
        "ciphertext_sha256": hashlib.sha256(ciphertext).hexdigest(),
        "plaintext_length": len(plaintext),
        "plaintext_sha256": hashlib.sha256(plaintext).hexdigest(),
        "records": walk.records,
    }
    return Submission(**{**said, **other})


def host(walk) -> Signer:
    return Signer.parse((walk.house.host / "submission.key").read_text().strip())


def signed(walk, said: Submission, *, purpose: str = "submission", signer: Signer | None = None, **more) -> bytes:
    return sign_json(purpose, {**asdict(said), **more}, signer or host(walk))


async def inspect(walk, ciphertext: bytes):
    """What the district host has sealed and signed so came in at the gate."""
    said = submission(walk, ciphertext)
    offered, key_id = receive.offer(walk.house.desk, signed(walk, said).decode())
    with tempfile.TemporaryFile() as body:
        body.write(ciphertext)
        body.flush()
        await receive.take(walk.house.desk, offered, key_id, body.fileno())
    await by(walk, asks.Inspect(payload=said.payload))


CHUNK = 65_536
KEY = b"A" * 43
HEADERS = {
    "AGE-001": lambda _: PAYLOAD,
    "AGE-002": lambda _: VERSION_LINE + b"-> " + b"x" * 70_000,
    "AGE-003": lambda walk: sealed(walk)[:40],
    "AGE-004": lambda _: VERSION_LINE + b"-> \x80\nQUJD\n--- " + KEY + b"\n",
    "AGE-005": lambda _: VERSION_LINE + b"-> x\n\n" * 65,
    "AGE-006": lambda _: VERSION_LINE + b"-> X25519 QUJD\nQUJD\n--- " + KEY + b"\n",
    "AGE-007": lambda _: VERSION_LINE + b"-> scrypt x\n\n-> x\n\n--- " + KEY + b"\n",
    "AGE-008": lambda _: VERSION_LINE + b"-> scrypt " + b"A" * 22 + b" 99\n" + b"A" * 43 + b"\n--- " + KEY + b"\n",
    "AGE-010": lambda walk: sealed(walk, recipient=X25519Identity.generate().to_public()),
    "AGE-013": lambda walk: _other_mac(sealed(walk)),
    "AGE-020": lambda walk: sealed(walk)[:-1],
    "AGE-021": lambda walk: sealed(walk, bytes(CHUNK)) + bytes(100),
    "AGE-022": lambda walk: sealed(walk)[: -len(PAYLOAD) - 16],
}


def _other_mac(ciphertext: bytes) -> bytes:
    at = ciphertext.index(b"\n--- ") + 5
    return ciphertext[:at] + (b"B" if ciphertext[at : at + 1] == b"A" else b"A") + ciphertext[at + 1 :]


for number, made in HEADERS.items():
    cause(number)(lambda walk, made=made: inspect(walk, made(walk)))


async def inspect_content(walk, content: bytes, records: int = 3):
    if walk.terms.items != ITEMS:
        walk.terms = replace(walk.terms, items=ITEMS)
        await two(walk, asks.AmendConsignment(terms=walk.terms, consultation="別紙-1"))
    payload = await walk.hand_in(content, records)
    await by(walk, asks.Inspect(payload=payload))


_SPOILED = {each.code: each.spoiled for each in reversed(MALFORMED.values()) if each.records is None}
for number, content in _SPOILED.items():
    cause(number, station="malformed payloads")(lambda walk, content=content: inspect_content(walk, content))


@cause("INS-090")
async def _(walk):
    payload = await walk.hand_in(PAYLOAD, walk.records + 1)
    await by(walk, asks.Inspect(payload=payload))


async def with_clamd(walk, version: str, payload: bytes = PAYLOAD, more: str = ""):
    with tempfile.TemporaryDirectory() as folder, speaking_as_clamd(Path(folder), version) as socket:
        await settings(walk, f'[scanner]\nsocket = "{socket}"\n{more}')
        await by(walk, asks.Inspect(payload=await walk.hand_in(payload)))


TODAY = "ClamAV 1.4.6/27500/Mon Apr  6 01:00:00 2026"
cause("SCN-002", alone=True)(lambda walk: with_clamd(walk, "ClamAV 1.4.6/1/Mon Mar 23 01:00:00 2026"))
cause("SCN-003", alone=True)(lambda walk: with_clamd(walk, TODAY, more="largest_bytes = 10\n"))


@cause("SCN-004", alone=True)
async def _(walk):
    await settings(walk, '[scanner]\nsocket = "none"\n')
    await by(walk, asks.Inspect(payload=await walk.hand_in()))


@cause("SCN-010", alone=True)
async def _(walk):
    await with_clamd(walk, TODAY, PAYLOAD.replace(PAYLOAD.splitlines()[1].split(b",")[1], MALWARE, 1))


def image(files: dict[str, bytes]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").mkdir()
        for name, content in files.items():
            (Path(folder) / "in" / name).write_bytes(content)
        command = ["genisoimage", "-J", "-quiet", "-o", f"{folder}/image", f"{folder}/in"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        return Path(f"{folder}/image").read_bytes()


async def brings(walk, content: bytes, which: int = 1):
    """A stick from outside, numbered and taken in."""
    piece = walk.house.drive.bays_now[BAYS[MediumKind.USB]] = walk.house.drive.new_piece(MediumKind.USB)
    piece.content = content
    answer = await by(walk, asks.RegisterMedium(bay=BAYS[MediumKind.USB]))
    await two(walk, asks.Import(medium=answer.facts["medium"], bay=BAYS[MediumKind.USB], which=which))


def files(walk, ciphertext: bytes | None = None, note: bytes | None = None, **other) -> dict[str, bytes]:
    whole = sealed(walk)
    said = submission(walk, whole)
    told = signed(walk, said, **other) if note is None else note
    return {f"{said.payload}.age": whole if ciphertext is None else ciphertext, f"{said.payload}.json": told}


def bringing(number: str, held: Callable, which: int = 1):
    @cause(number, station=FOREIGN)
    async def provoke(walk):
        await brings(walk, held(walk), which)


bringing("UNP-001", lambda _: bytes(STICK_BYTES))
bringing("UNP-002", lambda walk: image(files(walk))[:40_000].ljust(STICK_BYTES, b"\xff"))
bringing("UNP-003", lambda walk: image(files(walk, note=b"x" * 70_000)))
bringing("UNP-004", lambda _: image({"memo.txt": b"x"}))
bringing("UNP-005", lambda walk: image(files(walk)), 2)
bringing("RCV-003", lambda walk: image(files(walk, more="x")))
bringing("SPL-001", lambda walk: image(files(walk, ciphertext=b"x")))
bringing("PRF-005", lambda walk: image(files(walk, note=b"[]")))
bringing("PRF-006", lambda walk: image(files(walk, purpose="receipt")))
bringing("PRF-007", lambda walk: image(files(walk, signer=Signer.generate(host(walk).name))))
bringing("PRF-008", lambda walk: image(files(walk, note=_rewritten(walk))))


def _rewritten(walk) -> bytes:
    return signed(walk, submission(walk, b"", records=5)).replace(b'"records":5', b'"records":6')


@cause("RCV-001", station=FOREIGN)
async def _(walk):
    whole = sealed(walk)
    said = submission(walk, whole, consignment="2099-TAX-001")
    await brings(walk, image({f"{said.payload}.age": whole, f"{said.payload}.json": signed(walk, said)}))


@cause("RCV-002", station=FOREIGN)
async def _(walk):
    content = image(files(walk))
    await brings(walk, content)
    await brings(walk, content)


@cause("PRF-001")
async def _(walk):
    await by(walk, asks.ProposeConsignment(terms=replace(walk.terms, submission_key="ssh-ed25519 AAAA")))


def inbox(walk) -> Path:
    (lies,) = (walk.house.station / "state" / "desk" / "inbox").iterdir()
    return lies


async def seal(walk):
    await by(walk, asks.Seal(transfer=walk.transfer, medium=await walk.ready(MediumKind.USB)))


@cause("SEA-001", at=S.SEAL)
async def _(walk):
    walk.house.drive.bays_now["new"] = walk.house.drive.new_piece(MediumKind.USB)
    new = (await by(walk, asks.RegisterMedium(bay="new"))).facts["medium"]
    await by(walk, asks.Seal(transfer=walk.transfer, medium=new))


@cause("SEA-002", at=S.SEAL, alone=True)
async def _(walk):
    with mock.patch.object(hands_in_memory, "STICK_BYTES", 4096):
        walk.house.drive.bays_now["usb0"] = walk.house.drive.new_piece(MediumKind.USB)
        new = (await by(walk, asks.RegisterMedium(bay="usb0"))).facts["medium"]
        await two(walk, asks.Erase(medium=new, bay="usb0"))
    await by(walk, asks.Seal(transfer=walk.transfer, medium=new))


@cause("SEA-003", at=S.SEAL, alone=True)
async def _(walk):
    inbox(walk).write_bytes(sealed(walk, PAYLOAD[:-5] + b"0" + PAYLOAD[-4:]))
    await seal(walk)


@cause("IMG-003", at=S.SEAL, alone=True)
async def _(walk):
    inbox(walk).write_bytes(sealed(walk, b""))
    await seal(walk)


@cause("IMG-001", at=S.SEAL)
async def _(walk):
    with mock.patch.object(fat32, "LARGEST_FILE", 100):  # 4 GiB would take a minute
        await seal(walk)


@cause("SPL-002", at=S.SEAL, alone=True)
async def _(walk):
    inbox(walk).unlink()
    await seal(walk)


@cause("SPL-003", at=S.SEAL)
async def _(walk):
    medium = await walk.ready(MediumKind.USB)
    with mock.patch.object(Spool, "_room", lambda *_: 0):
        await by(walk, asks.Seal(transfer=walk.transfer, medium=medium))


@cause("DSK-001")
async def _(walk):
    await walk.counter.see("OpenFindings", walk.staff.operator)
    with mock.patch.object(Disk, "free", lambda _: 6 << 20):
        await by(walk, asks.RegisterMedium(bay="usb0"))


async def another_transfer(walk) -> str:
    payload = await walk.hand_in()
    await by(walk, asks.Inspect(payload=payload))
    today = (await walk.counter.today()).isoformat()
    approve = asks.Approve(payload=payload, records=walk.records, kinds=[MediumKind.USB], tax_due=today)
    return (await by(walk, approve, "approver")).facts["transfer"]


@cause("SEA-004", at=S.RENDER_CERTIFICATE, alone=True)
async def _(walk):
    await by(walk, asks.Seal(transfer=await another_transfer(walk), medium="R1-U-00001"))


@cause("SEA-005", at=S.SEAL)
async def _(walk):
    await by(walk, asks.Seal(transfer=walk.transfer, medium=await walk.ready(MediumKind.DVD_R)))


@cause("SEA-006", at=S.SEAL, alone=True)
async def _(walk):
    ask = asks.Seal(transfer=walk.transfer, medium=await walk.ready(MediumKind.USB))
    with ending_in(walk, ask, "Progress", []):
        await by(walk, ask)


@cause("VLT-003", at=S.PRINT_NOTICE, alone=True)
async def _(walk):
    vault = walk.house.desk.vault
    vault._passwords.clear()
    await two(walk, asks.PrintNotice(medium="R1-U-00001"))


@cause("VLT-004", at=S.SEAL, alone=True)
async def _(walk):
    medium = await walk.ready(MediumKind.USB)
    full = OSError(errno.ENOSPC, "")
    with mock.patch("media_station.desk.hands.vault.replace_durably", side_effect=full):
        await by(walk, asks.Seal(transfer=walk.transfer, medium=medium))
