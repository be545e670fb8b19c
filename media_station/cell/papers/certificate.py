"""媒体消去証明書: the fields that requirement map P names, and nothing that was not verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from media_station.cell.papers.fields import JSON, MAY_BE_EMPTY, MAY_BE_UNKNOWN, MediumSheet, parse
from media_station.model.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(MediumSheet):
    """`capacity_bytes`, `verified_bytes` in bytes; `clock_checked_at` may be empty (確認の記録なし).

    A disc has no serial number. `bad_sectors` -1 and `hidden_areas` say "not determinable" where it is so. `scope`,
    `limits`: what is certified and what is not (spare cells out of reach; what was written was ciphertext).
    """

    serial: str = field(metadata=MAY_BE_EMPTY)
    serial_source: str = field(metadata=MAY_BE_EMPTY)
    capacity_bytes: int
    disposal: str
    method: str
    passes: int
    standard: str
    started_at: datetime
    ended_at: datetime
    clock_checked_at: datetime | None = field(metadata=MAY_BE_EMPTY)
    tool: str
    tool_version: str
    verification_method: str
    verified_bytes: int
    bad_sectors: int = field(metadata=MAY_BE_UNKNOWN)
    hidden_areas: str
    verdict: str
    scope: str
    limits: str
    performer: str
    validator: str
    approver: str


def parse_fields(untrusted: Mapping[str, JSON]) -> Certificate:
    """Refused PAP-003 also for a verdict that is not PASS, bad sectors, or a validator who is the performer."""
    certificate = parse(Certificate, untrusted)
    sound = {
        "verdict": certificate.verdict == "PASS",
        "bad_sectors": certificate.bad_sectors <= 0,
        "verified_bytes": certificate.verified_bytes >= certificate.capacity_bytes,
        "ended_at": certificate.ended_at >= certificate.started_at,
        "validator": certificate.validator != certificate.performer,
    }
    for name, holds in sound.items():
        if not holds:
            raise Refused("PAP-003", field=name)
    return certificate
