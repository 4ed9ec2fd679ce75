"""Real, undamaged articles pass through as they are. Their texts stay outside the project."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from worker.clean import restore_article, restore_page
from worker.domain import ParsedArticle

SHARED = Path(__file__).parents[3].parent / "shared"


def _dumped(path):
    match = re.match(r"连接：.*?\n标题：(.*?)\n?内容：\n?(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    return [line.strip() for line in match[2].splitlines() if line.strip()]


def _saved(path):
    body = re.search(r"<!--enpcontent-->(.*?)<!--/enpcontent-->", path.read_text(encoding="utf-8"), re.DOTALL)
    found = re.findall(r"<p>(.*?)</p>", body[1], re.DOTALL) if body else []
    texts = [re.sub("<.*?>", "", text).replace("&nbsp;", " ").strip() for text in found]
    return [text for text in texts if text]


def _bare(text):
    return re.sub(r"[\s\u200b]", "", text)


@pytest.mark.parametrize(
    ("folder", "pattern", "read"), [("articles", "*/*/*.txt", _dumped), ("pages/rmrb-2026-07-04", "*.html", _saved)]
)
def test_no_character_is_lost_and_nothing_is_mended(folder, pattern, read):
    paths = sorted((SHARED / folder).glob(pattern))
    if not paths:
        pytest.skip(f"no real articles in {SHARED / folder}")
    for path in paths:
        paragraphs = read(path)
        restored = restore_article(ParsedArticle(title="题", paragraphs=tuple(paragraphs)))
        assert len(restored.items) == 1, path
        item = restored.items[0]
        assert [*map(_bare, (*item.paragraphs, *item.signature))] == [*map(_bare, paragraphs)], path
        assert not {"split_joined", "repeat_removed", "truncated_end"} & set(item.flags), path


def _printed():
    """Yield (name, day and page, headline lines, paragraphs) of every real article."""
    for path in sorted((SHARED / "articles").glob("*/*/*.txt")):
        title = re.search(r"标题：(.*?)\n?内容：", path.read_text(encoding="utf-8"), re.DOTALL)[1]
        day, page = path.stem.split("-")[:2]
        yield path.stem, (day, page), [line.strip() for line in title.splitlines() if line.strip()], _dumped(path)
    folder = SHARED / "pages" / "rmrb-2026-07-04"
    if folder.exists():
        for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
            heads = [re.sub("<.*?>", "", entry["prop"][key]).strip() for key in ("introtitle", "title", "subtitle")]
            paragraphs = _saved(folder / entry["file"])
            yield entry["file"], ("20260704", entry["page"]), [head for head in heads if head], paragraphs


#: How dumps part paragraphs: a blank line, an indent alone, or nothing but a new line.
SEPARATORS = {"blank line": "\n\n", "indent": "\n\u3000\u3000", "new line": "\n"}
REPAIRS = {"split_joined", "repeat_removed", "reordered", "orphan_fragment"}


def _kept(restored):
    texts = [removed.text for removed in restored.removed]
    for item in restored.items:
        heads = (item.title, item.rubric, item.kicker, item.subtitle)
        texts += [*heads, *item.paragraphs, *item.signature, *item.captions]
    return Counter("".join(_bare(text or "") for text in texts))


@pytest.mark.parametrize("name", SEPARATORS)
def test_no_real_article_or_page_is_mended_and_no_character_lost(name):
    articles = list(_printed())
    if not articles:
        pytest.skip(f"no real articles in {SHARED}")
    separator = SEPARATORS[name]
    pages = defaultdict(list)
    dumps = {}
    for article, page, heads, paragraphs in articles:
        dumps[article] = separator.join([*heads, *paragraphs])
        pages[page] += [*heads, *paragraphs]
    dumps |= {f"page {page}": separator.join(lines) for page, lines in pages.items()}
    wrong = {}
    for source, dump in dumps.items():
        restored = restore_page(dump)
        mended = {flag for item in restored.items for flag in item.flags if flag in REPAIRS}
        lost = Counter(_bare(dump)) - _kept(restored)
        if mended or lost:
            wrong[source] = (mended, dict(lost))
    assert wrong == {}


@pytest.mark.parametrize(("name", "least"), [("blank line", 0.94), ("indent", 0.92), ("new line", 0.94)])
def test_nearly_every_real_article_alone_is_one_item(name, least):
    # A subhead in words of its own, between texts that share nothing, has all of a headline's signs; the floors are
    # what is reached, and what is parted wrongly is still kept to the letter.
    articles = [(heads, paragraphs) for _, _, heads, paragraphs in _printed() if paragraphs]
    if not articles:
        pytest.skip(f"no real articles in {SHARED}")
    dumps = [SEPARATORS[name].join([*heads, *paragraphs]) for heads, paragraphs in articles]
    assert sum(len(restore_page(dump).items) == 1 for dump in dumps) >= least * len(dumps)
