"""What the settings may say of orders: what can't be meant stops the start."""

import pytest
from at_the_desk import opened

from media_station.model.errors import Refused


def set_policy(bench, line):
    settings = bench.folder / "station.toml"
    settings.write_text(settings.read_text().replace("[policy]\n", f"[policy]\n{line}\n"))
    bench.desk.ledger.close(bench.desk.journal.signer)


@pytest.mark.parametrize("seconds", [0, -1, 3601])
def test_an_order_waits_for_its_start_between_a_second_and_an_hour(bench, seconds):
    set_policy(bench, f"order_seconds = {seconds}")
    with pytest.raises(Refused, match=r"SET-002.*order_seconds"):
        opened(bench.folder)


@pytest.mark.parametrize("minutes", [-1, 61])
def test_a_permit_is_good_for_an_hour_at_most(bench, minutes):
    set_policy(bench, f"permit_minutes = {minutes}")
    with pytest.raises(Refused, match=r"SET-002.*permit_minutes"):
        opened(bench.folder)


def test_a_second_person_can_not_be_asked_for_by_a_name_that_nothing_has(bench):
    settings = bench.folder / "station.toml"
    settings.write_text(settings.read_text().replace("two_person = [", 'two_person = ["wriet", '))
    bench.desk.ledger.close(bench.desk.journal.signer)
    with pytest.raises(Refused, match=r"SET-002.*wriet"):
        opened(bench.folder)
