"""Recognise a document that does nothing but lead elsewhere: META REFRESH or a bare script. Follows nothing."""

import re

from worker.parse.links import absolute
from worker.parse.tree import Tree, attribute

_REFRESH = re.compile(r"""^\s*[\d.]*\s*[;,]?\s*url\s*=\s*["']?\s*([^"'\s>]+)""", re.IGNORECASE)
_SCRIPT = re.compile(
    r"""\blocation(?:\s*\.\s*href)?\s*=\s*["']([^"'\n]{1,500})["']|\blocation\s*\.\s*(?:replace|assign)\s*\(\s*["']([^"'\n]{1,500})["']""",
)
_BARE = 300  #: characters of visible text beyond which a document has something to say of its own


def redirect_of(tree: Tree, html: str, base: str) -> str | None:
    """Where the document leads, as an absolute address; None if it is not a redirect or leads to itself."""
    target: str | None = None
    for node in tree.css("meta[http-equiv]"):
        match = _REFRESH.match(attribute(node, "content")) if attribute(node, "http-equiv").lower() == "refresh" else None
        if match:
            target = match[1]
            break
    else:
        body = tree.body
        if body is not None and len(body.text(strip=True)) < _BARE + sum(len(n.text()) for n in body.css("script")):
            script = _SCRIPT.search(html)
            target = (script[1] or script[2]) if script else None
    found = absolute(target, base) if target else None
    return found if found and found != base else None
