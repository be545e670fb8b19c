"""The quick way through a journal that is as it should be: raw bytes are hashed, no JSON is parsed, each core takes its
share. Whatever is unusual ends it: the careful way (verify) then says what it is.

Canonical JSON fixes where number, schema, station, epoch and key stand in a line: at its end, in this order. The tree
splits at powers of two, so that blocks of lines are hashed apart from each other and put together afterwards.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_all_start_methods, get_context
from operator import add
from pathlib import Path
from typing import Any, Final

from media_station.model.ids import Identity
from media_station.proof.merkle import Tree
from media_station.proof.segments import LINE_BYTES, segments
from media_station.proof.succession import MARK, RESTORED_MARK, Reign

BLOCK: Final = 1024  # leaves; a power of two
SHARE_BYTES: Final = 16 * 1024 * 1024  # a process of its own isn't worth its start below
_CHUNK_BYTES: Final = 1024 * 1024
_KNOWN: Final = 10_000
_DIGITS: Final = 16
_BEGINNING: Final = b'{"@timestamp":"'

_LEAF, _NODE = sha256(b"\x00"), sha256(b"\x01")

Span = tuple[Path, int, int]  # bytes of a segment, from the beginning of a line to the end of one


class Unusual(Exception):
    """To be looked at carefully."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What each line must name (its epoch is its key's), and the tree sizes at which the root is asked for."""

    identity: Identity
    reigns: Sequence[Reign]
    sizes: AbstractSet[int]


@dataclass(slots=True, kw_only=True)
class Share:
    """Some lines' part of the tree: `nodes` are full subtrees in order, each with the number of its leaves."""

    first: int
    size: int = 0
    hand_overs: int = 0
    nodes: list[tuple[int, bytes]] = field(default_factory=list)


def read(directory: Path, expected: Expected, *, processes: int) -> tuple[int, dict[int, bytes]]:
    """The number of lines and the roots at the sizes asked for that there are. Unusual if a line isn't plainly good."""
    shares = _shares(segments(directory), processes)
    if len(shares) > 1 and "fork" in get_all_start_methods():
        with ProcessPoolExecutor(len(shares), get_context("fork")) as pool:
            done = list(pool.map(_read_share, shares, [expected] * len(shares)))
    else:
        done = [_read_share(share, expected) for share in shares]
    tree = Tree()
    roots = {0: tree.root()}
    if sum(share.hand_overs for share in done) != len(expected.reigns) - 1:
        raise Unusual
    for share in done:
        if share.first != tree.size:
            raise Unusual
        for leaves, node in share.nodes:
            tree.append_full(leaves, node)
            if tree.size in expected.sizes:
                roots[tree.size] = tree.root()
    return tree.size, roots


