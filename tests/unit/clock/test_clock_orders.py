"""The oneshot: an order that holds sets the clock, once; any other sets nothing."""

import os
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media_station.clock import hand
from media_station.clock.admit import admit
from media_station.model.clock import ClockOrder
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.instant import wall_text
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.proof.once import boottime_ms
from media_station.texts.era import JST

IDENTITY = Identity(station="kita-zei-1", epoch="e1")
SIGNER = Signer.generate(IDENTITY.key_name("orders"))
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def order(**other) -> ClockOrder:
    now = boottime_ms()
    fields = {
        "number": "E1-W-00001",
        "identity": IDENTITY.name,
        "boot_id": BOOT_ID,
        "wall": wall_text(NOON),
        "requester": "kanri-jiro",
        "approver": "kanri-misaki",
        "issued_ms": now - 10_000,
        "start_by_ms": now + 20_000,
    }
    return ClockOrder(**fields | other)


def signed(of: ClockOrder, *, signer: Signer = SIGNER, purpose: str = "clock-order", **other) -> str:
    return sign_json(purpose, asdict(of) | other, signer).decode()


@pytest.fixture
def admitted(tmp_path):
    """What it is by an order, in a house where some were used."""

    def read(raw: str) -> datetime:
        return admit(raw, orders_key=SIGNER.verifier, identity=IDENTITY, spent=tmp_path / "clock" / "spent")

    return read


def refusal(admitted, raw: str) -> str:
    with pytest.raises(Refused) as caught:
        admitted(raw)
    return caught.value.code


def test_it_is_what_was_ordered_and_the_time_since(admitted):
    passed = admitted(signed(order())) - NOON
    assert timedelta(seconds=10) <= passed < timedelta(seconds=20)


def test_a_number_is_good_once_whatever_came_of_it(admitted):
    raw = signed(order())
    admitted(raw)
    assert refusal(admitted, raw) == "CLK-012"
    late = order(number="E1-W-00002", start_by_ms=boottime_ms() - 1)
    assert refusal(admitted, signed(late)) == "CLK-014"
    assert refusal(admitted, signed(order(number="E1-W-00002"))) == "CLK-012"
    admitted(signed(order(number="E1-W-00003")))


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"identity": "kita-zei-1/e2"}, "CLK-011"),
        ({"identity": "minami-zei-1/e1"}, "CLK-011"),
        ({"number": "E2-W-00001"}, "CLK-011"),
        ({"boot_id": "00000000-0000-4000-8000-000000000000"}, "CLK-013"),
        ({"issued_ms": boottime_ms() + 3_600_000, "start_by_ms": boottime_ms() + 3_700_000}, "CLK-014"),
        ({"issued_ms": 0, "start_by_ms": 1}, "CLK-014"),
    ],
)
def test_an_order_for_elsewhere_or_another_time_is_refused(admitted, other, code):
    assert refusal(admitted, signed(order(**other))) == code


@pytest.mark.parametrize(
    "raw",
    [
        signed(order(), signer=Signer.generate(IDENTITY.key_name("orders"))),
        signed(order(), purpose="order"),
        signed(order(), approver="kanri-jiro"),
        signed(order(), approver=""),
        signed(order(), number="E1-O-00001"),
        signed(order(), number="../E1-W-00001"),
        signed(order(), wall="2026-11-25T12:00:00Z"),
        signed(order(), issued_ms="0"),
        signed(order(), more=""),
        signed(order()).replace("2026-11-25T12", "2026-11-26T12"),
        "{}",
        "",
    ],
    ids=[
        "key",
        "purpose",
        "alone",
        "nobody",
        "medium's",
        "path",
        "form",
        "type",
        "more",
        "altered",
        "empty",
        "nothing",
    ],
)
def test_what_is_no_clock_order_of_two_persons_is_refused_and_spends_no_number(admitted, raw):
    assert refusal(admitted, raw) == "CLK-010"
    admitted(signed(order()))


def test_the_machines_hand_sets_both_clocks_to_the_same_in_utc(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(hand, "RTC", tmp_path / "rtc")
    hand.RTC.touch()
    monkeypatch.setattr(hand.fcntl, "ioctl", lambda _, request, packed: seen.append((request, packed)))
    monkeypatch.setattr(hand.time, "clock_settime_ns", lambda clock, ns: seen.append((clock, ns)))
    hand.machines(NOON.astimezone(JST))
    (_, packed), (clock, ns) = seen
    assert hand._RTC_TIME.unpack(packed)[:6] == (0, 0, 12, 25, 10, 126)
    assert (clock, ns) == (hand.time.CLOCK_REALTIME, int(NOON.timestamp()) * 10**9)


def test_a_machine_that_refuses_says_so_and_one_without_a_battery_clock_is_set(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(hand, "RTC", tmp_path / "none")
    monkeypatch.setattr(hand.time, "clock_settime_ns", lambda _, ns: seen.append(ns))
    hand.machines(NOON)
    assert len(seen) == 1

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(hand.time, "clock_settime_ns", refuse)
    with pytest.raises(Refused, match="CLK-015"):
        hand.machines(NOON)


def test_a_rehearsals_hand_moves_the_rehearsal_alone(tmp_path):
    ahead = tmp_path / "clock" / "ahead_ms"
    hand.rehearsals(ahead)(datetime.now(UTC) + timedelta(hours=1))
    assert abs(int(ahead.read_text()) - 3_600_000) < 10_000
    assert os.listdir(ahead.parent) == ["ahead_ms"]


def test_an_order_of_one_person_can_not_be_made():
    with pytest.raises(ValueError, match="one person"):
        replace(order(), approver="kanri-jiro")
