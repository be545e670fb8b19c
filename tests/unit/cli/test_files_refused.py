"""A command's file that isn't what it must be, its input that ends, its gate that isn't there: each has its code."""

import asyncio
import json
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from least_settings import LEAST

from media_station.cli import enrolling, journal_proving, operator, table_file, taking_out
from media_station.cli.asking import Script
from media_station.cli.standalone import certificate, fetch, fresh_files, gate, publish, send, setup, witness
from media_station.model.asks import WriteBundle
from media_station.model.errors import IntegrityViolation, StationError
from media_station.model.ids import Identity
from media_station.model.medium import MediumSpoiled
from media_station.model.operator import Role
from media_station.model.payload import Submission
from media_station.model.views import Answer
from media_station.proof import once, segments
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.settings import load

IDENTITY = Identity(station="kita-zei-1", epoch="r1")
RECEIPTS = Signer.generate(IDENTITY.key_name("receipts"))
SENT = Submission(
    payload="a" * 32,
    consignment="K-2026-001",
    ciphertext_length=1,
    ciphertext_sha256="0" * 64,
    plaintext_length=1,
    plaintext_sha256="0" * 64,
    records=1,
)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def hosts_keys(folder: Path) -> Path:
    if not (folder / "host").exists():
        setup.setup_host(folder / "host", "district-host")
    return folder / "host"


def at_a_gate(folder: Path, address: str, keys: Path | None = None):
    keys = keys or hosts_keys(folder)
    return gate.Gate(address, keys, hosts_keys(folder) / "tls.crt")


def at_nobodys_gate(folder: Path):
    """A port that was just let go."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    return at_a_gate(folder, f"127.0.0.1:{port}")


def at_a_silent_gate(folder: Path):
    """It takes the connection and speaks no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "_SECONDS", 0.2)
        return at_a_gate(folder, f"127.0.0.1:{listening.getsockname()[1]}")


def receipt_of_another() -> object:
    fields = {"payload": "b" * 32, "ciphertext_sha256": "0" * 64, "ciphertext_length": 1, "record": 1}
    return send._verified(sign_json("receipt", fields, RECEIPTS).decode(), SENT, RECEIPTS.verifier)


def spoiled_bundle() -> object:
    """The drive's work failed: the answer says so."""

    class At:
        async def see(self, *_, **__):
            return False

        async def do(self, *_, **__):
            return Answer(record=1, action=MediumSpoiled.name, facts={"code": "DRV-030"})

    return asyncio.run(taking_out.put(At(), WriteBundle(bundle="R1-B-00001", medium="R1-U-00001", bay="usb0")))


def never_the_same() -> object:
    typed = iter("abcdef")
    asking = SimpleNamespace(secret=lambda _: next(typed), tell=lambda _: None)
    return enrolling.new_password(SimpleNamespace(asking=asking, language="en"), "aoki-rei")


def another_file(folder: Path) -> object:
    written(folder / "R1-B-00001.age", b"x")
    export = fetch.Export(bundle="R1-B-00001", length=1, sha256="0" * 64)
    return fetch._fetched(lambda: None, export, folder)


def on_a_full_disk() -> object:
    with open("/dev/full", "wb", buffering=0) as full:
        return send._write(full, b"x")


def settings(folder: Path):
    return load(written(folder / "station.toml", LEAST.encode()))


CAUSES = {
    "CLI-010, none": lambda here: table_file.read_table(here / "none.csv"),
    "CLI-010, no text": lambda here: table_file.read_table(written(here / "a.csv", b"\x81")),
    "CLI-011": lambda here: table_file.read_table(written(here / "a.csv", bytes(49 * 1024))),
    "CLI-012": lambda _: never_the_same(),
    "CLI-013": lambda _: operator._ended([], Role.AUDITOR, "2026-04-06"),
    "CLI-021": lambda _: spoiled_bundle(),
    "PRF-029, a file": lambda here: journal_proving._read(here / "none"),
    "PRF-029, a segment": lambda here: list(segments.lines(here)),
    "SET-003, an identity": lambda here: settings(here).identity("desk"),
    "SET-003, a key": once.orders_key,
    "SET-003, a station": setup.setup_next_key,
    "SND-001, a key": lambda here: gate.file_text(here / "none"),
    "SND-001, a payload": lambda here: send._seen(here / "none"),
    "SND-001, a supply": lambda here: publish._read(here / "none", print),
    "SND-002": lambda here: at_a_gate(here, "192.0.2.1"),
    "SND-003": lambda _: on_a_full_disk(),
    "SND-004": lambda here: at_a_gate(here, "192.0.2.1:1", here),
    "SND-008": another_file,
    "SND-010": at_nobodys_gate,
    "SND-011": at_a_silent_gate,
    "SND-021": lambda _: receipt_of_another(),
    "STP-001": lambda here: fresh_files.write_all(written(here / "a", b"").parent, {"a": ""}),
    "STP-002": lambda here: fresh_files.write_all(here, {"a": "", "a/b": ""}),
    "STP-003": lambda here: certificate.read_certificates(written(here / "a.crt", b"x")),
    "STP-004": lambda here: setup.setup_host(here / "host", "No Name"),
    "STP-005": lambda here: setup.setup_station(here / "s", IDENTITY, issued_by="", host_certificate=None),
    "WIT-012": lambda here: witness._kept(written(here / "head", b"x"), []),
    "WIT-013": lambda _: witness._grown(json.dumps({"checkpoint": "x", "consistency": []}), None, []),
}


@pytest.mark.parametrize("what", CAUSES)
def test_it_is_refused_with_its_code(tmp_path, what):
    with pytest.raises(StationError) as caught:
        CAUSES[what](tmp_path)
    assert caught.value.code == what[:7]


def test_what_isn_t_what_was_sent_is_no_mere_refusal():
    with pytest.raises(IntegrityViolation, match="SND-021"):
        receipt_of_another()


def test_input_that_ends_answers_nothing(monkeypatch, tmp_path):
    with written(tmp_path / "in", b"").open("r") as empty, pytest.raises(StationError, match="CLI-002"):
        monkeypatch.setattr("sys.stdin", empty)
        Script().secret("")
