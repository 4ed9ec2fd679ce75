import pytest

from tests.factories import make_response
from worker.errors import FetchFailed, FetchRefused, NotPublished
from worker.fetch import answers

HTML = b"<html><body>x</body></html>"
JPEG = b"\xff\xd8\xff\xe0 and so on"


def answer(body, declared, status=200):
    return make_response(body, status=status, headers=(("Content-Type", declared),) if declared is not None else ())


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (HTML, "text/html"), (HTML, "Text/HTML; charset=GBK"), (HTML, "application/xhtml+xml"), (HTML, "text/plain"),
        (HTML, "application/octet-stream"), (HTML, ""), (HTML, None), (b"\xef\xbb\xbf \n<p>x", "application/unknown"),
        (b'{"a": 1}', "application/json"), (b"no markup at all", "text/html"), (HTML, "image/jpeg"),
    ],
)  # fmt: skip
def test_a_document_is_accepted_by_its_type_or_else_by_its_beginning(body, declared):
    answers.require(answer(body, declared))


@pytest.mark.parametrize("declared", ["image/jpeg", "application/pdf", "application/octet-stream", "video/mp4", None])
def test_what_is_no_document_is_refused_for_good(declared):
    with pytest.raises(FetchRefused, match="not what it should be"):
        answers.require(answer(JPEG, declared))


@pytest.mark.parametrize(
    ("body", "declared", "kind"),
    [
        (JPEG, "image/jpeg", answers.IMAGE), (JPEG, "application/octet-stream", answers.IMAGE),
        (b"%PDF-1.4", "application/pdf", answers.PDF), (b"%PDF-1.4", None, answers.PDF),
    ],
)  # fmt: skip
def test_images_and_pdfs_are_accepted_where_they_are_wanted(body, declared, kind):
    answers.require(answer(body, declared), kind=kind)


@pytest.mark.parametrize("kind", [answers.IMAGE, answers.PDF])
def test_an_error_page_instead_of_an_image_is_refused(kind):
    with pytest.raises(FetchRefused):
        answers.require(answer(HTML, "text/html"), kind=kind)


@pytest.mark.parametrize(
    ("status", "decision"),
    [(404, FetchRefused), (403, FetchRefused), (304, FetchRefused), (429, FetchFailed), (500, FetchFailed)],
)
def test_a_status_decides_before_the_type(status, decision):
    with pytest.raises(decision, match=f"HTTP {status}"):
        answers.require(answer(JPEG, "image/jpeg", status))


def test_a_missing_document_may_mean_something_else_to_the_caller():
    with pytest.raises(NotPublished):
        answers.require(answer(b"", None, 404), missing=NotPublished)
    with pytest.raises(FetchFailed, match="nothing"):
        answers.require(answer(b"  ", "text/html"))
