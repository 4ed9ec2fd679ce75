"""An edition, its pages and its articles on the board: what is in the rows is on the page."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from tests.board import newsroom
from tests.board.look import page, words
from tests.site.images import png
from worker.domain import State
from worker.store import moves
from worker.store.moves import Change
from worker.store.tables import Article, Capture, Page, Revision


@pytest.fixture
def read(services, site, clock):
    """An edition that was really read from the site, corrected, and read again."""
    site.clear()
    paper, clock.now = "linchuanribao", newsroom.NOW
    edition_id = newsroom.read_site(services, site, papers=1)[0]
    clock.forward(minutes=10)
    site.correct(paper, newsroom.DAY, "全市春灌用水调度会召开", "更正：会议在水务大厦二楼召开。")
    with services.database.begin() as session:
        change = Change(actor="operator:wei", at=clock(), reason="the paper printed a correction")
        moves.move_edition(session, edition_id, State.SCHEDULED, change, next_attempt_at=clock())
    newsroom.read_edition(services, edition_id)
    return edition_id


def test_an_edition_shows_its_life_its_pages_and_all_its_articles(board, services, read):
    tree = page(board, f"/editions/{read}")
    said = words(tree)
    with services.database.read() as session:
        titles = session.scalars(
            select(Revision.title).join(Article, Article.id == Revision.article_id)
            .where(Article.edition_id == read, Revision.number == Article.revision)
        ).all()  # fmt: skip
        pages = session.scalars(select(Page).where(Page.edition_id == read)).all()
        fetched = session.scalars(select(Capture.id).where(Capture.edition_id == read)).all()
    assert len(titles) > 15
    assert [title for title in titles if title and title not in said] == []
    assert {f"/pages/{row.id}" for row in pages} <= {link.attributes["href"] for link in tree.css("a")}
    assert {f"/captures/{row}" for row in fetched} == {
        link.attributes["href"] for link in tree.css('a[href^="/captures/"]')
    }
    events = [" ".join(line.text(separator=" ").split()) for line in tree.css_first(".timeline").css("li")]
    assert "the paper printed a correction operator:wei" in next(line for line in events if "operator:wei" in line)
    assert events[-1].startswith("2026-03-05 09:30:00 +08")
    assert "Asia/Shanghai" in said


def test_a_page_is_drawn_with_its_areas_and_never_with_the_publishers_image(board, services, read):
    with services.database.read() as session:
        row = session.scalars(select(Page).where(Page.edition_id == read, Page.number == "01")).one()
    tree = page(board, f"/pages/{row.id}")
    links = tree.css("svg a")
    assert len(links) == len(row.areas) > 3
    assert all(link.attributes["aria-label"] for link in links)
    assert not tree.css("svg image")
    outside = next(link for link in tree.css("figcaption a") if link.attributes["href"] == row.image_url)
    assert "noreferrer" in outside.attributes["rel"]
    assert row.image_url not in board.get(f"/pages/{row.id}").text.replace(f'href="{row.image_url}"', "")


def test_an_image_that_the_archive_holds_is_shown_from_the_archive(board, services, read):
    with services.database.read() as session:
        row = session.scalars(select(Page).where(Page.edition_id == read, Page.number == "01")).one()
    kept = newsroom.keep(services, read, row.image_url, png(350, 550), "image/png")
    tree = page(board, f"/pages/{row.id}")
    assert tree.css_first("svg image").attributes["href"] == f"/captures/{kept}/image"
    image = board.get(f"/captures/{kept}/image")
    assert image.headers["content-type"] == "image/png"
    assert image.content == png(350, 550)


def test_an_article_shows_what_it_says_what_was_removed_and_why(board, services, read):
    with services.database.read() as session:
        joined = session.scalars(select(Revision).where(Revision.parts.is_not(None))).first()
    tree = page(board, f"/articles/{joined.article_id}")
    said = words(tree)
    for paragraph in joined.paragraphs:
        assert " ".join(paragraph.split()) in said
    assert [piece for piece in joined.removed if " ".join(piece["text"].split()) not in said] == []
    assert "jump line" in said
    assert "Both halves, from two pages, were joined." in said
    assert f"{joined.quality:.2f}" in said
    assert tree.css_first("article").attributes["lang"] == "zh-Hans"


def test_revisions_and_what_changed_between_them(board, services, read):
    with services.database.read() as session:
        article_id = session.scalars(
            select(Revision.article_id)
            .join(Article, Article.id == Revision.article_id)
            .where(Article.edition_id == read, Revision.number == 2, Revision.parts.is_(None))
        ).one()
        old, new = session.scalars(
            select(Revision.paragraphs).where(Revision.article_id == article_id).order_by(Revision.number)
        ).all()
    body = page(board, f"/articles/{article_id}/diff").css_first("section.difference div")
    after = [node.text() for node in LexborHTMLParser(re.sub("<del>.*?</del>", "", body.html)).css("p")]
    before = [node.text() for node in LexborHTMLParser(re.sub("<ins>.*?</ins>", "", body.html)).css("p")]
    assert [text for text in before if text] == old
    assert [text for text in after if text] == new
    assert body.css("ins")
    first = page(board, f"/articles/{article_id}?revision=1")
    assert "This is revision 1; the newest is 2." in words(first)
    assert old[-1] in words(first)
    page(board, f"/articles/{article_id}?revision=3", 404)
    page(board, f"/articles/{article_id}/diff?from=9", 404)