def _shares(paths: list[Path], processes: int) -> list[list[Span]]:
    """All lines as so many runs of about equal length, or fewer."""
    try:
        whole = [(path, path.stat().st_size) for path in paths]
        length = sum(size for _, size in whole)
        count = max(1, min(processes, length // SHARE_BYTES))
        shares: list[list[Span]] = [[] for _ in range(count)]
        passed = 0
        for path, size in whole:
            start = 0
            while start < size:
                at = passed * count // length
                cut = min(size, _line_end(path, start + (at + 1) * length // count - passed))
                shares[at].append((path, start, cut))
                passed, start = passed + cut - start, cut
    except OSError as error:
        raise Unusual from error
    return [share for share in shares if share]


def _line_end(path: Path, offset: int) -> int:
    """Where the line ends in which this byte is."""
    with path.open("rb") as file:
        file.seek(offset)
        file.readline(LINE_BYTES)
        return file.tell()


def _chunks(spans: list[Span]) -> Iterator[tuple[list[bytes], int]]:
    """Whole lines without their newlines, some at a time, and how many hand-overs are among them."""
    try:
        for path, start, end in spans:
            rest, left = b"", end - start
            with path.open("rb", buffering=0) as file:
                file.seek(start)
                while left and (data := file.read(min(_CHUNK_BYTES, left))):
                    left -= len(data)
                    whole = rest + data
                    lines = whole.split(b"\n")
                    rest = lines.pop()
                    # Of all lines, only one that began before these bytes can be so long.
                    if max(len(rest), len(lines[0]) if lines else 0) >= LINE_BYTES:
                        raise Unusual
                    yield lines, _hand_overs(whole) - _hand_overs(rest)
            if rest:
                raise Unusual
    except OSError as error:
        raise Unusual from error


def _hand_overs(data: bytes) -> int:
    return data.count(MARK) + data.count(RESTORED_MARK)


def _read_share(spans: list[Span], expected: Expected) -> Share:
    checked = _Checked(expected)
    share: Share | None = None
    leaves: list[bytes] = []
    for lines, hand_overs in _chunks(spans):
        if share is None:
            if not lines:
                continue
            share = Share(first=checked.number(lines[0]))
        checked.check(lines, share.first + share.size)
        share.size += len(lines)
        share.hand_overs += hand_overs
        leaves += _hashed(_LEAF, lines)
        _reduce(share, leaves, expected.sizes, last=False)
    if share is None:
        raise Unusual
    _reduce(share, leaves, expected.sizes, last=True)
    return share


def _reduce(share: Share, leaves: list[bytes], sizes: AbstractSet[int], *, last: bool) -> None:
    """Takes whole blocks from the leaves as one node each; single leaves where a block begins or ends within."""
    place = share.first + share.size - len(leaves)
    done = 0
    while len(leaves) - done >= BLOCK or (last and done < len(leaves)):
        until = min((place + done) // BLOCK * BLOCK + BLOCK, place + len(leaves))
        block = leaves[done : until - place]
        if len(block) == BLOCK and not any(until - BLOCK < size < until for size in sizes):
            share.nodes.append((BLOCK, _root(block)))
        else:
            share.nodes += [(1, leaf) for leaf in block]
        done += len(block)
    del leaves[:done]


def _root(level: list[bytes]) -> bytes:
    """Of a full subtree."""
    while len(level) > 1:
        level = _hashed(_NODE, map(add, level[::2], level[1::2]))
    return level[0]


def _hashed(prefix: Any, parts: Iterable[bytes]) -> list[bytes]:
    """A begun hash that is copied takes nine tenths of the time of a new one."""
    copy, found = prefix.copy, []
    for part in parts:
        each = copy()
        each.update(part)
        found.append(each.digest())
    return found


@dataclass(slots=True)
class _Reign:
    """What stands before a line's number while a key is in force."""

    start: int
    before: re.Pattern[bytes]
    known: set[bytes] = field(default_factory=set)


class _Checked:
    """What stands before and after a line's number takes few forms; each is looked at once."""

    def __init__(self, expected: Expected) -> None:
        station = re.escape(expected.identity.station)
        requirements = r'\[(?:"[A-Z0-9]+"(?:,"[A-Z0-9]+")*)?\]'
        self._reigns = [
            _Reign(
                each.start,
                re.compile(
                    rf',"epoch":"{re.escape(each.epoch)}","key_id":"{each.key.key_id}","requirements":{requirements},"schema":1,'.encode()
                ),
            )
            for each in expected.reigns
        ]
        after = rf'"station":"{station}"\}}(?:,"user":\{{"name":"[a-z0-9-]+"\}})?\}}'
        self._after = re.compile(after.encode())
        self._known_after: set[bytes] = set()

    def number(self, line: bytes) -> int:
        """What the line says it is."""
        digits = line.rpartition(b'"sequence":')[2].partition(b",")[0]
        if not digits.isdigit() or len(digits) > _DIGITS:
            raise Unusual
        return int(digits)

    def check(self, lines: list[bytes], first: int) -> None:
        until = first + len(lines)
        for reign in reversed(self._reigns):
            begin = max(first, reign.start)
            if begin < until:
                self._check(lines[begin - first : until - first], begin, reign)
                until = begin

    def _check(self, lines: list[bytes], first: int, reign: "_Reign") -> None:
        known_before, known_after = reign.known, self._known_after
        for place, line in enumerate(lines, first):
            head, _, after = line.rpartition(b'"sequence":%d,' % place)
            before = head[head.rfind(b',"epoch":') :]
            if line[: len(_BEGINNING)] != _BEGINNING:
                raise Unusual
            if before not in known_before:
                _learn(known_before, reign.before, before)
            if after not in known_after:
                _learn(known_after, self._after, after)


def _learn(known: set[bytes], form: re.Pattern[bytes], text: bytes) -> None:
    if not form.fullmatch(text):
        raise Unusual
    if len(known) < _KNOWN:
        known.add(text)


def cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0))
