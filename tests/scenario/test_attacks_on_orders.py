"""No order, no write: orders forged, edited, repeated, moved in time or to another medium leave every medium as it was."""

import hashlib
import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path

import pytest
from at_the_counter import told
from attacking import IDENTITY, MEDIA, code, heard, knocked, request
from relaying import Relay

from media_station.drive.admit import boottime_ms
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Order
from media_station.proof.note import Signer, sign_json

pytestmark = pytest.mark.usefixtures("it_stands")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
NUMBERS = iter(range(90_001, 99_999))  # none that the desk comes to
EDITS = {
    "number": "R1-O-89999",
    "identity": "rehearsal/r2",
    "boot_id": "00000000-0000-4000-8000-000000000000",
    "action": "write",
    "transfer": "R1-T-00009",
    "medium": "R1-U-00009",
    "fingerprint": "ab" * 32,
    "image_sha256": "cd" * 32,
    "image_length": 4096,
    "requester": "kanri-jiro",
    "approver": "kanri-misaki",
    "issued_ms": 1,
    "start_by_ms": 2**52,
    "schema": "media-station/order/v2",
    "key_id": "00000000",
}


def key(attacked, role: str) -> Signer:
    return Signer.parse((attacked.house.station / "keys" / "desk" / f"{role}.key").read_text().strip())


def order(attacked, **other) -> dict:
    """As the desk would mint it now, to erase what is in the first bay."""
    loaded = attacked.ask(MEDIA, "Bays")["parameters"]["loaded"]
    now = boottime_ms()
    whole = Order(
        number=IDENTITY.order_number(next(NUMBERS)),
        identity=IDENTITY.name,
        boot_id=BOOT_ID,
        action=Action.ERASE,
        transfer="",
        medium="R1-U-00001",
        fingerprint=next(each["fingerprint"] for each in loaded if each["bay"] == "usb0"),
        image_sha256="",
        image_length=0,
        requester="sousa-hanako",
        approver="shonin-ichiro",
        issued_ms=now,
        start_by_ms=now + 60_000,
    )
    return asdict(whole) | {"action": "erase"} | other


def signed(attacked, fields: dict, role: str = "orders") -> str:
    return sign_json("order", fields, key(attacked, role)).decode()


def erased_by(attacked, order: str) -> str:
    """The code with which the drive refuses this; nothing is erased."""
    before = content(attacked)
    with attacked.knock(MEDIA) as sock:
        sock.sendall(request(MEDIA, "Erase", more=True, order=order, bay="usb0"))
        answer = json.loads(heard(sock)[:-1])
    assert content(attacked) == before
    return code(answer)


def content(attacked) -> str:
    return hashlib.sha256(attacked.walk.bays[0].path.read_bytes()).hexdigest()


def is_recorded(attacked, request: str, code: str) -> bool:
    return (request, code, os.getuid()) in attacked.refusals(MEDIA)


def test_an_order_edited_in_any_field_is_none(attacked):
    assert {each.name for each in fields(Order)} <= set(EDITS)
    good = json.loads(signed(attacked, order(attacked)))
    edited = [good | {field: value} for field, value in EDITS.items()]
    edited += [{name: value for name, value in good.items() if name != left_out} for left_out in good]
    edited += [good | {"also": 1}, good | {"signature": good["signature"][:-4] + "AAA="}]
    for each in edited:
        expected = "DRV-027" if each.get("key_id") != good["key_id"] else "DRV-010"
        assert erased_by(attacked, json.dumps(each)) == expected, each
    assert is_recorded(attacked, "Erase", "DRV-010")


@pytest.mark.parametrize("role", ["journal", "receipts"])
def test_another_of_the_stations_keys_signs_no_order(attacked, role):
    assert erased_by(attacked, signed(attacked, order(attacked), role)) == "DRV-027"


def test_an_order_from_before_the_machine_was_started_again_is_void(attacked):
    before = order(attacked, boot_id="5b0e7b1e-6a3c-4c55-9d0d-6f1f0c3f9a11")
    assert erased_by(attacked, signed(attacked, before)) == "DRV-012"
    assert is_recorded(attacked, "Erase", "DRV-012")


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"issued_ms": 1, "start_by_ms": 2}, "DRV-013"),
        ({"identity": "rehearsal/r2"}, "DRV-011"),
        ({"action": "read", "transfer": "R1-T-00001", "image_sha256": "cd" * 32, "image_length": 4096}, "DRV-016"),
        ({"approver": "sousa-hanako"}, "DRV-032"),
        ({"approver": ""}, "DRV-034"),
        ({"medium": "R1-D-00001"}, "DRV-036"),
        ({"fingerprint": "ab" * 32}, "DRV-018"),
    ],
)
def test_an_order_that_was_held_back_or_is_for_something_else_is_refused(attacked, other, refusal):
    assert erased_by(attacked, signed(attacked, order(attacked, **other))) == refusal
    assert is_recorded(attacked, "Erase", refusal)


@pytest.fixture(scope="module")
def stock(attacked) -> str:
    """The number of the stick in the first bay."""
    answer = attacked.does(attacked.walk.counter.do(asks.RegisterMedium(bay="usb0"), attacked.walk.staff.operator))
    return answer.facts["medium"]


