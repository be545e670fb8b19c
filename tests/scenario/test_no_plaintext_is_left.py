"""F1, F2: the plaintext of a payload lies nowhere on the station: after success, a refusal, and an end in the middle.

Every write of desk and cells is seen by strace, whatever became of the file; what lies on the disk at the end is read.
clamd and CUPS, which would see plaintext and passwords too, aren't used yet.
"""

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_counter import at_the_counter, check_the_journal_verifies, refused, told
from ending_in_the_middle import PLACES

from media_station.model import asks
from media_station.model.errors import PeerFault, Refused
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.walk import DONE_ALREADY

RECORDS = 6000  # some of the stream's batches
PAYLOAD = synthesize(RECORDS, 7)
ROWS = PAYLOAD.split(b"\r\n")[1:-1]
# What names a person, in each of the encodings it could have been put into; digits alone might be anything.
CANARIES = [
    name.encode(encoding)
    for row in (ROWS[0], ROWS[RECORDS // 2], ROWS[-1])
    for name in row.decode("cp932").split(",")[1:3]
    for encoding in ("cp932", "utf-8", "utf-16-le", "unicode_escape")
]
WRITES = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,mmap,copy_file_range,splice,sendfile"


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """The folder of a house in which desk and cells ended at each place, went on, sealed, and refused another payload."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "tmp").mkdir()
    (folder / "cores").mkdir()
    where = folder / "where"

    def traced(role: str) -> list[str]:
        # -D: the traced process is the one that the house started, so signals reach it.
        return [
            *("env", f"TMPDIR={folder / 'tmp'}", f"--chdir={folder / 'cores'}"),
            *("strace", "-D", "-f", "-ff", "-y", "-xx", "-s", "2000000", "-e", f"trace={WRITES}", "-e", "signal=none"),
            *("-o", str(folder / f"{role}.strace"), sys.executable),
            *(str(Path(__file__).with_name("ending_in_the_middle.py")), role, str(where), "--"),
        ]

    async def doing(walk):
        walk.records, walk.kinds = RECORDS, (MediumKind.DVD_R,)
        while not walk.transfer or not await to_be_written(walk):
            try:
                await walk._once()
            except (PeerFault, Refused) as error:
                assert isinstance(error, PeerFault) or error.code in DONE_ALREADY, error.code
                await asyncio.sleep(0.1)
        walk.payload.write_bytes(PAYLOAD + ROWS[0].replace(b",", b";") + b"\r\n")
        await asyncio.to_thread(walk.send)
        latest = (await walk.counter.all("Payloads", walk.staff.operator))[-1]
        assert (await refused(walk.counter.do(asks.Inspect(payload=latest.payload), walk.staff.operator)))[:3] == "INS"

    house = at_the_counter(folder, doing, payload=PAYLOAD, commands={"desk": traced("desk"), "cell": traced("cell")})
    check_the_journal_verifies(house)
    assert where.read_text().split("\n")[:-1] == ["reading", *PLACES["desk"]]
    assert len(told(house, "image.sealed")) == 1
    assert len(told(house, "payload.refused")) == 1
    return folder


async def to_be_written(walk) -> bool:
    view = await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer)
    return bool(view.steps) and view.steps[0].kind is StepKind.WRITE


def test_it_lies_in_no_file(left):
    files = [path for place in ("house", "tmp", "cores") for path in (left / place).rglob("*") if path.is_file()]
    assert len(files) > 20
    found = [path for path in files for canary in CANARIES if canary in path.read_bytes()]
    assert not found


def calls(left: Path) -> Iterator[tuple[str, str, str]]:
    """Role, name and arguments of each call that writes, or maps what may be written; texts in them as hex digits."""
    for log in left.glob("*.strace.*"):
        with log.open() as lines:
            for line in lines:
                name, _, arguments = line.partition("(")
                yield log.name.split(".")[0], name, arguments.replace("\\x", "")


def opened(arguments: str) -> str:
    """What the call's descriptor stands for: a path, or a kind with its number."""
    return bytes.fromhex(re.search(r"\d+<([0-9a-f]+)>", arguments)[1]).decode()


def test_it_was_written_to_pipes_alone(left):
    """From the desk to a cell: seen there in the very bytes, so that it would be seen elsewhere too."""
    canaries = re.compile("|".join(canary.hex() for canary in CANARIES))

    where = {
        (role, name, opened(arguments).split(":")[0])
        for role, name, arguments in calls(left)
        if canaries.search(arguments)
    }

    assert where == {("desk", "write", "pipe")}


def test_no_file_was_mapped_to_be_written(left):
    mapped = [arguments for _, name, arguments in calls(left) if name == "mmap" and "<" in arguments]

    assert len(mapped) > 100
    assert [opened(each) for each in mapped if "PROT_WRITE" in each and "MAP_SHARED" in each] == []


def test_no_core_was_dumped(left):
    assert list((left / "cores").iterdir()) == []
