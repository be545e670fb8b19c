"""A new password against lists of common ones: zxcvbn (30,000 leaked passwords, names, words, keyboard walks).

No rule says which characters it must have; it must not be guessable within ten thousand million tries.
"""

from collections.abc import Sequence
from typing import Final

from zxcvbn import zxcvbn

ENOUGH_GUESSES: Final = 10**10  # zxcvbn's highest score
# The first characters decide alone: zxcvbn's work grows with the square, and what follows makes none easier.
WEIGHED_CHARACTERS: Final = 40
_OURS: Final = (
    *("media-station", "mediastation", "media", "station", "password", "tokusoku", "tokubetsu", "choushuu", "zeimuka"),
    *("juuminzei", "shichouson", "kuyakusho", "shiyakusho", "operator", "approver", "administrator", "auditor"),
)
_SHORTEST_WORD: Final = 3


def is_enough(password: str, words: Sequence[str]) -> bool:
    """`words` are taken as they are, without hyphens, and in their parts."""
    known = {part for word in words for part in (word, word.replace("-", ""), *word.replace("-", " ").split())}
    known = {word for word in known if len(word) >= _SHORTEST_WORD or not word.isascii()} - {""}
    weighed = zxcvbn(password[:WEIGHED_CHARACTERS], user_inputs=[*_OURS, *sorted(known)])
    return bool(weighed["guesses"] >= ENOUGH_GUESSES)
