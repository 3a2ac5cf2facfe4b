"""Which addresses of the network a request may go to: none inside the house, unless the configuration allows it.

A webhook's address is given by people and resolved by name servers; without this check either could make Zhike ask machines that
trust it. Addresses that carry another one within them count as that one.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network

__all__ = ["may_reach", "resolved"]

_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator."""


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host; `OSError` where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def may_reach(address: str, allowed: Sequence[IPv4Network | IPv6Network] = ()) -> bool:
    """Return whether a request may go to an address.

    Examples
    --------
    >>> may_reach("93.184.215.14"), may_reach("127.0.0.1"), may_reach("10.0.0.7"), may_reach("169.254.169.254")
    (True, False, False, False)
    >>> may_reach("::ffff:10.0.0.7"), may_reach("64:ff9b::a00:7"), may_reach("2002:a00:7::1")
    (False, False, False)
    >>> from ipaddress import ip_network
    >>> may_reach("10.0.0.7", [ip_network("10.0.0.0/8")])
    True
    """
    found = ip_address(address.partition("%")[0])
    if any(found in network for network in allowed):
        return True
    inner = _inner(found)
    public = found.is_global and not found.is_multicast
    return public and (inner is None or (inner.is_global and not inner.is_multicast))


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the address that an address carries within it, None where it carries none."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
