"""What a disk that runs full still takes, and from whom. A real small disk."""

import json
import sys
from pathlib import Path

import pytest
from small_disk import on_a_small_disk

from media_station.desk.hands.disk import LAST_BYTES, RESERVE_BYTES, Disk
from media_station.model.errors import Refused

MIB = 1024 * 1024
TRIED = """
import json, sys
from pathlib import Path
from media_station.desk.hands.disk import Claim, Disk
from media_station.model.errors import Refused

MIB = 1024 * 1024
folder = Path(sys.argv[1])

def leave(free):
    (folder / "filler").unlink(missing_ok=True)
    with (folder / "filler").open("wb") as out:
        out.write(bytes(max(0, Disk.free(disk) - free)))

def taken(doing):
    try:
        doing()
    except Refused as error:
        return error.code
    return "taken"

def tell(what):
    told = {
        "work": taken(disk.require_room),
        **{claim.value: taken(lambda: disk.require_record(claim)) for claim in claims},
        "reserve": (folder / "reserve").exists(),
    }
    print(json.dumps([what, told]))

disk = Disk(folder, warn_bytes=16 * MIB, refuse_bytes=8 * MIB)
claims = list(Claim)
tell("room")
leave(12 * MIB)
print(json.dumps(["warned", [disk.low() != "", (disk.recorded(), disk.low())[1] == ""]]))
tell("little")
leave(7 * MIB)
tell("no room for work")
leave(MIB // 2)
claims = [Claim.NONE]
tell("full")
disk = Disk(folder, warn_bytes=16 * MIB, refuse_bytes=8 * MIB)
tell("full, begun anew")
claims = [Claim.WAY_OUT, Claim.NONE]
tell("given up")
leave(MIB // 2)
claims = [Claim.WAY_OUT, Claim.LAST]
tell("used up")
disk = Disk(folder, warn_bytes=16 * MIB, refuse_bytes=8 * MIB)
tell("used up, begun anew")
leave(30 * MIB)
disk.low()
claims = list(Claim)
tell("room again")
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    command = [sys.executable, "-c", TRIED]
    folder = tmp_path_factory.mktemp("small")
    done = on_a_small_disk(folder, 40 * MIB, *command, str(folder))
    assert done.returncode == 0, done.stderr
    return dict(json.loads(line) for line in done.stdout.splitlines())


ALL = {"none": "taken", "way_out": "taken", "last": "taken"}


def test_with_room_everything_is_taken(told):
    assert told["room"] == {"work": "taken", **ALL, "reserve": True}


def test_little_room_is_a_finding_once_and_work_goes_on(told):
    assert told["warned"] == [True, True]
    assert told["little"] == {"work": "taken", **ALL, "reserve": True}


def test_without_room_for_work_none_is_begun_and_all_else_is_recorded(told):
    assert told["no room for work"] == {"work": "DSK-001", **ALL, "reserve": True}


@pytest.mark.parametrize("when", ["full", "full, begun anew"])
def test_nothing_else_touches_the_reserve(told, when):
    assert told[when] == {"work": "DSK-001", "none": "DSK-001", "reserve": True}


def test_the_reserve_is_given_up_for_what_makes_room_and_for_nothing_else(told):
    assert told["given up"] == {"work": "DSK-001", "way_out": "taken", "none": "DSK-001", "reserve": False}


@pytest.mark.parametrize("when", ["used up", "used up, begun anew"])
def test_the_last_of_it_is_for_what_ends_running_work(told, when):
    assert told[when] == {"work": "DSK-001", "way_out": "DSK-001", "last": "taken", "reserve": False}


def test_with_room_again_there_is_a_reserve_again(told):
    assert told["room again"] == {"work": "taken", **ALL, "reserve": True}


@pytest.mark.parametrize(("warn", "refuse"), [(MIB, 8 * MIB), (8 * MIB, RESERVE_BYTES + LAST_BYTES)])
def test_limits_out_of_order_are_refused(tmp_path, warn, refuse):
    with pytest.raises(Refused) as caught:
        Disk(Path(tmp_path), warn_bytes=warn, refuse_bytes=refuse)
    assert caught.value.code == "SET-002"
