"""What an installed station works with: its people, its district host's keys, a stick with a payload, a disc, a printer."""

import hashlib
import io
import json
import re
import secrets
import subprocess
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyotp
from burner.disc import Disc, Profile
from burner.iscsi import LUN, NAME, running
from burner.mmc import Drive

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.cli.standalone.setup import setup_host
from media_station.model.payload import Submission
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.people import PERIOD_SECONDS, Person
from media_station.rehearsal.walk import sample_terms, staff

ROOT = Path(__file__).parents[2]
GUEST = Path(__file__).parent / "guest"
MIB = 1 << 20
STICK_BYTES = 40 * MIB
SOCKETS = (1, 3, 4)
DISC_BLOCKS = 16384
RECORDS = 20
PAYLOAD = synthesize(RECORDS, 7)
SHA256 = hashlib.sha256(PAYLOAD).hexdigest()
QUEUE = "office"
# A printer, as its driver is for CUPS: what comes out lies in its tray.
TRAY = "/run/media-station-cups/tray"
DRIVER = f"""#!/bin/sh
[ $# -eq 0 ] && {{ echo 'direct tray "Unknown" "tray"'; exit 0; }}
mkdir -p {TRAY}
cat ${{6:+"$6"}} >"{TRAY}/.$3" && mv "{TRAY}/.$3" "{TRAY}/$3.pdf"
"""
# Patterns of the tests' own.
PATTERNS = "Test.Canary:0:*:" + b"MALICIOUS-CANARY-7F3A".hex() + "\n"


def _people() -> dict[str, Person]:
    """The rehearsal's people, each with a hardware token but the first administrator, who has a phone."""
    made = staff()
    people = {name: getattr(made, name) for name in made.__slots__}
    for name, person in people.items():
        if name != "administrator":
            person.secret = person.secret or pyotp.random_base32()
        person.period_seconds = PERIOD_SECONDS  # nobody waits a minute for a code
    return people


@dataclass
class Section:
    """`folder` is the host's: what is plugged into the machine."""

    folder: Path
    people: dict[str, Person] = field(default_factory=_people)
    burner: Drive = field(default_factory=Drive)
    discs: list[Disc] = field(default_factory=list)

    @property
    def sticks(self) -> dict[str, Path]:
        """By their serials. The payload comes on the first; the others are for when that is spoiled."""
        return {f"OFFICE{number}": self.folder / f"stick{number}" for number in SOCKETS}

    @contextmanager
    def plugged(self):
        """QEMU's options for the sticks and a burner with a blank disc."""
        setup_host(self.folder / "host", "kita-zei-host")
        sticks: list[str] = []
        for socket, (serial, path) in zip(SOCKETS, self.sticks.items(), strict=True):
            path.write_bytes(bytes(STICK_BYTES))
            sticks += ("-blockdev", f"driver=file,filename={path},node-name={path.name}")
            there = f"bus=xhci.0,port={socket},serial={serial},removable=on"
            sticks += ("-device", f"usb-storage,drive={path.name},{there}")
        self.blank_disc()
        with running(self.burner) as port:
            burner = f"driver=iscsi,transport=tcp,portal=127.0.0.1:{port},target={NAME},lun={LUN}"
            yield (
                *sticks,
                *("-blockdev", f"{burner},node-name=burner"),
                *("-device", "usb-bot,id=burner-bot,bus=xhci.0,port=2"),
                *("-device", "scsi-generic,drive=burner,bus=burner-bot.0"),
            )

    def blank_disc(self) -> None:
        """Into the burner, whatever was in it."""
        disc = Disc.blank(self.folder / f"disc{len(self.discs)}", Profile.DVD_R, DISC_BLOCKS)
        self.discs.append(disc)
        self.burner.insert(disc)

    def seals(self, sealing_key: str) -> None:
        """SEAL.html's two files, onto the stick: the payload, sealed to the station."""
        sealed = b"".join(map(bytes, encrypt(io.BytesIO(PAYLOAD), X25519Recipient.parse(sealing_key.strip()))))
        key = Signer.parse((self.folder / "host" / "submission.key").read_text().strip())
        submission = Submission(
            payload=secrets.token_hex(16),
            consignment=sample_terms(ROOT / "config" / "consignment.sample.csv").consignment,
            ciphertext_length=len(sealed),
            ciphertext_sha256=hashlib.sha256(sealed).hexdigest(),
            plaintext_length=len(PAYLOAD),
            plaintext_sha256=SHA256,
            records=RECORDS,
        )
        stick = next(iter(self.sticks.values()))
        subprocess.run(["mkfs.vfat", "-F", "32", "-s", "1", stick], check=True, capture_output=True)
        for ending, content in (("age", sealed), ("json", sign_json("submission", asdict(submission), key))):
            file = self.folder / f"{submission.payload}.{ending}"
            file.write_bytes(content)
            subprocess.run(["mcopy", "-i", stick, file, "::/"], check=True)

    def learn(self, shown: str) -> None:
        """The first administrator's phone, from the key below the QR code."""
        self.people["administrator"].secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", shown)[0].replace(" ", "")

    def known(self) -> str:
        """What the office's people know, for guest/office.py."""
        people = {name: _told(person) for name, person in self.people.items()}
        return json.dumps({"people": people, "records": RECORDS, "sha256": SHA256})


def _told(person: Person) -> dict[str, object]:
    return {
        "operator": person.operator,
        "name": person.name,
        "roles": [role.value for role in person.roles],
        "password": person.password,
        "secret": person.secret,
        "period_seconds": person.period_seconds,
    }
