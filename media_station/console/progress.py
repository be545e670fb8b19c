"""How far long work is, how fast it goes and what is left, from what the desk tells while it goes on. Pure."""

from dataclasses import dataclass, field

from media_station.model.views import Progress
from media_station.texts.console import PHASES, word
from media_station.texts.nouns import of

_BAR = 30
_BYTES = 100_000  # a disc's erasure is told in parts
_MINUTES_FROM_SECONDS = 90
_SHOWN_SECONDS = 15.0


@dataclass(slots=True, kw_only=True)
class Track:
    """Of one subject and phase. Times are of a clock that only goes on."""

    latest: Progress
    began: float
    done_then: int
    at: float

    def is_shown(self, now: float) -> bool:
        """Work that has ended, or was given up, tells nothing more."""
        return (self.latest.done < self.latest.total or not self.latest.total) and now - self.at < _SHOWN_SECONDS

    def line(self, language: str) -> str:
        done, total = self.latest.done, max(self.latest.total, 1)
        filled = _BAR * done // total
        name, _, turn = self.latest.phase.partition(" ")
        phase = f"{of(PHASES, name, language)} {turn}".rstrip()
        parts = [self.latest.subject, phase, f"[{'#' * filled}{'.' * (_BAR - filled)}]", f"{100 * done // total:>3} %"]
        seconds = self.at - self.began
        if seconds > 1 and done > self.done_then:
            speed = (done - self.done_then) / seconds
            left = int((total - done) / speed)
            if total > _BYTES:
                parts.append(f"{speed / 1e6:.1f} MB/s")
            parts.append(
                word("minutes_left", language, minutes=-(-left // 60))
                if left >= _MINUTES_FROM_SECONDS
                else word("seconds_left", language, seconds=left)
            )
        return "  ".join(parts)


@dataclass(slots=True)
class Tracks:
    """All work that is told of."""

    of: dict[str, Track] = field(default_factory=dict)

    def take(self, told: Progress, now: float) -> None:
        track = self.of.get(told.subject)
        if track is None or track.latest.phase != told.phase or told.done < track.latest.done:
            self.of[told.subject] = Track(latest=told, began=now, done_then=told.done, at=now)
        else:
            track.latest, track.at = told, now

    def going_on(self, now: float) -> list[str]:
        """Media on which work goes on, in the order in which their lines are shown."""
        return [subject for subject, track in self.of.items() if track.is_shown(now)]

    def lines(self, now: float, language: str) -> list[str]:
        self.of = {subject: track for subject, track in self.of.items() if track.is_shown(now)}
        return [track.line(language) for track in self.of.values()]
