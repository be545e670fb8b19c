"""A door is for the users that the machine has; without one of them the process doesn't start."""

import pytest

from media_station.doors.socket import users
from media_station.model.errors import Refused
from media_station.model.ids import Identity


def test_a_user_that_the_machine_does_not_have_is_named():
    with pytest.raises(Refused, match="DOR-019") as caught:
        users(Identity(station="kita-zei-1", epoch="e1"), "nobody-of-that-name")
    assert caught.value.parameters["role"] == "nobody-of-that-name"
