"""媒体物理的破壊記録書: what becomes of media that can't be erased."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, MediumSheet, parse
from media_station.model.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionRecord(MediumSheet):
    """`serial`, `serial_source`, `batch` and `approver` may be empty: a disc has no serial number, a medium may be
    destroyed alone, the approver's name may be written by hand. `particle_size` with its unit.
    """

    # As in MediumSheet, but a disc has none.
    serial: str = field(metadata=MAY_BE_EMPTY)
    serial_source: str = field(metadata=MAY_BE_EMPTY)
    batch: str = field(metadata=MAY_BE_EMPTY)
    method: str
    device: str
    particle_size: str
    place: str
    destroyed_at: datetime
    residue: str
    performer: str
    witness: str
    approver: str = field(metadata=MAY_BE_EMPTY)


def parse_fields(untrusted: Mapping[str, JSON]) -> DestructionRecord:
    """Refused PAP-003 also for a witness who is the performer."""
    record = parse(DestructionRecord, untrusted)
    if record.witness == record.performer:
        raise Refused("PAP-003", field="witness")
    return record
