"""Passphrases that are printed on a sheet and typed by hand.

Six groups of five: four random characters and a check character, of 23 without lookalikes. The 24 random ones carry
108 bits, and 23 is a prime, so that a weighted sum finds any one wrong character and any swap of two (ISO/IEC 7064
rests on the same arithmetic). The number of the group goes into the sum, so groups in the wrong order are found as
well. docs/formats.md ("Password") says it for other implementations.
"""

import re
import secrets
import unicodedata
from typing import Final

from media_station.model.confirmation import ALPHABET
from media_station.model.errors import Refused

GROUPS: Final = 6
GROUP_CHARACTERS: Final = 5
_WEIGHTS: Final = (1, 2, 3, 4, 5)
_MODULUS: Final = len(ALPHABET)
_LONGEST_TYPED: Final = 200
# After NFKC: minus sign, the long-vowel mark that a Japanese keyboard gives for a hyphen, box drawing.
_HYPHENLIKE: Final = frozenset("\u2212\u30fc\u2500\u2501")


def generate(groups: int = GROUPS) -> str:
    """A new passphrase in its canonical form, as it is printed, typed and given to scrypt: XXXXX-XXXXX-…"""
    return "-".join(_generate_group(number) for number in range(1, groups + 1))


def parse(untrusted_text: str, groups: int = GROUPS) -> str:
    """The canonical form of what was typed: full width, lower case, blanks and any or no hyphens are taken.

    Raises Refused AGE-040 (wrong number of groups) or AGE-041 with the first group, from 1, that holds a typo.
    """
    if len(untrusted_text) > _LONGEST_TYPED:
        raise Refused("AGE-040", expected=groups)
    typed = _separated(untrusted_text)
    joined = "".join(typed)
    by_length = [joined[at : at + GROUP_CHARACTERS] for at in range(0, len(joined), GROUP_CHARACTERS)]
    if len(by_length) == groups and not _first_typo(by_length):
        return "-".join(by_length)
    # The hyphens as typed tell better than counting in fives in which group a character was lost or added.
    read = typed if len(typed) == groups else _counted(by_length, groups)
    raise Refused("AGE-041", group=_first_typo(read))


def _counted(by_length: list[str], groups: int) -> list[str]:
    """So many groups, if fewer than a group's characters are missing or too many."""
    if len(by_length) == groups + 1 and len(by_length[-1]) < GROUP_CHARACTERS:
        return [*by_length[: groups - 1], by_length[-2] + by_length[-1]]
    if len(by_length) != groups:
        raise Refused("AGE-040", expected=groups)
    return by_length


def _generate_group(number: int) -> str:
    values = [secrets.randbelow(_MODULUS) for _ in range(GROUP_CHARACTERS - 1)]
    rest = number - sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=False))
    values.append(rest * pow(_WEIGHTS[-1], -1, _MODULUS) % _MODULUS)
    return "".join(ALPHABET[value] for value in values)


def _first_typo(groups: list[str]) -> int:
    """The first group, from 1, that cannot be as printed; 0 if all can."""
    return next((number for number, group in enumerate(groups, start=1) if not _is_group(group, number)), 0)


def _is_group(text: str, number: int) -> bool:
    values = [ALPHABET.find(character) for character in text]
    if len(values) != GROUP_CHARACTERS or -1 in values:
        return False
    return (sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True)) - number) % _MODULUS == 0


def _separated(untrusted_text: str) -> list[str]:
    """What was typed in upper case, parted at blanks and hyphens; invisible characters are dropped."""
    normal = unicodedata.normalize("NFKC", untrusted_text).upper()
    visible = (character for character in normal if unicodedata.category(character) != "Cf")
    return re.findall(r"[^-]+", "".join("-" if _is_separator(character) else character for character in visible))


def _is_separator(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Pd" or character in _HYPHENLIKE
