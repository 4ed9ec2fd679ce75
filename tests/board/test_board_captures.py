"""Captures on the board: raw to keep, harmless to look at."""

import gzip

import pytest

from tests.board import newsroom
from tests.board.look import page, words
from tests.factories import make_capture, make_edition


def test_a_captures_record_and_body_are_files_of_plain_text(board, services):
    body = "<html><body><script>alert(1)</script><p>正文</p></body></html>".encode("gb18030")
    kept = newsroom.keep(
        services, make_edition(services), "http://a.example/<b>", body, "text/html; charset=gbk",
        raw=gzip.compress(body), headers=(("Content-Encoding", "gzip"), ("X-Hostile", "<script>")),
    )  # fmt: skip
    files = {name: board.get(f"/captures/{kept}/{name}") for name in ("record", "body")}
    for answer in files.values():
        assert answer.headers["content-type"] == "text/plain"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert files["body"].content == body
    assert files["record"].content.startswith(b"WARC/1.1\r\n")
    assert b"X-Hostile: <script>" in files["record"].content
    tree = page(board, f"/captures/{kept}")
    assert "X-Hostile: <script>" in tree.css_first("pre.source").text()
    assert tree.css_first(".reading-view").text(strip=True) == "正文"
    assert "alert(1)" in tree.css("pre.source")[-1].text()
    assert board.get(f"/captures/{kept}/image").status_code == 404


@pytest.mark.parametrize("body", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b""])
def test_what_is_no_picture_is_never_served_as_one(board, services, body):
    edition_id = make_edition(services)
    kept = newsroom.keep(services, edition_id, "http://a.example/a.png", body, "image/png")
    assert board.get(f"/captures/{kept}/image").status_code == 404


def test_a_capture_that_the_archive_lost_says_so(board, services):
    edition_id = make_edition(services)
    capture = make_capture(services, edition_id, warc_file="gone.warc.gz")
    assert "no record" in words(page(board, f"/captures/{capture.id}"))
    assert "no record" in words(page(board, f"/captures/{capture.id}/body", 503))
