"""Progress of long work, for every watcher."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from media_station.model.views import Progress

LOOKED_SECONDS = 1.0
_WAITING = 256


class Jobs:
    """`tell` may be called from any thread. A slow watcher loses progress, never the work."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._watchers: set[asyncio.Queue[Progress]] = set()

    def tell(self, progress: Progress) -> None:
        self._loop.call_soon_threadsafe(self._tell, progress)

    def _tell(self, progress: Progress) -> None:
        for watcher in self._watchers:
            if watcher.full():
                watcher.get_nowait()
            watcher.put_nowait(progress)

    async def watch(self, may_watch: Callable[[], bool]) -> AsyncGenerator[Progress, None]:
        """Until the watcher may no longer; asked before each progress, and often enough while there is none."""
        queue: asyncio.Queue[Progress] = asyncio.Queue(_WAITING)
        self._watchers.add(queue)
        try:
            while True:
                try:
                    progress = await asyncio.wait_for(queue.get(), LOOKED_SECONDS)
                except TimeoutError:
                    progress = None
                if not may_watch():
                    return
                if progress is not None:
                    yield progress
        finally:
            self._watchers.discard(queue)
