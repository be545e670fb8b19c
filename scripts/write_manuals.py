#!/usr/bin/env python3
"""write_manuals.py DIR: the Japanese manuals, docs/ja/*.md, as PDFs to print; a counter card is a page of its own."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typst
from markdown_it import MarkdownIt
from markdown_it.token import Token

MANUALS = Path(__file__).parents[1] / "docs" / "ja"
PAGE = """
#set document(title: {title}, date: none)
#set page("a4", margin: 20mm, numbering: "1 / 1")
#set text(font: ("Noto Sans CJK JP", "IPAexGothic"), size: 10.5pt, lang: "ja")
#set par(leading: 0.8em, justify: false)
#set heading(numbering: none)
#show heading.where(level: 1): set text(20pt)
#show heading: set block(above: 1.6em, below: 0.9em, sticky: true)
#show raw: set text(font: "Noto Sans Mono CJK JP", size: 9pt)
#show raw.where(block: true): block.with(stroke: 0.5pt, inset: 6pt, width: 100%)
#show image: box.with(width: 125mm)
#set table(stroke: 0.5pt, inset: 6pt)
"""
CARDS = """
#set page("a5", flipped: true, margin: 12mm)
#set text(size: 12pt)
#show heading.where(level: 2): it => pagebreak() + text(18pt, it)
"""
BLOCKS = {
    "bullet_list_open": "#list(tight: true",
    "ordered_list_open": "#enum(tight: true",
    "list_item_open": ", [",
    "strong_open": "#strong[",
    "th_open": ", [",
    "td_open": ", [",
    "paragraph_close": "\n\n",
    **dict.fromkeys(("bullet_list_close", "ordered_list_close", "table_close"), ")\n"),
    **dict.fromkeys(("list_item_close", "strong_close", "heading_close", "th_close", "td_close"), "]"),
}


def string(text: str) -> str:
    """A typst string; its escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False)


def typeset(tokens: Sequence[Token]) -> Iterator[str]:
    for at, token in enumerate(tokens):
        text = string(token.content)
        match token.type:
            case "inline":
                yield from typeset(token.children or ())
            case "text":
                yield f"#{text};"
            case "code_inline" | "fence":
                yield f"#raw({text}, block: {str(token.block).lower()});"
            case "image":
                yield f"#image({string(str(token.attrs['src']))});"
            case "heading_open":
                yield f"\n#heading(level: {token.tag[1]})["
            case "table_open":
                head = next(end for end, each in enumerate(tokens) if end > at and each.type == "tr_close")
                yield f"#table(columns: {sum(each.type == 'th_open' for each in tokens[at:head])}"
            case kind:
                yield BLOCKS.get(kind, "")


def pdf(manual: Path) -> bytes:
    tokens = MarkdownIt().enable("table").parse(manual.read_text(encoding="utf-8"))
    title = next(each.content for each in tokens if each.type == "inline")
    page = PAGE.replace("{title}", string(title)) + (CARDS if manual.stem == "counter_cards" else "")
    source = page + "".join(typeset(tokens))
    return typst.compile(source.encode(), root=str(MANUALS))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for manual in MANUALS.glob("*.md"):
        (folder / manual.with_suffix(".pdf").name).write_bytes(pdf(manual))


if __name__ == "__main__":
    main()
