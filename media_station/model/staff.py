"""Personnel changes (異動) in bulk: proposed by one administrator as a table, carried out by another at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import is_text, parse_operator
from media_station.model.instant import parse_day
from media_station.model.machine import Machine
from media_station.model.operator import RESERVED, Post, Role

HEADINGS = ("操作者番号", "氏名", "異動", "役割", "開始日", "終了日")
_ROLES = {
    "操作者": Role.OPERATOR,
    "承認者": Role.APPROVER,
    "管理者": Role.ADMINISTRATOR,
    "監査者": Role.AUDITOR,
}


class MoveKind(Enum):
    """JOIN (転入) is enrolled in person later; LEAVE (転出); CHANGE (変更) of roles."""

    JOIN = "join"
    LEAVE = "leave"
    CHANGE = "change"


_KINDS = {"転入": MoveKind.JOIN, "転出": MoveKind.LEAVE, "変更": MoveKind.CHANGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line. `starts` is the first day of the new posts, or the first day on which the person has left."""

    operator: str
    person: str
    kind: MoveKind
    starts: str
    posts: tuple[Post, ...]

    def posts_after(self, posts: Sequence[Post]) -> tuple[Post, ...]:
        """What the person had until the day before, and the new ones."""
        before = (date.fromisoformat(self.starts) - timedelta(days=1)).isoformat()
        kept = (replace(post, ends=min(post.ends or before, before)) for post in posts if post.starts <= before)
        return (*kept, *self.posts)


def read_moves(untrusted_lines: Sequence[Sequence[str]]) -> tuple[Move, ...]:
    """Refused STF-001 (headings, or no line), STF-002 (a value, or a person twice; rows from 1)."""
    if len(untrusted_lines) < 2 or tuple(untrusted_lines[0]) != HEADINGS:
        raise Refused("STF-001", headings=",".join(HEADINGS))
    moves: dict[str, Move] = {}
    for number, line in enumerate(untrusted_lines[1:], start=2):
        try:
            move = _move([each.strip() for each in line])
        except (ValueError, KeyError, Refused) as error:
            raise Refused("STF-002", row=number) from error
        if move.operator in moves:
            raise Refused("STF-002", row=number)
        moves[move.operator] = move
    return tuple(moves.values())


def _move(line: Sequence[str]) -> Move:
    operator, person, kind_text, roles_text, starts, ends = line
    kind, roles = _KINDS[kind_text], [_ROLES[each] for each in re.split(r"[・、,]", roles_text) if each]
    if not person or not is_text(person) or operator in RESERVED or bool(roles) == (kind is MoveKind.LEAVE):
        raise ValueError(kind_text)
    parse_day(starts, "starts")
    posts = tuple(Post(role=role, starts=starts, ends=ends, deputy_of="") for role in roles)
    return Move(operator=parse_operator(operator), person=person, kind=kind, starts=starts, posts=posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffProposed(Event):
    """`sha256` is that of the imported file."""

    name = "staff.proposed"
    requirements = ("S6",)
    staff: str
    moves: tuple[Move, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAdopted(Event):
    """Carried out: the records with it suspend and change; who joins is expected to be enrolled in person."""

    name = "staff.adopted"
    requirements = ("S6",)
    staff: str


class StaffState(Enum):
    PROPOSED = "proposed"
    ADOPTED = "adopted"


STAFF = Machine(
    noun="staff",
    key="staff",
    states=StaffState,
    table={
        (None, StaffProposed): StaffState.PROPOSED,
        (StaffState.PROPOSED, StaffAdopted): StaffState.ADOPTED,
    },
)
