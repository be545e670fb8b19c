"""Pages that work offline, each one file: built by scripts/write_pages.py, shipped as package data."""

import hashlib
import json
from importlib.resources import files

_STATION = '<script type="application/json" id="station">{}</script>'


def sealer(identity: str, recipient: str) -> str:
    """SEAL.html of one station: its `<station>/<epoch>` and its sealing key's public part are in the page."""
    page = files(__name__).joinpath("SEAL.html").read_text(encoding="utf-8")
    fingerprint = hashlib.sha256(recipient.encode()).hexdigest()
    station = json.dumps({"identity": identity, "recipient": recipient, "fingerprint": fingerprint})
    if page.count(_STATION) != 1:
        raise ValueError("a page without a place for the station")
    return page.replace(_STATION, _STATION.replace("{}", station))
