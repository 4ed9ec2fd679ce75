"""``broadsheet parse`` as a user runs it: real processes on saved files, one JSON object a line."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from tests.conftest import shared
from tests.site import content
from tests.site.server import Site
from tests.site.templates import TEMPLATES
from tests.warm import BROADSHEET, warm

DAY = dt.date(2026, 3, 5)
RESTORED = {
    *("kind", "title", "rubric", "kicker", "subtitle", "reporters", "correspondents", "paragraphs", "signature"),
    *("captions", "images", "tables", "flags", "removed", "agency", "dateline"),
}


@pytest.fixture
def run(tmp_path):
    def call(*words, **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        done = warm().run([BROADSHEET, "parse", *words], cwd=tmp_path, env=clean | environment)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    return call


def paper_of(site, family):
    return next(paper for paper in site.papers if paper.family == family).slug


@pytest.mark.parametrize("family", sorted(TEMPLATES))
def test_saved_files_of_every_family_are_read_without_being_told_anything(run, tmp_path, family):
    site = Site(all_families=True)
    slug = paper_of(site, family)
    expected = {item["url"].rpartition("/")[2]: item for item in site.expected(slug, DAY)}
    edition = content.Edition(site._papers[slug], DAY)
    saved = {}
    for path, document in TEMPLATES[family].documents(edition).items():
        if document.type.startswith("text/html"):
            name = path.rpartition("/")[2] if family != "uniflows" else path.rpartition("/05/")[2].replace("/", "-")
            (tmp_path / name).write_bytes(document.body)
            saved[name] = path
    site.stop()
    status, lines, errors = run(*sorted(saved))
    assert (status, errors) == (0, "")
    assert [line["file"] for line in lines] == sorted(saved)
    assert {line["family"] for line in lines} == {family}
    pages = [line for line in lines if line["type"] == "page"]
    articles = [line for line in lines if line["type"] == "article"]
    assert (len(pages), len(articles)) == (len(edition.pages), len(expected))
    for page in pages:
        own = next(one for one in edition.pages if one.number == page["number"])
        assert (page["name"], page["date"]) == (own.name, "2026-03-05")
        assert len(page["articles"]) == len(page["areas"]) == len(own.items)
        assert [one["number"] for one in page["pages"]] == [one.number for one in edition.pages]
        assert page["image_url"]
        assert page["pdf_url"]
        assert page["areas"][0].keys() == {"shape", "coords", "url"}
    for article in articles:
        item = expected[saved[article["file"]].rpartition("/")[2]]
        assert set(article) >= RESTORED
        for field in ("title", "kicker", "subtitle", "rubric"):
            assert article[field] == item[field]
        assert [[one["caption"] or "", one["credit"] or ""] for one in article["images"]] == item["photos"]
        assert bool(article["removed"]) >= item["furniture"]


def test_a_file_that_cannot_be_read_has_a_line_and_does_not_stop_the_others(run, tmp_path):
    files = {
        "block.html": b"<title>\xe8\xae\xbf\xe9\x97\xae\xe9\xaa\x8c\xe8\xaf\x81</title><p>x</p>",
        "empty.html": b"",
        "text.txt": "一版 春灌开始".encode(),
        "binary.html": bytes(range(256)) * 8,
        "strange.html": b"<p>hello</p>",
        "missing.html": b"<title>404 Not Found</title>",
        "good.html": "<div id=suptitle></div><div id=title>题</div><div id=contenttext>正文。</div>".encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    status, lines, errors = run(*files, "nowhere.html")
    assert (status, errors) == (1, "")
    said = {line["file"]: line.get("error", "") for line in lines}
    assert list(said) == [*files, "nowhere.html"]
    words = ("block or login", "is empty", "not HTML", "binary", "no template family", "not there", "", "No such file")
    assert all(word in error for word, error in zip(words, said.values(), strict=True)), said
    good = next(line for line in lines if line["file"] == "good.html")
    assert (good["type"], good["title"], good["paragraphs"]) == ("article", "题", ["正文。"])


def test_a_document_that_only_leads_on_says_where(run, tmp_path):
    (tmp_path / "index.htm").write_text('<meta http-equiv=refresh content="0;url=a/node_1.htm">', encoding="utf-8")
    status, [line], _ = run("index.htm", "--url", "http://paper.example/rb/")
    assert (status, line["type"], line["redirect"]) == (0, "page", "http://paper.example/rb/a/node_1.htm")


def test_a_publication_brings_its_overrides_and_its_address(run, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[hedongbao]\nname = "河东报"\nfamily = "founder-new"\n'
        'edition_url = "https://epaper.example/pc/layout/%Y%m/%d/node_01.html"\noverrides = {title = ".mine"}\n',
        encoding="utf-8",
    )
    html = "<h1>站名</h1><p class=mine>真题</p><div id=ozoom>正文。<img src=a.jpg></div><div>2026年3月5日 星期四</div>"
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    status, [line], _ = run("a.html", "--publication", "hedongbao", BROADSHEET_CATALOGUE=str(own))
    assert (status, line["title"], line["family"]) == (0, "真题", "founder-new")
    assert line["images"][0]["url"] == "https://epaper.example/pc/layout/202603/05/a.jpg"
    status, [line], _ = run("a.html", "--family", "founder-new", "--url", "http://x.example/c/9.html")
    assert (line["title"], line["url"]) == ("站名", "http://x.example/c/9.html")


def test_a_document_that_knows_its_address_is_read_at_that(run, tmp_path):
    canonical = '<link rel="canonical" href="http://paper.example/rb/html/2026-03/05/content_7.htm">'
    (tmp_path / "a.html").write_text(f"{canonical}<h1>题</h1><div id=ozoom>正文。</div>", encoding="utf-8")
    _, [line], _ = run("a.html")
    assert (line["family"], line["url"]) == ("founder-classic", "http://paper.example/rb/html/2026-03/05/content_7.htm")
    assert line["date"] == "2026-03-05"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--family", "nope", "a.html"], "known are founder-classic"),
        (["--publication", "nobody", "a.html"], "no publication 'nobody'"),
        (["--publication", "a", "--family", "b", "a.html"], "not both"),
        (["--url", "paper.example", "a.html"], "not an http(s) address"),
        ([], "FILE"),
    ],
)
def test_wrong_usage_is_one_line(run, words, said):
    status, lines, errors = run(*words)
    assert (status, lines) == (2, [])
    assert said in errors
    assert len(errors.strip().splitlines()) == 1


def test_real_indexes_are_read_without_being_told_anything(run):
    folder = shared("pages", "founder-index")
    counts = {"rmrb-2017-10-16-p01": (5, 24), "rmrb-2017-10-18-p07": (9, 24), "jxrb-2017-10-09-pA01": (5, 12)}
    counts |= {"ctnews-2017-10-13-p01": (6, 7), "jjjcb-2017-07-22-p01": (7, 4)}
    _, lines, _ = run(*(folder / f"{name}.html" for name in counts))
    found = [(Path(line["file"]).stem, (len(line["areas"]), len(line["pages"]))) for line in lines]
    assert dict(found) == counts
    assert {line["type"] for line in lines} == {"page"}
