"""Which addresses may be fetched from: public ones and the ports of the web, else what is allowed by name.

A feed, a sitemap or a page can name any address, so an address may lead into the network that the house
stands in. What counts is where a connection goes, so it is the resolved address that is judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
WEB_PORTS = frozenset({80, 443})

# What `is_global` calls public, or has called so in some release of Python, and is not.
_NOT_PUBLIC: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "this network"),
        ("100.64.0.0/10", "a provider's own network (CGNAT)"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.31.196.0/24", "protocol assignments"),
        ("192.52.193.0/24", "protocol assignments"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.175.48.0/24", "protocol assignments"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::ffff:0:0/96", "an IPv4 address in IPv6"),
        ("::/96", "an IPv4 address in IPv6"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::/48", "an IPv4 address behind NAT64"),
        ("2001::/23", "protocol assignments (Teredo and others)"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "an IPv4 address behind 6to4"),
        ("2620:4f:8000::/48", "protocol assignments"),
        ("3fff::/20", "documentation"),
    )
)
_ROUTED = IPv6Network("2000::/3")
"""The only part of IPv6 that is given out."""


@dataclass(frozen=True)
class Guard:
    """What may be connected to."""

    allowed: Sequence[Network] = ()
    """Networks that may be fetched from though they are not public, on any port."""
    ports: frozenset[int] = WEB_PORTS

    def find_fault(self, address: str, port: int) -> str | None:
        """Why no connection to `address` may be made, in words; None where it may."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return f"{address} is not an address"
        if any(parsed.version == network.version and parsed in network for network in self.allowed):
            return None
        kind = _find_kind(parsed)
        if kind:
            return f"{address} is not a public address: {kind}"
        return None if port in self.ports else f"port {port} is not one of the web (COPYDESK_FETCH_PORTS)"


def read_networks(value: str) -> tuple[Network, ...]:
    """Networks or addresses parted by commas or blanks. ValueError names the one that is none."""
    return tuple(ip_network(part) for part in value.replace(",", " ").split())


def read_ports(value: str) -> frozenset[int]:
    """Ports parted by commas or blanks. ValueError names the one that is none."""
    ports = frozenset(int(part) for part in value.replace(",", " ").split())
    if any(not 0 < port < 65536 for port in ports):
        raise ValueError("a port is a number from 1 to 65535")
    return ports


def _find_kind(address: IPv4Address | IPv6Address) -> str | None:
    """What an address is that is not public; None for a public one."""
    if isinstance(address, IPv6Address) and address.scope_id:
        return "of one network card"
    for network, kind in _NOT_PUBLIC:
        if address.version == network.version and address in network:
            return kind
    if isinstance(address, IPv6Address) and address not in _ROUTED:
        return "not given out, or private"
    return None if address.is_global else "private, loopback or reserved"
