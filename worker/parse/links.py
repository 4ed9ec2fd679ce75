"""Addresses as a page writes them: made absolute, without what only moves within a page. Fetches nothing."""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from worker.parse.tree import Tree, attribute

#: ``?div=`` tells the site's script which part to highlight; the article is the same.
_DIV = re.compile(r"(?:^|&)div=[^&]*", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")


def base_of(tree: Tree, url: str) -> str:
    """What relative addresses in the page are relative to: its ``<base href>``, else its own address."""
    node = tree.css_first("base[href]")
    return (absolute(attribute(node, "href"), url) or url) if node is not None else url


def absolute(href: str, base: str) -> str | None:
    """``href`` as an absolute http(s) address without fragment and ``div``; None for a script, mail or broken one."""
    href = _CONTROL.sub("", href)
    if not href or href.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, href.replace("\\", "/")))
    except ValueError:  # such as an unclosed [ in the host
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    query = _DIV.sub("", parts.query).removeprefix("&") if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def same(one: str, other: str) -> bool:
    """Whether two addresses lead to the same document as far as a list of pages is concerned."""
    return _key(one) == _key(other)


def _key(url: str) -> str:
    return url.partition("#")[0].partition("?")[0].partition("://")[2]
