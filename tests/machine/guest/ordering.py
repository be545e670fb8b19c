"""The desk's side of the media door, for the tests: keys and settings made, orders signed, the drive asked.

Loaded into the agent, before the guest is saved. Each call returns what came of it.
"""

import asyncio
import hashlib
import threading
from dataclasses import asdict
from pathlib import Path

from media_station.desk.hands.drive import Drive
from media_station.drive.admit import boot, boottime_ms
from media_station.model.errors import StationError
from media_station.model.ids import Identity
from media_station.model.order import Action, Order
from media_station.proof.key import Signer
from media_station.proof.note import sign_json

IDENTITY = Identity(station="machine", epoch="r1")
HOUSE = Path("/tmp/station")
_ended = {}


def set_up(settings="", orders_key=None):
    """What `media-station setup` leaves to the drive, and the key of the orders."""
    key = Signer.parse(orders_key) if orders_key else Signer.generate(IDENTITY.key_name("orders"))
    (HOUSE / "keys" / "drive").mkdir(parents=True)
    (HOUSE / "keys" / "drive" / "identity").write_text(IDENTITY.name)
    (HOUSE / "keys" / "drive" / "orders.pub").write_text(key.verifier.render())
    (HOUSE / "orders").write_text(key.render_secret())
    (HOUSE / "station.toml").write_text(
        '[station]\nstate = "state"\nrun = "run"\nkeys = "keys"\nissued_by = "-"\nfonts = []\n'
        f'[policy]\ntwo_person = ["write"]\n{settings}\n'
    )
    return {}


def door():
    """Whoever the drive runs as: it is whom the house belongs to."""
    return Drive(HOUSE / "run" / "media.sock", frozenset({HOUSE.stat().st_uid}))


def loaded():
    return {"bays": [asdict(each) | {"kind": each.kind.value} for each in asyncio.run(door().bays())]}


def order(action, bay, letter, image=""):
    """Signed, for what is in the bay now; its number grows."""
    there = next(each for each in loaded()["bays"] if each["bay"] == bay)
    number = len(list(HOUSE.glob("order-*"))) + 1
    now = boottime_ms()
    content = Path(image).read_bytes() if image else b""
    made = Order(
        number=IDENTITY.order_number(number),
        identity=IDENTITY.name,
        boot_id=boot(),
        action=Action(action),
        transfer="" if action == "erase" else "R1-T-00001",
        medium=f"R1-{letter}-00001",
        fingerprint=there["fingerprint"],
        image_sha256=hashlib.sha256(content).hexdigest() if content else "",
        image_length=len(content),
        requester="sousa-hanako",
        approver="shonin-ichiro",
        issued_ms=now,
        start_by_ms=now + 3_600_000,
    )
    signed = sign_json("order", asdict(made) | {"action": action}, Signer.parse((HOUSE / "orders").read_text()))
    path = HOUSE / f"order-{number}"
    path.write_bytes(signed)
    return {"order": str(path), "number": made.number, "there": there}


class Left(Exception):
    """Of a desk that is killed."""


def leave(**given):
    """`give`, and gone at the first that is told of it."""

    def told(_progress):
        raise Left

    try:
        give(**given, tell=told)
    except Left:
        return {"left": True}
    return {"left": False}


def give(action, bay, path, image="", tell=lambda _progress: None):
    """The order to the drive; its evidence."""
    signed = Path(path).read_text()
    if action == "write":
        with Path(image).open("rb") as opened:
            evidence = asyncio.run(door().write(signed, opened, bay, tell))
    else:
        evidence = asyncio.run(getattr(door(), action)(signed, bay, tell))
    return {"evidence": plain(evidence)}


def begin(**given):
    """`give`, in the background."""

    def work():
        try:
            _ended[given["path"]] = give(**given)
        except StationError as error:
            _ended[given["path"]] = {"refused": error.code}

    _ended.pop(given["path"], None)
    threading.Thread(target=work, daemon=True).start()
    return {}


def outcome(path):
    """Of what was begun: nothing yet, or what `give` returns, or `refused`."""
    return _ended.get(path, {})


def ask(number):
    report = asyncio.run(door().ask(number))
    return {"known": report.known.value, "evidence": report.evidence and plain(report.evidence)}


def cancel(number):
    asyncio.run(door().cancel(number))
    return {}


def plain(evidence):
    return asdict(evidence) | {"action": evidence.action.value, "verdict": evidence.verdict.value}
