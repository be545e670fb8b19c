"""What a page that was taken down from a terminal shows in place of what is another each time."""

import re
from collections.abc import Sequence

Mask = tuple[re.Pattern[str], str]

_MASKS = (
    (re.compile(r"\x1b\[[0-9;?]*[A-Za-z]"), ""),
    (re.compile(r"(?:^ *[█▀▄][█▀▄ ]*\n|^[█▀▄ ]{20,}\n)+", re.MULTILINE), "[a QR code]\n"),
    (re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}"), "•••• •••• •••• •••• •••• •••• •••• ••••"),
    (re.compile(r"\d+ s left"), "SS s left"),
)


def masked(text: str, own: Sequence[Mask]) -> str:
    """`own`: what only this page masks."""
    for pattern, instead in (*_MASKS, *own):
        text = pattern.sub(instead, text)
    return text
