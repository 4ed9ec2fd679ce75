"""A document's family is told by its address, its links and its markup, for every family and on every page."""

import csv
import datetime as dt
from dataclasses import replace

import pytest

from tests.conftest import shared
from tests.site import content
from tests.site.templates import TEMPLATES
from worker.parse import decode, get_family, recognise
from worker.parse.recognise import candidates
from worker.parse.registry import FAMILIES

DAY = dt.date(2026, 3, 5)


def documents(family):
    place = list(TEMPLATES).index(family)
    paper = replace(content.papers()[place % 3], family=family)
    rendered = TEMPLATES[family].documents(content.Edition(paper, DAY))
    return {path: decode(one.body, None) for path, one in rendered.items() if one.type.startswith("text/html")}


@pytest.mark.parametrize("family", sorted(TEMPLATES))
def test_every_document_of_a_family_is_recognised(family):
    for path, html in documents(family).items():
        found = recognise(html, f"http://paper.example{path}")
        assert found is not None, path
        assert found.family.name == family, (path, found)
        assert found.evidence
        assert found.certain


@pytest.mark.parametrize("family", sorted(TEMPLATES))
def test_a_page_is_recognised_without_its_address(family):
    pages = [html for html in documents(family).values() if "usemap" in html.lower()]
    assert len(pages) >= 4
    for html in pages:
        assert recognise(html).family.name == family


@pytest.mark.parametrize(
    "html",
    ["", "<p>x", "<h1>新闻网</h1><a href='/news/2026/1.html'>要闻</a><div class=content><p>正文。</p></div>"],
)
def test_what_is_of_no_family_is_not_forced_into_one(html):
    assert recognise(html, "https://www.example.org/index.html") is None
    assert all(not one.certain for one in candidates(html, "https://www.example.org/index.html"))


def test_every_family_says_how_it_is_recognised():
    for family in FAMILIES.values():
        assert family.address != r"(?!)", family.name
        assert family.marks, family.name
        assert DAY.strftime(family.folder) != family.folder
        assert family.folder.endswith("/"), family.name


def test_start_pages_of_the_catalogue_are_recognised_by_their_address_alone():
    text = shared("catalogue", "publications.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    wrong = []
    for row in rows:
        found = recognise("", DAY.strftime(row["edition_url"]))
        name = found.family.name if found else "other"
        if name != row["family"]:
            wrong.append((row["family"], name, row["edition_url"]))
    # The rows that remain are counted, not named: founder's two address forms overlap in a few.
    assert len(wrong) <= len(rows) // 50, wrong


def test_an_unknown_family_has_no_folder_and_no_marks():
    assert get_family("huaguang").overridden({"title": ".x"}).folder
