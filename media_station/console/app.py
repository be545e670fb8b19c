"""One page at a time, below a banner; beneath it what was done or refused, and its keys. Locked, nobody is signed in.

No key ends it, leads to a shell or opens what Textual brings along.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from media_station.console.banner import Banner
from media_station.console.drawing import Said, done, drawn, plain, refusal, wrong
from media_station.console.filling import Filling, codes, fill
from media_station.console.pages import FormPage, Item, ListPage, Page
from media_station.console.progress import Tracks
from media_station.console.rows import Line, Option, Pick, Typed, Wrong
from media_station.console.sources import Given
from media_station.console.station import Station
from media_station.console.tasks import Task
from media_station.console.today import other_items, today_items
from media_station.model.asks import Cancel, PermitErasures, PermitWrites
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.views import Answer
from media_station.texts.console import word
from media_station.texts.width import wrapped

IDLE_SECONDS: Final = 300.0
_LOOKED_EVERY: Final = 2.0
_SILENCE_SECONDS: Final = 0.5
_MESSAGE: Final = 6
_WORK: Final = 4
_NOT_SIGNED_IN: Final = "ACC-010"
_CODE_WANTED: Final = frozenset({"ACC-012", "ACC-013"})
_INERT: Final = "ctrl+q,ctrl+c,ctrl+z,ctrl+p,ctrl+d,ctrl+s,ctrl+backslash,ctrl+x,ctrl+v,super+c"


class Canvas(Widget):
    """All that is seen."""

    def __init__(self, draw: Callable[[int, int], Text]) -> None:
        super().__init__()
        self._draw = draw

    def render(self) -> Text:
        return self._draw(self.size.width, self.size.height)


class Console(App[None]):
    """`idle_seconds`: after so long without a key nobody is signed in any more."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { layout: vertical; overflow: hidden; } Canvas { width: 100%; height: 100%; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding(_INERT, "nothing", show=False, priority=True)]

    def __init__(self, door: Path, *, language: str = "ja", idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__()
        self.station = Station(door)
        self.language = language
        self._idle_seconds = idle_seconds
        self._banner = Banner()
        self._tracks = Tracks()
        self._said: Said = lambda _: ()
        self._pages: list[Page] = []
        self._touched = time.monotonic()
        self._locked = 0  # how often: what began before is told to nobody after
        self._at_work = 0
        self._medium_at_work = ""
        self._cancel_asked = ""  # for which medium
        self._records = -1
        self._silence: Timer | None = None
        self._watching: asyncio.Task[None] | None = None
        self._working: set[asyncio.Task[None]] = set()

    def compose(self) -> ComposeResult:
        yield Canvas(self._draw)

    async def on_mount(self) -> None:
        self._pages = [self._sign_in_page()]
        await self._look()
        self.set_interval(1.0, self._tick)
        self.set_interval(_LOOKED_EVERY, self._look)

    async def on_unmount(self) -> None:
        """Ended from without."""
        going_on = [each for each in (self._watching, *self._working) if each is not None]
        for each in going_on:
            each.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)

    # What Textual would do on keys of its own.

    def action_nothing(self) -> None:
        """Keys that do nothing here."""

    async def action_quit(self) -> None:
        """The console has no end."""

    def action_help_quit(self) -> None:
        """Nor a hint to one."""

    def action_suspend_process(self) -> None:
        """Nor a shell behind it."""

    def _fatal_error(self) -> None:
        """Without Textual's locals of each frame: what was typed is among them."""
        from rich.traceback import Traceback  # noqa: PLC0415 - a tenth of a second that the first paint doesn't need

        self.panic(Traceback(show_locals=False))

    # Keys.

    async def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._touched = time.monotonic()
        await self.take(event.key, event.character)

    async def take(self, key: str, character: str | None) -> None:
        """One key; what it leads to has been done when this returns, but for long work."""
        if key != "f8":
            self._cancel_asked = ""
        if key == "f2":
            self.language = "en" if self.language == "ja" else "ja"
        elif key == "f12":
            await self._lock("locked")
        elif key == "f8":
            await self._ask_to_cancel()
        elif self._at_work:
            self._say_word("working")
        elif key == "escape":
            await self._back()
        elif key == "f4":
            await self._show_others()
        else:
            await self._to_the_page(key, character)
        self._paint()

    async def silence(self) -> None:
        """A scanner has come to its end."""
        page = self._pages[-1]
        if isinstance(page, FormPage) and not self._at_work:
            await self._try(page.silence())

    async def _to_the_page(self, key: str, character: str | None) -> None:
        page = self._pages[-1]
        await self._try(page.take(key, character))
        if isinstance(page, FormPage) and page.is_scanned:
            if self._silence is not None:
                self._silence.stop()
            self._silence = self.set_timer(_SILENCE_SECONDS, self.silence)

    async def _try(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except Wrong as error:
            said, told = error.said, error.of
            self._say(lambda language: [(wrong(said, told, language), "alarm")])
        except StationError as error:
            if isinstance(page := self._pages[-1], FormPage):
                page.begin_anew()
            await self._refused(error)

    async def _back(self) -> None:
        if len(self._pages) > 1:
            self._pages.pop()
            self._say(lambda _: ())
            await self._look()

    # Signing in, and the lock.

    def _sign_in_page(self) -> FormPage:
        return FormPage(
            title=lambda language: word("sign_in", language),
            keys=("keys_form", "key_language"),
            rows=[
                Pick(name="operator", options=[]),
                Typed(name="password", secret=True),
                Typed(name="code", secret=True, ends=True),
            ],
            act=self._sign_in,
        )

    async def _sign_in(self, values: dict[str, Any]) -> None:
        locked = self._locked

        async def signing() -> None:
            await self.station.sign_in(values["operator"], values["password"], values["code"].strip())
            if locked != self._locked:
                await self.station.sign_out()
                return
            self._banner.operator = self.station.operator
            self._banner.findings = await self.station.see("OpenFindings")
            self._pages = [self._today_page()]
            await self._read_list()
            self._watching = asyncio.create_task(self._watch())
            self._say_word("signed_in", "done")

        await self._work(signing())

    async def _lock(self, why: str) -> None:
        """At once, whatever is going on: work that the desk has begun goes on without a watcher here."""
        self._locked += 1
        self._pages = [self._sign_in_page()]
        self._say_word(why)
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._banner.operator, self._banner.findings = "", None
        self._tracks = Tracks()
        self._at_work, self._medium_at_work, self._cancel_asked = 0, "", ""
        await self.station.sign_out()
        await self._look()

    # Pages of somebody who is signed in.

    def _today_page(self) -> ListPage:
        return ListPage(
            title=lambda language: word("today", language),
            keys=("keys_list", "key_others", "key_language", "key_lock"),
            read=self._today,
        )

    async def _show_others(self) -> None:
        """What no transfer asks for by itself."""

        async def read() -> Sequence[Item]:
            return other_items(self._given(), self._open)

        if self.station.session and len(self._pages) == 1:
            keys = ("keys_list", "key_back", "key_language", "key_lock")
            page = ListPage(title=lambda language: word("others", language), keys=keys, read=read)
            await page.read_anew()
            self._pages.append(page)
            self._say(lambda _: ())

    async def _today(self) -> Sequence[Item]:
        return await today_items(self._given(), self._open)

    def _given(self) -> Given:
        today = self._banner.today(time.monotonic())
        return Given(at=self.station, rules=self.station.rules, today=today)

    async def _open(self, given: Given, task: Task, title: Callable[[str], str]) -> None:
        """A task's form; where nothing has to be filled in, the one key that does it."""
        filling = await fill(given, task)
        view = given.view
        about = () if view is None else (lambda _: f"{view.transfer}  {view.title}",)
        page = FormPage(
            title=title,
            keys=("keys_form", "key_back", "key_language", "key_lock"),
            rows=filling.rows,
            about=about,
            act=lambda values: self._do(given, filling, page, values),
        )
        self._say(lambda _: ())
        self._pages.append(page)

    async def _do(self, given: Given, filling: Filling, page: FormPage, values: dict[str, Any]) -> None:
        ask = filling.ask(values)
        code, second = filling.signed(values)
        self._medium_at_work = str(getattr(ask, filling.task.medium or "-", ""))

        locked = self._locked

        async def doing() -> None:
            try:
                answer = await self.station.do(ask, code, second)
            except Refused as error:
                if error.code in _CODE_WANTED and code is None and locked == self._locked:
                    self.station.permitted.clear()
                    page.rows = [*page.rows, *await codes(given, given.rules[type(ask).__name__])]
                raise
            if locked != self._locked:
                return
            if isinstance(ask, PermitWrites | PermitErasures):
                self.station.permitted |= set(answer.facts["media"].split())
            self.station.permitted.discard(self._medium_at_work)
            self._pages = self._pages[:1]
            self._done(answer)
            await self._read_list()

        await self._work(doing())

    async def _ask_to_cancel(self) -> None:
        """What stops harm waits for no code, but for a second press."""
        medium = self._can_be_cancelled()
        if not medium:
            return
        if self._cancel_asked != medium:
            self._cancel_asked = medium
            self._say(lambda language: [(word("cancel_sure", language, medium=medium), "strong")])
            return
        self._cancel_asked = ""
        self._say_word("cancelling")
        try:
            await self.station.do(Cancel(medium=medium))
        except StationError as error:
            await self._refused(error)

    def _can_be_cancelled(self) -> str:
        """On which medium work goes on: begun here, or seen to go on, begun before a lock or at another console."""
        if self._at_work or not self.station.session:
            return self._medium_at_work
        return next(iter(self._tracks.going_on(time.monotonic())), "")

    # Work, and what came of it.

    async def _work(self, doing: Awaitable[None]) -> None:
        """Goes on while keys are taken. What ends after a lock is told to nobody here: it stands in the journal."""
        self._say_word("working", "")
        self._at_work += 1
        locked, page = self._locked, self._pages[-1]

        async def working() -> None:
            try:
                await doing
            except StationError as error:
                if self._pages[-1] is page:
                    if isinstance(page, FormPage):
                        page.begin_anew()
                    await self._refused(error)
            finally:
                if locked == self._locked:
                    self._at_work, self._medium_at_work, self._cancel_asked = 0, "", ""
                self._touched = time.monotonic()
                self._paint()

        task = asyncio.create_task(working())
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _refused(self, error: StationError) -> None:
        if error.code == _NOT_SIGNED_IN and self.station.session:
            await self._lock("idle")
        self._banner.reached = self._banner.reached and not isinstance(error, PeerFault)
        self._say(lambda language: refusal(error, language))

    def _done(self, answer: Answer) -> None:
        self._say(lambda language: done(answer, language))

    def _say(self, said: Said) -> None:
        self._said = said

    def _say_word(self, name: str, style: str = "strong") -> None:
        self._say(lambda language: [(word(name, language), style)])

    # What comes from the desk by itself.

    def _tick(self) -> None:
        if not self._at_work and time.monotonic() - self._touched > self._idle_seconds:
            if self.station.session:
                self._start(self._lock("idle"))
            elif isinstance(page := self._pages[0], FormPage):
                page.begin_anew(0)
        self._paint()

    def _start(self, doing: Awaitable[None]) -> None:
        async def run() -> None:
            await doing

        task = asyncio.create_task(run())
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _look(self) -> None:
        """How the station stands; what others have done in the meantime."""
        locked = self._locked
        try:
            self._banner.greeting = await self.station.greet()
            self._banner.seen, self._banner.reached = time.monotonic(), True
            await self._list_names()
            if self.station.session and self._banner.greeting.records != self._records:
                self._records = self._banner.greeting.records
                self._banner.findings = await self.station.see("OpenFindings")
                await self._read_list()
        except StationError as error:
            if isinstance(error, PeerFault):
                self._banner.reached = False
            elif locked == self._locked:
                await self._refused(error)
        self._paint()

    async def _list_names(self) -> None:
        page = self._pages[-1]
        if not self.station.session and isinstance(page, FormPage) and isinstance(page.rows[0], Pick):
            names = await self.station.names()
            self._renew(page, page.rows[0], [Option(value=each.operator, label=each.person) for each in names])

    @staticmethod
    def _renew(page: FormPage, names: Pick, options: list[Option]) -> None:
        """Who was chosen stays chosen; if that name is gone, what was typed for it is, too."""
        values = [each.value for each in options]
        chosen = names.value if names.options else None
        names.options, names.at = options, values.index(chosen) if chosen in values else 0
        if chosen is not None and chosen not in values:
            page.begin_anew(0)

    async def _read_list(self) -> None:
        page = self._pages[-1]
        if isinstance(page, ListPage):
            await page.read_anew()

    async def _watch(self) -> None:
        """Progress, for as long as the session lasts."""
        while self.station.session:
            try:
                async for told in self.station.watch():
                    self._tracks.take(told, time.monotonic())
                    self._paint()
            except Refused as error:
                await self._refused(error)
                return
            except StationError:
                await asyncio.sleep(_LOOKED_EVERY)

    # Drawing.

    def _paint(self) -> None:
        for canvas in self.query(Canvas):
            canvas.refresh()

    def _draw(self, columns: int, rows: int) -> Text:
        moment = time.monotonic()
        page = self._pages[-1]
        top = [
            *self._banner.lines(self.language, columns, moment),
            (),
            ((f" {page.title(self.language)}", "strong"),),
            (),
        ]
        foot = [*self._work_lines(moment), *self._message(columns), self._keys(page)]
        room = rows - len(top) - len(foot)
        body = page.lines(self.language, room, self._banner.seconds_left(moment))
        lines = [*top, *body, *[()] * (room - len(body)), *foot]
        return drawn(lines, columns)

    def _work_lines(self, moment: float) -> list[Line]:
        lines: list[Line] = [((f" {each}", "strong"),) for each in self._tracks.lines(moment, self.language)]
        return lines[:_WORK]

    def _message(self, columns: int) -> list[Line]:
        lines: list[Line] = [()]
        for said, style in self._said(self.language):
            lines += [((f" {each}", style),) for each in wrapped(plain(said), columns - 2)]
        return lines[: _MESSAGE + 1]

    def _keys(self, page: Page) -> Line:
        names = [*page.keys, *(["key_cancel"] if self._can_be_cancelled() else [])]
        return ((" " + "  ".join(word(name, self.language) for name in names), "dim"),)
