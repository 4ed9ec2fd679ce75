"""Broken, truncated, nested and hostile documents: never an exception but LayoutChanged, never a hang."""

import datetime as dt
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site import content
from tests.site.templates import TEMPLATES
from worker.domain import ParsedPage
from worker.errors import Blocked, BroadsheetError, FetchFailed, FetchRefused, LayoutChanged, NotPublished
from worker.parse import decode, get_family, parse_article, parse_page, recognise
from worker.parse.saved import family_of, read_saved

FAMILIES = sorted(TEMPLATES)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
URL = "http://paper.example/rb/html/2026-03/05/content_1.htm"


def documents():
    found = []
    for place, family in enumerate(FAMILIES):
        paper = replace(content.papers()[place % 3], family=family)
        edition = content.Edition(paper, dt.date(2026, 3, 5))
        rendered = TEMPLATES[family].documents(edition).values()
        texts = [decode(document.body, None) for document in rendered if document.type.startswith("text/html")]
        found += [(family, text) for text in texts[:1] + texts[-6:]]
    return found


DOCUMENTS = documents()


def read(html, family, url=URL):
    with suppress(Blocked, FetchFailed, NotPublished):
        assert isinstance(parse_page(html, url, get_family(family)), ParsedPage)
    with suppress(Blocked, FetchFailed, FetchRefused, LayoutChanged):
        parse_article(html, url, get_family(family))


TAGS = """
<p>|</p>|<br>|<div id=ozoom>|<div class=content>|</div>|<table>|<tr>|<td>|<td class=font01>|</table>|<h1>|</h1>
<p class=sec>|<img src=a.jpg>|<area coords=1,2,x,4 href=content_1.htm>|<map>|<a href=node_1.htm>|<a href=http://[>
<!--|-->|<figure>|<!--enpcontent-->|<!--/enpcontent-->|<!--enpproperty|<title>|</title>|/enpproperty-->|<script>|</script>
<style>|<a href=1.pdf>|<base href=//>|<meta http-equiv=refresh content=0;url=http://[x>|<founder-content>
<span id=contenttext>|<|>|&|&#|&#0;
<select>|<template>|<svg>|<math>|<frameset>|<![CDATA[|</|<plaintext>|<textarea>
第01版：要闻|二〇二六年三月五日|　　段。|图 李明 摄
""".replace("\n", "|")
tags = st.sampled_from(TAGS.split("|"))


@QUICK
@given(st.lists(tags | st.text(max_size=8), max_size=60), st.sampled_from(FAMILIES))
def test_heaps_of_tags(pieces, family):
    read("".join(pieces), family)


@QUICK
@given(st.sampled_from(DOCUMENTS), st.data())
def test_real_documents_cut_anywhere_and_with_holes(document, data):
    family, html = document
    start = data.draw(st.integers(0, len(html)))
    length = data.draw(st.integers(0, 400))
    read(html[:start] + data.draw(st.text(max_size=5)) + html[start + length :], family)
    read(html[:start], family)


def mutated(html, changes):
    """``html`` with pieces of it left out, printed twice, moved, or something put between."""
    for what, share, length, other, piece in changes:
        start = int(share * len(html))
        part = html[start : start + length]
        rest = html[:start] + html[start + length :]
        if what == "drop":
            html = rest
        elif what == "twice":
            html = html[:start] + part + html[start:]
        elif what == "move":
            place = int(other * len(rest))
            html = rest[:place] + part + rest[place:]
        else:
            html = html[:start] + piece + html[start:]
    return html


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["drop", "twice", "move", "insert"]),
        st.floats(0, 1),
        st.integers(1, 600),
        st.floats(0, 1),
        st.sampled_from(TAGS.split("|")) | st.text(max_size=4),
    ),
    min_size=1,
    max_size=8,
)


@QUICK
@given(st.sampled_from(DOCUMENTS), CHANGES)
def test_mutated_documents_as_pages_as_articles_and_as_saved_files(document, changes):
    family, html = document
    html = mutated(html, changes)
    read(html, family)
    with suppress(BroadsheetError):
        assert read_saved(html, URL, get_family(family)) is not None
    recognise(html, URL)
    with suppress(BroadsheetError):
        family_of(html, "a.html")


@QUICK
@given(st.binary(max_size=400), st.sampled_from(FAMILIES))
def test_any_bytes(data, family):
    read(decode(data, None), family)


@QUICK
@given(st.text(max_size=60), st.sampled_from(FAMILIES))
def test_any_address(url, family):
    html = '<a href="node_1.htm">第01版：要闻</a><div id=ozoom><p>正文。</p><img src="a.jpg"></div><base href="x">'
    parse_page(html, url, get_family(family))
    with_text = f'<div id="contenttext">正文。</div><h1>题</h1>{html}'
    try:
        parse_article(with_text, url, get_family(family))
    except LayoutChanged:
        assert family not in {"huaguang", "founder-classic"}


N = 60_000
HOSTILE = {
    "deep divs": "<div>" * N,
    "deep tables": "<table><tr><td>" * (N // 3) + "x",
    "deep inline": "<b><i><font color=red>" * (N // 3) + "x",
    "links in links": '<a href="node_1.htm">' * N,
    "unclosed paragraphs": "<p>段" * N,
    "unclosed cells": "<table>" + "<tr><td>x" * N,
    "spaces": "<div id=ozoom>" + " 　" * N * 10 + "</div>",
    "newlines": "<div id=ozoom>" + "\n" * N * 10 + "x</div>",
    "comments": "<!--enpproperty <a>" * 5_000 + "-->",
    "properties": "<!--enpproperty " + "<a>" * 50_000 + "-->",
    "breaks": "<h1>题</h1><div id=ozoom>" + "<br>" * N + "</div>",
    "areas": "<map>" + '<area coords="1,2,3,4" href="content_1.htm">' * N + "</map>",
    "coordinates": f'<area href="content_1.htm" coords="{"1," * N * 5}">',
    "long address": f'<a href="content_1.htm?{"a&" * N}">x</a>',
    "strong cells": "<table><tr><td>" + "<strong>第</strong>" * N + "</td></tr></table>",
    "numbers": "<p>" + "2026年" * N + "</p>",
    "pictures": "<h1>题</h1><div id=ozoom>" + "<table><tr><td><img src=a.jpg></td></tr></table>" * 3_000 + "</div>",
    "many pictures": "<h1>题</h1><div class=pic>" + "".join(f"<img src={n}.jpg>" for n in range(2_000)) + "</div>",
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(20_000)) + ">",
    "select": "<select>" * N,
    "templates": "<template>" * N,
    "svg": "<svg><g>" * (N // 2),
    "entities": "&amp;" * N,
    "buttons": f"<h1>题</h1><div id=ozoom>{'返回' * 120}</div>",
    "credits": f"<h1>题</h1><div id=ozoom><img src=a.jpg><p>{'记者 ' * 100}</p></div>",
    "script": "<script>" + "location.href=" * N + "</script>",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.timeout(30)
def test_hostile_documents_take_seconds_at_most(name):
    start = time.process_time()
    read(HOSTILE[name], "founder-classic")
    assert time.process_time() - start < 10
