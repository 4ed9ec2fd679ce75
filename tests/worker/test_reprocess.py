"""Editions read again from the raw archive, and captures that came twice: real HTTP, real files, real databases."""

import dataclasses
import gzip
from datetime import UTC, datetime, timedelta

import pytest
from fastwarc.warc import ArchiveIterator
from sqlalchemy import select, update

from tests.worker.test_ingest import DAY, SLUG, count, exported, reopen, row, run
from worker import ingest
from worker.domain import PageState, State
from worker.fetch.offline import NoFetcher
from worker.reprocess import editions_between, reprocess
from worker.store import captures, editions
from worker.store.tables import Article, Capture, Edition, Event, Page, Publication, Revision
from worker.verification import verify

__all__ = ["open_edition"]


@pytest.fixture(autouse=True)
def _clean_site(site):
    site.clear()
    yield
    site.clear()


@pytest.fixture
def operator(services):
    """Services of an operator that cannot make a request."""

    class Raising(NoFetcher):
        def get_all(self, urls, *_arguments, **_how):
            raise AssertionError(f"a request was made: {urls}")

    return dataclasses.replace(services, fetcher=Raising(), actor="operator:test")


def all_captures(services):
    with services.database.read() as session:
        return session.scalars(select(Capture).order_by(Capture.id)).all()


def records(services):
    """WARC type, profile and HTTP status of all records, their digests checked by a program that is not ours."""
    found = []
    for name in services.archive.files():
        with (services.archive.folder / name).open("rb") as file:
            for record in ArchiveIterator(file, parse_http=False):
                assert record.verify_block_digest()
                headers = dict(record.headers)
                found.append((headers["WARC-Type"], headers.get("WARC-Profile", "").rpartition("/")[2], headers))
    return [item for item in found if item[0] != "warcinfo"]


