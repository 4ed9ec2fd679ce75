"""A real mail server on loopback, in the clear or over TLS, that wants a password. Knows no mail of ours."""

import ssl
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers import free_port


class Post:
    """A mail server that keeps what it is sent and wants a password."""

    def __init__(self, *, smtps: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None) -> None:
        self.got = []  #: envelope, mail, and the cipher by which it came; None is in the clear
        self.port = free_port()
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            auth_required=True,
            auth_require_tls=False,
            authenticator=self._check,
            ssl_context=smtps,
            tls_context=starttls,
            require_starttls=starttls is not None,
        )
        self._controller.start()

    def _check(self, _server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"duty", b"p:w"), handled=False)

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802  # aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.got.append((envelope, mail, server.transport.get_extra_info("cipher")))
        return "250 OK"

    def stop(self) -> None:
        self._controller.stop()
