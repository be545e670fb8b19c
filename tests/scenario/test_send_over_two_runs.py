"""`media-station send`, killed in the middle and run again: it goes on from there, and the station counts one payload."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import pytest
from at_the_counter import told
from at_the_gate import PLAIN
from attacking import in_the_end
from typing_commands import MEDIA_STATION

MIB = 1 << 20


@pytest.fixture(scope="module")
def consigned(attacked):
    attacked.does(attacked.walk.consign())
    return attacked


@pytest.fixture
def sending(consigned, tmp_path):
    """A file of some megabytes, and the command that hands it in at a port."""
    (tmp_path / "export.csv").write_bytes(PLAIN + os.urandom(8 * MIB))
    return Sending(consigned, tmp_path)


class Sending:
    def __init__(self, station, folder):
        self.station, self.folder, self.file = station, folder, folder / "export.csv"
        self.kept = folder / "kept"
        self.before = len(told(station.house, "payload.received"))

    def command(self, port=None):
        public = self.station.house.station / "public"
        return [
            *(sys.executable, *MEDIA_STATION, "send", self.file, "--consignment", self.station.walk.terms.consignment),
            *("--to", f"127.0.0.1:{port or self.station.house.gate_port}", "--host-keys", self.station.house.host),
            *("--gate-cert", public / "gate.crt", "--sealing-key", public / "sealing.pub"),
            *("--receipts-key", public / "receipts.pub", "--records", "1", "--keep", self.kept),
        ]

    @contextmanager
    def killed(self, port=None):
        """A run that the block sees at work; then it is killed."""
        run = subprocess.Popen(self.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield run
            assert run.poll() is None
        finally:
            run.kill()
            assert run.wait() == -signal.SIGKILL

    def again(self):
        return subprocess.run(self.command(), capture_output=True, text=True, check=False)

    def sealed(self):
        """What is kept of it."""
        (path,) = self.kept.glob("*.age")
        return path

    def received(self):
        return told(self.station.house, "payload.received")[self.before :]

    def ends_well(self):
        done = self.again()
        assert done.returncode == 0, done.stderr
        assert len(self.received()) == 1
        assert list(self.kept.iterdir()) == []


class Way:
    """A way to the gate. So many bytes get there, then nothing more; beyond `deaf_after` of them no answer comes back."""

    def __init__(self, port, most=1 << 60, deaf_after=1 << 60):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.through = 0
        self.stuck = threading.Event()
        self._gate, self._most, self._deaf_after = port, most, deaf_after
        self._open = [self.listening]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                far = socket.create_connection(("127.0.0.1", self._gate))
                self._open += [near, far]
                threading.Thread(target=self._there, args=(near, far), daemon=True).start()
                threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _there(self, near, far):
        with suppress(OSError):
            while self.through < self._most and (piece := near.recv(min(self._most - self.through, 1 << 16))):
                self.through += len(piece)
                far.sendall(piece)
        if self.through == self._most:
            self.stuck.set()

    def _back(self, far, near):
        with suppress(OSError):
            while piece := far.recv(1 << 16):
                if self.through < self._deaf_after:
                    near.sendall(piece)

    def close(self):
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def way(sending):
    made = []

    def to_the_gate(**limits):
        made.append(Way(sending.station.house.gate_port, **limits))
        return made[-1]

    yield to_the_gate
    for each in made:
        each.close()


def test_a_run_that_was_killed_while_it_sealed_leaves_ciphertext_alone_and_is_begun_anew(sending):
    whole = sending.file.read_bytes()
    sending.file.unlink()
    os.mkfifo(sending.file)
    with sending.killed(), sending.file.open("wb") as pipe:
        pipe.write(whole[: 4 * MIB])
        pipe.flush()
        in_the_end(lambda: any(path.stat().st_size > MIB for path in sending.kept.glob("*.age")))
        assert sending.sealed().read_bytes().startswith(b"age-encryption.org/v1\n")
        assert [path.stat().st_mode & 0o777 for path in (sending.kept, sending.sealed())] == [0o700, 0o600]
    assert [path.suffix for path in sending.kept.iterdir()] == [".age"]
    sending.file.unlink()
    sending.file.write_bytes(whole)
    sending.ends_well()


def test_a_run_that_was_killed_while_it_sent_is_gone_on_with_from_where_the_gate_has_it(sending, way):
    cut = way(most=3 * MIB)
    with sending.killed(cut.port):
        assert cut.stuck.wait(60)
        sealed = sending.sealed().read_bytes()
        assert {path.suffix for path in sending.kept.iterdir()} == {".age", ".json"}
    cut.close()
    assert sending.received() == []
    rest = way()
    done = subprocess.run(sending.command(rest.port), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert rest.through < len(sealed) - 2 * MIB
    (received,) = sending.received()
    assert received["ciphertext_length"] == len(sealed)
    assert list(sending.kept.iterdir()) == []


def test_what_the_station_had_taken_before_the_run_was_killed_is_not_counted_twice(sending, way):
    deaf = way(deaf_after=MIB)
    with sending.killed(deaf.port):
        in_the_end(lambda: len(sending.received()) == 1)
    deaf.close()
    sending.ends_well()


def test_another_content_at_the_same_place_is_sealed_anew(sending, way):
    cut = way(most=3 * MIB)
    with sending.killed(cut.port):
        assert cut.stuck.wait(60)
    cut.close()
    with sending.file.open("r+b") as file:
        file.seek(len(PLAIN))
        file.write(b"another")
    sending.ends_well()


def test_two_runs_are_not_at_the_same_file(sending, way):
    cut = way(most=3 * MIB)
    with sending.killed(cut.port):
        assert cut.stuck.wait(60)
        other = sending.again()
        assert (other.returncode, other.stdout) == (3, "")
        assert "SND-006" in other.stderr


@pytest.mark.parametrize("mode", [0o755, 0o770])
def test_a_folder_that_others_may_use_is_refused(sending, mode):
    sending.kept.mkdir()
    sending.kept.chmod(mode)
    done = sending.again()
    assert done.returncode == 3
    assert "SND-005" in done.stderr
    assert list(sending.kept.iterdir()) == []
