"""Small payloads for the tests: seven approved items and rows that mean nobody."""

import io
import os
import threading
from collections.abc import Sequence

from media_station.cell.inspect import inspect
from media_station.model.item import Item, ItemType
from media_station.model.payload import Inspection

HEADINGS = ("郵便番号", "所在地", "事業者氏名", "指定番号", "督促対象期別", "課税額", "督促額")
TYPES = ("POSTAL_CODE", "TEXT", "TEXT", "DESIGNATED_NUMBER", "PERIOD", "YEN", "YEN")
ITEMS = [Item(heading=heading, type=ItemType[kind]) for heading, kind in zip(HEADINGS, TYPES, strict=True)]
GOOD = ("999-0001", "架空県見本市表町ソ8001番地", "㈱架空能髙", "4000000001", "令和6年度10月分", "12000", "3400")

# The check digit is right in the first and wrong in the second (平成26年総務省令第85号第5条, worked by hand:
# 1*6+2*5+3*4+4*3+5*2+6*7+7*6+8*5+9*4+0*3+1*2 = 212 = 19*11 + 3, 11 - 3 = 8).
INDIVIDUAL = "123456789018"
NOT_INDIVIDUAL = "123456789017"


def row(column: int, value: str) -> tuple[str, ...]:
    """A good row with one value in another's place; columns count from 1."""
    return (*GOOD[: column - 1], value, *GOOD[column:])


def table(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, end: str = "\r\n", quoted: bool = False) -> str:
    def line(fields: Sequence[str]) -> str:
        return ",".join('"' + each.replace('"', '""') + '"' if quoted else each for each in fields) + end

    return "".join(line(each) for each in (headings, *rows))


def inspected(content: bytes | str, items: Sequence[Item] = ITEMS, encoding: str = "cp932") -> Inspection:
    whole = content.encode(encoding) if isinstance(content, str) else content
    return inspect(io.BytesIO(whole).read, items)


def inspected_in_pieces(pieces: Sequence[bytes], items: Sequence[Item] = ITEMS) -> Inspection:
    """Through a real pipe, one write a piece."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for piece in pieces:
                pipe.write(piece)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return inspect(lambda size: os.read(reading, size), items)
    finally:
        writer.join()
        os.close(reading)
