"""The cell's door over a real cell process, started as the service manager does it (Accept=yes)."""

import asyncio
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from asyncvarlink import FileDescriptor
from least_settings import LEAST

from media_station.doors.cell import Cell, Unpacked
from media_station.doors.pieces import PIECE_BYTES, give, pair
from media_station.doors.socket import connect, listen_path
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.item import Item, ItemType
from media_station.model.payload import Inspection

ITEMS = [Item(heading="郵便番号", type=ItemType.POSTAL_CODE), Item(heading="事業者氏名", type=ItemType.TEXT)]
GOOD = "郵便番号,事業者氏名\r\n999-0001,㈱架空髙ソ表能\r\n".encode("cp932")
SECRET = "秘密商店"
COMMAND = [sys.executable, "-m", "media_station", "cell", "--settings"]
AS_SYSTEMD_DOES = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=connection exec "$@" 3<&0 </dev/null'
ITEMS_AS_SENT = [{"heading": "郵便番号", "type": "POSTAL_CODE"}, {"heading": "事業者氏名", "type": "TEXT"}]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    (tmp_path / "keys/cell").mkdir(parents=True)
    (tmp_path / "keys/cell/identity").write_text("rehearsal/r1")
    path = tmp_path / "station.toml"
    path.write_text(LEAST)
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, because a socket's path may have 108 bytes."""
    path = Path(tempfile.mkdtemp())
    yield path
    shutil.rmtree(path)


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def start(settings: Path, children: list[subprocess.Popen[bytes]]) -> Callable[..., subprocess.Popen[bytes]]:
    def started(connection: socket.socket, command: list[str] = COMMAND) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            ["/bin/sh", "-c", AS_SYSTEMD_DOES, "sh", *command, str(settings)],
            stdin=connection,
            stderr=subprocess.PIPE,
        )
        connection.close()
        children.append(child)
        return child

    return started


@pytest.fixture
def ended() -> Callable[[subprocess.Popen[bytes]], tuple[int, str]]:
    def wait(child: subprocess.Popen[bytes]) -> tuple[int, str]:
        _, errors = child.communicate(timeout=20)
        return child.returncode, errors.decode()

    return wait


def asked(folder: Path, start, method: str, **parameters):
    """One call through the station's own client end; the cell and the answer, or the error."""
    listening = listen_path(folder / "cell")
    children: list[subprocess.Popen[bytes]] = []

    def accept() -> None:
        listening.setblocking(True)
        children.append(start(listening.accept()[0]))

    async def call():
        accepting = threading.Thread(target=accept)
        accepting.start()
        async with connect(folder / "cell", Cell, uids=frozenset({os.getuid()})) as cell:
            try:
                return await cell.call(method, **parameters)
            except StationError as error:
                return error
            finally:
                accepting.join()

    answer = asyncio.run(call())
    listening.close()
    return children[0], answer


def piped(content: bytes) -> int:
    """The reading end of a pipe that holds it all."""
    reading, writing = os.pipe()
    assert len(content) < 60_000
    os.write(writing, content)
    os.close(writing)
    return reading


def test_a_payload_as_approved_is_counted_and_the_cell_ends(folder, start, ended) -> None:
    plaintext = piped(GOOD)
    child, answer = asked(
        folder, start, "Inspect", plaintext=FileDescriptor(plaintext), items=ITEMS, individual_numbers_allowed=False
    )
    os.close(plaintext)
    assert isinstance(answer, Inspection)
    assert (answer.code, answer.records, answer.encoding, answer.length) == ("", 1, "cp932", len(GOOD))
    assert ended(child) == (0, "")


def test_a_pipe_that_does_not_block_is_read_to_its_end(folder, start) -> None:
    reading, writing = os.pipe2(os.O_NONBLOCK)

    def write_slowly() -> None:
        for byte in GOOD:
            os.write(writing, bytes([byte]))
        os.close(writing)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    _, answer = asked(
        folder, start, "Inspect", plaintext=FileDescriptor(reading), items=ITEMS, individual_numbers_allowed=False
    )
    writer.join()
    os.close(reading)
    assert answer.length == len(GOOD)


@pytest.mark.parametrize(
    "line",
    [
        f"999-0001,{SECRET}\0",
        f"{SECRET},x",
        f"999-0001,{SECRET},x",
        f'999-0001,"{SECRET}',
        f"999-0001,{SECRET}123456789018",
    ],
)
def test_no_value_is_in_the_answer_or_on_stderr(folder, start, ended, line: str) -> None:
    plaintext = piped(GOOD + line.encode("cp932") + b"\r\n")
    child, answer = asked(
        folder, start, "Inspect", plaintext=FileDescriptor(plaintext), items=ITEMS, individual_numbers_allowed=False
    )
    os.close(plaintext)
    assert answer.code.startswith("INS-")
    assert answer.row == 3
    assert SECRET not in repr(answer)
    assert ended(child) == (0, "")


