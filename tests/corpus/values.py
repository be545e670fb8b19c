"""Values that aren't what their column was approved for, each beside one that is."""

from corpus.making import Malformed, bad
from corpus.sound import individual_number, no_individual_number, text, with_value

_ELEVEN = "98147000017"
_INDIVIDUAL = individual_number(_ELEVEN)
_OTHER = no_individual_number(_ELEVEN)
_WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}


def _by_four(digits: str, mark: str) -> str:
    return mark.join((digits[:4], digits[4:8], digits[8:]))


def _value(
    name: str, column: int, code: str, spoiled: str, good: str, *, encoding: str = "cp932", quoted: bool = False
) -> Malformed:
    return bad(
        name,
        text(with_value(column, spoiled), quoted=quoted).encode(encoding),
        *(code, 3, column),
        twin=text(with_value(column, good), quoted=quoted).encode(encoding),
        hidden=(spoiled,),
    )


POSTAL_CODES = [
    _value("no postal code", 1, "INS-030", "", "9814701"),
    _value("a postal code too short", 1, "INS-030", "981-470", "981-4701"),
    _value("a postal code too long", 1, "INS-030", "981-47015", "9814701"),
    _value("a hyphen in the wrong place", 1, "INS-030", "9814-701", "981-4701"),
    _value("a wide postal code", 1, "INS-030", "９８１－４７０１", "981-4701"),
    _value("a wide hyphen", 1, "INS-030", "981－4701", "981-4701"),
    _value("a postal mark", 1, "INS-030", "〒981-4701", "981-4701"),
    _value("a space behind a postal code", 1, "INS-030", "981-4701 ", "981-4701"),
    _value("a postal code that lost its nought", 1, "INS-030", "60-0001", "060-0001"),
    _value("a letter for a digit", 1, "INS-030", "981-47O1", "981-4701"),
]

TEXTS = [
    _value("no address", 2, "INS-031", "", "秘密県"),
    _value("an address of spaces", 2, "INS-031", " 　 ", " 　秘密県"),
    _value("a name too long", 3, "INS-031", "秘密" * 200 + "社", "秘密" * 200),
    _value("a tab in an address", 2, "INS-035", "秘密県\t漏洩市", "秘密県　漏洩市"),
    _value("a NUL in a name", 3, "INS-035", "秘密\0商店", "秘密0商店"),
    _value("a soft line break", 3, "INS-035", "秘密\x0b商店", "秘密 商店"),
    _value("the start of a terminal's command", 3, "INS-035", "秘密\x1b[2J商店", "秘密[2J商店"),
    _value("a delete", 3, "INS-035", "秘密商店\x7f", "秘密商店~"),
    _value("a CR within a name", 3, "INS-035", "秘密\r商店", "秘密商店"),
    _value("a control of Latin-1", 3, "INS-035", "秘密\x81商店", "秘密é商店", encoding="utf-8"),
    _value("the mark of a lost character", 3, "INS-035", "秘密\ufffd商店", "秘密𠮷商店", encoding="utf-8"),
    _value("a space without width", 3, "INS-035", "秘密\u200b商店", "秘密\u2002商店", encoding="utf-8"),
    _value("writing turned round", 3, "INS-035", "秘密\u202e商店", "秘密\u8fbb\U000e0100商店", encoding="utf-8"),
    _value("a line separator", 2, "INS-035", "秘密県\u2028漏洩市", "秘密県・漏洩市", encoding="utf-8"),
    _value("a hidden tag", 2, "INS-035", "秘密県\U000e0041漏洩市", "秘密県\ue000漏洩市", encoding="utf-8"),
    _value("a formula", 3, "INS-036", "=HYPERLINK(A1)秘密", "HYPERLINK=A1秘密"),
    _value("a wide formula behind a space", 3, "INS-036", " ＝秘密＋１", " 秘密＝１"),
    _value("a program's call", 3, "INS-036", "@秘密|'/C calc'!A0", "@秘密'/C calc'!A0"),
    _value("a formula in quotes", 2, "INS-036", '=CONCAT("秘密","県")', 'CONCAT("秘密","県")', quoted=True),
]

NUMBERS = [
    _value("no number", 4, "INS-032", "", "0"),
    _value("a number too long", 4, "INS-032", "84000000017019", "0000000017019"),
    _value("a hyphen in a number", 4, "INS-032", "8400-0000-1701", "840000001701"),
    _value("a wide number", 4, "INS-032", "８４００００００１７", "8400000017"),
    _value("a number in a workbook's notation", 4, "INS-032", "8.40E+12", "8400000000000"),
    _value("a number as a formula", 4, "INS-032", '="8400000001701"', "8400000001701", quoted=True),
    _value("a letter before a number", 4, "INS-032", "A840000001701", "840000001701"),
    _value("a negative number", 4, "INS-032", "-840000001701", "840000001701"),
    _value("a space before a number", 4, "INS-032", " 840000001701", "840000001701"),
]

