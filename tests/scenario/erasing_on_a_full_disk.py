"""`erasing_on_a_full_disk.py FOLDER`: a station in FOLDER/house, which is a small disk; fails where it doesn't hold."""

import sys
from pathlib import Path

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, records, refused, told

from media_station.model import asks
from media_station.model.errors import PeerFault

MIB = 1024 * 1024
DISK = "\n[disk]\nwarn_bytes = 33554432\nrefuse_bytes = 16777216\n"
FILLING = Path(__file__).with_name("filling.py")


def erase_on_a_full_disk(folder: Path) -> None:
    filler = folder / "house" / "filler"

    async def doing(walk):
        operator, approver = walk.staff.operator, walk.staff.approver
        await walk.counter.do(asks.RegisterMedium(bay="usb0"), operator)
        erased = await walk.counter.do(asks.Erase(medium="R1-U-00001", bay="usb0"), operator, second=approver)
        assert erased.facts["verdict"] == "PASS"
        assert filler.stat().st_size > 32 * MIB
        assert await refused(walk.counter.do(asks.RegisterMedium(bay="usb1"), operator)) == "DSK-001"
        # A start is recorded too, and reading goes on.
        walk.house.kill("desk")
        with pytest.raises(PeerFault):
            await walk.counter.greet()
        (medium,) = await walk.counter.all("Stock", operator)
        assert medium.state == "ready"
        filler.unlink()
        await walk.counter.do(asks.RegisterMedium(bay="usb1"), operator)

    house = at_the_counter(
        folder,
        doing,
        sticks=2,
        commands={"drive": [sys.executable, str(FILLING), str(filler), "--"]},
        more_settings=DISK,
    )
    actions = [each["event"]["action"] for each in records(house)]
    assert actions.count("erasure.ended") == 1
    assert actions.count("station.started") == 2
    assert {each["kind"] for each in told(house, "finding.raised")} == {"low_disk"}
    assert (house.station / "state" / "desk" / "reserve").stat().st_size == 4 * MIB
    check_the_journal_verifies(house)


if __name__ == "__main__":
    erase_on_a_full_disk(Path(sys.argv[1]))
