"""Characters that aren't what the file says: halves, two encodings in one file, encodings that nobody agreed to."""

from corpus.making import ADDRESS, BOM, DUE, GOOD, NAME, POSTAL, QUOTED, UTF8, bad, instead, raw
from corpus.sound import HEADINGS, text


def _joined(first: bytes, second: bytes) -> bytes:
    """As people join files by hand: the second without its headings."""
    return first + second.split(b"\n", 1)[1]


def _led_by(name_begins: bytes) -> bytes:
    return instead(GOOD, NAME, name_begins + raw(NAME))


# Without the characters that only CP932 has.
_PLAIN = text().replace("㈱", "（株）").replace("髙﨑", "高崎")

ENCODINGS = [
    bad("half a character before a comma", instead(GOOD, NAME, raw(NAME) + b"\x8a"), "INS-012", 3, 3),
    bad(
        "half a character within a value", instead(GOOD, NAME, raw(NAME)[:-3] + b" " + raw(NAME)[-2:]), "INS-012", 3, 3
    ),
    bad("half a character at a line's end", instead(GOOD, DUE, raw(DUE) + b"\x93"), "INS-012", 3, 7),
    bad("half a character in quotes", instead(QUOTED, NAME, raw(NAME) + b"\x83"), "INS-012", 3, 3, twin=QUOTED),
    bad("half a character in a heading", instead(GOOD, HEADINGS[4], raw(HEADINGS[4]) + b"\x81"), "INS-012", 1, 5),
    bad("cut off within a character", GOOD[: GOOD.rindex(raw("号店")) + 1], "INS-012", 4, 3),
    bad("a code that CP932 does not have", _led_by(b"\x86\xa2"), "INS-012", 3, 3, twin=_led_by(b"\x87\x8a")),
    bad("a byte that is no character", _led_by(b"\xfd"), "INS-035", 3, 3, twin=_led_by(b"\xf0\x40\xf9\xfc")),
    bad(
        "the half of an extended character",
        instead(GOOD, NAME, raw(NAME) + b"\xfa"),
        *("INS-012", 3, 3),
        twin=instead(GOOD, NAME, raw(NAME) + b"\xfa\x40\xed\x40"),
    ),
    bad("UTF-8 that lost a byte", instead(UTF8, ADDRESS.encode(), ADDRESS.encode()[1:]), "INS-012", 3, 2, twin=UTF8),
    bad("a heading that lost a byte", instead(UTF8, "指定".encode(), "指定".encode()[:-1]), "INS-012", 1, 4, twin=UTF8),
    bad("UTF-8 the long way", instead(UTF8, NAME.encode(), b"\xc0\xaf" + NAME.encode()), "INS-012", 3, 3, twin=UTF8),
    bad(
        "UTF-8 of surrogates",
        instead(UTF8, NAME.encode(), b"\xed\xa1\x82\xed\xbe\xb7" + NAME.encode()),
        *("INS-012", 3, 3),
        twin=instead(UTF8, NAME.encode(), f"𠮷{NAME}".encode()),
    ),
    bad("UTF-8 cut off within a character", UTF8[: UTF8.rindex("号店".encode()) + 2], "INS-012", 4, 3, twin=UTF8),
    bad("UTF-16 with its mark", text().encode("utf-16"), "INS-012", 1, 1, twin=UTF8),
    bad("UTF-16 without a mark", text().encode("utf-16-le"), "INS-012", 1, 1, twin=UTF8),
    bad("UTF-16 the other way round", b"\xfe\xff" + text().encode("utf-16-be"), "INS-012", 1, 1, twin=UTF8),
    bad("UTF-16 in quotes", text(quoted=True).encode("utf-16"), "INS-012", 1, 1, twin=text(quoted=True).encode()),
    bad("UTF-32", text().encode("utf-32"), "INS-012", 1, 1, twin=UTF8),
    bad("EUC", _PLAIN.encode("euc-jp"), "INS-012", 1, 1, twin=_PLAIN),
    bad("JIS of seven bits", _PLAIN.encode("iso2022-jp"), "INS-020", 1, twin=_PLAIN),
    bad("CP932 marked as UTF-8", BOM + GOOD, "INS-012", 1, 1, twin=BOM + UTF8),
    bad("two marks", BOM + BOM + UTF8, "INS-035", 1, 1, twin=BOM + UTF8, item=HEADINGS[0]),
    bad("a mark in the middle", instead(BOM + UTF8, POSTAL, BOM + raw(POSTAL)), "INS-035", 3, 1, twin=BOM + UTF8),
    bad("rows of UTF-8 behind CP932", _joined(GOOD, UTF8), "INS-018", 5, 2, twin=_joined(GOOD, GOOD)),
    # The twin's name is a good one in CP932, and its bytes are two good characters of UTF-8 as well.
    bad("one value of UTF-8", instead(GOOD, NAME, NAME.encode()), "INS-018", 3, 3, twin=instead(GOOD, NAME, "茱崎町")),
    bad("rows of CP932 behind UTF-8", _joined(UTF8, GOOD), "INS-012", 5, 2, twin=_joined(UTF8, UTF8)),
]
