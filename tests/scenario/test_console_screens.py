"""The console's screens are those that lie in console_screens/, as people have looked at them."""

from console_screens import FOLDER, all_screens, masked


def test_each_screen_is_the_one_that_was_looked_at(walk):
    """After a change that is meant: `python tests/scenario/console_screens.py`, and look at what it changed."""
    screens = walk.house.run(all_screens(walk))
    assert sorted(screens) == sorted(each.stem for each in FOLDER.glob("*.txt"))
    for name, text in screens.items():
        assert text == (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), name


def test_a_hash_is_masked_whatever_its_digits():
    assert masked("purge  12345678\n deadbeef  12abcdef") == "|purge  ########\n| ########  ########\n"
