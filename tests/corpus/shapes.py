"""Quotation marks and line ends."""

from corpus.making import ADDRESS, DUE, GOOD, LF, NAME, NUMBER, QUOTED, TAX, UTF8, bad, instead
from corpus.sound import HEADINGS, text


def _named(written: str) -> bytes:
    """With the middle row's name written so."""
    return instead(GOOD, NAME, written)


QUOTES = [
    bad("a quote not closed", instead(QUOTED, f'{ADDRESS}"', ADDRESS), "INS-015", 3, 2, twin=QUOTED),
    bad("a last quote not closed", instead(QUOTED, f'{DUE}"', DUE), "INS-016", 3, 7, twin=QUOTED),
    bad("a quote not closed at the end", GOOD + b'"981-4709', "INS-016", 5, 1, hidden=("981-4709",)),
    bad("a quote within a value", _named(f'{NAME}"様'), "INS-015", 3, 3, twin=_named(f'"{NAME}""様"')),
    bad("a quote within quotes", _named(f'"{NAME}"様"'), "INS-015", 3, 3, twin=_named(f'"{NAME}様"')),
    bad("a quote behind a backslash", _named(f'"{NAME}\\"様"'), "INS-015", 3, 3, twin=_named(f'"{NAME}\\様"')),
    bad("a doubled quote never closed", _named(f'"{NAME}""'), "INS-016", 3, 3, twin=_named(f'"{NAME}"""')),
    bad("a space before a quote", _named(f' "{NAME}"'), "INS-015", 3, 3, twin=_named(f'" {NAME}"')),
    bad("a space behind a quote", _named(f'"{NAME}" '), "INS-015", 3, 3, twin=_named(f'"{NAME} "')),
    bad("a line break in quotes", _named(f'"{NAME[:4]}\r\n{NAME[4:]}"'), "INS-016", 3, 3, twin=_named(f'"{NAME}"')),
    bad("a bare line break in quotes", _named(f'"{NAME[:4]}\n{NAME[4:]}"'), "INS-016", 3, 3, twin=_named(f'"{NAME}"')),
    bad("a line break without quotes", _named(f"{NAME[:4]}\r\n{NAME[4:]}"), "INS-017", 3),
    bad("a heading not closed", instead(QUOTED, f'{HEADINGS[2]}"', HEADINGS[2]), "INS-015", 1, 3, twin=QUOTED),
    bad("a line break in a heading", instead(QUOTED, HEADINGS[2], "事業者\n氏名"), "INS-016", 1, 3, twin=QUOTED),
    bad("quotes of full width", instead(GOOD, TAX, f"”{TAX}”"), "INS-034", 3, 6, twin=instead(GOOD, TAX, f'"{TAX}"')),
    bad(
        "a number that a workbook kept as a text",
        instead(GOOD, NUMBER, f'="{NUMBER}"'),
        *("INS-015", 3, 4),
        twin=instead(GOOD, NUMBER, f'"{NUMBER}"'),
    ),
]

_CUT_SHORT = GOOD.removesuffix(b"\r\n")

LINE_ENDS = [
    bad("a bare LF among CRLF", instead(GOOD, f"{DUE}\r\n", f"{DUE}\n"), "INS-014", 3),
    bad("a CRLF among LF", instead(LF, f"{DUE}\n", f"{DUE}\r\n"), "INS-014", 3, twin=LF),
    bad("a bare LF in quotes", instead(QUOTED, f'{DUE}"\r\n', f'{DUE}"\n'), "INS-014", 3, twin=QUOTED),
    bad("a lone CR", instead(GOOD, f"{DUE}\r\n", f"{DUE}\r"), "INS-014", 3),
    bad("a lone CR in quotes", instead(QUOTED, f'{DUE}"\r\n', f'{DUE}"\r'), "INS-014", 3, twin=QUOTED),
    bad("lone CRs throughout", text(end="\r"), "INS-014", 1),
    bad("lone CRs throughout, in quotes", text(end="\r", quoted=True), "INS-014", 1, twin=QUOTED),
    bad("CR twice throughout", text(end="\r\r\n"), "INS-014", 1),
    bad("CR twice", instead(GOOD, f"{DUE}\r\n", f"{DUE}\r\r\n"), "INS-014", 3),
    bad("a last CR without its LF", _CUT_SHORT + b"\r", "INS-014", 4, twin=_CUT_SHORT),
    bad("a last CR for an LF", LF.removesuffix(b"\n") + b"\r", "INS-014", 4, twin=LF.removesuffix(b"\n")),
    bad("an empty line in the middle", instead(GOOD, f"{DUE}\r\n", f"{DUE}\r\n\r\n"), "INS-017", 4),
    bad("an empty line at the end", GOOD + b"\r\n", "INS-017", 5),
    bad("spaces at the end", GOOD + b"   ", "INS-017", 5, twin=_CUT_SHORT),
    bad("the end mark of DOS", GOOD + b"\x1a", "INS-017", 5),
    bad("the line end of a mainframe", instead(UTF8, f"{DUE}\r\n", f"{DUE}\x85".encode()), "INS-017", 3, twin=UTF8),
    bad("a lost line end", instead(GOOD, f"{DUE}\r\n", DUE), "INS-017", 3),
    bad("a cut in the middle of a row", GOOD[: GOOD.rindex(b",")], "INS-017", 4),
]
