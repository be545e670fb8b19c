"""パスワード通知書: the password on paper, for another occasion than the medium's (O5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from media_station.cell.papers.fields import JSON, Sheet, parse
from media_station.model.errors import Refused

_PASSWORD = re.compile(r"[0-9A-Z]{1,5}(-[0-9A-Z]{1,5}){0,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Sheet):
    """`password` in its canonical form: groups of digits and capitals, joined by hyphens.

    `file_name`: the age file on the medium; `opener_sha256`: of the OPEN.html beside it, as hex.
    """

    medium_number: str
    transfer_number: str
    file_name: str
    password: str = field(repr=False)
    opener_sha256: str


def parse_fields(untrusted: Mapping[str, JSON]) -> Notice:
    """Refused PAP-003 also for a password that is not in its canonical form."""
    notice = parse(Notice, untrusted)
    if not _PASSWORD.fullmatch(notice.password):
        raise Refused("PAP-003", field="password")
    return notice
