"""One look after the other: what is live against what was rendered, what the machine has against the baseline.

The gate is closed by the rules themselves: that needs no other process to be there, and holds for packets that nobody
would ask the desk about. They are opened only when the desk has recorded all that was found, with a baseline that it
signed and that names everything that there is. Something that the baseline names and the machine lacks is no drift:
less can be reached, not more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from media_station.doors.findings import Drift, Findings, Peer
from media_station.doors.socket import connect, makers
from media_station.guard import firewall, host, machine
from media_station.guard.refused import RefusedPeers
from media_station.guard.ruleset import closed, opened
from media_station.model.errors import IntegrityViolation, PeerFault
from media_station.model.ids import LONGEST_TEXT, Identity
from media_station.model.link import Link
from media_station.model.network import CLOSES_NOTHING, ENTRIES_MOST, DriftKind, baseline_text
from media_station.proof.note import Verifier, open_note

# How long nothing drifts before it is called mended: what comes and goes doesn't fill the journal. Memory that is short
# at one look and not at the next comes and goes more slowly.
CLEAN_SECONDS = 10.0
HOST_SECONDS = 30.0
HOST_CLEAN_SECONDS = 600.0
# A desk that says nothing keeps nobody from looking.
ANSWER_SECONDS: Final = 3.0
_ELLIPSIS: Final = " …"
_DETAIL_LETTERS: Final = LONGEST_TEXT - 20

Report = Callable[[Sequence[str], Sequence[Drift], Sequence[Peer]], Awaitable[str]]


@dataclass(slots=True)
class _Standing:
    """A kind of drift that is not over: everything that was found since it began, by name, as it was told first.

    `told` when the desk has recorded all of it.
    """

    last: float
    found: dict[str, str] = field(default_factory=dict)
    told: bool = False

    @property
    def detail(self) -> str:
        whole = ", ".join(self.found.values())
        return whole if len(whole) <= _DETAIL_LETTERS else whole[:_DETAIL_LETTERS] + _ELLIPSIS


class Watch:
    """Begins with everything closed."""

    def __init__(self, link: Link, identity: Identity, receipts_key: Verifier, report: Report) -> None:
        self._link = link
        self._identity = identity
        self._receipts_key = receipts_key
        self._report = report
        self._peers = RefusedPeers()
        self._standing: dict[DriftKind, _Standing] = {}
        self._baseline: frozenset[str] | None = None
        self._applied = ""
        self._lacking: dict[DriftKind, dict[str, str]] = {}
        self._host_due = 0.0
        self._apply(closed())

    async def look(self) -> None:
        """PeerFault or Refused if the desk doesn't take what was found: then nothing is opened."""
        now = time.monotonic()
        if (live := firewall.live()) != self._applied:
            differing = _differing(live, self._applied)
            self._found(DriftKind.RULESET, {differing: differing}, now)
            self._apply(closed())
        self._peers.see(firewall.counts(), now)
        seen = sorted(machine.seen())
        self._compare(seen, now)
        if self._is_closing():
            self._close()
        peers = self._peers.due(now)
        drift = [Drift(kind=kind, detail=each.detail) for kind, each in self._standing.items()]
        untrusted_note = await self._report(seen[:ENTRIES_MOST], drift, peers)
        for each in self._standing.values():
            each.told = True
        if peers:
            self._peers.told(now)
        self._baseline = self._opened(untrusted_note)
        if self._baseline is None:  # nor was there ever, for a desk whose journal was put back
            self._close()
        elif not self._is_closing() and self._baseline.issuperset(seen):
            self._open()

    def _compare(self, seen: Sequence[str], now: float) -> None:
        """With the baseline that the desk gave last: without one everything is closed anyway."""
        for kind in DriftKind:
            beside = {
                each: each.partition(" ")[2]
                for each in seen
                if self._baseline is not None and each not in self._baseline and each.startswith(f"{kind.value} ")
            }
            if beside:
                self._found(kind, beside, now)
        if now >= self._host_due:
            self._lacking, self._host_due = host.lacking(), now + HOST_SECONDS
        for kind, lacking in self._lacking.items():
            self._found(kind, lacking, now)
        over = [kind for kind, each in self._standing.items() if each.told and now - each.last >= _clean(kind)]
        for kind in over:
            del self._standing[kind]

    def _is_closing(self) -> bool:
        return not self._standing.keys() <= CLOSES_NOTHING

    def _found(self, kind: DriftKind, things: Mapping[str, str], now: float) -> None:
        """Something more of a kind that stands already is told too, as far as a detail has letters: what changes all
        the time doesn't fill the journal either.
        """
        standing = self._standing.setdefault(kind, _Standing(now))
        standing.last = now
        before = standing.detail
        if not before.endswith(_ELLIPSIS):
            standing.found = {
                **standing.found,
                **{name: said for name, said in things.items() if name not in standing.found},
            }
            standing.told = standing.told and standing.detail == before

    def _opened(self, untrusted_note: str) -> frozenset[str] | None:
        """IntegrityViolation or Refused for a note that is not this desk's."""
        if not untrusted_note:
            return None
        text = open_note("baseline", untrusted_note.encode(), [self._receipts_key]).text
        entries = text.splitlines()[1:]
        if text != baseline_text(self._identity.name, tuple(entries)):
            raise IntegrityViolation("GRD-004")
        return frozenset(entries)

    def _close(self) -> None:
        if self._applied != closed():
            self._apply(closed())

    def _open(self) -> None:
        """Without a link there is nothing to open."""
        if self._link.interface and self._applied != opened(self._link):
            self._apply(opened(self._link))

    def _apply(self, ruleset: str) -> None:
        self._peers.see(firewall.counts(), time.monotonic())
        firewall.apply(ruleset)
        self._applied = ruleset
        self._peers.forget()


def _clean(kind: DriftKind) -> float:
    return HOST_CLEAN_SECONDS if kind in CLOSES_NOTHING else CLEAN_SECONDS


def _differing(live: str, applied: str) -> str:
    """How many lines are gone, how many are new: the rules themselves are for whoever looks at the machine."""
    had, has = applied.splitlines(), live.splitlines()
    gone, new = sum(each not in has for each in had), sum(each not in had for each in has)
    return f"-{gone} +{new}"


def reporter(run: Path) -> Report:
    """At the desk's findings door."""

    async def report(seen: Sequence[str], drift: Sequence[Drift], peers: Sequence[Peer]) -> str:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                async with connect(run / "findings.sock", Findings, uids=makers()) as desk:
                    return str(await desk.call("Report", seen=list(seen), drift=list(drift), peers=list(peers)))
        except TimeoutError as error:
            raise PeerFault("GRD-003") from error

    return report
