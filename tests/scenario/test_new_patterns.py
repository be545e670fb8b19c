"""Virus patterns come in from a medium and are installed by two administrators, at real processes with a real clamd."""

import asyncio
import shutil
from pathlib import Path

import pytest
from a_clamd import MALWARE
from asyncvarlink import FileDescriptor
from at_the_counter import at_the_counter, check_the_journal_verifies, told
from pattern_supplies import PUBLISHER, patterns_of, supply

from media_station.model.asks import InstallPatterns
from media_station.model.errors import StationError
from media_station.patterns.try_out import EICAR
from media_station.proof.key import Signer

STRANGER = Signer.generate("media-station-publisher/patterns")
EVERYTHING = b"nothing"  # what a try looks into that has to find nothing


GOOD = patterns_of(EICAR, MALWARE)


def test_they_are_installed_if_they_hold_and_else_the_present_ones_stay(tmp_path):
    now, laid = [], Path()

    async def doing(walk):
        nonlocal laid
        folder = walk.house.station / "state" / "patterns"
        laid = walk.house.station / "state" / "desk" / "supplies" / "patterns.supply"

        async def take(number, body, key=PUBLISHER):
            with supply(tmp_path, number, body, key).open("rb") as file:
                return await walk.counter.see("TakeSupply", walk.staff.administrator, supply=FileDescriptor(file))

        async def install(number):
            asked = InstallPatterns(supply=f"patterns-{number}")
            try:
                answer = await walk.counter.do(asked, walk.staff.administrator, second=walk.staff.second_administrator)
            except StationError as error:
                now.append((error.code, (folder / "now").readlink().name if (folder / "now").exists() else ""))
            else:
                now.append((answer.facts["supply"], (folder / "now").readlink().name))

        with pytest.raises(StationError, match="PRF-007"):
            await take(6, GOOD, STRANGER)
        with pytest.raises(StationError, match="SUP-003"):
            await take(7, GOOD)
            await take(7, GOOD)
        await install(6)
        await install(7)
        for number, body in ((8, patterns_of(MALWARE)), (9, patterns_of(EICAR, EVERYTHING)), (10, b"no tar" * 999)):
            await take(number, body)
            await install(number)
        await take(11, GOOD)
        await install(11)
        laid.write_bytes((tmp_path / "patterns-7.supply").read_bytes())
        await install(7)
        laid.write_bytes((tmp_path / "patterns-11.supply").read_bytes())
        await take(12, GOOD)
        laid.write_bytes((tmp_path / "patterns-12.supply").read_bytes()[:-1] + b"\1")
        await install(12)
        await take(12, GOOD)  # what was damaged can be got again
        # As a oneshot does whose desk stopped meanwhile.
        shutil.copytree(folder / "patterns-11", folder / "patterns-12")
        (folder / "now.new").symlink_to("patterns-12")
        (folder / "now.new").replace(folder / "now")
        while len(told(walk.house, "patterns.updated")) < 3:
            await asyncio.sleep(0.2)

    key = PUBLISHER.verifier.render()
    house = at_the_counter(tmp_path, doing, more_settings=f'\n[supplies]\npatterns = ["{key}"]\n')
    assert now == [
        ("SUP-004", ""),
        ("patterns-7", "patterns-7"),
        ("SUP-020", "patterns-7"),
        ("SUP-020", "patterns-7"),
        ("SUP-018", "patterns-7"),
        ("patterns-11", "patterns-11"),
        ("SUP-004", "patterns-11"),
        ("SUP-002", "patterns-11"),
    ]
    updated = told(house, "patterns.updated")
    assert [each["supply"] for each in updated] == ["patterns-7", "patterns-11", "patterns-12"]
    assert [each["scanner"][:7] for each in updated] == ["ClamAV ", "ClamAV ", ""]
    assert updated[2]["supply_order"] == told(house, "supply.ordered")[-1]["supply_order"]
    assert len(told(house, "supply.ordered")) == 6
    check_the_journal_verifies(house)
    assert sorted(each.name for each in (house.station / "state" / "patterns").iterdir()) == [
        "now",
        "patterns-11",
        "patterns-12",
    ]
