"""Codes of RFC 6238; each good once, at one time."""

import base64
from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_station.desk.access import totp
from media_station.model.errors import Refused
from media_station.model.ids import Identity

# RFC 6238, appendix B: SHA-1, period 30 seconds, eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def step_of(code, seconds, *, period=30, floor=-1):
    return totp.accepted_step(code, secret=RFC_SECRET, period_seconds=period, floor=floor, now=at(seconds))


def shown(seconds, period=30):
    return pyotp.TOTP(RFC_SECRET, interval=period).at(seconds)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_the_library_gives_the_codes_of_the_standard(seconds, code):
    assert pyotp.TOTP(RFC_SECRET, digits=8).at(seconds) == code


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_their_last_six_digits_are_accepted_as_their_step(seconds, code):
    assert step_of(code[-6:], seconds) == seconds // 30


@pytest.mark.parametrize("period", totp.PERIODS_SECONDS)
@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_early_and_one_late_are_accepted(period, steps, accepted):
    now = 1_700_000_000
    step = step_of(shown(now + steps * period, period), now, period=period)
    assert step == (now // period + steps if accepted else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３", "²¹⁰³⁴⁵", "-12345", "12 345"])
def test_what_is_not_six_digits_is_no_code(code):
    assert step_of(code, 59) is None


def test_full_width_digits_and_blanks_around_are_taken():
    assert step_of("　２８７０８２ ", 59) == 1


@given(st.lists(st.integers(-3, 3), max_size=30), st.integers(1, 2**31))
def test_whatever_is_typed_when_no_step_passes_twice_and_none_after_a_greater_one(moves, began):
    floor, now, passed = -1, began, []
    for move in moves:
        now += 15
        step = step_of(shown(max(now + move * 30, 0)), now, floor=floor)
        if step is not None:
            floor = step
            passed.append(step)
    assert passed == sorted(set(passed))


@pytest.mark.parametrize(
    "typed",
    [
        RFC_SECRET,
        RFC_SECRET.lower(),
        "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        "31323334-35363738-39303132-33343536-37383930",
        "3132333435363738393031323334353637383930",
    ],
)
def test_a_vendors_secret_is_read_as_base32_or_hexadecimal(typed):
    assert totp.parse_secret(typed) == RFC_SECRET


@pytest.mark.parametrize("typed", ["", "AAAA", "31323334", "not a secret at all!", "0" * 30, "A" * 120])
def test_a_secret_that_is_too_short_too_long_or_none_is_refused(typed):
    with pytest.raises(Refused, match="ACC-023"):
        totp.parse_secret(typed)


@pytest.mark.parametrize("period", [0, 29, 45, 90])
def test_only_periods_that_tokens_have_are_taken(period):
    with pytest.raises(Refused, match="ACC-023"):
        totp.parse_period(period)


def test_a_new_secret_has_160_bits():
    assert len(base64.b32decode(totp.new_secret())) == 20
    assert totp.parse_secret(secret := totp.new_secret()) == secret


@pytest.mark.parametrize("offset", [-9 * 3600, -300, -60, 60, 90, 9 * 3600])
def test_a_code_of_another_time_tells_how_far_the_clocks_are_apart(offset):
    now = 1_700_000_010
    found = totp.offset_seconds(shown(now + offset), secret=RFC_SECRET, period_seconds=30, now=at(now))
    assert found == offset


@pytest.mark.parametrize("offset", [-30, 0, 30, 86_400])
def test_a_code_in_the_window_or_of_another_day_tells_nothing(offset):
    now = 1_700_000_010
    assert totp.offset_seconds(shown(now + offset), secret=RFC_SECRET, period_seconds=30, now=at(now)) == 0


def test_the_uri_is_what_any_phone_reads():
    uri = totp.uri(RFC_SECRET, operator="sousa-hanako", identity=Identity(station="aobano", epoch="e1"))
    read = pyotp.parse_uri(uri)
    assert (read.secret, read.name, read.issuer) == (RFC_SECRET, "sousa-hanako", "media-station aobano e1")
    assert uri.isascii()
    assert uri.startswith("otpauth://totp/media-station%20aobano%20e1:sousa-hanako?")
