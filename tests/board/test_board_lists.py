"""Faults, backfills and publications on the board."""

from tests.board import newsroom
from tests.board.look import page, words
from tests.factories import make_edition, make_page
from worker.domain import Failure, State


def test_a_fault_lists_every_edition_and_page_that_it_hit(board, services):
    first = make_edition(services, state=State.FAILED, fingerprint="abc123", failure=Failure.BUG, error="KeyError")
    other = make_edition(services, state=State.PARTIAL, fingerprint="abc123", failure=Failure.BUG, error="page 07")
    make_page(services, other, state="failed", fingerprint="abc123", failure=Failure.BUG, error="KeyError", number="07")
    make_edition(services, state=State.FAILED, fingerprint="other0", error="something else")
    listed = page(board, "/faults")
    assert [row.css_first("td").text() for row in listed.css("tbody tr")] == ["2", "1"]
    assert listed.css_first('a[href="/faults/abc123"]')
    tree = page(board, "/faults/abc123")
    links = {link.attributes["href"] for link in tree.css("tbody a")}
    assert {f"/editions/{first}", f"/editions/{other}"} <= links
    assert "07" in words(tree, "tbody")
    assert "something else" not in words(tree)
    page(board, "/faults/none00", 404)


def test_a_backfill_shows_how_far_it_is(board, services):
    newsroom.extras(services)
    tree = page(board, "/backfills")
    assert "644/1462" in words(tree, "tbody")
    assert tree.css_first("progress").attributes["value"] == "644"
    said = words(page(board, "/backfills/1"))
    assert "44.0 % · 644 of 1462 editions" in said
    assert "operator:wei" in said
    page(board, "/backfills/2", 404)


def test_a_publications_page_has_its_editions_figures_and_calendar(serve, browse, services, tmp_path):
    newsroom.fill(services, papers=1, days=80)
    (tmp_path / "own.toml").write_text(
        '[paper000-daily]\nname = "临泽日报"\nfamily = "founder-new"\nedition_url = "http://a.example/%Y%m%d/"\n'
        'verified = 2026-01-01\ndays = ["mon", "wed"]\nholidays = "CN"\ndeadline = "05:00"\nexpected_pages = 8\n'
        "no_edition = [2026-05-01]\n",
        encoding="utf-8",
    )
    board = browse(serve(catalogue=tmp_path / "own.toml"))
    tree = page(board, "/publications/paper000-daily")
    said = words(tree)
    assert len(tree.css("section[aria-labelledby=editions] tbody tr")) == 60
    for part in ("Mondays, Wednesdays", "public holidays (CN)", "05:00 of the next day", "Has 8 pages", "2026-05-01"):
        assert part in said
    older = tree.css_first("a[rel=next]").attributes["href"]
    assert len(page(board, older).css("section[aria-labelledby=editions] tbody tr")) == 20
    listed = page(board, "/publications?q=临")
    assert "paper000-daily" in words(listed, "tbody")
    page(board, "/publications/none", 404)