def test_a_refusal_comes_as_what_it_is(folder, start, ended) -> None:
    plaintext = piped(GOOD)
    child, answer = asked(
        folder, start, "Inspect", plaintext=FileDescriptor(plaintext), items=[], individual_numbers_allowed=False
    )
    os.close(plaintext)
    assert isinstance(answer, Refused)
    assert answer.code == "INS-003"
    assert ended(child) == (0, "")


def test_what_can_not_be_read_is_a_fault_of_the_peer(folder, start) -> None:
    directory = os.open(folder, os.O_RDONLY)
    _, answer = asked(
        folder, start, "Inspect", plaintext=FileDescriptor(directory), items=ITEMS, individual_numbers_allowed=False
    )
    os.close(directory)
    assert isinstance(answer, PeerFault)
    assert answer.code == "INS-005"


@pytest.mark.parametrize(("password", "enough"), [("sousa-hanako-2025", False), ("bunbougu kirin wasabi 47", True)])
def test_a_password_is_weighed_and_the_cell_ends(folder, start, ended, password: str, enough: bool) -> None:
    child, answer = asked(folder, start, "Weigh", password=password, words=["sousa-hanako"])
    assert answer is enough
    assert ended(child) == (0, "")


@pytest.mark.parametrize("fields", ["", "[]", "{", "[" * 3_000])
def test_fields_that_are_no_json_object_are_refused(folder, start, fields: str) -> None:
    sheet = os.memfd_create("sheet")
    _, answer = asked(folder, start, "Typeset", paper="slip", fields=fields, sheet=FileDescriptor(sheet))
    assert isinstance(answer, Refused)
    assert answer.code == "INS-004"
    assert os.fstat(sheet).st_size == 0
    os.close(sheet)


def test_a_paper_that_does_not_exist_is_refused_by_its_own_code(folder, start, ended) -> None:
    sheet = os.memfd_create("sheet")
    child, answer = asked(folder, start, "Typeset", paper="none", fields="{}", sheet=FileDescriptor(sheet))
    os.close(sheet)
    assert isinstance(answer, Refused)
    assert answer.code == "PAP-008"
    assert ended(child) == (0, "")


@pytest.mark.parametrize("length", [5_000, 60_000])
def test_a_descriptor_arrives_with_a_long_message_too(folder, start, length: int) -> None:
    sheet = os.memfd_create("sheet")
    fields = json.dumps(["x" * length])
    _, answer = asked(folder, start, "Typeset", paper="slip", fields=fields, sheet=FileDescriptor(sheet))
    os.close(sheet)
    assert isinstance(answer, Refused)
    assert answer.code == "INS-004"


def inspect_message(index: int = 0) -> bytes:
    parameters = {"plaintext": index, "items": ITEMS_AS_SENT, "individual_numbers_allowed": False}
    return json.dumps({"method": "media-station.cell.v1.Inspect", "parameters": parameters}).encode() + b"\0"


def replies(connection: socket.socket) -> list[dict]:
    connection.settimeout(20)
    received = b""
    while more := connection.recv(65536):
        received += more
    return [json.loads(each) for each in received.split(b"\0")[:-1]]


def test_a_second_job_is_refused_and_the_first_is_answered(start, ended) -> None:
    ours, theirs = socket.socketpair()
    first, second = piped(GOOD), piped(GOOD)
    socket.send_fds(ours, [inspect_message()], [first])
    socket.send_fds(ours, [inspect_message()], [second])
    child = start(theirs)
    one, two = replies(ours)
    assert one["parameters"]["inspection"]["records"] == 1
    assert two["parameters"]["code"] == "INS-002"
    assert ended(child) == (0, "")
    for each in (first, second):
        os.close(each)
    ours.close()


def test_the_cell_hangs_up_after_the_answer_though_the_peer_stays(start, ended) -> None:
    ours, theirs = socket.socketpair()
    plaintext = piped(GOOD)
    socket.send_fds(ours, [inspect_message()], [plaintext])
    child = start(theirs)
    assert ended(child) == (0, "")
    assert len(replies(ours)) == 1
    os.close(plaintext)
    ours.close()


def test_the_cell_ends_when_the_peer_is_gone(start, ended) -> None:
    ours, theirs = socket.socketpair()
    child = start(theirs)
    ours.close()
    assert ended(child) == (0, "")


@pytest.mark.parametrize("garbage", [b"{\0", b"[]\0", b"\xff\0", b"x" * 70_000])
def test_garbage_ends_the_cell_without_an_answer(start, ended, garbage: bytes) -> None:
    ours, theirs = socket.socketpair()
    child = start(theirs)
    sender = threading.Thread(target=lambda: ours.sendall(garbage))
    sender.start()
    code, errors = ended(child)
    sender.join()
    assert (code, errors) == (0, "")
    ours.close()


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"plaintext": 7, "items": ITEMS_AS_SENT, "individual_numbers_allowed": False},
        {"plaintext": 0, "items": [{"heading": "x", "type": "ANYTHING"}]},
        {"plaintext": 0, "items": ITEMS_AS_SENT, "more": 1},
    ],
)
def test_parameters_of_another_shape_are_answered_as_such(start, parameters: dict) -> None:
    ours, theirs = socket.socketpair()
    plaintext = piped(GOOD)
    message = {"method": "media-station.cell.v1.Inspect", "parameters": parameters}
    socket.send_fds(ours, [json.dumps(message).encode() + b"\0"], [plaintext])
    start(theirs)
    ours.shutdown(socket.SHUT_WR)
    (reply,) = replies(ours)
    assert reply["parameters"]["code"] == "DOR-017"
    os.close(plaintext)
    ours.close()