def erase(attacked, medium: str):
    ask = asks.Erase(medium=medium, bay="usb0")
    return attacked.does(
        attacked.walk.counter.do(ask, attacked.walk.staff.operator, second=attacked.walk.staff.approver)
    )


def refused_orders(attacked) -> list[str]:
    return [each["code"] for each in told(attacked.house, "order.refused")]


def put_in(bay, backing) -> None:
    """Another medium into the bay, while nobody holds it."""
    if bay.path == bay.backing:
        os.replace(backing, bay.path)
        return
    subprocess.run(["losetup", "-d", bay.path], check=True)
    while subprocess.run(["losetup", bay.path, backing], capture_output=True, check=False).returncode:
        time.sleep(0.02)


@contextmanager
def swapped(attacked, method: str, name: str, folder: Path):
    """Somebody's medium is in the bay from the moment at which an order is on its way, and stays as it was."""
    bay = next(each for each in attacked.walk.bays if each.name == name)
    other, same = folder / "other", folder / "same"
    same.write_bytes(bay.path.read_bytes())
    others = b"somebody's data." * max(same.stat().st_size // 16, 4096)
    other.write_bytes(others)

    def swap(message: bytes) -> None:
        if f'.{method}"'.encode() in message:
            put_in(bay, other)

    with Relay(attacked.path(MEDIA), swap):
        yield
    assert bay.path.read_bytes() == others
    put_in(bay, bay.backing if bay.path != bay.backing else same)


def test_a_stick_swapped_between_its_order_and_its_erasure_is_left_alone(attacked, stock, tmp_path):
    with swapped(attacked, "Erase", "usb0", tmp_path), pytest.raises(Refused, match="DRV-018"):
        erase(attacked, stock)
    assert refused_orders(attacked)[-1] == "DRV-018"


def test_an_order_asked_for_before_it_came_is_too_late(attacked, stock):
    before = content(attacked)

    def ask_first(message: bytes) -> None:
        if b'.Erase"' in message:
            number = json.loads(json.loads(message[:-1])["parameters"]["order"])["number"]
            with knocked(attacked.path(MEDIA).with_suffix(".real")) as sock:
                sock.sendall(request(MEDIA, "Ask", order=number))
                assert json.loads(heard(sock)[:-1])["parameters"]["report"]["known"] == "UNKNOWN"

    with Relay(attacked.path(MEDIA), ask_first), pytest.raises(Refused, match="DRV-014"):
        erase(attacked, stock)
    assert content(attacked) == before
    assert refused_orders(attacked)[-1] == "DRV-014"


def test_what_passed_between_desk_and_drive_does_nothing_a_second_time(attacked, stock):
    with Relay(attacked.path(MEDIA)) as relay:
        erase(attacked, stock)
        message = relay.asked("Erase").data
    with attacked.walk.bays[0].path.open("r+b") as medium:
        medium.write(b"written since then")
    after = content(attacked)
    with attacked.knock(MEDIA) as sock:
        sock.sendall(message)
        assert code(json.loads(heard(sock)[:-1])) == "DRV-014"
    number = json.loads(json.loads(message[:-1])["parameters"]["order"])["number"]
    for method in ("Forget", "Ask", "Forget"):
        attacked.ask(MEDIA, method, order=number)
    assert content(attacked) == after
    assert is_recorded(attacked, "Erase", "DRV-014")
    assert [each["order"] for each in told(attacked.house, "erasure.ended")] == [number]


@pytest.fixture(scope="module")
def sealed(attacked) -> str:
    """The number of a disc whose image waits to be written."""
    walk = attacked.walk
    walk.kinds = (MediumKind.DVD_R,)
    attacked.does(walk.before())
    (transfer,) = attacked.does(walk.counter.all("Transfers", walk.staff.operator))
    medium = attacked.does(walk.ready(MediumKind.DVD_R))
    attacked.does(walk.counter.do(asks.Seal(transfer=transfer.transfer, medium=medium), walk.staff.operator))
    return medium


def write(attacked, medium: str):
    staff, ask = attacked.walk.staff, asks.Write(medium=medium, bay="dvd0")
    return attacked.does(attacked.walk.counter.do(ask, staff.operator, second=staff.approver))


def test_a_disc_swapped_between_its_order_and_the_writing_is_left_alone(attacked, sealed, tmp_path):
    with swapped(attacked, "Write", "dvd0", tmp_path), pytest.raises(Refused, match="DRV-018"):
        write(attacked, sealed)
    assert refused_orders(attacked)[-1] == "DRV-018"
    assert told(attacked.house, "medium.written") == []


def test_a_disc_swapped_while_it_is_written_is_not_called_written(attacked, sealed):
    (attacked.house.folder.parent / "disc").write_text(str(attacked.walk.bays[-1].path))
    assert write(attacked, sealed).action == "medium.spoiled"
    (spoiled,) = told(attacked.house, "medium.spoiled")
    assert spoiled["code"] == "DRV-033"
    assert told(attacked.house, "medium.written") == []
