"""Make foreign text safe to look at: what is invisible or turns text around is shown by name. Escapes; cleans no data.

An article may hold a right-to-left override that makes ``gpj.exe`` of ``exe.jpg``, a zero-width space inside a name,
or a lone surrogate that no encoding takes. An operator must see that it is there, and it must not reach the page
around it.
"""

import re
import unicodedata

import nh3
from markupsafe import Markup, escape

#: Controls but for tab and line ends, soft hyphen, Arabic letter mark, zero-width and bidirectional formatting, byte
#: order mark, interlinear and tag characters, surrogates. Joiners (U+200C, U+200D) stay: scripts and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

#: Longest piece of text that is shown whole, characters; the rest is in the archive.
LONGEST = 200_000

#: What a reading view keeps of a page: its text and its structure. No attribute survives, so no link, picture or style.
_TAGS = frozenset(
    [
        "article",
        "aside",
        "b",
        "blockquote",
        "br",
        "caption",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
#: Elements that go with all that is in them.
_GONE = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "title",
        "textarea",
        "select",
        "noframes",
        "xmp",
        "noembed",
    ]
)


def plain(text: str) -> str:
    """Text with every hidden character replaced by its name in brackets; for attributes and one-line places."""
    return _HIDDEN.sub(lambda found: f"⟦{_code(found[0])}⟧", text)


def foreign(text: object) -> Markup:
    """Text of others as HTML: escaped, isolated from the direction of its surroundings, hidden characters marked."""
    return Markup("<bdi>{}</bdi>").format(_marked(str(text)))


def body(text: str) -> Markup:
    """As :func:`foreign`, for running text: its direction is taken from its own first letter, and it may be cut."""
    return _marked(text[:LONGEST])


def sanitised(html: str) -> Markup:
    """The reading view of a foreign document: text and structure, nothing that loads, runs, links or styles."""
    cleaned = nh3.clean(
        html.encode("utf-8", "replace").decode(),
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes={},
        generic_attribute_prefixes=set(),
        link_rel=None,
        url_schemes=set(),
    )
    return Markup(plain(cleaned))  # noqa: S704  # sanitised a line above; marks are put into text alone


def _marked(text: str) -> Markup:
    parts: list[Markup] = []
    start = 0
    for found in _HIDDEN.finditer(text):
        parts.append(escape(text[start : found.start()]))
        name = unicodedata.name(found[0], "CONTROL CHARACTER")
        parts.append(Markup('<span class="hidden-char" title="{}">{}</span>').format(name, _code(found[0])))
        start = found.end()
    parts.append(escape(text[start:]))
    return Markup("").join(parts)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
