"""People are told, by a real web server and a real mail server: once a cause, and when it is over."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from scheduler.notify import book, message
from scheduler.notify.causes import causes
from scheduler.notify.mail import Mail
from scheduler.notify.tell import tell
from scheduler.notify.webhook import Webhook
from tests.factories import DAY, make_edition, make_page, make_publication
from tests.scheduler.hook import Hook
from tests.scheduler.post import Post
from worker.domain import PageState, State
from worker.errors import FetchFailed
from worker.services import Services
from worker.settings import Settings
from worker.store.tables import Edition, Notification

#: aiosmtpd warns of a password without TLS, which on loopback is what we want.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.stop()


@pytest.fixture
def post():
    made = Post()
    yield made
    made.stop()


def told_by(services: Services, **settings) -> Services:
    """The same services with these settings."""
    update = {name: SecretStr(value) if "url" in name or "hook" in name else value for name, value in settings.items()}
    return Services(
        settings=services.settings.model_copy(update=update), database=services.database, archive=services.archive,
        fetcher=services.fetcher, clock=services.clock, actor="tick:test",
    )  # fmt: skip


@pytest.fixture
def hooked(services, hook) -> Services:
    return told_by(services, notify_webhook=hook.url)


def set_edition(services, edition: int, **values) -> None:
    with services.database.begin() as session:
        row = session.get_one(Edition, edition)
        for name, value in values.items():
            setattr(row, name, value)


def rows(services) -> list[Notification]:
    with services.database.read() as session:
        return list(session.scalars(select(Notification).order_by(Notification.id)))


def test_nothing_is_sent_and_nothing_kept_while_all_is_well_or_nobody_is_configured(services, hooked, hook):
    make_edition(services, state=State.COMPLETE)
    assert tell(hooked) == 0
    make_edition(services, state=State.FAILED)
    assert tell(services) == 0
    assert (hook.got, rows(services)) == ([], [])


def test_one_fault_of_many_editions_is_one_message_told_once_even_after_a_restart(services, hooked, hook, clock):
    for number in range(7):
        one = make_publication(services, slug=f"paper-{number}", name=f"第{number}报")
        make_edition(services, publication_id=one, state=State.FAILED, error="HTTP 500", fingerprint="ab12")
    assert tell(hooked) == 1
    for _ in range(3):
        clock.forward(minutes=1)
        assert tell(told_by(services, notify_webhook=hook.url)) == 0
    (sent,) = hook.messages()
    assert sent["text"].startswith("Failed: 第0报 (paper-0) 2026-03-05 and 6 more: failed (HTTP 500)")
    assert "and 2 more" in sent["text"]
    (told,) = sent["notifications"]
    assert (told["cause"], told["state"], told["count"], len(told["editions"])) == ("failed:ab12", "open", 7, 7)
    (row,) = rows(services)
    assert (row.count, row.first_at, row.last_at, row.sent_at) == (
        7, clock() - timedelta(minutes=3), clock(), clock() - timedelta(minutes=3),
    )  # fmt: skip


def test_each_missing_newspaper_and_each_day_is_a_cause_and_those_of_one_tick_are_one_message(services, hooked, hook):
    one = make_publication(services, slug="hedongbao", name="河东报")
    make_edition(services, publication_id=one, state=State.MISSING)
    make_edition(services, publication_id=one, state=State.MISSING, date=DAY - timedelta(days=1))
    make_edition(services, state=State.SUSPECT)
    assert tell(hooked) == 1
    (sent,) = hook.messages()
    assert len(sent["notifications"]) == 3
    assert sent["subject"] == "Broadsheet: 3 to look at"
    assert "Missing: 河东报 (hedongbao) 2026-03-05: missing: not published by the deadline" in sent["text"]


def test_a_late_edition_is_told_and_that_it_is_in(services, hooked, hook, clock):
    edition = make_edition(services, state=State.WAITING, expected_at=clock() - timedelta(hours=3))
    make_page(services, make_edition(services, state=State.PARTIAL), state=PageState.QUARANTINED, fingerprint="q")
    tell(hooked)
    assert {told["problem"] for told in hook.messages()[0]["notifications"]} == {"late", "quarantined"}
    set_edition(services, edition, state=State.PROCESSING)
    clock.forward(minutes=1)
    assert tell(hooked) == 0
    set_edition(services, edition, state=State.COMPLETE)
    assert tell(hooked) == 1
    assert hook.messages()[1]["text"].startswith("Over: ")
    assert hook.messages()[1]["notifications"][0]["state"] == "resolved"
    assert tell(hooked) == 0


def test_a_late_edition_that_becomes_missing_is_not_called_over(services, hooked, hook, clock):
    edition = make_edition(services, state=State.WAITING, expected_at=clock() - timedelta(hours=3))
    tell(hooked)
    set_edition(services, edition, state=State.MISSING)
    tell(hooked)
    assert [told["problem"] for sent in hook.messages() for told in sent["notifications"]] == ["late", "missing"]


def test_an_edition_that_is_tried_again_and_fails_again_is_the_same_cause(services, hooked, hook):
    edition = make_edition(services, state=State.FAILED, fingerprint="ab")
    tell(hooked)
    set_edition(services, edition, state=State.PROCESSING, fingerprint=None)
    tell(hooked)
    set_edition(services, edition, state=State.FAILED, fingerprint="ab")
    tell(hooked)
    assert len(hook.got) == 1


def test_an_operator_who_holds_an_edition_is_left_in_peace(services, hooked, hook, clock):
    edition = make_edition(services, state=State.FAILED)
    tell(hooked)
    set_edition(services, edition, held_at=clock())
    tell(hooked)
    assert len(hook.got) == 1
    assert [row.resolved_at for row in rows(services)] == [clock()]


def test_a_cause_that_lasts_and_grows_is_told_again_after_a_day(services, hooked, hook, clock):
    make_edition(services, state=State.FAILED, fingerprint="ab")
    tell(hooked)
    make_edition(services, state=State.FAILED, fingerprint="ab")
    tell(hooked)
    assert len(hook.got) == 1
    clock.forward(hours=25)
    make_edition(services, state=State.FAILED, fingerprint="ab", date=DAY + timedelta(days=1))
    tell(hooked)
    tell(hooked)
    assert len(hook.got) == 2


def test_a_message_that_nobody_took_is_sent_by_a_later_tick(services, hooked, hook, clock):
    make_edition(services, state=State.FAILED)
    hook.status = 503
    assert tell(hooked) == 0
    (row,) = rows(services)
    assert (row.sent_at, row.pending, row.error) == (None, "open", "webhook: HTTP 503")
    hook.status = 200
    clock.forward(minutes=1)
    assert tell(hooked) == 1
    (row,) = rows(services)
    assert (row.sent_at, row.pending, row.error) == (clock(), None, None)
    assert len(hook.got) == 2


def test_what_one_way_has_taken_only_the_other_is_sent_again(services, hook, post, clock):
    server = f"smtp://duty:p%3Aw@127.0.0.1:{post.port}"
    both = told_by(
        services, notify_webhook=hook.url, notify_smtp_url=server,
        notify_mail_from="broadsheet@paper.example", notify_mail_to="duty@paper.example, night@paper.example",
    )  # fmt: skip
    make_edition(services, state=State.FAILED, error="HTTP 500 东")
    hook.status = 500
    assert tell(both) == 1
    hook.status = 200
    assert tell(both) == 1
    assert tell(both) == 0
    assert (len(hook.got), len(post.got)) == (2, 1)
    envelope, mail, _ = post.got[0]
    assert envelope.rcpt_tos == ["duty@paper.example", "night@paper.example"]
    assert mail["Subject"].startswith("Broadsheet: Failed: ")
    assert "HTTP 500 东" in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_two_ticks_at_once_send_one_message(services, hook):
    make_edition(services, state=State.FAILED)
    start = threading.Barrier(2)
    sent = []

    def run() -> None:
        start.wait()
        sent.append(tell(told_by(services, notify_webhook=hook.url)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(sent), len(hook.got), len(rows(services))) == ([0, 1], 1, 1)


def test_a_scheduler_that_died_while_it_sent_is_replaced_by_another(services, hooked, hook, clock):
    make_edition(services, state=State.FAILED)
    hook.status = 500
    tell(hooked)
    with services.database.begin() as session:
        session.scalars(select(Notification)).one().claimed_until = clock() + timedelta(minutes=5)
    hook.status = 200
    assert tell(hooked) == 0
    clock.forward(minutes=6)
    assert tell(hooked) == 1


def test_a_standstill_is_told_once_it_has_lasted(services, hooked, hook, clock):
    make_edition(services, next_attempt_at=clock() - timedelta(minutes=30))
    assert tell(hooked) == 0, "a service that was just started has its work still before it"
    clock.forward(minutes=6)
    assert tell(hooked) == 1
    assert "nothing has progressed" in hook.messages()[0]["text"]
    with services.database.begin() as session:
        session.scalars(select(Edition)).one().next_attempt_at = None
    assert tell(hooked) == 1
    assert hook.messages()[1]["text"].startswith("Over: nothing has progressed")


def test_a_post_is_signed_over_its_time_and_body(hook):
    settings = Settings(notify_webhook=SecretStr(hook.url), notify_webhook_key=SecretStr("key"))
    Webhook(settings).send(message.trial())
    _, headers, body = hook.got[0]
    expected = hmac.new(b"key", f"{headers['X-Broadsheet-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Broadsheet-Signature"] == f"sha256={expected}"


@pytest.mark.parametrize(
    ("form", "path"), [("slack", ("text",)), ("feishu", ("content", "text")), ("dingtalk", ("text", "content"))]
)
def test_chats_get_the_text_where_they_look_for_it(hook, form, path):
    settings = Settings(
        notify_webhook=SecretStr(f"{hook.url}?access_token=t"), notify_webhook_format=form,
        notify_webhook_key=SecretStr("key"),
    )  # fmt: skip
    Webhook(settings).send(message.trial())
    url, headers, body = hook.got[0]
    value = json.loads(body)
    query = parse_qs(urlsplit(url).query)
    if form == "feishu":
        key = f"{value['timestamp']}\nkey".encode()
        assert value["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    elif form == "dingtalk":
        signed = hmac.new(b"key", f"{query['timestamp'][0]}\nkey".encode(), hashlib.sha256).digest()
        assert base64.b64decode(query["sign"][0]) == signed
    else:
        assert "X-Broadsheet-Signature" in headers
    for word in path:
        value = value[word]
    assert value == "Test: Broadsheet can reach you here."


def test_a_chat_that_answers_200_and_refuses_is_a_failure(hook):
    settings = Settings(notify_webhook=SecretStr(hook.url), notify_webhook_format="dingtalk")
    hook.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
    with pytest.raises(FetchFailed, match="dingtalk refuses it: code 310000"):
        Webhook(settings).send(message.trial())


def test_no_failure_shows_a_secret(post):
    # Nobody listens at the port of a socket that is closed again.
    away = Settings(
        notify_webhook=SecretStr("http://127.0.0.1:9/token-secret"), notify_mail_from="a@b", notify_mail_to="c@d"
    )
    with pytest.raises(FetchFailed) as caught:
        Webhook(away).send(message.trial())
    assert "secret" not in str(caught.value)
    wrong = away.model_copy(update={"notify_smtp_url": SecretStr(f"smtp://duty:secret@127.0.0.1:{post.port}")})
    with pytest.raises(FetchFailed, match="refuses the password") as caught:
        Mail(wrong).send(message.trial())
    assert "secret" not in str(caught.value)


def test_a_message_claimed_by_a_dead_scheduler_is_sent_although_the_clock_went_back(services, hooked, hook, clock):
    make_edition(services, state=State.FAILED, fingerprint="ab")
    with services.database.begin() as session:
        book.keep(session, causes(session, clock(), timedelta(hours=1)), clock())
        assert len(book.claim(session, clock())) == 1
    assert tell(hooked) == 0
    clock.forward(hours=-1)
    assert tell(hooked) == 1


def test_patience_with_a_standstill_does_not_grow_by_the_hour_that_the_clock_went_back(services, hooked, hook, clock):
    make_page(services, next_attempt_at=clock() - timedelta(hours=9))
    assert tell(hooked) == 0
    clock.forward(hours=-1)
    assert tell(hooked) == 0
    clock.forward(minutes=6)
    assert tell(hooked) == 1
    assert hook.messages()[0]["notifications"][0]["problem"] == "no_progress"
