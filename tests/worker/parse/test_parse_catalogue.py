"""Every place where the catalogue's sites were seen to print title and body is read by the family that it names."""

import csv
import re

import pytest

from tests.conftest import SHARED
from tests.worker.parse.xpath_pages import element
from worker.parse import get_family, parse_article, parse_page

FILE = SHARED / "catalogue" / "publications.csv"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="../shared/catalogue is not on this machine")

TITLE = "河东县春灌开始"
FIRST = "本报讯（记者王明）三月五日，河东县举行春灌现场会，二百余人参加。"
SECOND = "会议指出，今年的水有保证。"

#: What an XPath names is more than the headline: on the sites the headline is a heading inside it.
HOLDERS = {"//div[@class='content']", "//div[@class='article']", "//div[@class='text_c']", "//div[@class='detail-art']"}
#: These name the line over the headline; the headline stands in the template's usual place.
KICKERS = {"//div[@class='intro']"}
#: These name no place at all: any row or cell of a page. Such a row of the catalogue needs an override.
NO_PLACE = {"//tr", ".//td", "//div[@align='center']//br"}


def rows():
    if not FILE.is_file():
        return []
    return [row for row in csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()) if row["family"] != "other"]


def shapes():
    return sorted({(row["family"], row["title_xpath"], row["body_xpath"]) for row in rows()})


def document(title, body):
    head = f"<title>{TITLE if title == '//head//title' else '河东报数字报'}</title>"
    if title in KICKERS:
        above = f"<div class=newsdetatit>{element(title, '引题在此')}<h3>{TITLE}</h3></div>"
    elif title in HOLDERS:
        above = element(title, f"<h1>{TITLE}</h1>")
    else:
        above = element(title, TITLE) if title and title != "//head//title" else f"<h1>{TITLE}</h1>" * (not title)
    last = re.match(r"[\w-]*", body.rpartition("/")[2])[0]
    if last == "p":
        attributes = re.findall(r"@([\w-]+)\s*=\s*'([^']*)'", body.rpartition("/")[2])
        opening = "<p" + "".join(f' {name}="{value}"' for name, value in attributes) + ">"
        text = f"{FIRST}</p>{opening}{SECOND}"
    else:
        text = f"{FIRST}<br>　　{SECOND}" if last == "font" else f"<p>　　{FIRST}</p><p>　　{SECOND}</p>"
    below = element(body, text)
    return (
        f"<html><head>{head}</head><body><div class=top><a href=/>首页</a> <a href=node_1.htm>返回目录</a></div>"
        f"{above}{below}<div class=foot>版权所有 河东日报社</div></body></html>"
    )


@pytest.mark.parametrize("shape", shapes(), ids=" ".join)
def test_title_and_body_are_found_where_they_were_seen(shape):
    family, title, body = shape
    if {title, body} & NO_PLACE:
        pytest.skip("the entry names no place; it needs an override")
    found = parse_article(document(title, body), "http://paper.example/2026-03/05/x.htm", get_family(family))
    assert found.title == TITLE
    assert found.kicker == ("引题在此" if title in KICKERS else None)
    assert found.paragraphs == (FIRST, SECOND)
    assert found.flags == ()


def test_nearly_every_row_of_the_catalogue_needs_no_override():
    needing = [row for row in rows() if {row["title_xpath"], row["body_xpath"]} & NO_PLACE]
    assert len(needing) * 100 < len(rows())


def example(form):
    """One address of a link form of the catalogue, on 5 March 2026."""
    text = form.replace(r"\d+\d+\d+", "20260305").replace(r"\d+\d+", "202603")
    text = re.sub(r"\\d\+-\\d\+-\\d\+", "2026-03-05", text)
    text = re.sub(r"\\d\+-\\d\+/+\\d\+", "2026-03/05", text)
    text = re.sub(r"\\d\+/\\d\+/\\d\+", "2026/03/05", text).replace(r"/05/\d+/", "/05/01/")
    text = re.sub(r"(?:(?<=/)|^)(?:\\d\+|202603)(/+)\\d\+(?=/)", r"202603\g<1>05", text)
    text = re.sub(r"(?<=layout)\\d\+/\\d\+(?=/)", "/202603/05", text)
    text = re.sub(r"(?:(?<=/)|^)\\d\+(?=/)", "20260305", text)
    text = text.replace(r"node\w+", "node_2").replace(r"\w+", "4567").replace(".*", "_01").replace(r"\d+", "0123")
    address = "/" + text.replace("\\", "").partition("?")[0].partition("#")[0].lstrip("/")
    # Some forms are only the beginning of an address.
    last = address.rpartition("/")[2]
    return address if "." in last else f"{address}.D110000x_20260305_1-01.htm" if last == "nw" else f"{address}01.html"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["slug"])
def test_links_of_the_catalogues_forms_are_told_apart(row):
    family = get_family(row["family"])
    base = row["edition_url"]
    for code, value in (("%Y", "2026"), ("%m", "03"), ("%d", "05")):
        base = base.replace(code, value)
    article, page = example(row["article_link"]), example(row["page_link"])
    vague = article.count("/") == 1 or not re.search(r"\d{4}", article)
    folder = base.rpartition("/")[0]
    url = folder + article if vague else f"http://paper.example{article}"
    found = parse_page(f'<a href="{url}">一篇文章</a><a href="{base}">第01版：要闻</a>', base, family)
    if re.search(r"[a-zA-Z_]", article.rpartition("/")[2].partition(".")[0]) or row["family"] in {"shtml", "qpaper"}:
        assert found.articles == (url,), (url, found)
    assert [entry.url for entry in found.pages] == [base], (base, page)
