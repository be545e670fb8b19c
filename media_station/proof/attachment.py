"""The attachment of a paper's PDF that proves it, out of the file's bytes: the station's own PDFs, not any PDF.

typst writes one object for each thing, none of them in object streams. What isn't plainly so is refused, so that all
verifiers (docs/formats.md) read the same bytes.
"""

import re
import zlib
from typing import Final

from media_station.model.errors import IntegrityViolation

PDF_BYTES: Final = 16 * 1024 * 1024
ATTACHMENT_BYTES: Final = 1024 * 1024
_EMBEDDED = re.compile(rb"/EmbeddedFile\b")
_STREAM = re.compile(
    rb"\n[0-9]+ 0 obj\n<</Length ([0-9]{1,7})/Type/EmbeddedFile/Filter/FlateDecode/Subtype/application#2Fjson"
    rb"[^\n]*>>\nstream\n"
)
_TITLE = re.compile(rb'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]* ([A-Z0-9-]{3,64})</rdf:li>')


def attachment(untrusted_pdf: bytes) -> tuple[str, bytes]:
    """The number in the PDF's title, and its one attachment. IntegrityViolation PRF-034 if it has none, or is no
    paper of a station's.
    """
    titles, streams = _TITLE.findall(untrusted_pdf), list(_STREAM.finditer(untrusted_pdf))
    plain = untrusted_pdf.startswith(b"%PDF-1.7\n") and len(untrusted_pdf) <= PDF_BYTES
    if not plain or len(titles) != 1 or len(streams) != 1 or len(_EMBEDDED.findall(untrusted_pdf)) != 1:
        raise IntegrityViolation("PRF-034")
    start, length = streams[0].end(), int(streams[0][1])
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(untrusted_pdf[start : start + length], ATTACHMENT_BYTES)
    except zlib.error as error:
        raise IntegrityViolation("PRF-034") from error
    if not unpacking.eof or unpacking.unused_data:
        raise IntegrityViolation("PRF-034")
    return titles[0].decode(), content
