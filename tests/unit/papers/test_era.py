"""Dates as an office writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from media_station.texts.era import JST, iso, reiwa, reiwa_time

AFTERNOON = datetime(2026, 11, 23, 14, 5, 59, 999999, tzinfo=JST)


def test_date_is_in_reiwa():
    assert reiwa(AFTERNOON) == "令和8年11月23日"


def test_time_carries_its_offset():
    assert reiwa_time(AFTERNOON) == "令和8年11月23日 14時05分（+09:00）"


def test_iso_form_is_to_the_second_with_its_offset():
    assert iso(AFTERNOON) == "2026-11-23T14:05:59+09:00"


def test_day_is_that_of_japan():
    assert reiwa(datetime(2026, 12, 31, 15, 0, tzinfo=UTC)) == "令和9年1月1日"


def test_another_zone_is_said_with_its_offset():
    assert reiwa_time(AFTERNOON, timezone(-timedelta(hours=5))) == "令和8年11月23日 0時05分（-05:00）"


def test_offset_of_utc_is_written_in_figures():
    assert (reiwa_time(AFTERNOON, UTC)[-8:], iso(AFTERNOON, UTC)) == ("（+00:00）", "2026-11-23T05:05:59+00:00")


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ((2019, 4, 30), "西暦2019年4月30日"),
        ((2019, 5, 1), "令和元年5月1日"),
        ((2019, 12, 31), "令和元年12月31日"),
        ((2020, 1, 1), "令和2年1月1日"),
    ],
)
def test_era_begins_on_its_first_day(day, written):
    assert reiwa(datetime(*day, tzinfo=JST)) == written


@pytest.mark.parametrize("write", [reiwa, reiwa_time, iso])
def test_instant_without_an_offset_is_none(write):
    with pytest.raises(ValueError, match="offset"):
        write(datetime(2026, 11, 23, 14, 5))
