"""A medium's files as they lie in a real image of the product, taken out by foreign tools."""

import io
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from media_station.age import passphrase
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.scrypt import ScryptRecipient
from media_station.desk.image.build import ImageKind, Plan, write_image
from media_station.desk.image.leaflet import leaflet
from media_station.desk.image.manifest import Draft
from media_station.desk.image.opener import opener
from media_station.proof.key import Signer

TRANSFER = "R1-T-00001"
ROW = "1000001,東京都千代田区丸の内一丁目,山田太郎,12345\r\n".encode("cp932")


def table(length: int) -> bytes:
    """A CSV in CP932 of about so many bytes."""
    return "郵便番号,所在地,氏名,税額\r\n".encode("cp932") + ROW * (length // len(ROW))


@dataclass(frozen=True)
class Medium:
    number: str
    folder: Path
    plaintext: bytes
    password: str

    @property
    def file(self) -> Path:
        return self.folder / f"{self.number}.age"

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    @property
    def page(self) -> Path:
        return self.folder / "OPEN.html"

    @property
    def records(self) -> int:
        return self.plaintext.count(b"\n") - 1


def make_medium(folder: Path, kind: ImageKind, number: str, length: int) -> Medium:
    """In `folder`, which must be empty."""
    password = passphrase.generate()
    recipient = ScryptRecipient(password)
    plaintext = table(length)
    made = datetime(2026, 11, 26, 1, 2, 3, tzinfo=UTC)
    draft = Draft(
        identity="kita-zei-1/r1",
        medium=number,
        transfer=TRANSFER,
        consignment="TAX-1",
        records=plaintext.count(b"\n") - 1,
        ciphertext_length=encrypted_length(len(plaintext), recipient),
        made=made,
        signer=Signer.generate("media-station/kita-zei-1/r1/receipts"),
    )
    plan = Plan(
        kind=kind,
        label=number,
        ciphertext_length=draft.ciphertext_length,
        manifest_length=draft.length,
        pieces=(leaflet(medium_number=number, contact="窓口", records=draft.records), opener()),
        created=made,
    )
    image = folder.with_suffix(".image")
    with image.open("wb") as out:
        write_image(plan, encrypt(io.BytesIO(plaintext), recipient), draft.signed, out)
    if kind is ImageKind.USB:
        take_out = ["mcopy", "-s", "-i", image, "::/", folder]
    else:
        take_out = ["7z", "x", "-bd", f"-o{folder}", image]
    subprocess.run(take_out, check=True, stdout=subprocess.DEVNULL, timeout=60)
    image.unlink()
    return Medium(number, folder, plaintext, password)
