"""The firewall as a text for nft(8), written as `nft --stateless --terse list ruleset` prints it: what is live is what
was rendered if the two texts are the same.

One peer, one port, one interface. IPv6, ICMP, loopback and forwarding have no rule that lets them pass; ARP is spoken
with the peer alone. Whoever is refused is dropped without an answer and counted in a set that holds so many and forgets
the others; what doesn't fit is in the counter alone.
"""

from typing import Final

from media_station.model.link import Link

TABLE: Final = "media_station"
# A flood of half-open connections is bounded here, a connection that was refused is tried again by its peer's kernel.
NEW_A_SECOND: Final = 100
PORTS_KEPT: Final = 1024
PEERS_KEPT: Final = 256
KEPT_SECONDS: Final = 600
SETS: Final = ("refused_ports", "refused_others", "refused_six")

_CLOSED = """\
table inet media_station {{
	counter refused {{
	}}

	set refused_ports {{
		typeof ip saddr . meta l4proto . th dport
		size {ports}
		flags dynamic,timeout
		counter
		timeout {kept}m
	}}

	set refused_others {{
		typeof ip saddr . meta l4proto
		size {peers}
		flags dynamic,timeout
		counter
		timeout {kept}m
	}}

	set refused_six {{
		typeof ip6 saddr . meta l4proto
		size {peers}
		flags dynamic,timeout
		counter
		timeout {kept}m
	}}

	chain input {{
		type filter hook input priority filter; policy drop;
{let_in}\
		goto refuse
	}}

	chain output {{
		type filter hook output priority filter; policy drop;
{let_out}\
	}}

	chain forward {{
		type filter hook forward priority filter; policy drop;
	}}

	chain refuse {{
		counter name "refused"
		meta l4proto {{ 6, 17 }} update @refused_ports {{ ip saddr . meta l4proto . th dport }} drop
		update @refused_others {{ ip saddr . meta l4proto }} drop
		update @refused_six {{ ip6 saddr . meta l4proto }} drop
	}}
}}
table arp media_station {{
	chain input {{
		type filter hook input priority filter; policy drop;
{arp_in}\
	}}

	chain output {{
		type filter hook output priority filter; policy drop;
{arp_out}\
	}}
}}
"""


def closed() -> str:
    """Nothing passes."""
    return _rendered()


def opened(link: Link) -> str:
    """The host's connections to the gate's port, and ARP with the host; nothing else passes.

    ValueError for a link that makes no sense: a text that was made of it could say anything.
    """
    if link.problems():
        raise ValueError(", ".join(link.problems()))
    near, far, port = link.address, link.host, link.port
    inward = f'iifname "{link.interface}" ip saddr {far} ip daddr {near} tcp dport {port}'
    outward = f'oifname "{link.interface}" ip saddr {near} ip daddr {far} tcp sport {port}'
    arp = "arp htype 1 arp ptype ip arp saddr ip"
    # The first packet of a connection is a SYN and nothing else.
    first = f"ct state new tcp flags syn / fin,syn,rst,ack limit rate {NEW_A_SECOND}/second"
    return _rendered(
        let_in=(
            f"{inward} ct state established accept",
            f"{inward} {first} burst {2 * NEW_A_SECOND} packets accept",
        ),
        let_out=(f"{outward} ct state established accept",),
        arp_in=(f'iifname "{link.interface}" {arp} {far} arp daddr ip {near} accept',),
        arp_out=(f'oifname "{link.interface}" {arp} {near} arp daddr ip {far} accept',),
    )


def _rendered(
    *,
    let_in: tuple[str, ...] = (),
    let_out: tuple[str, ...] = (),
    arp_in: tuple[str, ...] = (),
    arp_out: tuple[str, ...] = (),
) -> str:
    chains = {"let_in": let_in, "let_out": let_out, "arp_in": arp_in, "arp_out": arp_out}
    rules = {name: "".join(f"\t\t{each}\n" for each in lines) for name, lines in chains.items()}
    return _CLOSED.format(ports=PORTS_KEPT, peers=PEERS_KEPT, kept=KEPT_SECONDS // 60, **rules)
