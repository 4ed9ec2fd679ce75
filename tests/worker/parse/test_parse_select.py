"""What a document passes over because it names nothing that stands there would have found nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.parse.select import Document
from worker.parse.tree import parse

NAMES = ["title", "Body", "sub-class", "sidebar", "wide", "x_1", "正文"]
FORMS = [
    'class="{}"', "class='{}'", "class={}", 'CLASS = "{}"', 'class\n=\t"{}"', 'class="a {} b"', 'class="class {}"',
    'id="{}"', "id={}", 'ID ="{}"', 'title="a>b" class="{}"', 'data-classes="' + "y" * 500 + '" class="{}"',
    'data-class="' + "z" * 380 + '" class="{}"', 'class="{}"id="q"', 'x="class" id="{}"',
]  # fmt: skip
SELECTORS = [
    *(f".{name}" for name in NAMES),
    *(f"#{name}" for name in NAMES),
    *("p.title", "div .Body > p", ".title, .wide", "div:not(.title)", ".x_1:not(.wide)", "div:has(.title)", "h1 ~ p"),
    *("founder-content", "founder-title, .title", "cms-content p", "[id]", 'p[class="wide"]'),
]
TAGS = st.sampled_from(
    ["p", "div", "h1", "founder-content", "cms-content", "founder-title", "!-- class=title", "script"]
)
NODES = st.tuples(TAGS, st.sampled_from(FORMS), st.sampled_from(NAMES))


@given(st.lists(NODES, max_size=8), st.booleans())
def test_nothing_is_missed(nodes, shut):
    html = "".join(f"<{tag} {form.format(name)}>字{f'</{tag}>' if shut else ''}" for tag, form, name in nodes)
    document, tree = Document(html), parse(html, html.encode())
    for selector in SELECTORS:
        assert [node.html for node in document.all(selector)] == [node.html for node in tree.css(selector)], selector


@pytest.mark.parametrize("count", [0, 1, 2, 60])
@pytest.mark.parametrize("selectors", [(".pic img",), ("#o img", ".pic img", "img[src*='/res/']"), ("img", "no<css")])
def test_few_and_many_pictures_are_found_alike(count, selectors):
    boxes = ["<div class=pic><IMG src=/res/1.jpg></div>", "<p id=o><img src=2.jpg></p>", "<img src=/res/3.jpg>"]
    html = "".join(boxes[number % 3] for number in range(count)) + "<p>字</p>" * 400
    document = Document(html)
    found = document.pictures(*selectors)
    assert [node.mem_id for node in found] == [node.mem_id for one in selectors for node in document.all(one)]
    assert len(found) >= count // 3


def test_an_element_that_html_takes_for_a_picture_is_one():
    found = Document("<div class=pic><image src=1.jpg></div><div id=o><img src=2.jpg></div>").pictures(".pic *", "#o *")
    assert [node.attributes["src"] for node in found] == ["1.jpg", "2.jpg"]
