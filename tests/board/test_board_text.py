"""Foreign text on the board: escaped, isolated, nothing hidden, nothing lost; and HTML that can do nothing."""

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scheduler.board import text

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<iframe src='http://evil.example/'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p style='position:fixed;inset:0;background:red'>x</p>",
    "<form action='http://evil.example/'><input name=token></form>",
    "<base href='http://evil.example/'><link rel=stylesheet href=//evil.example/x.css>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "</bdi></p></main><h1>Board</h1>",
]


def pieces(*parts):
    return st.lists(st.sampled_from(parts), max_size=30).map("".join)


@given(st.text())
def test_no_hidden_character_reaches_the_page_and_no_other_is_lost(value):
    shown = str(text.foreign(value))
    assert not text._HIDDEN.search(shown)
    bare = re.sub(r'<span class="hidden-char"[^>]*>U\+([0-9A-F]+)</span>', lambda m: chr(int(m[1], 16)), shown)
    assert unescape(bare.removeprefix("<bdi>").removesuffix("</bdi>")) == unescape(re.sub("&", "&amp;", value))


@given(pieces("<", ">", "&", '"', "'", "/", "= ", "\u202e", "\u2066", "\u200b", "\x00", "\ud800", "script", "onload"))
def test_no_tag_but_ours_comes_out_of_text(value):
    tree = LexborHTMLParser(f"<div id=d>{text.foreign(value)}</div>".encode("utf-8", "replace").decode())
    assert {node.tag for node in tree.css("#d *")} <= {"bdi", "span"}
    assert len(tree.css("body > *")) == 1


@pytest.mark.parametrize("character", ["\u202e", "\u2067", "\u200f", "\u061c", "\ufeff", "\x1b", "\x85", "\U000e0041"])
def test_a_hidden_character_is_shown_by_its_name(character):
    name = unicodedata.name(character, "CONTROL CHARACTER")
    assert f'title="{name}">U+{ord(character):04X}<' in text.foreign(f"exe{character}jpg")
    assert text.plain(character) == f"⟦U+{ord(character):04X}⟧"


def test_joiners_and_line_ends_stay():
    assert text.plain("👩\u200d🌾\n\t") == "👩\u200d🌾\n\t"


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_of_a_hostile_document_can_do_anything(html):
    tree = LexborHTMLParser(f"<div id=d>{text.sanitised(html)}</div>")
    nodes = tree.css("#d *")
    assert {node.tag for node in nodes} <= text._TAGS
    assert all(not node.attributes for node in nodes)
    assert len(tree.css("body > *")) == 1
    assert "alert" not in tree.css_first("#d").text() or "<" not in text.sanitised(html)


@given(pieces("<", ">", "/", "='", '"', " ", "!--", "script", "style", "p", "svg", "table", "a href", "on", "\x00"))
def test_no_document_at_all_brings_an_attribute_or_a_stranger(html):
    tree = LexborHTMLParser(f"<div id=d>{text.sanitised(html)}</div>")
    assert all(node.tag in text._TAGS and not node.attributes for node in tree.css("#d *"))


def test_a_reading_view_keeps_text_and_structure():
    html = "<h1>标题</h1><p>一段 <b>粗</b></p><table><tr><td colspan=2>格</td></tr></table><script>x</script>"
    assert (
        text.sanitised(html) == "<h1>标题</h1><p>一段 <b>粗</b></p><table><tbody><tr><td>格</td></tr></tbody></table>"
    )


def test_what_is_huge_is_cut():
    assert len(text.body("长" * 10**6)) == text.LONGEST
