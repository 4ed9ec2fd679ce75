"""What protects every answer: headers, whose Host is ours, and which peer may speak for others. Decides no rights."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from worker.settings import Settings

#: Nothing but our own style sheet and pictures, no script, no frame, forms only to ourselves.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True, slots=True)
class Peers:
    """The proxies whose headers count."""

    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, settings: Settings) -> "Peers":
        """The configured ones."""
        named = filter(None, map(str.strip, settings.board_trusted_proxies.split(",")))
        return cls(tuple(ip_network(name, strict=False) for name in named))

    def trusts(self, address: str | None) -> bool:
        """Whether a peer is one of them."""
        found = _address(address or "")
        return found is not None and any(found in network for network in self.networks)


def is_secure(request: Request, peers: Peers) -> bool:
    """Whether the reader came by https, as we see it or as a trusted proxy says."""
    if request.client and peers.trusts(request.client.host):
        return request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    return request.url.scheme == "https"


def client_of(request: Request, peers: Peers) -> str:
    """The reader's address: the last one in ``X-Forwarded-For`` that is no trusted proxy, if the peer is one."""
    peer = request.client.host if request.client else ""
    if not peers.trusts(peer):
        return peer
    for hop in reversed([hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")]):
        if hop and not peers.trusts(hop):
            return hop
    return peer


class Guard:
    """Puts the headers on every answer and refuses requests whose Host is a stranger's.

    A page of a hostile site whose name is made to resolve to our address (DNS rebinding) would otherwise read a board
    that only listens on loopback. Such a request carries that site's name; ours carry an address or a name of ours.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._peers = Peers.of(settings)
        self._own = {"localhost", settings.board_host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if self._is_ours(scope, host):
            await self._app(scope, receive, protected)
            return
        told = (
            f"This board does not answer to the name {host!r}. Behind a proxy, set BROADSHEET_BOARD_TRUSTED_PROXIES to "
            "the proxy's address.\n"
        )
        await PlainTextResponse(told, 421)(scope, receive, protected)

    def _is_ours(self, scope: Scope, host: str) -> bool:
        if self._peers.trusts((scope.get("client") or ("",))[0]):
            return True
        name = hostname(host)
        return name in self._own or name.endswith(".localhost") or _address(name) is not None


def hostname(host: str) -> str:
    """The name in a Host header, without its port and an IPv6 address's brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # A socket that listens on IPv6 gives IPv4 peers in mapped form.
    return getattr(found, "ipv4_mapped", None) or found
