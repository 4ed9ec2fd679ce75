"""Refuse to connect to addresses that are not public; checked at connect time, so a name cannot change its mind.

A number in any notation passes through the resolver too, and what it resolves to is what is checked.
"""

import ipaddress
import socket

import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from worker.errors import FetchRefused


def is_public(address: str) -> bool:
    """Whether an IP address is reachable on the public internet (IANA's special-purpose registries)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_global and not ip.is_multicast


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


async def check_literal(request: httpx.Request) -> None:
    """Check a request whose host is written as an IP address, which no resolver sees. Runs at every redirect.

    Raises:
        FetchRefused: the address is not public.
    """
    try:
        ipaddress.ip_address(request.url.host)
    except ValueError:
        return
    _refuse_private(request.url.host, request.url.host)


def _refuse_private(host: str, address: str) -> None:
    if not is_public(address):
        raise FetchRefused(
            f"{host} leads to {address}, which is not a public address; "
            "set allow_private_addresses in the publication's row if this is meant"
        )
