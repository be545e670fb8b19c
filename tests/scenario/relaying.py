"""Somebody between the desk and the drive, under their own user: hears, keeps, holds back and repeats what passes."""

import os
import select
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from attacking import knocked


@dataclass(frozen=True)
class Heard:
    """A message of the desk's with descriptors of its own."""

    data: bytes
    descriptors: tuple[int, ...]


class Relay:
    """Stands at the drive's door while the block runs. `before` is called with each message before it passes on."""

    def __init__(self, door: Path, before: Callable[[bytes], None] = lambda _: None) -> None:
        self._door = door
        self._real = door.with_suffix(".real")
        self._before = before
        self._listening = socket.socket(socket.AF_UNIX)
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []
        self.heard: list[Heard] = []

    def __enter__(self) -> Self:
        self._door.rename(self._real)
        self._listening.bind(os.fspath(self._door))
        self._listening.listen(64)
        self._listening.settimeout(0.05)
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for each in self._threads:
            each.join()
        self._listening.close()
        self._real.rename(self._door)
        for message in self.heard:
            for each in message.descriptors:
                os.close(each)

    def asked(self, method: str) -> Heard:
        """The last message that asked for this."""
        return [each for each in self.heard if f'.{method}"'.encode() in each.data][-1]

    def _run(self, doing: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=doing, args=arguments)
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        while not self._ending.is_set():
            with suppress(TimeoutError):
                desk, _ = self._listening.accept()
                self._run(self._pass_on, desk)

    def _pass_on(self, desk: socket.socket) -> None:
        with desk, knocked(self._real) as drive, suppress(ConnectionError):
            while not self._ending.is_set():
                ready, _, _ = select.select([desk, drive], [], [], 0.05)
                for each in ready:
                    data, descriptors, _, _ = socket.recv_fds(each, 1 << 16, 4)
                    if not data:
                        return
                    if each is drive:
                        desk.sendall(data)
                        continue
                    self.heard.append(Heard(data, tuple(descriptors)))
                    self._before(data)
                    socket.send_fds(drive, [data], descriptors)
