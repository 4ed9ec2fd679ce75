"""The story of an edition over real HTTP into real databases: what is stored, and what the rows say when it fails."""

import json
import os
import signal
import threading
import uuid
from collections import Counter
from datetime import date

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import func, select

from tests.conftest import shared
from worker import ingest
from worker.domain import Failure, PageState, State
from worker.store import editions, reading
from worker.store.moves import Change
from worker.store.tables import Article, Capture, Edition, Event, Page, Revision
from worker.verification import verify

DAY = date(2026, 3, 5)
SLUG = "linchuanribao"

pytestmark = pytest.mark.usefixtures("_clean_site")


def run(services, edition_id: int) -> Edition:
    """Everything that is due of an edition, as workers would do it; gives its row."""
    ingest.index(services, edition_id)
    with services.database.read() as session:
        due = [page.id for page in editions.pages_of(session, edition_id) if page.state is PageState.PENDING]
    for page_id in due:
        ingest.page(services, page_id)
    ingest.finish(services, edition_id)
    return row(services, edition_id)


def row(services, edition_id: int) -> Edition:
    with services.database.read() as session:
        return session.get_one(Edition, edition_id)


def reopen(services, edition_id: int) -> None:
    with services.database.begin() as session:
        change = Change(actor="operator:test", at=services.clock(), reason="opened again")
        ingest.moves.move_edition(session, edition_id, State.SCHEDULED, change, attempts=0, next_attempt_at=change.at)


def halves(site) -> tuple[dict, dict]:
    """The two halves of the article that jumps from one page to another."""
    published = site.expected(SLUG, DAY)
    second = next(item for item in published if item["continues"])
    return next(item for item in published if item["key"] == second["continues"]), second


def count(services, table, *where) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def exported(services) -> list[dict]:
    with services.database.read() as session:
        return list(reading.current(session))


@pytest.mark.parametrize("slug", ["linchuanribao", "yunduwanbao", "qiwanshibao"])
def test_an_edition_is_stored_whole_and_in_printed_order(services, site, open_edition, slug):
    edition = run(services, open_edition(slug))
    assert (edition.state, edition.error) == (State.COMPLETE, None)
    published = site.expected(slug, DAY)
    halves = [item for item in published if item["continues"]]
    stored = exported(services)
    assert [(item["page"].lstrip("0"), item["title"]) for item in stored] == [
        (str(item["page"]).lstrip("0"), item["title"]) for item in published if not item["continues"]
    ]
    text = Counter("".join("".join(item["paragraphs"]) for item in published))
    held = Counter("".join("".join([*item["paragraphs"], *item["signature"]]) for item in stored))
    with services.database.read() as session:
        for (removed,) in session.execute(select(Revision.removed)):
            held.update("".join(piece["text"] for piece in removed))
    assert not {char: n for char, n in (text - held).items() if not char.isspace()}, "text was lost"
    assert edition.articles == len(published) - len(halves)


