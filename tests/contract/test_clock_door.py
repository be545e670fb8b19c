"""The clock's oneshot as a process: one order a connection; what it refuses leaves the clock as it was."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media_station.doors.clock import SetsClock
from media_station.doors.socket import connect
from media_station.model.clock import ClockOrder
from media_station.model.errors import StationError
from media_station.model.instant import wall_text
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.rehearsal.house import House

BOOT_ID = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
LIMIT_SECONDS = 60  # against a hang
HOUR_MS = 3_600_000


def order(house: House, number: str = "R1-W-00001", *, signer: Signer | None = None) -> str:
    """An hour ahead, now."""
    now = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    of = ClockOrder(
        number=number,
        identity="rehearsal/r1",
        boot_id=BOOT_ID,
        wall=wall_text(datetime.now(UTC) + timedelta(hours=1)),
        requester="kanri-jiro",
        approver="kanri-misaki",
        issued_ms=now,
        start_by_ms=now + 1000 * LIMIT_SECONDS,
    )
    key = signer or Signer.parse((house.station / "keys" / "desk" / "orders.key").read_text())
    return sign_json("clock-order", asdict(of), key).decode()


def asked(house: House, *orders: str) -> list[str]:
    """What became of each on one connection: nothing, or the code of the refusal."""

    async def ask() -> list[str]:
        async with connect(house.run / "clock.sock", SetsClock, uids=house.uids) as door:
            answers = []
            for each in orders:
                try:
                    await door.call("Set", order=each)
                    answers.append("")
                except StationError as error:
                    answers.append(error.code)
            return answers

    async def whole() -> list[str]:
        house.open_once_doors()
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                return await ask()
        finally:
            house.stop()

    return asyncio.run(whole())


def ahead_ms(house: House) -> int:
    file = house.station / "state" / "clock" / "ahead_ms"
    return int(file.read_text()) if file.exists() else 0


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "house")
    house.set_up([])
    return house


def test_an_order_sets_the_clock_and_ends_the_process(house):
    first, second = asked(house, order(house), order(house, "R1-W-00002"))
    assert first == ""
    assert second.startswith("DOR-")
    assert abs(ahead_ms(house) - HOUR_MS) < 1000 * LIMIT_SECONDS


def test_what_is_refused_leaves_the_clock_as_it_was(house):
    foreign = Signer.generate("media-station/rehearsal/r1/orders")
    assert asked(house, order(house, signer=foreign))[0] == "CLK-010"
    assert ahead_ms(house) == 0


def test_nobody_starts_it_by_hand(house):
    command = [sys.executable, "-m", "media_station", "clock", "--settings", str(house.station / "station.toml")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LISTEN_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=LIMIT_SECONDS)
    assert done.returncode == 3
    assert "CLK-016" in done.stderr
