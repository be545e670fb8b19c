"""The desk starts with this station's keys, and with no other's."""

import pytest

from media_station.cli.standalone.setup import setup_station
from media_station.desk.hands import keys
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity

IDENTITY = Identity(station="kita-zei-1", epoch="r1")


@pytest.fixture
def folder(tmp_path):
    setup_station(tmp_path, IDENTITY, issued_by="北税務課", host_certificate=None)
    return tmp_path / "keys" / "desk"


def test_a_key_that_is_not_there_is_named(folder):
    (folder / "orders.key").unlink()
    with pytest.raises(Refused, match="KEY-001") as caught:
        keys.load(folder, IDENTITY)
    assert caught.value.parameters["key"] == "orders.key"


def test_another_stations_keys_are_not_taken(folder):
    with pytest.raises(IntegrityViolation, match="KEY-002"):
        keys.load(folder, Identity(station="minami-zei", epoch="r1"))


def test_a_certificate_that_is_not_the_papers_keys_is_not_taken(folder):
    (folder / "papers.crt").write_text("x")
    with pytest.raises(IntegrityViolation, match="KEY-002"):
        keys.load(folder, IDENTITY)
