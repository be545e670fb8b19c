"""Every number and name as one pattern each. A text is unchecked until its `parse_*` has returned it.

Numbers begin with the epoch, so that neither a restored nor a rehearsing station can repeat one:
media `R1-U-00001` (USB) and `R1-D-00001` (DVD), transfers `R1-T-00001`, orders `R1-O-00001`, clock orders `R1-W-00001`,
incidents `R1-I-00001`, masters `R1-M-00001`, bundles `R1-B-00001`, personnel changes `R1-P-00001`, findings
`R1-F-00001`,
papers `<STATION>-R1-C-00001` (letters: PaperLetter).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from media_station.model.errors import Refused
from media_station.model.instant import parse_wall


def _pattern(what: str, pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def parse(untrusted_text: str) -> str:
        if not compiled.fullmatch(untrusted_text):
            raise Refused("IDS-001", what=what)
        return untrusted_text

    return parse


parse_station = _pattern("station", r"[a-z][a-z0-9-]{1,22}[a-z0-9]")
parse_epoch = _pattern("epoch", r"[er][1-9][0-9]{0,3}")
parse_operator = _pattern("operator", r"[a-z][a-z0-9-]{1,22}[a-z0-9]")
parse_consignment = _pattern("consignment", r"[A-Z0-9][A-Z0-9-]{0,30}[A-Z0-9]")
parse_handler = _pattern("handler", r"[a-z][a-z0-9-]{1,22}[a-z0-9]")
parse_medium = _pattern("medium", r"[ER][1-9][0-9]{0,3}-[UD]-[0-9]{5}")
parse_transfer = _pattern("transfer", r"[ER][1-9][0-9]{0,3}-T-[0-9]{5}")
parse_incident = _pattern("incident", r"[ER][1-9][0-9]{0,3}-I-[0-9]{5}")
parse_masters = _pattern("masters", r"[ER][1-9][0-9]{0,3}-M-[0-9]{5}")
parse_bundle = _pattern("bundle", r"[ER][1-9][0-9]{0,3}-B-[0-9]{5}")
parse_finding = _pattern("finding", r"[ER][1-9][0-9]{0,3}-F-[0-9]{5}")
parse_staff = _pattern("staff", r"[ER][1-9][0-9]{0,3}-P-[0-9]{5}")
parse_order = _pattern("order", r"[ER][1-9][0-9]{0,3}-O-[0-9]{5}")
parse_clock_order = _pattern("clock order", r"[ER][1-9][0-9]{0,3}-W-[0-9]{5}")
parse_supply_order = _pattern("supply order", r"[ER][1-9][0-9]{0,3}-A-[0-9]{5}")
parse_paper = _pattern("paper", r"[A-Z0-9-]{3,32}-[ER][1-9][0-9]{0,3}-[CXSNKF]-[0-9]{5}")
parse_payload = _pattern("payload", r"[0-9a-f]{32}")
parse_sha256 = _pattern("sha256", r"[0-9a-f]{64}")
parse_month = _pattern("month", r"[0-9]{4}-(0[1-9]|1[0-2])")
LONGEST_BAY = 16
parse_bay = _pattern("bay", rf"[a-z][a-z0-9]{{0,{LONGEST_BAY - 1}}}")

LONGEST_TEXT = 200
# What prints nothing or something else on each machine; as on papers (cell/papers/fields).
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_text(untrusted_text: str) -> bool:
    """One line that can stand on a paper and in a list; empty is one, blanks alone are none."""
    return (
        len(untrusted_text) <= LONGEST_TEXT
        and (not untrusted_text or bool(untrusted_text.strip()))
        and not any(unicodedata.category(each) in _UNPRINTED for each in untrusted_text)
    )


def parse_text(untrusted_text: str) -> str:
    """Refused IDS-002."""
    if not is_text(untrusted_text):
        raise Refused("IDS-002", longest=LONGEST_TEXT)
    return untrusted_text


def kind_letter(medium: str) -> str:
    """Of a medium's number: which kind of medium it is."""
    return parse_medium(medium).split("-")[1]


def parse_time(untrusted_text: str) -> str:
    """A moment as records have it; Refused IDS-001."""
    try:
        parse_wall(untrusted_text)
    except ValueError as error:
        raise Refused("IDS-001", what="time") from error
    return untrusted_text


class PaperLetter(Enum):
    """The letter in a paper's number."""

    CERTIFICATE = "C"
    DESTRUCTION_RECORD = "X"
    SLIP = "S"
    NOTICE = "N"
    CORRECTION = "K"
    FORM = "F"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Station id and epoch: fixed when the station is initialised, in every signature and number."""

    station: str
    epoch: str

    def __post_init__(self) -> None:
        parse_station(self.station)
        parse_epoch(self.epoch)

    @property
    def rehearsal(self) -> bool:
        """A rehearsal is an identity, not a setting: its epochs begin with r."""
        return self.epoch.startswith("r")

    @property
    def follows(self) -> bool:
        """Whether there was an epoch before: then its journal begins with a backup's."""
        return self.epoch[1:] != "1"

    def following(self, epoch: str) -> "Identity":
        """The same station in a later epoch; a rehearsal stays one. Refused IDS-003."""
        later = Identity(station=self.station, epoch=epoch)
        if later.rehearsal != self.rehearsal or int(epoch[1:]) <= int(self.epoch[1:]):
            raise Refused("IDS-003", epoch=epoch, former=self.epoch)
        return later

    @property
    def name(self) -> str:
        return f"{self.station}/{self.epoch}"

    def key_name(self, role: str) -> str:
        return f"media-station/{self.name}/{role}"

    @property
    def origin(self) -> str:
        """First line of every checkpoint (C2SP tlog-checkpoint)."""
        return f"media-station/checkpoint/v1/{self.name}"

    def medium_number(self, letter: str, count: int) -> str:
        return parse_medium(f"{self.epoch.upper()}-{letter}-{count:05d}")

    def transfer_number(self, count: int) -> str:
        return parse_transfer(f"{self.epoch.upper()}-T-{count:05d}")

    def order_number(self, count: int) -> str:
        return parse_order(f"{self.epoch.upper()}-O-{count:05d}")

    def clock_order_number(self, count: int) -> str:
        return parse_clock_order(f"{self.epoch.upper()}-W-{count:05d}")

    def supply_order_number(self, count: int) -> str:
        return parse_supply_order(f"{self.epoch.upper()}-A-{count:05d}")

    def incident_number(self, count: int) -> str:
        return parse_incident(f"{self.epoch.upper()}-I-{count:05d}")

    def bundle_number(self, count: int) -> str:
        return parse_bundle(f"{self.epoch.upper()}-B-{count:05d}")

    def finding_number(self, count: int) -> str:
        return parse_finding(f"{self.epoch.upper()}-F-{count:05d}")

    def masters_number(self, count: int) -> str:
        return parse_masters(f"{self.epoch.upper()}-M-{count:05d}")

    def staff_number(self, count: int) -> str:
        return parse_staff(f"{self.epoch.upper()}-P-{count:05d}")

    def paper_number(self, letter: PaperLetter, count: int) -> str:
        return parse_paper(f"{self.station.upper()}-{self.epoch.upper()}-{letter.value}-{count:05d}")


def parse_identity(untrusted_text: str) -> Identity:
    """`station/epoch`, as the identity credential holds it."""
    station, _, epoch = untrusted_text.strip().partition("/")
    return Identity(station=station, epoch=epoch)
