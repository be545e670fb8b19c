"""What administrators may ask of the desk about the network."""

from dataclasses import dataclass

from media_station.model.asks import Ask, asks_in
from media_station.model.network import parse_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptBaseline(Ask):
    """What the machine has now is what it is to have; `entries` are those that were looked at."""

    entries: list[str]

    def __post_init__(self) -> None:
        Ask.__post_init__(self)
        for each in self.entries:
            parse_entry(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptHost(Ask):
    """By which keys the district host is known from now on: certificates (PEM), current and next."""

    certificates: list[str]


NETWORK_ASKS = asks_in(globals())
