"""Whether a journal withdraws a paper's number: a certificate that was superseded or voided."""

import json
from pathlib import Path
from typing import Final

from media_station.model.errors import IntegrityViolation
from media_station.proof.segments import lines, segments

_WITHDRAWN: Final = (b'"certificate.superseded"', b'"certificate.voided"')


def require_valid(directory: Path, number: str) -> None:
    """Of a journal that has been verified; IntegrityViolation PRF-053 if one of its records withdraws the number."""
    for segment in segments(directory):
        for line in lines(segment):
            if not any(each in line for each in _WITHDRAWN):
                continue
            record = json.loads(line)
            own = record["media_station"]
            if f'"{record["event"]["action"]}"'.encode() in _WITHDRAWN and own["data"].get("certificate") == number:
                raise IntegrityViolation("PRF-053", number=number, record=own["sequence"])
