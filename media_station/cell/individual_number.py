"""個人番号-like values: twelve digits whose check digit is right, alone or within a text.

The check digit: 平成26年総務省令第85号第5条.
"""

import re
from collections.abc import Iterator

# What may part the digits: anything that is no letter and no digit, and the sound marks that pass for hyphens.
_MARK = r'(?:[^\w,"\n]|[_ーｰ])'
# `\d` is any script's digit: full-width digits are read as well. Grouped by four, as on the card, or one by one, as in
# a form's boxes; other groups are those of two days or of telephone numbers. Looked ahead for, because two may overlap:
# a house number can stand before the one that is looked for.
_TWELVE = re.compile(
    rf"(?<!\d)(?=(\d{{4}}{_MARK}{{0,3}}\d{{4}}{_MARK}{{0,3}}\d{{4}}|\d(?:{_MARK}{{1,3}}\d){{11}})(?!\d))"
)
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def has_twelve_digits(text: str) -> bool:
    """Whether it is worth looking closer."""
    return _TWELVE.search(text) is not None


def has_individual_number(value: str) -> bool:
    """Whether twelve digits in a row in this value pass the check digit; one in eleven does so by chance."""
    return any(_checks(digits) for digits in _runs(value))


def _runs(value: str) -> Iterator[list[int]]:
    for found in _TWELVE.finditer(value):
        yield [int(each) for each in found[1] if each.isdecimal()]


def _checks(digits: list[int]) -> bool:
    remainder = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return digits[-1] == (0 if remainder <= 1 else 11 - remainder)
