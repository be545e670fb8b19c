"""The console's screens are those that lie in console_screens/, as people have looked at them."""

from console_screens import FOLDER, PICTURES, all_screens, in_the_guide, masked


def test_each_screen_is_the_one_that_was_looked_at(walk):
    """After a change that is meant: `python tests/scenario/console_screens.py`, and look at what it changed."""
    shown = walk.house.run(all_screens(walk))
    for folder, screens in ((FOLDER, shown.screens), (PICTURES, in_the_guide(shown.pictures))):
        stored = {each.stem: each.read_text(encoding="utf-8") for each in folder.iterdir()}
        assert sorted(screens) == sorted(stored)
        for name, text in screens.items():
            assert text == stored[name], name


def test_a_hash_is_masked_whatever_its_digits():
    assert masked("purge  12345678\n deadbeef  12abcdef") == "|purge  ########\n| ########  ########\n"
