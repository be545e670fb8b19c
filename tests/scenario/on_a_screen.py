"""The real console on a screen in memory: cage, foot and the shipped foot.ini, before a station's real people door.

cage doesn't start as root: it runs in a user namespace whose user is whoever runs this, so the desk knows its console.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOOT_INI = Path(__file__).parents[2] / "config" / "console" / "foot.ini"
CELL = (10, 24)  # pixels, of foot.ini's font
TITLE = (3, 1)  # the page's: row and column
PATIENCE_SECONDS = 60
KEYS = {"f2": "\x1bOQ", "f4": "\x1bOS", "f8": "\x1b[19~", "f12": "\x1b[24~", "down": "\x1b[B", "escape": "\x1b"}
KEYS |= {"enter": "\r", "tab": "\t"}
# wlroots makes the X server's sockets, which nobody uses, in a folder that has to be its own.
_OWN_X = 'mkdir -p /tmp/.X11-unix && mount -t tmpfs x11 /tmp/.X11-unix && exec "$@"'
# cage hands foot's own buffers to the output, and grim reads old ones, unless the picture has to be turned (Debian 12: upside
# down, which grim undoes) or wlroots is told not to (later ones).
_CAN_TURN = b" -r\t" in subprocess.run(["cage", "-h"], check=False, capture_output=True).stdout
CAGE = ("cage", "-d", "-r", "-r") if _CAN_TURN else ("cage", "-d")
IN_MEMORY = {"WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_SCENE_DISABLE_DIRECT_SCANOUT": "1"}
_AS_NO_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True, slots=True)
class Picture:
    """`pixels`: three bytes each, line by line."""

    width: int
    height: int
    pixels: bytes

    def cells(self, row: int, column: int, columns: int) -> bytes:
        """The pixels of so many cells of a line."""
        wide, high = CELL
        start, length = column * wide * 3, columns * wide * 3
        lines = range(row * high, (row + 1) * high)
        return b"".join(self.pixels[y * self.width * 3 + start :][:length] for y in lines)


class Screen:
    def __init__(self, cage: subprocess.Popen[bytes], folder: Path) -> None:
        self._cage = cage
        self._environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "WAYLAND_DISPLAY": "wayland-0"}

    def picture(self) -> Picture:
        _, size, _, pixels = self._grim("-t", "ppm").split(b"\n", 3)
        width, height = map(int, size.split())
        return Picture(width, height, pixels)

    def settled(self) -> Picture:
        """Once there is something, and nothing but the first line, with its clock, has changed for a while."""
        until, before = time.monotonic() + PATIENCE_SECONDS, b""
        while time.monotonic() < until:
            now = self.picture()
            below = now.pixels[now.width * 3 * CELL[1] :]
            if below == before and len(set(below)) > 16:
                return now
            before = below
            time.sleep(0.5)
        raise TimeoutError

    def turned(self, before: Picture) -> None:
        """Another page is there than before."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.picture().cells(*TITLE, 40) == before.cells(*TITLE, 40):
            assert time.monotonic() < until
            time.sleep(0.2)

    def save(self, path: Path) -> None:
        path.write_bytes(self._grim())

    def press(self, *keys: str) -> None:
        """As if they came from the terminal: names of KEYS, or what is typed."""
        with self._terminal().open("rb", buffering=0) as terminal:
            for key in keys:
                for byte in KEYS.get(key, key).encode():
                    fcntl.ioctl(terminal, termios.TIOCSTI, bytes([byte]))
                time.sleep(0.3 if key in KEYS else 0.05)

    def _terminal(self) -> Path:
        """foot's, by the console that runs in it."""
        (foot,) = _children(self._cage.pid)
        (console,) = _children(foot)
        return Path(f"/proc/{console}/fd/0").readlink()

    def _grim(self, *how: str) -> bytes:
        command = ["grim", *how, "-"]
        return subprocess.run(
            command, env=self._environment, check=True, capture_output=True, timeout=PATIENCE_SECONDS
        ).stdout


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for task in tasks for each in (task / "children").read_text().split()]


@contextmanager
def on_a_screen(settings: Path) -> Iterator[Screen]:
    """1280 by 720."""
    with tempfile.TemporaryDirectory(prefix="media-station-") as folder:
        environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": folder,
            **IN_MEMORY,
            "WLR_RENDERER": "pixman",
            "WLR_XWAYLAND": "/bin/false",
            "LANG": "C.UTF-8",
        }
        console = (sys.executable, "-m", "media_station", "console", "--settings", str(settings))
        cage = (*CAGE, "--", "foot", f"--config={FOOT_INI}", *console)
        command = ("unshare", "--mount", "--", "sh", "-c", _OWN_X, "sh", *_AS_NO_ROOT, *cage)
        log = Path(folder) / "log"
        with log.open("wb") as said, subprocess.Popen(command, env=environment, stdout=said, stderr=said) as process:
            try:
                until = time.monotonic() + PATIENCE_SECONDS
                while not (Path(folder) / "wayland-0").exists():
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < until, log.read_text()
                    time.sleep(0.05)
                yield Screen(process, Path(folder))
            finally:
                process.terminate()
                process.wait(PATIENCE_SECONDS)