def test_a_jump_makes_one_article_that_knows_its_pages_and_joins_once(services, site, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    first, second = halves(site)
    whole = next(item for item in exported(services) if item["title"] == first["title"])
    assert [page.lstrip("0") for page in whole["pages"]] == [
        str(first["page"]).lstrip("0"),
        str(second["page"]).lstrip("0"),
    ]
    assert "jump_joined" in whole["flags"]
    assert whole["paragraphs"][-1] == second["paragraphs"][-1]
    assert not any("下转" in paragraph or "上接" in paragraph for paragraph in whole["paragraphs"])
    revisions = count(services, Revision)
    reopen(services, edition_id)
    run(services, edition_id)
    assert count(services, Revision) == revisions
    with services.database.read() as session:
        removed = {piece["reason"] for piece in reading.one(session, whole["id"])["removed"]}
    assert "jump_line" in removed


def test_a_jump_whose_other_half_is_missing_is_flagged_and_joined_when_it_comes(services, site, clock, open_edition):
    edition_id = open_edition()
    first, second = halves(site)
    site.fail(second["url"].rpartition("/")[2], status=404)
    run(services, edition_id)
    alone = next(item for item in exported(services) if item["title"] == first["title"])
    assert "jump_unresolved" in alone["flags"]
    site.clear()
    reopen(services, edition_id)
    run(services, edition_id)
    whole = next(item for item in exported(services) if item["id"] == alone["id"])
    assert "jump_joined" in whole["flags"]
    assert whole["revision"] == alone["revision"] + 1


def test_every_answer_lies_in_the_archive_and_its_index(services, open_edition):
    edition = run(services, open_edition())
    with services.database.read() as session:
        captures = session.scalars(select(Capture).where(Capture.edition_id == edition.id)).all()
        revisions = session.scalars(select(Revision)).all()
    assert len(captures) == 1 + edition.pages + count(services, Article)
    by_id = {capture.id: capture for capture in captures}
    for revision in revisions:
        capture = by_id[revision.capture_id]
        body = services.archive.read(ingest.captures.location(capture))
        assert len(body) == capture.size
        assert revision.captured_at == capture.fetched_at


def test_reading_again_stores_nothing_twice(services, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    before = (count(services, Article), count(services, Revision))
    reopen(services, edition_id)
    assert run(services, edition_id).state is State.COMPLETE
    assert (count(services, Article), count(services, Revision)) == before


def test_a_corrected_article_gets_a_revision_and_keeps_the_old_one(services, site, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    titles = Counter(item["title"] for item in site.expected(SLUG, DAY) if item["title"] and item["paragraphs"])
    title = next(title for title, times in titles.items() if times == 1)
    correction = f"更正：本段已经改过，编号{uuid.uuid4().hex}。"
    first = next(item for item in exported(services) if item["title"] == title)
    revisions = count(services, Revision)
    site.correct(SLUG, DAY, title, correction)
    reopen(services, edition_id)
    run(services, edition_id)
    second = next(item for item in exported(services) if item["id"] == first["id"])
    assert second["revision"] == 2
    assert correction in second["paragraphs"]
    with services.database.read() as session:
        assert reading.one(session, first["id"], 1)["paragraphs"] == first["paragraphs"]
    assert count(services, Revision) == revisions + 1


def test_a_message_that_comes_twice_does_nothing_the_second_time(services, open_edition):
    edition_id = open_edition()
    first = ingest.index(services, edition_id)
    assert ingest.index(services, edition_id).state is None
    ingest.page(services, first.pages[0])
    events = count(services, Event)
    again = ingest.page(services, first.pages[0])
    assert (again.state, again.failed) == (None, False)
    assert count(services, Event) == events


def test_the_last_page_finishes_the_edition_and_only_once(services, open_edition):
    edition_id = open_edition()
    for page_id in ingest.index(services, edition_id).pages:
        assert ingest.finish(services, edition_id).state is None
        ingest.page(services, page_id)
    assert ingest.finish(services, edition_id).state is State.COMPLETE
    assert ingest.finish(services, edition_id).state is None
    assert count(services, Event, Event.page_id.is_(None), Event.to_state == "complete") == 1


@pytest.mark.parametrize("how", ["404", "yesterday", "empty", "refresh"])
def test_an_edition_that_is_not_out_waits_and_becomes_missing_after_its_deadline(
    services, site, clock, open_edition, how
):
    edition_id = open_edition()
    site.not_yet(SLUG, DAY, how)
    edition = run(services, edition_id)
    assert edition.state is State.WAITING
    assert edition.next_attempt_at > clock()
    assert edition.error
    assert count(services, Article) == 0
    clock.forward(hours=12)
    assert run(services, edition_id).state is State.MISSING
    site.publish(SLUG, DAY)


def test_an_edition_that_comes_late_is_read(services, site, clock, open_edition):
    edition_id = open_edition()
    site.not_yet(SLUG, DAY, "404")
    assert run(services, edition_id).state is State.WAITING
    site.publish(SLUG, DAY)
    assert run(services, edition_id).state is State.WAITING, "not before its time"
    clock.forward(minutes=30)
    assert run(services, edition_id).state is State.COMPLETE


def test_yesterdays_text_is_never_stored_under_today(services, site, open_edition):
    site.not_yet(SLUG, DAY, "yesterday")
    edition = run(services, open_edition())
    assert "2026-03-04" in edition.error
    assert count(services, Page) == 0
    site.publish(SLUG, DAY)


@pytest.mark.parametrize("fault", ["fail", "reset", "cut", "empty", "garbage", "block"])
def test_an_index_that_fails_is_tried_again_and_then_given_up(services, site, clock, settings, open_edition, fault):
    getattr(site, fault)("Page01")
    edition_id = open_edition()
    for attempt in range(1, settings.max_attempts + 1):
        edition = run(services, edition_id)
        assert edition.attempts == attempt
        assert edition.error
        assert edition.state is (State.SCHEDULED if attempt < settings.max_attempts else State.FAILED)
        clock.forward(hours=2)
    assert count(services, Article) == 0


def test_a_bad_page_does_not_sink_the_edition(services, site, clock, settings, open_edition):
    edition_id = open_edition()
    first = ingest.index(services, edition_id)
    site.fail("Page02", status=500)
    for _ in range(settings.max_attempts):
        for page_id in first.pages:
            ingest.page(services, page_id)
        clock.forward(hours=2)
    ingest.finish(services, edition_id)
    edition = row(services, edition_id)
    assert edition.state is State.PARTIAL
    assert "page 02" in edition.error
    assert "500" in edition.error
    here = [item for item in site.expected(SLUG, DAY) if int(item["page"]) != 2 and not item["continues"]]
    assert edition.articles == len(here)


@pytest.mark.parametrize("fault", ["block", "garbage", "empty", "cut"])
def test_an_answer_that_is_no_page_is_never_taken_for_an_empty_page(services, site, clock, open_edition, fault):
    pages = ingest.index(services, open_edition()).pages
    getattr(site, fault)("Page02")
    outcome = ingest.page(services, pages[1])
    assert (outcome.state, outcome.failed) == (PageState.PENDING, True)
    site.clear()
    clock.forward(minutes=10)
    assert ingest.page(services, pages[1]).state is PageState.DONE


def test_an_article_that_fails_is_waited_for_while_the_others_are_stored(services, site, clock, open_edition):
    edition_id = open_edition()
    pages = ingest.index(services, edition_id).pages
    site.fail("Articel01002", status=503, times=1)
    outcome = ingest.page(services, pages[0])
    assert outcome.state is PageState.PENDING
    stored = count(services, Article)
    assert stored > 0
    clock.forward(minutes=10)
    assert ingest.page(services, pages[0]).state is PageState.DONE
    assert count(services, Article) == stored + 1


def test_an_article_that_is_gone_leaves_the_page_and_the_edition_partial(services, site, open_edition):
    site.fail("Articel01002", status=404)
    edition = run(services, open_edition())
    assert edition.state is State.PARTIAL
    assert "Articel01002" in edition.error


def test_an_article_that_a_later_reading_misses_is_withdrawn_but_kept(services, site, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    before = len(exported(services))
    with services.database.begin() as session:
        first_page = editions.pages_of(session, edition_id)[0]
        change = Change(actor="operator:test", at=services.clock(), reason="opened again")
        ingest.moves.move_page(session, first_page.id, PageState.PENDING, change, next_attempt_at=change.at)
        ghost = Article(
            edition_id=edition_id, page_id=first_page.id, key="/gone", position=9, source_url="/gone",
            revision=1, first_seen_at=change.at,
        )  # fmt: skip
        session.add(ghost)
    ingest.page(services, first_page.id)
    assert len(exported(services)) == before
    assert count(services, Article, Article.withdrawn_at.is_not(None)) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(services, site, open_edition):
    edition_id = open_edition()
    page_id = ingest.index(services, edition_id).pages[0]

    def take_over(*_arguments: object) -> None:
        with services.database.begin() as session:
            page = session.get_one(Page, page_id)
            page.token += 1

    original = services.archive.append
    try:
        services.archive.append = lambda *arguments: (take_over(), original(*arguments))[1]
        outcome = ingest.page(services, page_id)
    finally:
        services.archive.append = original
    assert outcome.state is None
    assert count(services, Article) == 0
    assert verify(services).problems == [], "what it fetched is in the archive without a row"
    with services.database.read() as session:
        assert session.get_one(Page, page_id).state is PageState.FETCHING


def test_of_two_who_finish_an_edition_at_the_same_time_the_second_writes_nothing(services, open_edition, monkeypatch):
    edition_id = open_edition()
    for page_id in ingest.index(services, edition_id).pages:
        ingest.page(services, page_id)
    ends = []
    second = threading.Thread(target=lambda: ends.append(ingest.finish(services, edition_id)))
    real = ingest.jumps.joins.store

    def store(*arguments):
        # The first has read what there is to join; now the second comes.
        monkeypatch.setattr(ingest.jumps.joins, "store", real)
        second.start()
        second.join(1)
        return real(*arguments)

    monkeypatch.setattr(ingest.jumps.joins, "store", store)
    ends.append(ingest.finish(services, edition_id))
    second.join(60)
    assert sorted(end.state or "" for end in ends) == ["", State.COMPLETE]
    assert count(services, Revision, Revision.parts.is_not(None)) == 1


def test_a_page_that_takes_longer_than_a_task_may_has_a_passing_failure(services, site, settings, open_edition):
    """A slow site is no bug of ours."""
    page_id = ingest.index(services, open_edition()).pages[0]
    held = site.hold("Articel")

    def over(*_):
        raise SoftTimeLimitExceeded

    # As Celery's pool tells its child.
    before = signal.signal(signal.SIGUSR1, over)
    # Two at a time; both have come, so that no connection is just being made.
    threading.Thread(target=lambda: held.wait_arrived(20, 2) and os.kill(os.getpid(), signal.SIGUSR1)).start()
    try:
        ingest.page(services, page_id)
    finally:
        signal.signal(signal.SIGUSR1, before)
        held.release()
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.state, page.failure) == (PageState.PENDING, Failure.PASSING)
    assert page.error == f"not done within {settings.task_soft_seconds} s"


def test_a_full_disk_is_a_reason_and_nothing_is_stored(services, monkeypatch, open_edition):
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("worker.fetch.archive.os.write", full)
    edition = run(services, open_edition())
    assert edition.state is State.SCHEDULED
    assert "No space left" in edition.error
    assert count(services, Capture) == 0


@pytest.mark.parametrize(
    "place",
    ["worker.job.Job.acquire", "worker.ingest._read_layout", "worker.ingest._open_pages"],
)
def test_whatever_an_index_raises_its_row_says_so(services, monkeypatch, open_edition, place):
    monkeypatch.setattr(place, _broken)
    edition = run(services, open_edition())
    assert edition.state is State.SCHEDULED
    assert "internal error: ZeroDivisionError" in edition.error
    assert edition.lease_owner is None


@pytest.mark.parametrize(
    "place",
    [
        "worker.job.Job.acquire",
        "worker.ingest._read_layout",
        "worker.ingest._restore",
        "worker.ingest._store_page",
        "worker.store.articles.store",
    ],
)
def test_whatever_a_page_raises_its_row_says_so(services, monkeypatch, open_edition, place):
    page_id = ingest.index(services, open_edition()).pages[0]
    monkeypatch.setattr(place, _broken)
    outcome = ingest.page(services, page_id)
    assert (outcome.state, outcome.failed) == (PageState.PENDING, True)
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert "internal error: ZeroDivisionError" in page.error
    assert page.lease_owner is None
    assert page.next_attempt_at > services.clock()
    assert count(services, Article) == 0


def test_the_seed_page_is_stored_as_eight_items(services, open_edition):
    dump = shared("seed", "weifang-daily-2026-03-05-page.txt")
    edition_id = open_edition()
    outcome = ingest.index_text(services, edition_id, [(dump.name, dump.read_bytes())])
    for page_id in outcome.pages:
        ingest.page(services, page_id)
    ingest.finish(services, edition_id)
    edition = row(services, edition_id)
    assert (edition.state, edition.articles) == (State.COMPLETE, 8)
    expected = json.loads(shared("seed", "weifang-daily-2026-03-05-page.expected.json").read_text("utf-8"))
    assert {item["title"] for item in exported(services)} == {item["title"] for item in expected["items"]}


def _broken(*_arguments: object, **_options: object) -> None:
    raise ZeroDivisionError("a bug")
