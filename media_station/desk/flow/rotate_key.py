"""The journal's key hands over to the next one, which whoever looks after the machine has laid beside it."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.model.asks import RotateKey
from media_station.model.errors import Refused
from media_station.model.key import KeyRotated
from media_station.model.views import Answer


async def check_rotation(desk: Desk, ask: RotateKey) -> None:
    """Refused KEY-003 if no key with this id waits to be next."""
    waiting = desk.journal.successor
    if waiting is None or waiting.key_id != ask.key_id:
        raise Refused("KEY-003", key=ask.key_id)


async def rotate(desk: Desk, by: Authority, ask: RotateKey) -> Answer:
    """Refused KEY-003 as above."""
    await check_rotation(desk, ask)
    old, new = desk.journal.verifier, desk.journal.successor
    assert new is not None  # noqa: S101 - it was looked for
    event = KeyRotated(old_key=old.render(), new_key=new.render(), old_signature="", new_signature="")
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"old": old.key_id, "new": new.key_id})
