"""O8: what becomes stock, and what doesn't."""

import pytest
from one_process import BAYS
from walking_in_one import refusal

from media_station.model import asks
from media_station.model.kind import MediumKind
from media_station.model.medium import MediumRegistered


@pytest.mark.parametrize("kind", [kind for kind in MediumKind if kind.sequential], ids=lambda kind: kind.value)
def test_a_disc_that_is_written_from_its_beginning_is_registered_while_it_is_blank(walk, kind):
    disc = walk.house.drive.bays_now[BAYS[kind]] = walk.house.drive.new_piece(kind)
    disc.content, disc.written = b"whatever", True
    ask = walk.counter.do(asks.RegisterMedium(bay=BAYS[kind]), walk.staff.operator)
    assert refusal(walk.house, ask) == "STK-002"
    assert not walk.house.told(MediumRegistered.name)
