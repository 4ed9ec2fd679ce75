"""The front page of the board: what it counts, whom it calls, and the grid, on both databases."""

import re
from datetime import timedelta

from sqlalchemy import Engine, event, select

from scheduler.remedy import REASONS, Why
from tests.board import newsroom
from tests.board.look import page, words
from tests.factories import make_edition, make_publication
from worker.domain import Failure, State
from worker.store.tables import Edition, Heartbeat, Publication


def test_the_front_counts_today_and_names_what_needs_a_person(board, services):
    paper = make_publication(services, slug="hedongbao", name="河东报")
    common = {"expected_at": newsroom.NOW - timedelta(hours=2), "deadline_at": newsroom.NOW + timedelta(hours=9)}
    make_edition(services, publication_id=paper, state=State.COMPLETE, date=newsroom.DAY, **common)
    failed = make_edition(
        services, state=State.FAILED, date=newsroom.DAY, error="a login page", failure=Failure.BLOCKED, **common
    )
    make_edition(services, state=State.WAITING, date=newsroom.DAY, **common)
    soon = common | {"expected_at": newsroom.NOW - timedelta(minutes=59)}
    make_edition(services, state=State.WAITING, date=newsroom.DAY, **soon)
    make_edition(services, state=State.MISSING, date=newsroom.DAY - timedelta(days=1), **common)
    make_edition(services, state=State.FAILED, date=newsroom.DAY - timedelta(days=30), error="long ago", **common)
    tree = page(board, "/")
    tiles = [" ".join(tile.text(separator=" ").split()) for tile in tree.css(".today li")]
    assert [tile for tile in tiles if not tile.startswith("0 ")] == ["1 ✓ in", "1 ! late", "1 ✕ failed", "1 … waiting"]
    assert "In: 1 of 4 expected" in words(tree)
    lines = [" ".join(line.text(separator=" ").split()) for line in tree.css(".attention li")]
    assert [line.split()[1] for line in lines] == ["late", "failed", "missing"]
    assert "+08" in lines[0]
    assert "Blocked: a login page" in lines[1]
    assert tree.css_first(f'.attention a[href="/editions/{failed}"]')
    assert "long ago" not in words(tree)


def test_who_is_woken_sees_what_was_tried_and_the_command_that_helps(board, services):
    paper = make_publication(services, slug="hedongbao", name="河东报")
    common = {"publication_id": paper, "date": newsroom.DAY, "expected_at": newsroom.NOW - timedelta(hours=3)}
    late = make_edition(
        services, state=State.WAITING, deadline_at=newsroom.NOW + timedelta(hours=9),
        next_attempt_at=newsroom.NOW + timedelta(minutes=7), **common,
    )  # fmt: skip
    failed = make_edition(services, state=State.FAILED, label="extra issue", attempts=5, error="HTTP 500", **common)
    lines = [" ".join(line.text(separator=" ").split()) for line in page(board, "/").css(".attention li")]
    told = "next attempt at 2026-03-05 09:37 +08 broadsheet status hedongbao 2026-03-05"
    assert lines[0].endswith(f"{told} {REASONS[Why.LATE]} broadsheet ingest hedongbao 2026-03-05")
    command = "broadsheet retry hedongbao 2026-03-05 --label 'extra issue'"
    told = "HTTP 500 Attempts so far: 5; not tried again by itself"
    assert lines[1].endswith(f"{told} {command} {REASONS[Why.PASSING]}")
    assert page(board, f"/editions/{failed}").css_first(".command").text() == command
    assert "next attempt at" in words(page(board, f"/editions/{late}"))


def test_what_is_read_again_by_itself_is_not_said_to_be_left_alone(board, services):
    again = newsroom.NOW + timedelta(hours=5)
    short = make_edition(services, state=State.PARTIAL, attempts=1, reread_at=again, error="page 05 missing")
    said = words(page(board, f"/editions/{short}"))
    assert "Attempts so far: 1; next attempt at 2026-03-05 14:30 +08 broadsheet status" in said
    assert REASONS[Why.LATER_PAGES] in said


def test_a_suspect_edition_is_looked_at_before_it_is_accepted(board, services):
    paper = make_publication(services, slug="hedongbao")
    suspect = make_edition(
        services, publication_id=paper, state=State.SUSPECT, error="articles a page 2 (usually 6 to 9)"
    )
    tree = page(board, f"/editions/{suspect}?lang=zh")
    assert tree.css_first(".command").text() == "broadsheet publications check hedongbao --date 2026-03-05"
    assert "无误则认可" in tree.css_first(".helps").text()
    assert tree.css_first(".then").text() == "broadsheet accept hedongbao 2026-03-05"


