"""Recognise a document that does nothing but lead elsewhere: META REFRESH or a bare script. Follows nothing."""

import re

from worker.parse.links import absolute
from worker.parse.tree import Tree, attribute

_REFRESH = re.compile(r"""^\s*[\d.]*\s*[;,]?\s*url\s*=\s*["']?\s*([^"'\s>]+)""", re.IGNORECASE)
_TARGET = r"""["']([^"'\n]{1,500})["']"""
_HOLDER = r"(?:(?:window|self|top|parent|document)\s*\.\s*){0,2}"
#: The whole of a script: one that moves on only when a button is pressed is longer.
_SCRIPT = re.compile(
    rf"\s*(?:<!--)?[\s;{{]*{_HOLDER}location(?:\s*\.\s*href)?\s*(?:=|\.\s*(?:replace|assign)\s*\()\s*{_TARGET}\s*\)?"
    r"[\s;}]*(?://\s*)?(?:-->)?\s*"
)
_BARE = 200  #: characters of visible text beyond which a document has something to say of its own


def redirect_of(tree: Tree, base: str) -> str | None:
    """Where the document leads, as an absolute address; None if it is not a redirect or leads to itself."""
    target: str | None = None
    for node in tree.css("meta[http-equiv]"):
        match = (
            _REFRESH.match(attribute(node, "content")) if attribute(node, "http-equiv").lower() == "refresh" else None
        )
        if match:
            target = match[1]
            break
    else:
        scripts = tree.css("script")
        matches = [match for script in scripts if (match := _SCRIPT.fullmatch(script.text()[:2_000]))]
        body = tree.body
        visible = len(body.text(strip=True)) - sum(len(script.text()) for script in body.css("script")) if body else 0
        if matches and visible < _BARE:
            target = matches[0][1]
    found = absolute(target, base) if target else None
    return found if found and found != base else None