PERIODS = [
    _value("no period", 5, "INS-033", "", "令和6年度第1期"),
    _value("a period without a number", 5, "INS-033", "令和年度第期", "令和元年度第期"),
    _value("a name in a period", 5, "INS-033", "令和6年度秘密太郎", "令和6年度徴収分"),
    _value("a period too long", 5, "INS-033", "令和6年度第97期" * 5, "令和6年度第97期" * 4),
    _value("a period with a time", 5, "INS-033", "2024/10/01 0:00:00", "2024/10/01"),
    _value("a workbook's error", 5, "INS-033", "#VALUE!", "R6-12"),
    _value("letters in a period", 5, "INS-033", "Oct-2024秘", "10-2024"),
]

AMOUNTS = [
    _value("no amount", 6, "INS-034", "", "0"),
    _value("a negative amount", 6, "INS-034", "-9876540031", "9876540031"),
    _value("a negative amount as offices write it", 7, "INS-034", "△9876540031", "9876540031"),
    _value("a decimal amount", 6, "INS-034", "9876540031.0", "9876540031"),
    _value("a wide amount", 7, "INS-034", "９８７６５４００３１", "9876540031"),
    _value("an amount with its unit", 7, "INS-034", "9876540031円", "9876540031"),
    _value("an amount behind a yen sign", 6, "INS-034", "\\9876540031", "9876540031"),
    _value("an amount too long", 6, "INS-034", "987654003100", "98765400310"),
    _value("separators that part no thousands", 6, "INS-034", "98,76,540", "9,876,540", quoted=True),
    _value("an amount in a workbook's notation", 7, "INS-034", "9.87654E+9", "09876540031"),
    _value("a sign before an amount", 7, "INS-034", "+9876540031", "9876540031"),
    _value("a space behind an amount", 6, "INS-034", "9876540031 ", "9876540031"),
    _value("a workbook's hashes", 6, "INS-034", "########", "9876540031"),
]

INDIVIDUAL_NUMBERS = [
    _value("個人番号 alone", 3, "INS-040", _INDIVIDUAL, _OTHER),
    _value("個人番号 in an address", 2, "INS-040", f"秘密県{_INDIVIDUAL}番地", f"秘密県{_OTHER}番地"),
    _value("個人番号 behind letters", 3, "INS-040", f"ID{_INDIVIDUAL}", f"ID{_INDIVIDUAL}1"),
    _value("個人番号 with hyphens", 3, "INS-040", _by_four(_INDIVIDUAL, "-"), _by_four(_OTHER, "-")),
    _value("個人番号 with spaces", 3, "INS-040", _by_four(_INDIVIDUAL, " "), _by_four(_OTHER, " ")),
    _value("個人番号 with wide spaces", 2, "INS-040", _by_four(_INDIVIDUAL, "　"), _by_four(_OTHER, "　")),
    _value(
        "個人番号 behind a house number", 2, "INS-040", f"秘密8001-{_by_four(_INDIVIDUAL, '-')}", "秘密8001-9814-7000"
    ),
    _value("個人番号 with spaced hyphens", 3, "INS-040", _by_four(_INDIVIDUAL, " - "), _by_four(_OTHER, " - ")),
    _value("個人番号 with sound marks", 3, "INS-040", _by_four(_INDIVIDUAL, "ー"), _by_four(_OTHER, "ー")),
    _value("個人番号 with narrow sound marks", 3, "INS-040", _by_four(_INDIVIDUAL, "ｰ"), _by_four(_OTHER, "ｰ")),
    _value("個人番号 with points", 3, "INS-040", _by_four(_INDIVIDUAL, "・"), _by_four(_OTHER, "・")),
    _value("個人番号 digit by digit", 3, "INS-040", " ".join(_INDIVIDUAL), " ".join(_OTHER)),
    _value("個人番号 of full width", 3, "INS-040", _INDIVIDUAL.translate(_WIDE), _OTHER.translate(_WIDE)),
    _value("個人番号 in a period", 5, "INS-040", _INDIVIDUAL, _OTHER),
    _value("個人番号 for an amount", 7, "INS-040", _INDIVIDUAL, _INDIVIDUAL[:11]),
    _value("個人番号 for a postal code", 1, "INS-040", _INDIVIDUAL, "981-4701"),
    _value("個人番号 in quotes", 3, "INS-040", f'"{_INDIVIDUAL}"', f'"{_OTHER}"', quoted=True),
]

VALUES = [*POSTAL_CODES, *TEXTS, *NUMBERS, *PERIODS, *AMOUNTS, *INDIVIDUAL_NUMBERS]
