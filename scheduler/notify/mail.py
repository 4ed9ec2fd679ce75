"""Carry a message by mail: ``smtps://`` encrypts from the start, ``smtp://`` as soon as the server offers it."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from scheduler.notify.message import Message
from worker.errors import FetchFailed, Unusable
from worker.settings import Settings

#: Longest wait for the server at each step, seconds: the tick waits for it.
_SECONDS = 10.0

#: OpenSSL's X509_V_ERR_* for a certificate whose authority is not known (x509_vfy.h).
_UNKNOWN = {18, 19, 20, 21}


class Mail:
    """One server that takes mails for the configured receivers."""

    name = "mail"

    def __init__(self, settings: Settings) -> None:
        """Read the settings.

        Raises:
            Unusable: the address is no mail server's, sender or receivers are not set, or the authority's file is none.
        """
        assert settings.notify_smtp_url is not None
        self._server = urlsplit(settings.notify_smtp_url.get_secret_value())
        self._sender = settings.notify_mail_from
        self._receivers = [name.strip() for name in settings.notify_mail_to.split(",") if name.strip()]
        if self._server.scheme not in {"smtp", "smtps"} or not self._server.hostname:
            raise Unusable("BROADSHEET_NOTIFY_SMTP_URL must be smtp://host or smtps://host")
        if not self._sender or not self._receivers:
            raise Unusable("set BROADSHEET_NOTIFY_MAIL_FROM and BROADSHEET_NOTIFY_MAIL_TO")
        self._context = _trusting(settings.notify_smtp_ca_file)

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
            raise FetchFailed(f"mail: {self._server.hostname}: {_why(error)}") from None

    def _connected(self) -> smtplib.SMTP:
        assert self._server.hostname is not None
        host, port = self._server.hostname, self._server.port
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=_SECONDS, context=self._context)
        server = smtplib.SMTP(host, port or 25, timeout=_SECONDS)
        try:
            self._encrypt(server)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=self._context)
            server.ehlo()
        elif self._server.username and not _on_loopback(self._server):
            raise smtplib.SMTPException("offers no encryption, so the password is not sent to it")

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))


def _on_loopback(server: SplitResult) -> bool:
    try:
        return ip_address(server.hostname or "").is_loopback
    except ValueError:
        return server.hostname == "localhost"


def _trusting(authority: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        # An SSLError has no strerror worth reading: it tells OpenSSL's function.
        why = "no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise Unusable(f"BROADSHEET_NOTIFY_SMTP_CA_FILE: {authority}: {why}") from error


def _why(error: Exception) -> str:
    """Why a server does not take a mail, one line without a secret."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # What a server says on a refused password may repeat the password.
        return "it refuses the password"
    if isinstance(error, ssl.SSLCertVerificationError):
        told = error.verify_message.rstrip(".")
        remedy = "; name its authority with BROADSHEET_NOTIFY_SMTP_CA_FILE" if error.verify_code in _UNKNOWN else ""
        return f"its certificate is not trusted: {told}{remedy}"
    return " ".join(str(error).split())[:200]