IMPATIENT = """
import sys
from pathlib import Path
from media_station.cell import main as cell
cell.{limit} = 0.3
cell.main(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("limit", ["IDLE_SECONDS", "JOB_SECONDS"])
def test_a_cell_that_hangs_is_ended_by_the_kernel(start, ended, limit: str) -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    if limit == "JOB_SECONDS":
        socket.send_fds(ours, [inspect_message()], [reading])
    child = start(theirs, [sys.executable, "-c", IMPATIENT.format(limit=limit)])
    assert ended(child)[0] == -signal.SIGALRM
    for each in (reading, writing):
        os.close(each)
    ours.close()


def test_without_a_connection_it_does_not_start(settings: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LISTEN_")}
    code = f"import sys, pathlib; from media_station.cell.main import main; main(pathlib.Path({str(settings)!r}))"
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, timeout=20, check=False)
    assert done.returncode != 0
    assert b"INS-001" in done.stderr


def test_a_descriptor_array_of_another_kind_is_not_mistaken_for_a_connection(settings: Path, tmp_path: Path) -> None:
    file = (tmp_path / "plain").open("wb")
    code = f"import sys, pathlib; from media_station.cell.main import main; main(pathlib.Path({str(settings)!r}))"
    done = subprocess.run(
        ["/bin/sh", "-c", AS_SYSTEMD_DOES, "sh", sys.executable, "-c", code],
        stdin=file,
        capture_output=True,
        timeout=20,
        check=False,
    )
    file.close()
    assert b"INS-001" in done.stderr


@contextmanager
def given(read, length: int) -> Iterator[int]:
    """The cell's end of a socket at whose other end a drive gives pieces."""
    gives, wants = pair()

    def giving() -> None:
        with suppress(OSError, ValueError):
            give(gives.detach(), length, read, lambda: None)

    drive = threading.Thread(target=giving)
    drive.start()
    with wants:
        yield wants.fileno()
    drive.join()


@pytest.mark.parametrize(("at", "wanted"), [(0, 0), (0, PIECE_BYTES + 1), (1 << 20, 1), ((1 << 64) - 1, 1)])
def test_a_piece_that_is_not_there_ends_the_giving(at: int, wanted: int) -> None:
    gives, wants = pair()
    wants.sendall(struct.pack("<QI", at, wanted))
    with pytest.raises(ValueError, match="piece"):
        give(gives.detach(), 1 << 20, lambda length, _: memoryview(bytes(length)), lambda: None)
    wants.close()


def test_the_giving_can_be_ended_while_nothing_is_wanted() -> None:
    def end() -> None:
        raise InterruptedError

    gives, wants = pair()
    with wants, pytest.raises(InterruptedError):
        give(gives.detach(), 1 << 20, lambda length, _: memoryview(bytes(length)), end)


def test_a_foreign_medium_is_unpacked_and_the_cell_ends(folder, start, ended) -> None:
    payload, sealed, submission = (
        "0" * 32,
        b"age-encryption.org/v1\n" * 100,
        b'{"schema":"media-station/submission/v1"}\n',
    )
    (folder / "in").mkdir()
    (folder / "in" / f"{payload}.age").write_bytes(sealed)
    (folder / "in" / f"{payload}.json").write_bytes(submission)
    subprocess.run(["genisoimage", "-quiet", "-J", "-o", folder / "image", folder / "in"], check=True, timeout=20)
    image = memoryview((folder / "image").read_bytes())
    with given(lambda length, at: image[at : at + length], len(image)) as wants, tempfile.TemporaryFile() as body:
        passed = {"pieces": FileDescriptor(wants), "number": 0, "body": FileDescriptor(body.fileno())}
        child, answer = asked(folder, start, "Unpack", **passed)
        assert answer == Unpacked(submission=submission.decode(), length=len(sealed), payloads=1)
        assert os.pread(body.fileno(), len(sealed) + 1, 0) == sealed
    assert ended(child) == (0, "")


def test_a_medium_that_can_not_be_read_is_a_fault_of_the_peer(folder, start) -> None:
    def broken(length: int, at: int) -> memoryview:
        raise OSError(length, at)

    with given(broken, 1 << 20) as wants, tempfile.TemporaryFile() as body:
        passed = {"pieces": FileDescriptor(wants), "number": 0, "body": FileDescriptor(body.fileno())}
        _, answer = asked(folder, start, "Unpack", **passed)
    assert isinstance(answer, PeerFault)
    assert answer.code == "UNP-006"
