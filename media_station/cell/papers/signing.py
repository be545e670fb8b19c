"""Room for a signature: an incremental update (ISO 32000-1, 7.5.6) with a certifying signature field that allows no
changes (DocMDP, 12.8.2.2). The digest's signature is put in by who holds the key: never here.
"""

import re
from datetime import datetime
from typing import Final

from media_station.texts.era import JST

CONTENTS_BYTES: Final = 6144
_TRAILER = re.compile(rb"trailer\n<</Size (\d+)/Root (\d+) 0 R(.*)>>\nstartxref\n(\d+)\n%%EOF\Z", re.DOTALL)
_PAGE = re.compile(rb"\n(\d+) 0 obj\n(<</Type/Page/[^\n]*)>>\nendobj")


def make_room(pdf: bytes, at: datetime) -> bytes:
    """The PDF with a signature of zeros, its byte range blank. ValueError for a PDF that typst didn't write."""
    trailer, page = _TRAILER.search(pdf), _PAGE.search(pdf)
    root = trailer and re.search(rb"\n%s 0 obj\n(<</Type/Catalog[^\n]*)>>\nendobj" % trailer[2], pdf)
    if trailer is None or page is None or not root:
        raise ValueError("not a PDF of typst's")
    size = int(trailer[1])
    local = at.astimezone(JST)
    updated = {
        int(page[1]): b"%s/Annots[%d 0 R]>>" % (page[2], size + 1),
        int(trailer[2]): b"%s/AcroForm<</Fields[%d 0 R]/SigFlags 3>>/Perms<</DocMDP %d 0 R>>>>"
        % (root[1], size + 1, size),
        size: b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%s+09'00')/Reference[<</Type/SigRef"
        b"/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/Contents<%s>/ByteRange[0 %s]>>"
        % (f"{local:%Y%m%d%H%M%S}".encode(), b"0" * 2 * CONTENTS_BYTES, b" ".join([b" " * 10] * 3)),
        size + 1: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/F 132/Rect[0 0 0 0]/P %s 0 R/V %d 0 R>>"
        % (page[1], size),
    }
    whole = bytearray(pdf + b"\n")
    places = {}
    for number, content in sorted(updated.items()):
        places[number] = len(whole)
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(whole)
    whole += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % each for each in places.items())
    whole += b"trailer\n<</Size %d/Root %s 0 R%s/Prev %s>>\n" % (size + 2, trailer[2], trailer[3], trailer[4])
    return bytes(whole + b"startxref\n%d\n%%%%EOF\n" % start)
