"""What the machine has of what the baseline speaks of: interfaces, addresses, routes, listening sockets, time daemons.

Of the network namespace in which it is asked; a socket of another one reaches nobody over this one's interfaces.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, ip_interface
from pathlib import Path
from typing import Final

import psutil

from media_station.model.network import TIME_DAEMONS, parse_entry

_ROUTES: Final = Path("/proc/net/route")
_UNTOLD: Final = re.compile(r"[^!-~]")


def seen() -> frozenset[str]:
    """As entries of a baseline."""
    return frozenset(parse_entry(each) for each in (*_interfaces(), *_routes(), *_sockets(), *_time_daemons()))


def _interfaces() -> Iterator[str]:
    for name, addresses in psutil.net_if_addrs().items():
        for each in addresses:
            if each.family == psutil.AF_LINK:
                yield _entry("interface", name, each.address)
            elif each.family.name in ("AF_INET", "AF_INET6"):
                bare = each.address.partition("%")[0]
                prefix = ip_interface(f"{bare}/{_prefix(each.netmask)}")
                yield _entry("address", name, prefix.with_prefixlen)


def _prefix(netmask: str | None) -> int:
    """From a netmask, which psutil gives for IPv6 as an address too."""
    if netmask is None:
        return 0
    mask = ip_interface(netmask).ip
    return int(mask).bit_count()


def _routes() -> Iterator[str]:
    for line in _ROUTES.read_text().splitlines()[1:]:
        name, destination, gateway, _, _, _, _, mask, *_ = line.split()
        network = IPv4Network((_address(destination), str(_address(mask))), strict=False)
        via = f"{name}>{_address(gateway)}" if int(gateway, 16) else name
        yield _entry("route", str(network), via)


def _address(raw: str) -> IPv4Address:
    """As the kernel prints it: hex of the bytes, the last one first on every machine that a station is."""
    return IPv4Address(int.from_bytes(bytes.fromhex(raw), "little"))


def _sockets() -> Iterator[str]:
    for each in psutil.net_connections("inet"):
        stream = each.type.name == "SOCK_STREAM"
        if each.laddr and (each.status == psutil.CONN_LISTEN if stream else not each.raddr):
            yield _entry("socket", "tcp" if stream else "udp", f"{each.laddr.ip}:{each.laddr.port}")


def _time_daemons() -> Iterator[str]:
    running = {each.info["name"] for each in psutil.process_iter(["name"])}
    yield from (_entry("time", each) for each in sorted(TIME_DAEMONS & running))


def _entry(*words: str) -> str:
    """Names are others' choice: what can't stand in an entry stands there as a question mark."""
    return " ".join(_UNTOLD.sub("?", word)[:48] or "?" for word in words)