def test_reading_the_same_software_again_changes_nothing_and_asks_nobody(services, site, operator, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    before, asked = exported(services), len(site.requests)
    report = reprocess(operator, edition_id)
    assert (report.before, report.after, report.failures) == (State.COMPLETE, State.COMPLETE, [])
    assert (report.stored.new, report.stored.changed, report.stored.withdrawn) == (0, 0, 0)
    assert report.stored.same >= len(before)
    assert exported(services) == before
    assert len(site.requests) == asked


def test_a_better_parser_makes_revisions_of_what_it_reads_otherwise(services, operator, open_edition, monkeypatch):
    edition_id = open_edition()
    run(services, edition_id)
    before = {item["id"]: item for item in exported(services)}
    real = ingest.restore_article

    def better(parsed):
        restored = real(parsed)
        items = tuple(
            dataclasses.replace(item, title=f"{item.title}！") if item.title and len(item.title) % 2 else item
            for item in restored.items
        )
        return dataclasses.replace(restored, items=items)

    monkeypatch.setattr(ingest, "restore_article", better)
    dry = reprocess(operator, edition_id, dry_run=True)
    assert {item["id"]: item for item in exported(services)} == before
    assert row(services, edition_id).state is State.COMPLETE
    revisions, events = count(services, Revision), count(services, Event)
    report = reprocess(operator, edition_id)
    assert report.stored == dry.stored
    assert report.stored.changed > 0
    assert count(services, Revision) >= revisions + report.stored.changed
    assert count(services, Event) > events
    after = {item["id"]: item for item in exported(services)}
    assert after.keys() == before.keys()
    assert any(item["title"] == f"{before[key]['title']}！" for key, item in after.items())
    with services.database.read() as session:
        actors = set(session.scalars(select(Event.actor).where(Event.reason == "read again from the archive")))
    assert actors == {"operator:test"}


def test_a_dry_run_leaves_no_trace(services, operator, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    tables = (Edition, Page, Article, Revision, Event, Capture)

    def everything():
        with services.database.read() as session:
            return [session.execute(select(table.__table__).order_by(table.id)).all() for table in tables]

    before = everything()
    assert reprocess(operator, edition_id, dry_run=True).after is State.COMPLETE
    assert everything() == before


def test_a_parser_that_fails_is_told_and_what_is_stored_stands(services, operator, open_edition, monkeypatch):
    edition_id = open_edition()
    run(services, edition_id)
    stored = count(services, Article)

    def broken(*_arguments):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "restore_article", broken)
        report = reprocess(operator, edition_id)
    assert report.after is State.COMPLETE
    assert len(report.failures) == report.pages > 0
    assert "ZeroDivisionError" in report.failures[0][1]
    assert count(services, Article, Article.withdrawn_at.is_(None)) == stored
    assert reprocess(operator, edition_id).after is State.COMPLETE


def test_a_page_that_never_came_stays_as_it_is_and_is_named(services, site, operator, clock, settings, open_edition):
    edition_id = open_edition()
    outcome = ingest.index(services, edition_id)
    with services.database.read() as session:
        last = session.get_one(Page, outcome.pages[-1])
    site.reset(last.url.rpartition("/")[2])
    for _ in range(settings.max_attempts):
        for page_id in outcome.pages:
            ingest.page(services, page_id)
        clock.forward(hours=2)
    ingest.finish(services, edition_id)
    assert row(services, edition_id).state is State.PARTIAL
    report = reprocess(operator, edition_id)
    assert [number for number, _ in report.failures] == [last.number]
    assert "not in the archive" in report.failures[0][1]
    assert report.after is State.PARTIAL
    with services.database.read() as session:
        assert session.get_one(Page, last.id).state is PageState.FAILED


def test_an_edition_that_is_being_worked_on_is_left_alone(services, operator, open_edition):
    edition_id = open_edition()
    ingest.index(services, edition_id)
    report = reprocess(operator, edition_id)
    assert "processing" in report.skipped
    assert report.pages == 0


def test_a_worker_that_holds_a_page_keeps_it(services, operator, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    with services.database.begin() as session:
        page = editions.pages_of(session, edition_id)[0]
        session.execute(update(Page).where(Page.id == page.id).values(state=PageState.FETCHING))
    assert "worked on" in reprocess(operator, edition_id).skipped


def test_page_dumps_are_read_again_too(services, operator, open_edition):
    edition_id = open_edition()
    text = "要闻\n\n河东新桥通车\n本报讯（记者 王一）3月4日，河东新桥建成通车。\n全桥长三百米。\n"
    outcome = ingest.index_text(services, edition_id, [("a.txt", text.encode())])
    for page_id in outcome.pages:
        ingest.page(services, page_id, by_hand=True)
    ingest.finish(services, edition_id)
    before = exported(services)
    report = reprocess(operator, edition_id)
    assert (report.failures, report.stored.changed, report.stored.new) == ([], 0, 0)
    assert exported(services) == before


def test_editions_are_found_by_their_days(services, open_edition):
    first, second = open_edition(), open_edition(day=DAY.replace(day=6))
    with services.database.read() as session:
        assert list(editions_between(session, SLUG, DAY, DAY)) == [first]
        assert list(editions_between(session, SLUG, DAY, DAY.replace(day=9))) == [first, second]
        assert list(editions_between(session, "nobody", DAY, DAY)) == []


@pytest.mark.parametrize("etags", [True, False], ids=["304", "same bytes"])
def test_what_has_not_changed_is_filed_by_reference_and_read_from_its_original(
    services, site, operator, open_edition, etags
):
    site.etags = etags
    edition_id = open_edition()
    run(services, edition_id)
    first = all_captures(services)
    # The index is fetched once more as the first page.
    assert len([capture for capture in first if capture.revisit_of]) == len(first) - len({one.url for one in first})
    before = exported(services)
    for _ in range(2):
        reopen(services, edition_id)
        assert run(services, edition_id).state is State.COMPLETE
    assert exported(services) == before
    again = all_captures(services)[len(first) :]
    assert {capture.status for capture in again} == {304 if etags else 200}
    by_id = {capture.id: capture for capture in all_captures(services)}
    for capture in again:
        original = by_id[capture.revisit_of]
        assert original.revisit_of is None
        assert (original.url, original.sha256, original.size) == (capture.url, capture.sha256, capture.size)
        assert capture.warc_length < 1500
    profile = "server-not-modified" if etags else "identical-payload-digest"
    revisits = [headers for kind, found, headers in records(services) if kind == "revisit" and found == profile]
    assert len(revisits) == len([capture for capture in all_captures(services) if capture.revisit_of])
    assert all(headers["WARC-Refers-To-Target-URI"] and headers["WARC-Refers-To-Date"] for headers in revisits)
    report = reprocess(operator, edition_id)
    assert (report.after, report.failures, report.stored.changed) == (State.COMPLETE, [], 0)
    assert verify(services).problems == []


def test_a_page_that_changed_is_fetched_whole_although_it_was_known(services, site, open_edition):
    site.etags = True
    edition_id = open_edition()
    run(services, edition_id)
    title = next(item["title"] for item in site.expected(SLUG, DAY) if item["paragraphs"] and item["title"])
    site.correct(SLUG, DAY, title, "更正：本段又改过一次。")
    reopen(services, edition_id)
    run(services, edition_id)
    assert any("更正：本段又改过一次。" in item["paragraphs"] for item in exported(services))
    assert {200, 304} <= {capture.status for capture in all_captures(services)}


def test_a_capture_says_where_and_how_long(services, site, open_edition):
    run(services, open_edition())
    for capture in all_captures(services):
        assert capture.host == site.url.removeprefix("http://")
        assert 0 < capture.elapsed_seconds < 60
        assert capture.payload_digest.startswith("sha1:")


def test_a_host_at_rest_gives_the_page_back_without_counting_the_attempt(services, site, clock, settings, open_edition):
    edition_id = open_edition()
    pages = ingest.index(services, edition_id).pages
    site.fail("linchuanribao", status=429, retry_after=3600, times=1)
    ingest.page(services, pages[0])
    asked = len(site.requests)
    for _ in range(settings.max_attempts + 2):
        outcome = ingest.page(services, pages[1])
        assert outcome.state is PageState.PENDING
        with services.database.begin() as session:
            page = session.get_one(Page, pages[1])
            assert "is left alone until" in page.error
            assert page.attempts == 0
            assert page.next_attempt_at > datetime.now(UTC) + timedelta(minutes=55)
            page.next_attempt_at = clock()
    assert len(site.requests) == asked


def test_an_index_at_a_resting_host_is_due_after_the_rest(services, site, settings, open_edition):
    site.fail("qiwanshibao", status=503, retry_after=3600, times=1)
    first = open_edition("qiwanshibao")
    assert ingest.index(services, first).state is State.SCHEDULED
    edition_id = open_edition()
    for _ in range(settings.max_attempts + 1):
        assert ingest.index(services, edition_id).state is State.SCHEDULED
        with services.database.begin() as session:
            edition = session.get_one(Edition, edition_id)
            assert (edition.attempts, "is left alone until" in edition.error) == (0, True)
            assert edition.next_attempt_at > datetime.now(UTC) + timedelta(minutes=55)
            edition.next_attempt_at = services.clock()


def test_an_operator_who_waits_is_told_that_the_host_rests(services, site, open_edition):
    site.fail("qiwanshibao", status=503, retry_after=3600, times=1)
    ingest.index(services, open_edition("qiwanshibao"))
    outcome = ingest.index(services, open_edition(), by_hand=True)
    assert outcome.state is State.FAILED
    assert "is left alone until" in outcome.text


def test_page_images_and_pdfs_are_archived_if_the_row_asks(services, site, open_edition):
    edition = run(services, open_edition(archive_images=True, archive_pdfs=True))
    assert edition.state is State.COMPLETE, edition.error
    with services.database.read() as session:
        wanted = {
            url
            for page in editions.pages_of(session, edition.id)
            for url in (page.image_url, page.pdf_url)
            if url is not None
        }
    held = {capture.url: capture for capture in all_captures(services)}
    assert wanted
    assert wanted <= held.keys()
    types = {held[url].content_type.partition(";")[0] for url in wanted}
    assert types <= {"image/jpeg", "image/png", "application/pdf"}


def test_an_image_that_is_none_leaves_the_page_partial(services, site, open_edition):
    edition_id = open_edition(archive_images=True)
    pages = ingest.index(services, edition_id).pages
    with services.database.read() as session:
        plain = session.get_one(Page, pages[0])
    site.fail(r"\.(jpe?g|png|gif)$", status=404)
    outcome = ingest.page(services, pages[0])
    assert outcome.state is PageState.PARTIAL, plain.url
    assert "HTTP 404" in outcome.text


def test_verification_names_what_does_not_fit(services, open_edition):
    run(services, open_edition())
    assert verify(services).problems == []
    one, two, three = all_captures(services)[:3]
    with services.database.begin() as session:
        session.execute(update(Capture).where(Capture.id == one.id).values(sha256="0" * 64))
        session.execute(update(Capture).where(Capture.id == two.id).values(warc_offset=two.warc_offset + 1))
        session.execute(update(Capture).where(Capture.id == three.id).values(warc_file="no/where.warc.gz"))
    found = verify(services).problems
    assert {problem.capture for problem in found} == {one.id, two.id, three.id, None}
    assert {problem.what for problem in found if problem.capture == one.id} == {"holds other bytes than the row says"}
    without_row = {problem.offset for problem in found if "has no row" in problem.what}
    assert without_row == {two.warc_offset, three.warc_offset}


def test_verification_goes_on_after_a_damaged_record(services, open_edition):
    run(services, open_edition())
    rows = all_captures(services)
    broken = rows[2]
    path = services.archive.folder / broken.warc_file
    data = bytearray(path.read_bytes())
    middle = broken.warc_offset + broken.warc_length // 2
    data[middle : middle + 8] = bytes(8)
    path.write_bytes(bytes(data))
    found = verify(services)
    assert {problem.capture for problem in found.problems if problem.capture} == {broken.id}
    assert found.rows == len(rows)


def test_a_publication_that_moves_its_manners_keeps_its_captures(services, open_edition):
    edition_id = open_edition()
    run(services, edition_id)
    with services.database.read() as session:
        rows = list(captures.listing(session, publication=SLUG, day=DAY, limit=5))
        assert len(rows) == 5
        assert {row["publication"] for row in rows} == {SLUG}
        assert list(captures.listing(session, url="%")) == []
        publication = session.scalars(select(Publication)).one()
    assert publication.obey_robots
    assert gzip.decompress((services.archive.folder / rows[0]["warc_file"]).read_bytes())
