"""Carry a message by mail: ``smtps://`` encrypts from the start, ``smtp://`` as soon as the server offers it."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from scheduler.notify.message import Message
from worker.errors import FetchFailed, Unusable
from worker.settings import Settings

#: Longest wait for the server at each step, seconds: the tick waits for it.
_SECONDS = 10.0


class Mail:
    """One server that takes mails for the configured receivers."""

    name = "mail"

    def __init__(self, settings: Settings) -> None:
        """Read the settings.

        Raises:
            Unusable: the address is no mail server's, or sender or receivers are not set.
        """
        assert settings.notify_smtp_url is not None
        self._server = urlsplit(settings.notify_smtp_url.get_secret_value())
        self._sender = settings.notify_mail_from
        self._receivers = [name.strip() for name in settings.notify_mail_to.split(",") if name.strip()]
        if self._server.scheme not in {"smtp", "smtps"} or not self._server.hostname:
            raise Unusable("BROADSHEET_NOTIFY_SMTP_URL must be smtp://host or smtps://host")
        if not self._sender or not self._receivers:
            raise Unusable("set BROADSHEET_NOTIFY_MAIL_FROM and BROADSHEET_NOTIFY_MAIL_TO")

    def send(self, message: Message) -> None:
        """Send it.

        Raises:
            FetchFailed: the server does not take it.
        """
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = message.subject, self._sender, ", ".join(self._receivers)
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="broadsheet.invalid")
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connected() as server:
                self._sign_in(server)
                server.send_message(mail, self._sender, self._receivers)
        except (smtplib.SMTPException, OSError) as error:
            # What a server says on a refused password may repeat the password.
            words = "it refuses the password" if isinstance(error, smtplib.SMTPAuthenticationError) else str(error)
            raise FetchFailed(f"mail: {self._server.hostname}: {' '.join(words.split())[:200]}") from None

    def _connected(self) -> smtplib.SMTP:
        assert self._server.hostname is not None
        context = ssl.create_default_context()
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(self._server.hostname, self._server.port or 465, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(self._server.hostname, self._server.port or 25, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif self._server.username and not _on_loopback(self._server):
            server.close()
            raise smtplib.SMTPException("offers no encryption, so the password is not sent to it")
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))


def _on_loopback(server: SplitResult) -> bool:
    try:
        return ip_address(server.hostname or "").is_loopback
    except ValueError:
        return server.hostname == "localhost"
