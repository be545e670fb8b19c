"""A paper's fields to PDF/A-3b by typst, in memory.

A missing glyph is found by typst itself: as PDF/A it refuses a text that no font can show (ISO 19005-3, 6.2.11.4),
after it has tried every font that it was given.
"""

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Final

import segno
import typst

from media_station.cell.papers import blank, certificate, destruction, form, label, log_report, notice, slip
from media_station.cell.papers.fields import JSON, Sheet, for_template, texts
from media_station.cell.papers.signing import make_room
from media_station.model.errors import Refused
from media_station.texts.era import JST

_PAPERS: Final[Mapping[str, Callable[[Mapping[str, JSON]], Sheet]]] = MappingProxyType(
    {
        "certificate": certificate.parse_fields,
        "destruction_record": destruction.parse_fields,
        "slip": slip.parse_fields,
        "notice": notice.parse_fields,
        "form": form.parse_fields,
        "log_report": log_report.parse_fields,
        "blank": blank.parse_fields,
        "label": label.parse_fields,
    }
)
# fonts-ipaexfont, then fonts-noto-cjk; the mono face for hashes, serial numbers and passwords.
FAMILIES: Final = ("IPAexMincho", "IPAexGothic", "Noto Serif CJK JP", "Noto Sans CJK JP", "Noto Sans Mono CJK JP")
# Version 16-M of ISO/IEC 18004: 81 modules; at 45 mm each is 3 dots of a 150-dpi scanner.
QR_BYTES: Final = 450
_QUIET_MODULES: Final = 4
_MODULE_MM, _LEAST_QR_MM = 0.5, 30.0
_NO_GLYPH = re.compile(r'the text `"(.*)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(paper: str, fields: Mapping[str, JSON], *, fonts: Sequence[Path], proof: str = "") -> bytes:
    """The sheet as PDF: `certificate`, `destruction_record`, `slip` (two copies), `notice`, `form`,
    `log_report`, `blank` or `label`.

    `proof` is attached as `proof.json`, unless it is empty; with a `signer` there is room for a signature. `fonts` are
    directories; no other font is used. Equal input gives equal bytes. Refused PAP-001 to PAP-004 (fields, see
    fields.py), PAP-005 (a font is not there), PAP-006 (QR
    text too long), PAP-007 (more than the page holds),
    PAP-008 (no such paper).
    """
    if paper not in _PAPERS:
        raise Refused("PAP-008", paper=paper)
    sheet = _PAPERS[paper](fields)
    data = for_template(sheet)
    qr, side_mm = draw_qr(sheet.qr)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "qr": qr, "qr_mm": str(side_mm), "proof": proof}
    with as_file(files(__package__)) as templates:
        try:
            compiled = typst.compile(
                templates / f"{paper}.typ",
                root=templates,
                font_paths=_open_fonts(fonts),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards="a-3b",
                timestamp=sheet.printed_at.astimezone(JST),
            )
        except typst.TypstError as error:
            # Not chained: typst's words quote the text, which may be a name.
            raise _refusal(error, paper, fields) from None
    return make_room(compiled, sheet.printed_at) if sheet.signer else compiled


def try_glyphs(untrusted_fields: Mapping[str, JSON], *, fonts: Sequence[Path]) -> bytes:
    """A file of no use with these texts in it. Refused PAP-001 with the first field that has a character of which no
    typeface has a glyph.
    """
    shown = [text for _, text in texts(untrusted_fields)]
    with as_file(files(__package__)) as templates:
        try:
            return typst.compile(
                templates / "glyphs.typ",
                root=templates,
                font_paths=_open_fonts(fonts),
                format="pdf",
                sys_inputs={"data": json.dumps(shown, ensure_ascii=False)},
                pdf_standards="a-3b",
                timestamp=datetime.fromtimestamp(0, JST),
            )
        except typst.TypstError as error:
            raise _refusal(error, "glyphs", untrusted_fields) from None


def draw_qr(text: str) -> tuple[str, float]:
    """As SVG with its quiet zone, and the side of the square in millimetres; level M. Refused PAP-006."""
    encoded = text.encode("utf-8")
    if len(encoded) > QR_BYTES:
        raise Refused("PAP-006", bytes=len(encoded), most=QR_BYTES)
    code = segno.make_qr(encoded, error="m", mode="byte", boost_error=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", border=_QUIET_MODULES, dark="#000", light="#fff", xmldecl=False, nl=False)
    modules = code.symbol_size(border=_QUIET_MODULES)[0]
    return drawn.getvalue().decode("utf-8"), max(_LEAST_QR_MM, modules * _MODULE_MM)


def _open_fonts(directories: Sequence[Path]) -> typst.Fonts:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(directories))
    there = set(fonts.families())
    for family in FAMILIES:
        if family not in there:
            raise Refused("PAP-005", font=family)
    return fonts


def _refusal(error: typst.TypstError, paper: str, fields: Mapping[str, JSON]) -> Exception:
    """What typst could not do, as a refusal; an error of the templates stays what it is."""
    if "PAP-007" in error.message:
        return Refused("PAP-007", paper=paper)
    if found := _NO_GLYPH.search(error.message):
        quoted = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), found[1])
        for name, text in texts(fields):
            if quoted in text:
                # Of a base character with its marks, the mark is what no font knew.
                return Refused("PAP-001", field=name, character=f"U+{ord(quoted[-1]):04X}")
    return error
