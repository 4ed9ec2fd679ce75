"""Real saved pages, where they lie beside the checkout; nothing of them is kept in the project."""

import datetime as dt
import html as markup
import json
import re
from pathlib import Path

import pytest

from worker.parse import decode, get_family, parse_article, parse_page

PAGES = Path(__file__).resolve().parents[3].parent / "shared" / "pages"
pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="../shared/pages is not on this machine")

INDEXES = [  # file, family, address, date, number, name, areas, articles, pages, PDFs
    ("rmrb-2017-10-16-p01", "founder-nbs", "nbs.D110000renmrb_01.htm", "2017-10-16", "01", "要闻", 5, 5, 24, 24),
    ("rmrb-2017-10-18-p07", "founder-nbs", "nbs.D110000renmrb_07.htm", "2017-10-18", "07", None, 9, 9, 24, 24),
    ("jxrb-2017-10-09-pA01", "founder-classic", "node_187.htm", "2017-10-09", "A01", "头版", 5, 5, 12, 12),
    ("ctnews-2017-10-13-p01", "founder-classic", "node_1.htm", "2017-10-13", "01", "旅游报01版", 6, 5, 7, 7),
    ("jjjcb-2017-07-22-p01", "founder-classic", "node_2.htm", "2017-07-22", "1", "要闻", 7, 7, 4, 4),
]


@pytest.mark.parametrize("index", INDEXES, ids=[index[0] for index in INDEXES])
def test_an_index_has_what_the_notes_count(index):
    file, family, address, day, number, name, areas, articles, pages, pdfs = index
    html = decode((PAGES / "founder-index" / f"{file}.html").read_bytes(), None)
    # The address is of another day on purpose: the date is read in the page.
    page = parse_page(html, f"http://paper.example/html/2031-01/01/{address}", get_family(family))
    assert page.date == dt.date.fromisoformat(day)
    assert page.number == number
    assert name is None or page.name == name
    assert (len(page.areas), len(page.articles), len(page.pages)) == (areas, articles, pages)
    assert len(set(page.articles)) == articles
    assert all(entry.name and entry.number for entry in page.pages)
    assert len({entry.number for entry in page.pages}) == pages
    assert all("?div" not in url for url in page.articles)
    assert page.image_url.endswith(".jpg")
    assert page.pdf_url.endswith(".pdf")
    assert len(set(re.findall(r"[^\s\"'=>]+\.pdf", html))) == pdfs


def test_the_page_missing_in_the_list_is_not_invented():
    html = decode((PAGES / "founder-index" / "ctnews-2017-10-13-p01.html").read_bytes(), None)
    page = parse_page(html, "http://paper.example/html/2017-10/13/node_1.htm", get_family("founder-classic"))
    assert [entry.number for entry in page.pages] == ["01", "02", "03", "04", "05", "06", "08"]


def test_a_meta_tag_that_lies_is_not_believed():
    data = (PAGES / "founder-index" / "declared-gb2312-is-utf8.html").read_bytes()
    for declared in (None, "gb2312", "utf-8", "latin-1"):
        assert decode(data, declared) == data.decode("utf-8")


def entries():
    file = PAGES / "rmrb-2026-07-04" / "index.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def plain(text):
    return re.sub(r"[\s　\u200b]+", " ", text).strip()


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_an_article_equals_its_own_metadata(entry):
    html = decode((PAGES / "rmrb-2026-07-04" / entry["file"]).read_bytes(), None)
    article = parse_article(html, entry["url"], get_family("founder-new"))
    own = {key: value.replace("\u200b", "") for key, value in entry["prop"].items()}
    assert article.title == own["title"]
    assert (article.kicker or "") == own["introtitle"]
    assert (article.subtitle or "") == own["subtitle"]
    assert (article.author or "") == own["author"]
    body = html[html.index("<!--enpcontent-->") : html.index("<!--/enpcontent-->")]
    printed = [plain(re.sub(r"<[^>]*>", "", text)) for text in re.findall(r"<p[^>]*>(.*?)</p>", body, re.DOTALL)]
    assert [plain(text) for text in article.paragraphs] == [text for text in printed if text]
    assert article.removed == ()
    hidden = [markup.unescape(text) for text in re.findall(r'data-original-title="([^"]*)"', html)]
    for text in hidden:
        words = plain(re.sub(r"<[^>]*>", " ", text))
        assert words in {plain(f"{image.caption or ''} {image.credit or ''}") for image in article.images}
    assert len(article.images) == len(re.findall(r"<img\b", html))
    assert all(image.url.startswith("https://") for image in article.images)


def test_there_are_sixty_four_articles():
    assert len(entries()) == 64
