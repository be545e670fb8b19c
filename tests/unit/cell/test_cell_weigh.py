"""New passwords: no rule about characters, but nothing that is on a list or made of what everyone here knows."""

import pytest

from media_station.cell.weigh import is_enough

WORDS = ["sousa-hanako", "操作 花子", "架空区", "税務部", "rehearsal"]


@pytest.mark.parametrize(
    "password",
    [
        "123456789012345",
        "aaaaaaaaaaaaaaa",
        "password1234567",
        "P@ssw0rdP@ssw0rd1",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "tokyotokyotokyo",
        "sousahanako2025",
        "sousa-hanako-0001",
        "media-station-2025",
        "rehearsal-r1-r1",
        "zeimuka-zeimuka",
        "操作花子操作花子操作花子操作花子",
        "さくらさくらさくらさくらさくら",
        "a" * 128,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password):
    assert not is_enough(password, WORDS)


@pytest.mark.parametrize(
    "password",
    [
        "bunbougu kirin wasabi 47",
        "correct horse battery staple",
        "ひみつのあいことば2025年です",
        "Kx9mQ2vTr5nLp8wZ",
        "xkqjzvbnwmtrplfg",
        "82736450918273645009",
    ],
)
def test_one_that_is_not_is_taken_whatever_its_characters(password):
    assert is_enough(password, WORDS)


def test_the_longest_password_is_weighed_by_its_beginning():
    assert is_enough("bunbougu kirin wasabi 47" + "!" * 104, WORDS)
