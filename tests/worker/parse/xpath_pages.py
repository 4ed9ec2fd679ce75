"""Make the smallest document in which an XPath finds a text: how catalogue entries are tried without their sites."""

import re

_STEP = re.compile(r"(?P<axis>//?)(?P<tag>[\w*-]+)(?P<tests>(?:\[[^\]]*\])*)")
_ATTRIBUTE = re.compile(r"@(?P<name>[\w-]+)\s*=\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>[\w-]+))")
#: What HTML wants around a tag, and what must stand inside it before there may be text.
_AROUND = {"td": ("table", "tr"), "tr": ("table",), "tbody": ("table",)}
_INSIDE = {"tr": ("td",), "tbody": ("tr", "td"), "table": ("tr", "td")}


def element(xpath: str, text: str) -> str:
    """Nested tags in which ``xpath`` finds ``text``; an index (``div[2]``) gets empty elder sisters."""
    steps = list(_STEP.finditer(xpath.removeprefix(".").removesuffix("//text()")))
    assert steps, xpath
    opened: list[str] = []
    html = ""
    for step in steps:
        tag = "div" if step["tag"] == "*" else step["tag"]
        for wanted in _AROUND.get(tag, ()):
            if wanted not in opened and not (wanted == "table" and "tr" in opened):
                html += f"<{wanted}>"
                opened.append(wanted)
        if opened and opened[-1] == "tr" and tag not in {"td", "th"}:
            html += "<td>"
            opened.append("td")
        if index := re.search(r"\[(\d+)\]", step["tests"]):
            html += f"<{tag}></{tag}>" * (int(index[1]) - 1)
        attributes = "".join(
            f' {one["name"]}="{one["single"] or one["double"] or one["bare"]}"'
            for one in _ATTRIBUTE.finditer(step["tests"])
        )
        html += f"<{tag}{attributes}>"
        opened.append(tag)
    for tag in _INSIDE.get(opened[-1], ()):
        html += f"<{tag}>"
        opened.append(tag)
    return html + text + "".join(f"</{tag}>" for tag in reversed(opened))
