"""A sheet's QR code as a scanner types it: number, leaf hash and signed head, whatever a keyboard makes of the rest."""

import hashlib
import re

from media_station.model.errors import Refused
from media_station.model.ids import parse_paper

_NUMBER = re.compile(r"\s*([A-Z0-9-]{3,64})(?![A-Z0-9-])")
_TYPED_ALIKE = re.compile(r"[A-Za-z0-9]+")


def code_sha256(text: str) -> str:
    """Of its letters and digits alone, hex: a scanner's layout may change signs and line ends, and nobody can type a
    dash of C2SP's. What is left still tells number, leaf hash, head and signature apart.
    """
    return hashlib.sha256("".join(_TYPED_ALIKE.findall(text)).encode()).hexdigest()


def parse_code(untrusted_text: str) -> str:
    """The paper's number that it begins with; Refused PAP-013."""
    found = _NUMBER.match(untrusted_text)
    try:
        return parse_paper(found[1] if found else "")
    except Refused as error:
        raise Refused("PAP-013") from error
