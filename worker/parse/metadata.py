"""Read the metadata that a site's publishing system left in comments. The printed text is not touched."""

import re
from collections.abc import Mapping

_FIELD = re.compile(r"<([A-Za-z][\w-]{0,40})>([^<]*(?:<(?!/\1>)[^<]*){0,50})</\1>")
_TAG = re.compile(r"<[^>]*>")
_MAX = 20_000


def metadata(html: str) -> Mapping[str, str]:
    """Fields of every ``enpproperty`` comment by name, without markup; empty ones are left out."""
    found: dict[str, str] = {}
    start = html.find("<!--enpproperty")
    while start >= 0:
        end = html.find("-->", start)
        if end < 0:
            break
        for name, value in _FIELD.findall(html[start : min(end, start + _MAX)]):
            if text := (_TAG.sub(" ", value) if "<" in value else value).replace("\u200b", "").strip():
                found.setdefault(name, text)
        start = html.find("<!--enpproperty", end)
    return found
