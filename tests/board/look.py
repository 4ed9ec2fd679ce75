"""Look at a page of the board as a test does: fetched, parsed, and checked for what every page must have."""

from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser


def page(client, path, status=200):
    """A page of the board, parsed; every page is checked for what all must have."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    tree = LexborHTMLParser(answer.text)
    assert tree.css_first("html").attributes["lang"] in {"en", "zh-Hans"}
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1
    assert not tree.css("script, iframe, object, [style], [onclick]")
    assert not [node for node in tree.css("img, image, link") if node.attributes.get("src", "").startswith("http")]
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert_headings(tree)
    assert_labelled(tree)
    return tree


def assert_headings(tree):
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4") if not inside(node, "reading-view")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def inside(node, name):
    while node is not None:
        if name in (node.attributes.get("class") or "").split():
            return True
        node = node.parent
    return False


def assert_labelled(tree):
    for field in tree.css("input, select, textarea"):
        kind = field.attributes.get("type")
        assert kind == "hidden" or field.parent.tag == "label" or field.attributes.get("aria-label")
    for link in tree.css("a"):
        assert link.text(strip=True) or link.attributes.get("aria-label"), link.html
    for image in tree.css("img"):
        assert image.attributes.get("alt")
    for table in tree.css("table.grid, table.plain thead"):
        assert all(head.attributes.get("scope") for head in table.css("th"))


def words(tree, selector="main"):
    return " ".join(tree.css_first(selector).text(separator=" ").split())
