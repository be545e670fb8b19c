"""The one link that the station has."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

# As the kernel allows them, less what nft or a shell could read as more than a name.
_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,14}")
_PORTS: Final = range(1, 1 << 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`host` is the district host's address, the only one that may come, to `port` of `address`, over `interface`.

    All empty: there is no network, and the gate stays closed.
    """

    interface: str = ""
    address: str = ""
    host: str = ""
    port: int = 8443

    def problems(self) -> list[str]:
        """The names of those that make no sense."""
        wrong = [name for name in ("address", "host") if not _is_address(getattr(self, name))]
        if self.address == self.host:
            wrong.append("address, host")
        if not _INTERFACE.fullmatch(self.interface):
            wrong.append("interface")
        if self.port not in _PORTS:
            wrong.append("port")
        return wrong


def _is_address(text: str) -> bool:
    try:
        address = IPv4Address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback or address.is_multicast)
