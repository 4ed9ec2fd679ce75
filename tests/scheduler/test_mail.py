"""Mails over a real socket: encrypted as the URL says, and to nobody whose certificate is not vouched for."""

import ssl

import pytest
import trustme
from pydantic import SecretStr

from scheduler.notify import message
from scheduler.notify.mail import Mail
from tests.scheduler.post import Post
from worker.errors import FetchFailed, Unusable
from worker.settings import Settings

PASSWORD = "p%3Aw"

#: aiosmtpd does not see that a connection was encrypted from its start.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def authority_file(authority, tmp_path):
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def serve(authority):
    """A function that starts a mail server with TLS; gives its port and what it was sent."""
    started = []

    def start(way, name="localhost", signed_by=authority):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signed_by.issue_cert(name).configure_cert(context)
        started.append(Post(**{way: context}))
        return started[-1]

    yield start
    for server in started:
        server.stop()


WAYS = {"smtps": "smtps", "starttls": "smtp"}


def mail(way, server, authority_file=None, *, user="duty", password=PASSWORD):
    return Mail(
        Settings(
            notify_smtp_url=SecretStr(f"{WAYS[way]}://{user}:{password}@localhost:{server.port}"),
            notify_smtp_ca_file=authority_file, notify_mail_from="broadsheet@paper.example",
            notify_mail_to="duty@paper.example",
        )
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_comes_encrypted_from_a_server_with_an_authority_of_ones_own(serve, authority_file, way):
    server = serve(way)
    mail(way, server, authority_file).send(message.trial())
    ((envelope, sent, cipher),) = server.got
    assert cipher[1].startswith("TLSv1.")
    assert envelope.rcpt_tos == ["duty@paper.example"]
    assert sent.get_content().strip() == "Test: Broadsheet can reach you here."


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_that_nobody_vouches_for_is_refused_in_one_line_that_says_what_to_set(serve, authority_file, way):
    stranger = trustme.CA()
    for server, known in ((serve(way), None), (serve(way, signed_by=stranger), authority_file)):
        with pytest.raises(FetchFailed) as caught:
            mail(way, server, known).send(message.trial())
        assert str(caught.value) == (
            "mail: localhost: its certificate is not trusted: unable to get local issuer certificate; name its "
            "authority with BROADSHEET_NOTIFY_SMTP_CA_FILE"
        )
        assert server.got == []


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_for_another_name_is_refused_whoever_signed_it(serve, authority_file, way):
    server = serve(way, name="mail.example")
    with pytest.raises(FetchFailed) as caught:
        mail(way, server, authority_file).send(message.trial())
    told = str(caught.value)
    assert "Hostname mismatch, certificate is not valid for 'localhost'" in told
    assert "CA_FILE" not in told
    assert server.got == []


@pytest.mark.parametrize("way", WAYS)
def test_a_refused_password_is_not_repeated(serve, authority_file, way):
    server = serve(way)
    with pytest.raises(FetchFailed) as caught:
        mail(way, server, authority_file, password="hunter2").send(message.trial())
    assert str(caught.value) == "mail: localhost: it refuses the password"


def test_a_server_that_speaks_the_other_way_is_one_line(serve, authority_file):
    # smtps:// to a port that begins in the clear: a common mistake of settings.
    server = serve("starttls")
    with pytest.raises(FetchFailed, match=r"^mail: localhost: [^\n]*SSL[^\n]*$"):
        mail("smtps", server, authority_file).send(message.trial())
    assert server.got == []


@pytest.mark.parametrize(("text", "why"), [(None, "No such file or directory"), ("no PEM", "no certificate in PEM")])
def test_an_authority_that_is_no_file_of_certificates_is_one_line(tmp_path, text, why):
    path = tmp_path / "authority.pem"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(Unusable, match=f"BROADSHEET_NOTIFY_SMTP_CA_FILE: {path}: {why}"):
        Mail(
            Settings(
                notify_smtp_url=SecretStr("smtps://mail.example"), notify_smtp_ca_file=path, notify_mail_from="a@b",
                notify_mail_to="c@d",
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "to", "told"), [("http://x", "a@b", "smtp://host"), ("smtp://host", "", "BROADSHEET_NOTIFY_MAIL_TO")]
)
def test_a_mail_server_that_cannot_be_used_is_one_line(url, to, told):
    with pytest.raises(Unusable, match=told):
        Mail(Settings(notify_smtp_url=SecretStr(url), notify_mail_from="a@b", notify_mail_to=to))
