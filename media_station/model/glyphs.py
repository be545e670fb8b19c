"""Which texts are certain to be printable, and which a cell has to try with the station's own typefaces."""

from collections.abc import Mapping

from media_station.model.errors import Refused

# Of the standard and of the supplement.
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def unsure(texts: Mapping[str, str]) -> dict[str, str]:
    """Those with a character beyond JIS X 0208, which the typefaces have whole.

    Refused PAP-001 for a variation selector (異体字セレクタ): a typeface without that variant shows another one, and
    says nothing.
    """
    for field, text in texts.items():
        for each in text:
            if any(ord(each) in selectors for selectors in _SELECTORS):
                raise Refused("PAP-001", field=field, character=f"U+{ord(each):04X}")
    return {field: text for field, text in texts.items() if not _is_common(text)}


def _is_common(text: str) -> bool:
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True
