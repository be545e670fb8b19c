"""A printer as the desk holds it: the folder of a rehearsal and a queue of a real cupsd keep one contract."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
from a_cupsd import a_cupsd, wait

from media_station.desk.hands.printer import NoPrinter, printer
from media_station.model.errors import Refused
from media_station.model.ids import Identity

NUMBER = "KITA-ZEI-1-R1-N-00001"
SHEET = b"%PDF-1.7\n" + os.urandom(200_000)
QUEUE = "papers"
REHEARSAL = Identity(station="kita-zei-1", epoch="r1")


def a_printer(papers, *, queue="", server=Path("none"), identity=REHEARSAL):
    return printer(queue=queue, server=server, seconds=30, papers=papers, identity=identity)


@pytest.fixture(scope="module")
def cupsd(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("cupsd starts as root")
    folder = tmp_path_factory.mktemp("cups")
    for each in (folder, folder.parent, folder.parent.parent):
        each.chmod(0o755)
    with a_cupsd(folder, QUEUE) as running:
        yield running


class InAFolder:
    def __init__(self, folder):
        self.folder = folder
        self.printer = a_printer(folder / "papers")

    def sheets(self):
        return {path.stem: path.read_bytes() for path in (self.folder / "papers").glob("*.pdf")}


class AtAQueue:
    def __init__(self, cupsd):
        self.printer = a_printer(cupsd.folder / "none", queue=QUEUE, server=cupsd.socket)
        self.sheets = cupsd.sheets


@pytest.fixture(params=["folder", "queue"])
def printing(request, tmp_path):
    return InAFolder(tmp_path) if request.param == "folder" else AtAQueue(request.getfixturevalue("cupsd"))


def test_a_sheet_comes_out_byte_for_byte(printing):
    printing.printer.print(NUMBER, SHEET)
    wait(lambda: NUMBER in printing.sheets())
    assert printing.sheets()[NUMBER] == SHEET


def test_a_copy_lies_beside_its_paper(printing):
    printing.printer.print(NUMBER, SHEET)
    printing.printer.print(NUMBER, SHEET[:-1], copy=2)
    wait(lambda: printing.sheets().keys() >= {NUMBER, f"{NUMBER}-copy-2"})
    assert printing.sheets()[NUMBER] == SHEET
    assert printing.sheets()[f"{NUMBER}-copy-2"] == SHEET[:-1]


def test_what_is_no_papers_number_is_refused(printing):
    with pytest.raises(Refused) as caught:
        printing.printer.print("../../etc/passwd", SHEET)
    assert caught.value.code == "IDS-001"


def test_cupsd_keeps_nothing_of_a_sheet(cupsd):
    number = "KITA-ZEI-1-R1-N-00002"
    AtAQueue(cupsd).printer.print(number, SHEET)
    wait(lambda: number in cupsd.sheets() and not cupsd.jobs())
    assert cupsd.sheets()[number] == SHEET
    assert list((cupsd.folder / "tmp").iterdir()) == []


def test_nothing_is_kept_of_a_sheet_that_the_printer_could_not_end(cupsd):
    number, jammed = "KITA-ZEI-1-R1-N-00003", cupsd.folder / "jammed"
    jammed.touch()
    try:
        AtAQueue(cupsd).printer.print(number, SHEET)
        wait(lambda: not cupsd.jobs())
    finally:
        jammed.unlink()
    assert number not in cupsd.sheets()


def test_cupsd_listens_at_its_socket_alone(cupsd):
    held = {os.readlink(path) for path in _descriptors(cupsd.pid) if os.path.lexists(path)}
    inodes = {each[len("socket:[") : -1] for each in held if each.startswith("socket:[")}
    assert inodes
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/net/{table}") as sockets:
            assert inodes.isdisjoint(line.split()[9] for line in sockets.readlines()[1:])


def _descriptors(pid):
    return [f"/proc/{pid}/fd/{each}" for each in os.listdir(f"/proc/{pid}/fd")]


def test_no_file_is_written_on_the_way_to_the_queue(cupsd, tmp_path):
    """Of lp itself; what it is given comes through a pipe."""
    traced = ["strace", "-f", "-qq", "-e", "trace=open,openat,creat", "-o", tmp_path / "trace"]
    lp = ["lp", "-h", cupsd.socket, "-d", QUEUE, "-t", "KITA-ZEI-1-R1-N-00004", "-s", "-"]
    subprocess.run([*traced, *lp], input=SHEET, check=True)
    opened = [each for each in (tmp_path / "trace").read_text().splitlines() if "open" in each]
    assert opened
    assert [each for each in opened if "O_RDONLY" not in each] == []


@pytest.mark.parametrize("of", ["no queue of this name", "no cupsd"])
def test_a_queue_that_takes_nothing_refuses_the_sheet(tmp_path, request, of):
    if of == "no cupsd":
        at = {"queue": QUEUE, "server": tmp_path / "none.sock"}
        with socket.socket(socket.AF_UNIX) as nobody:
            nobody.bind(str(tmp_path / "none.sock"))
    else:
        at = {"queue": "other", "server": request.getfixturevalue("cupsd").socket}
    with pytest.raises(Refused) as caught:
        a_printer(tmp_path, **at).print(NUMBER, SHEET)
    assert caught.value.code == "PRN-002"


def test_outside_a_rehearsal_there_is_no_printer_but_a_queue(tmp_path):
    station = Identity(station="kita-zei-1", epoch="e1")
    none = a_printer(tmp_path, identity=station)
    assert isinstance(none, NoPrinter)
    with pytest.raises(Refused) as caught:
        none.print(NUMBER, SHEET)
    assert caught.value.code == "PRN-001"
