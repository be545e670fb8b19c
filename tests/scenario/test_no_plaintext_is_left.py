"""F1, F2: the plaintext of a payload lies nowhere on the station: after success, a refusal, and an end in the middle.

Every write of desk, cells and clamd is seen by strace, whatever became of the file; what lies on the disk at the end is
read: theirs, and, where root runs the tests, cupsd's, which has printed a notice with its password.
"""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from a_clamd import a_clamd
from a_cupsd import a_cupsd, wait
from at_the_counter import at_the_counter, check_the_journal_verifies, refused, told
from ending_in_the_middle import PLACES

from media_station.model import asks
from media_station.model.errors import PeerFault, Refused
from media_station.model.exemption import ExceptionKind
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
QUEUE = "office"
WRITES = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,mmap,copy_file_range,splice,sendfile"
HAS_CUPSD = os.getuid() == 0  # it starts as root


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """The folder of a house in which desk and cells ended at each place, went on, sealed, and refused another payload."""
    folder = tmp_path_factory.mktemp("canary")
    for each in ("tmp", "cores", "clamd", "cups"):
        (folder / each).mkdir()
    for each in (folder, folder.parent, folder.parent.parent):  # cupsd's own user comes to its spool
        each.chmod(0o755)
    where = folder / "where"

    def traced(role: str) -> list[str]:
        # -D: the traced process is the one that was started, so signals reach it.
        return [
            *("env", f"TMPDIR={folder / 'tmp'}", f"--chdir={folder / 'cores'}"),
            *("strace", "-D", "-f", "-ff", "-y", "-xx", "-s", "2000000", "-e", f"trace={WRITES}", "-e", "signal=none"),
            *("-o", str(folder / f"{role}.strace")),
        ]

    def ending(role: str) -> list[str]:
        return [
            *(*traced(role), sys.executable),
            *(str(Path(__file__).with_name("ending_in_the_middle.py")), role, str(where), "--"),
        ]

    with (
        a_clamd(folder / "clamd", within=traced("clamd")) as clamd,
        a_cupsd(folder / "cups", QUEUE) if HAS_CUPSD else nullcontext() as cupsd,
    ):

        async def doing(walk):
            walk.records, walk.kinds = RECORDS, (MediumKind.DVD_R,)
            while not walk.transfer or not await to_be_written(walk):
                try:
                    await walk._once()
                except (PeerFault, Refused) as error:
                    if error.code == "SCN-002":
                        await let_it_pass(walk)
                        continue
                    assert isinstance(error, PeerFault) or error.code in DONE_ALREADY, error.code
                    await asyncio.sleep(0.1)
            if cupsd:
                walk.house.tray = cupsd.folder / "drawer"
            while not list(walk.house.tray.glob("*-N-*.pdf")):
                await walk._once()
                if cupsd:
                    wait(lambda: not cupsd.jobs())
            walk.payload.write_bytes(PAYLOAD + ROWS[0].replace(b",", b";") + b"\r\n")
            await asyncio.to_thread(walk.send)
            await let_it_pass(walk)
            latest = (await walk.counter.all("Payloads", walk.staff.operator))[-1]
            code = await refused(walk.counter.do(asks.Inspect(payload=latest.payload), walk.staff.operator))
            assert code[:3] == "INS"

        house = at_the_counter(
            folder,
            doing,
            payload=PAYLOAD,
            commands={"desk": ending("desk"), "cell": ending("cell")},
            more_settings=f'\n[scanner]\nsocket = "{clamd.socket}"\n'
            + (f'\n[printing]\nqueue = "{QUEUE}"\nserver = "{cupsd.socket}"\n' if cupsd else ""),
        )
        if cupsd:
            wait(lambda: not cupsd.jobs())
    check_the_journal_verifies(house)
    assert where.read_text().split("\n")[:-1] == ["reading", *PLACES["desk"]]
    assert len(told(house, "image.sealed")) == 1
    assert len(told(house, "payload.refused")) == 1
    return folder


async def let_it_pass(walk) -> None:
    """The tests' own patterns are of no known day."""
    latest = (await walk.counter.all("Payloads", walk.staff.operator))[-1].payload
    stale = asks.GrantException(kind=ExceptionKind.STALE_PATTERNS, transfer="", payload=latest, binder="別紙-7")
    await walk.counter.do(stale, walk.staff.approver, fresh=True)


async def to_be_written(walk) -> bool:
    view = await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer)
    return bool(view.steps) and view.steps[0].kind is StepKind.WRITE


def test_it_lies_in_no_file(left):
    found = [path for path in kept(left) for canary in CANARIES if canary in path.read_bytes()]
    assert not found


@pytest.mark.skipif(not HAS_CUPSD, reason="cupsd starts as root")
def test_the_notices_password_lies_on_the_printed_sheet_alone(left):
    """In the printer's tray; nothing of the job is in cupsd's spool."""
    (sheet,) = (left / "cups" / "drawer").glob("*-N-*.pdf")
    said = subprocess.run(["pdftotext", "-raw", sheet, "-"], capture_output=True, text=True, check=True).stdout
    password = re.search(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}", re.sub(r"\s+", "", said))[0]
    beside = [path for path in kept(left) if path.parent != sheet.parent]
    assert not [path for path in beside if password.encode() in path.read_bytes() or b"%PDF" in path.read_bytes()]


def kept(left: Path) -> list[Path]:
    """All files that the station and its helpers have left."""
    places = ("house", "tmp", "cores", "clamd", "cups")
    files = [path for place in places for path in (left / place).rglob("*") if path.is_file()]
    assert len(files) > 20
    return files


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


def test_it_was_written_to_pipes_and_memory_alone(left):
    """From the desk to a cell, and for clamd: seen there in the very bytes, so that it would be seen elsewhere too."""
    canaries = re.compile("|".join(canary.hex() for canary in CANARIES))

    where = {
        (role, name, opened(arguments).split(":")[0])
        for role, name, arguments in calls(left)
        if canaries.search(arguments)
    }

    assert where == {("desk", "write", "pipe"), ("desk", "write", "/memfd")}


def test_no_file_was_mapped_to_be_written(left):
    mapped = [arguments for _, name, arguments in calls(left) if name == "mmap" and "<" in arguments]

    assert len(mapped) > 100
    assert [opened(each) for each in mapped if "PROT_WRITE" in each and "MAP_SHARED" in each] == []


def test_no_core_was_dumped(left):
    assert list((left / "cores").iterdir()) == []
