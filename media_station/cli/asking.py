"""Where names and secrets are asked for: at the terminal, or line by line from a script's pipe.

Never from the command line or the environment, which other processes can read.
"""

import getpass
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from media_station.model.errors import Refused

_LINE_BYTES: Final = 4096  # what a terminal's line holds at most (termios(3), canonical mode)


class Asking(Protocol):
    """Refused CLI-002 if there is no answer because the input has ended. What is no UTF-8 matches nobody's."""

    def tell(self, text: str) -> None: ...

    def name(self, prompt: str) -> str: ...

    def secret(self, prompt: str) -> str: ...


class Terminal:
    """The process's own terminal, wherever input and output go; Refused CLI-001 if it has none."""

    def __init__(self) -> None:
        try:
            self._terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise Refused("CLI-001") from error

    def tell(self, text: str) -> None:
        os.write(self._terminal, f"{text}\n".encode())

    def name(self, prompt: str) -> str:
        os.write(self._terminal, prompt.encode())
        with _interruptible():
            line = os.read(self._terminal, _LINE_BYTES)
        if not line:
            raise Refused("CLI-002")
        return line.decode(errors="replace").strip()

    def secret(self, prompt: str) -> str:
        """Without echo, or not at all."""
        with _interruptible(), warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return getpass.getpass(prompt)
            except getpass.GetPassWarning as error:
                raise Refused("CLI-001") from error
            except EOFError as error:
                raise Refused("CLI-002") from error
            except UnicodeError as error:
                raise Refused("ACC-002") from error


class Script:
    """Standard input, a line for each question in its order, read when it is needed: a later code may come later."""

    def tell(self, text: str) -> None:
        del text

    def name(self, prompt: str) -> str:
        return self.secret(prompt).strip()

    def secret(self, prompt: str) -> str:
        del prompt
        with _interruptible():
            line = sys.stdin.buffer.readline()
        if not line:
            raise Refused("CLI-002")
        return line.decode(errors="replace").rstrip("\r\n")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a read that blocks; asyncio's own handler would only cancel the task, and the read go on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
