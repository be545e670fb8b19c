"""A long start, told to the service manager (sd_notify(3)) and in the program's log."""

import time

from media_station.doors.log import log_line
from media_station.doors.socket import notify
from media_station.model.views import Progress
from media_station.texts.texts import LANGUAGES
from media_station.texts.words import start_words

_SECONDS_BETWEEN = 1.0
_PATIENCE_SECONDS = 60


class Starting:
    """`tell` as often as one likes: it is passed on once a second, the first time after one."""

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()

    def tell(self, progress: Progress) -> None:
        """How far it is, how long it will take at the speed so far; and that the start is not to be given up."""
        now = time.monotonic()
        if now - self._told < _SECONDS_BETWEEN:
            return
        self._told = now
        percent = 100 * progress.done // progress.total
        left = round((now - self._began) * (progress.total - progress.done) / progress.done)
        said = " / ".join(start_words(progress.phase, percent, left, language) for language in LANGUAGES)
        notify(f"STATUS={said}\nEXTEND_TIMEOUT_USEC={_PATIENCE_SECONDS * 1_000_000}")
        log_line("info", "station.starting", phase=progress.phase, percent=percent, seconds_left=left)
