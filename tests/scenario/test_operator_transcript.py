"""The page of accounts at a terminal is what a terminal shows, and gives nothing away."""

import re

from operator_transcript import PAGE, taken_down


def test_the_page_is_what_a_terminal_shows_to_whoever_types_it_again(tmp_path):
    assert taken_down(tmp_path) == PAGE.read_text()


def test_the_page_holds_no_key_no_code_and_no_path_of_a_machine():
    page = PAGE.read_text()
    assert page.count("‹password›") > page.count("‹code›") / 2 > 5
    assert not re.search(r"\b\d{6}\b|\b[A-Z2-7]{16,}\b|[0-9A-Z]{5}-[0-9A-Z]{5}|[█▀▄]", page)
    assert set(re.findall(r"(?<!\w)/(?:[a-z0-9._-]+/)+[a-z0-9._-]+", page)) <= {"/run/media-station/people.sock"}
