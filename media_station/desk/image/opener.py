"""OPEN.html: how whoever has the medium and the password opens it in a browser, with nothing installed."""

import hashlib
from functools import cache
from importlib.resources import files

from media_station.desk.image.layout import OPENER_NAME, OPENER_SHORT, Piece


@cache
def opener() -> Piece:
    page = files("media_station.pages").joinpath(OPENER_NAME).read_bytes()
    return Piece(name=OPENER_NAME, short=OPENER_SHORT, content=page)


def opener_sha256() -> str:
    """As hex: it is printed on the notice."""
    return hashlib.sha256(opener().content).hexdigest()