def test_what_a_tile_counts_is_what_its_link_shows(board, services):
    newsroom.fill(services, papers=40, days=1)
    tree = page(board, "/")
    links = [tile for tile in tree.css(".today a") if "state=" in tile.attributes["href"]]
    assert len(links) >= 3
    for link in links:
        shown = page(board, link.attributes["href"].removesuffix("#grid"))
        assert len(shown.css("table.grid tbody tr")) == int(link.css_first("b").text())


def test_many_editions_with_one_fault_are_one_line(board, services):
    for _ in range(4):
        make_edition(services, state=State.FAILED, date=newsroom.DAY, fingerprint="abc123", error="no page list")
    lines = page(board, "/").css(".attention li")
    assert len(lines) == 1
    assert "4 editions with the same fault" in lines[0].text()
    assert lines[0].css_first("a").attributes["href"] == "/faults/abc123"


def test_an_empty_board_says_what_to_expect(board):
    tree = page(board, "/")
    assert "No editions yet" in words(tree)
    assert "has never ticked" in words(tree)
    assert "Redis does not answer" in words(tree)


def test_a_scheduler_that_fell_silent_is_told(board, services):
    with services.database.begin() as session:
        session.add(Heartbeat(actor="tick:a", at=newsroom.NOW - timedelta(minutes=30), seconds=1.0, report={}))
    assert "silent since" in words(page(board, "/"))
    with services.database.begin() as session:
        session.add(Heartbeat(actor="tick:b", at=newsroom.NOW - timedelta(seconds=30), seconds=1.0, report={}))
    assert "silent" not in words(page(board, "/"))


def test_queue_lengths_are_shown_where_redis_answers(redis_running, board):
    assert "daily 0, backfill 0" in words(page(board, "/"))


def test_the_grid_has_a_named_cell_for_each_edition(board, services):
    newsroom.fill(services, papers=5, days=20)
    tree = page(board, "/")
    with services.database.read() as session:
        since = newsroom.DAY - timedelta(days=13)
        there = set(session.scalars(select(Edition.id).where(Edition.date >= since)).all())
    cells = tree.css("table.grid td a")
    assert {int(cell.attributes["href"].rsplit("/", 1)[1]) for cell in cells} == there
    assert len(tree.css("table.grid thead th")) == 15
    for cell in cells:
        assert re.fullmatch(r"\d\d-\d\d [a-z ]+", cell.attributes["aria-label"])
        assert len(cell.text()) == 1


def test_filters_and_pages_of_the_grid(board, services):
    newsroom.fill(services, papers=30, days=30)

    def slugs(query):
        return [row.css_first("small").text() for row in page(board, f"/?{query}").css("table.grid tbody tr")]

    assert len(slugs("")) == 30
    assert slugs("q=paper007") == ["paper007-daily"]
    assert slugs("q=PAPER007") == ["paper007-daily"]
    assert len(slugs("q=临泽")) == 2
    assert slugs("q=%25") == slugs("q=_") == []
    with services.database.read() as session:
        failed = set(
            session.scalars(
                select(Publication.slug).join(Edition).where(Edition.state == State.FAILED, Edition.held_at.is_(None))
                .where(Edition.date >= newsroom.DAY - timedelta(days=27))
            )
        )  # fmt: skip
    assert set(slugs("state=failed&days=28")) == failed
    tree = page(board, "/?until=2026-02-25&days=7")
    assert [head.text()[:5] for head in tree.css("thead th")[1:]][:2] == ["02-25", "02-24"]
    assert len(tree.css("thead th")) == 8
    for wrong in ("until=nonsense", "until=2026-13-01", "page=x", "page=0"):
        page(board, f"/?{wrong}", 404)
    page(board, "/?days=100000&state=nonsense&until=9999-12-31")


def test_the_grid_costs_the_same_queries_whatever_its_size(serve, browse, services):
    board = browse(serve())
    board.get("/")

    def queries():
        asked = []

        def note(_connection, _cursor, statement, *_):
            asked.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            assert board.get("/").status_code == 200
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    newsroom.fill(services, papers=2, days=2)
    few = queries()
    newsroom.fill(services, papers=40, days=14, prefix="more")
    assert queries() == few < 16
