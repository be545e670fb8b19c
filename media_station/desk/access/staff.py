"""S6: the yearly change of posts (異動), proposed by one administrator and carried out by another, all at once."""

from media_station.desk.access.accounts import require_administrators
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger import people
from media_station.desk.ledger.people import Operator
from media_station.model.account_asks import AdoptStaff, ProposeStaff
from media_station.model.errors import Refused
from media_station.model.event import Event
from media_station.model.ids import parse_sha256
from media_station.model.operator import OperatorChanged, OperatorState, OperatorSuspended, Post
from media_station.model.staff import STAFF, Move, MoveKind, StaffAdopted, StaffProposed, StaffState, read_moves
from media_station.model.views import Answer, OperatorView


async def propose(desk: Desk, by: Authority, ask: ProposeStaff) -> Answer:
    """Refused STF-001, STF-002, STF-003 with the row, PAP-001 for a name that no typeface can show."""
    moves = read_moves(ask.lines)
    await desk.cells.require_glyphs({f"person {number}": each.person for number, each in enumerate(moves, start=2)})
    _require_known(desk, moves)
    proposed = StaffProposed(
        staff=desk.house.identity.staff_number(desk.ledger.count(StaffProposed) + 1),
        moves=moves,
        sha256=parse_sha256(ask.sha256),
    )
    (record,) = desk.journal.commit(proposed, actor=by.operator)
    facts = {"staff": proposed.staff, "rows": str(len(moves))}
    return Answer(record=record.sequence, action=proposed.name, facts=facts)


async def adopt(desk: Desk, by: Authority, ask: AdoptStaff) -> Answer:
    """Refused STF-004 for the proposer, STF-003 if someone isn't as proposed any more, ACC-004, ACC-005."""
    if desk.ledger.state(STAFF, ask.staff) is None:
        raise Refused("FLW-002", number=ask.staff)
    history = desk.ledger.history("staff", ask.staff)
    if history.record(StaffProposed).actor == by.operator:
        raise Refused("STF-004")
    moves = history.the(StaffProposed).moves
    known = _require_known(desk, moves)
    today = desk.clock.day()
    changed = {move.operator: move.posts_after(known[move.operator].posts) for move in moves if move.operator in known}
    left = {move.operator for move in moves if move.kind is MoveKind.LEAVE and move.starts <= today}
    if by.operator in left:
        raise Refused("ACC-004")
    _require_administrators(desk, known, {name: () if name in left else posts for name, posts in changed.items()})
    events: list[Event] = [
        OperatorSuspended(operator=name) if name in left else OperatorChanged(operator=name, posts=posts)
        for name, posts in changed.items()
    ]
    adopted = StaffAdopted(staff=ask.staff)
    records = desk.journal.commit(adopted, *events, actor=by.operator)
    facts = {"suspended": str(len(left)), "changed": str(len(changed) - len(left))}
    facts["to_enrol"] = str(len(moves) - len(changed))
    return Answer(record=records[0].sequence, action=adopted.name, facts=facts)


def expected(desk: Desk) -> list[Move]:
    """Who was to join by what was adopted, and isn't enrolled yet."""
    adopted = set(desk.ledger.in_state(STAFF, StaffState.ADOPTED))
    proposals = [each for each in desk.ledger.of(StaffProposed).all(StaffProposed) if each.staff in adopted]
    joining = {move.operator: move for each in proposals for move in each.moves if move.kind is MoveKind.JOIN}
    there = _standing(desk)
    return [move for name, move in joining.items() if name not in there]


def expected_views(desk: Desk) -> list[OperatorView]:
    return [
        OperatorView(
            operator=move.operator,
            person=move.person,
            state="",
            posts=list(move.posts),
            token_period_seconds=0,
            recovery_codes=0,
            wrong_attempts=0,
        )
        for move in expected(desk)
    ]


def _standing(desk: Desk) -> dict[str, Operator]:
    known = people.operators(desk.ledger)
    return {name: each for name, each in known.items() if each.state is not OperatorState.SUSPENDED}


def _require_known(desk: Desk, moves: tuple[Move, ...]) -> dict[str, Operator]:
    """Those who leave or change are there under these names, those who join aren't there. Refused STF-003."""
    known = _standing(desk)
    for number, move in enumerate(moves, start=2):
        there = known.get(move.operator)
        is_right = there is None if move.kind is MoveKind.JOIN else there is not None and there.person == move.person
        if not is_right:
            raise Refused("STF-003", row=number)
    return known


def _require_administrators(desk: Desk, known: dict[str, Operator], changed: dict[str, tuple[Post, ...]]) -> None:
    """Who is locked doesn't count, whatever his posts."""
    able = {name: posts for name, posts in changed.items() if known[name].state is OperatorState.ENROLLED}
    require_administrators(desk, able)
