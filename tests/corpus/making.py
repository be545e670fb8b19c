"""A malformed payload as a line of a table, and how a good one is spoiled."""

from dataclasses import dataclass

from corpus.sound import HEADINGS, ROWS, text

Content = bytes | str

GOOD = text().encode("cp932")
QUOTED = text(quoted=True).encode("cp932")
LF = text(end="\n").encode("cp932")
UTF8 = text().encode()
BOM = b"\xef\xbb\xbf"

# The cells of the row that is spoiled.
POSTAL, ADDRESS, NAME, NUMBER, PERIOD, TAX, DUE = ROWS[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """`hidden`: texts that stand in the spoiled payload alone. `records`: what its sender declares, if that is wrong."""

    name: str
    spoiled: bytes
    code: str
    row: int
    column: int
    item: str
    twin: bytes
    hidden: tuple[str, ...]
    records: int | None

    @property
    def secrets(self) -> set[str]:
        """Every cell of every row; what the approved headings are called is no secret."""
        return {*(cell for row in ROWS for cell in row), *self.hidden} - {*HEADINGS}


def bad(
    name: str,
    spoiled: Content,
    code: str,
    row: int,
    column: int = 0,
    *,
    twin: Content = GOOD,
    item: str | None = None,
    hidden: tuple[str, ...] = (),
    records: int | None = None,
) -> Malformed:
    """What is said of it names the column's approved heading, if it is of a row of values. Texts are put in CP932."""
    heading = HEADINGS[column - 1] if 0 < column <= len(HEADINGS) and row > 1 else ""
    return Malformed(
        name=name,
        spoiled=raw(spoiled),
        code=code,
        row=row,
        column=column,
        item=heading if item is None else item,
        twin=raw(twin),
        hidden=hidden,
        records=records,
    )


def raw(content: Content) -> bytes:
    return content.encode("cp932") if isinstance(content, str) else content


def instead(content: Content, old: Content, new: Content) -> bytes:
    """With `new` in the one place where `old` stands."""
    whole, old, new = raw(content), raw(old), raw(new)
    assert whole.count(old) == 1, (old, whole.count(old))
    return whole.replace(old, new)
