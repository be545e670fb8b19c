"""Who permits: the codes were checked, the media that wait are named, and the session has it from now on."""

from media_station.desk.access.authority import Authority
from media_station.desk.access.permit import Permit
from media_station.desk.access.session import Sessions
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import transfer_facts
from media_station.model.asks import Ask, Erase, PermitErasures, PermitWrites, Write
from media_station.model.errors import Refused
from media_station.model.order import Action
from media_station.model.sign_in import PermitGranted
from media_station.model.steps import StepKind, next_steps
from media_station.model.views import Answer

Permitting = PermitWrites | PermitErasures

_FOR: dict[type[Permitting], tuple[type[Ask], Action, StepKind]] = {
    PermitWrites: (Write, Action.WRITE, StepKind.WRITE),
    PermitErasures: (Erase, Action.ERASE, StepKind.ERASE),
}


async def check_permit(desk: Desk, ask: Permitting) -> None:
    """Refused ACC-030 where policy has no permits, ACC-031 if nothing of this transfer waits, FLW-002 no transfer."""
    if not desk.house.permit_minutes:
        raise Refused("ACC-030")
    if not _waiting(desk, ask):
        raise Refused("ACC-031", transfer=ask.transfer)


def permit(desk: Desk, sessions: Sessions, session: str, by: Authority, ask: Permitting) -> Answer:
    """From now on this session needs no codes for these media. Refused ACC-010, ACC-031 if that changed meanwhile."""
    media = _waiting(desk, ask)
    if not media:
        raise Refused("ACC-031", transfer=ask.transfer)
    permitted, action, _ = _FOR[type(ask)]
    seconds = desk.house.permit_minutes * 60
    granted = PermitGranted(
        operator=by.operator, second=by.second, action=action, transfer=ask.transfer, media=media, seconds=seconds
    )
    until_ms = desk.clock.boottime_ms() + seconds * 1000
    permit = Permit(second=by.second, transfer=ask.transfer, media=set(media), until_ms=until_ms)
    if not sessions.is_open(session):
        raise Refused("ACC-010")
    (record,) = desk.journal.commit(granted, actor=by.operator)
    sessions.put_permit(session, permitted, permit)
    return Answer(
        record=record.sequence, action=granted.name, facts={"media": " ".join(media), "seconds": str(seconds)}
    )


def _waiting(desk: Desk, ask: Permitting) -> tuple[str, ...]:
    kind = _FOR[type(ask)][2]
    return tuple(step.subject for step in next_steps(transfer_facts(desk.ledger, ask.transfer)) if step.kind is kind)
