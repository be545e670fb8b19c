"""A screen of the console as SVG, for paper: the same text and cells on a white ground."""

import re
from html import escape
from itertools import groupby

from rich.text import Text

from media_station.console.drawing import _STYLES
from media_station.texts.width import width

CELL = (8, 18)  # a font of 16 is half as wide
_PIECE = re.compile(r"\S+(?: \S+)*")
_NAMES = {style: name for name, style in _STYLES.items() if style}
_ON_PAPER = {
    "dim": "fill:#666",
    "strong": "font-weight:bold",
    "head": "fill:#fff;font-weight:bold",
    "here": "fill:#fff;font-weight:bold",
    "alarm": "fill:#b00000;font-weight:bold",
    "done": "fill:#006020;font-weight:bold",
}
_GROUND = {"head": "#003060", "here": "#303030"}


def svg(screen: Text, columns: int) -> str:
    wide, high = CELL
    lines = screen.split("\n", allow_blank=True)
    drawn: list[str] = []
    for row, line in enumerate(lines):
        styles = [
            next((_NAMES[str(span.style)] for span in line.spans if span.start <= at < span.end), "")
            for at in range(len(line))
        ]
        for style, run in groupby(range(len(line)), key=styles.__getitem__):
            places = list(run)
            text, start = line.plain[places[0] : places[-1] + 1], width(line.plain[: places[0]])
            if style in _GROUND:
                drawn.append(
                    f'<rect x="{start * wide}" y="{row * high}" width="{width(text) * wide}" height="{high}" fill="{_GROUND[style]}"/>'
                )
            for piece in _PIECE.finditer(text):
                x = (start + width(text[: piece.start()])) * wide
                kind = f' class="{style}"' if style else ""
                drawn.append(
                    f'<text x="{x}" y="{row * high + 14}" textLength="{width(piece[0]) * wide}"{kind}>{escape(piece[0])}</text>'
                )
    wide, high = columns * wide, len(lines) * high
    font = 'font-family="\'Noto Sans Mono CJK JP\', IPAGothic, monospace" font-size="16"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 {wide + 16} {high + 16}" {font}>'
    style = "<style>" + "".join(f".{name}{{{style}}}" for name, style in _ON_PAPER.items()) + "</style>"
    frame = f'<rect x="-7.5" y="-7.5" width="{wide + 15}" height="{high + 15}" fill="#fff" stroke="#303030"/>'
    return "\n".join((head, style, frame, *drawn, "</svg>\n"))
