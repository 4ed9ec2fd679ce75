"""Refuse to connect to addresses that are not public; checked at connect time, so a name cannot change its mind.

A number in any notation passes through the resolver too, and what it resolves to is what is checked.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from worker.errors import FetchRefused

#: IPv6 is given out for the internet from here alone …
_IPV6 = ipaddress.ip_network("2000::/3")
#: … without these: special purposes (Teredo, documentation) and 6to4, whose addresses hold any IPv4 address.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
#: NAT64 and DNS64: an IPv4 address stands in the last 32 bits.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is reachable on the public internet (IANA's special-purpose registries).

    The ranges of IPv6 stand here because what ``ipaddress`` knows of them depends on Python's version.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is None:
            return ip in _IPV6 and ip.is_global and not any(ip in network for network in _NOT_PUBLIC)
        ip = inner
    return ip.is_global and not ip.is_multicast


class PublicResolver(AbstractResolver):
    """Resolve names, and refuse those that lead to a private address."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of a host, all of them public."""
        found = await self._inner.resolve(host, port, family)
        for result in found:
            _refuse_private(host, result["host"])
        return found

    async def close(self) -> None:
        """Release the system's resolver."""
        await self._inner.close()


def check_literal(host: str) -> None:
    """Check a host that is written as an IP address, which no resolver sees. Called at every redirect.

    Raises:
        FetchRefused: the address is not public.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    _refuse_private(host, host)


def _refuse_private(host: str, address: str) -> None:
    if not is_public(address):
        raise FetchRefused(
            f"{host} leads to {address}, which is not a public address; "
            "set allow_private_addresses in the publication's row if this is meant"
        )
