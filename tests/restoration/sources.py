"""Undamaged articles to break: real ones read where they lie beside the project, and invented ones in three scripts."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.restoration.invented import ENGLISH, TRADITIONAL
from tests.worker.clean.broken_pages import STORIES

SHARED = Path(__file__).parents[2].parent / "shared"
_DUMP = re.compile(r"连接：.*?\n标题：(.*?)\n?内容：\n?(.*)", re.DOTALL)
_TAG = re.compile(r"<.*?>")
#: Lines of a real body that belong to other fields; a story with the fewest of them is the surest truth.
_ASIDE = re.compile(r"摄|本报记者|编辑[：:]|版式|图为|制图|资料图|^[（(].*[）)]$|^[■□●▲◆]|新华社记者|人民日报记者")
ENDS = re.compile(r"[。！？…”）：；—]$")
#: A report's own opening names people; the page that is made names its own.
LEAD = re.compile(r"^(?:本报|新华社|据新华社|人民日报)[^，。]{0,40}?[电讯]\s*(?:（[^）]*）)?\s*")
_SHORTEST, _LONGEST = 2, 16
_LONGEST_TITLE = 30


@dataclass(frozen=True)
class Story:
    """One undamaged article without its people."""

    title: str
    paragraphs: tuple[str, ...]
    script: str = "hans"


def _story(title: str, lines: list[str]) -> Story | None:
    lines = [line for line in lines if not _ASIDE.search(line)]
    sure = [line for line in lines if ENDS.search(line) and len(line) > 30]
    if not _SHORTEST <= len(sure) <= _LONGEST or len(sure) < len(lines) - 2 or not 5 <= len(title) <= _LONGEST_TITLE:
        return None
    first = LEAD.sub("", sure[0])
    return Story(title=" ".join(title.split()), paragraphs=tuple(" ".join(text.split()) for text in (first, *sure[1:])))


def _dumps(folder: str) -> Iterator[Story]:
    for path in sorted((SHARED / "articles" / "rmrb-2020" / folder).glob("*.txt")):
        match = _DUMP.match(path.read_text(encoding="utf-8"))
        if match:
            heads = [line.strip() for line in match[1].splitlines() if line.strip()]
            title = re.sub(r"（[^）]*）$", "", heads[-1] if heads else "")
            lines = [line.strip() for line in match[2].splitlines() if line.strip()]
            story = _story(title, lines)
            if story and "——" not in title:
                yield story


def _saved() -> Iterator[Story]:
    folder = SHARED / "pages" / "rmrb-2026-07-04"
    if not folder.exists():
        return
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        page = (folder / entry["file"]).read_text(encoding="utf-8")
        body = re.search(r"<!--enpcontent-->(.*?)<!--/enpcontent-->", page, re.DOTALL)
        found = re.findall(r"<p>(.*?)</p>", body[1], re.DOTALL) if body else []
        lines = [text for line in found if (text := _TAG.sub("", line).replace("&nbsp;", " ").strip())]
        title = re.sub(r"（[^）]*）$", "", _TAG.sub("", entry["prop"]["title"]).strip())
        story = _story(title, lines)
        if story and "&" not in "".join(lines):
            yield story


def _seed() -> Iterator[Story]:
    for path in sorted((SHARED / "seed").glob("*.expected.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["items"]:
            lost = "truncated_end" in item.get("defects", ())
            if item["title"] and item["paragraphs"]:
                first = re.sub(r"^本报讯（[^）]*）", "", item["paragraphs"][0])
                texts = (first, *item["paragraphs"][1:])
                yield Story(title=item["title"].split("——")[0], paragraphs=texts[:-1] if lost else texts)


def invented() -> dict[str, list[Story]]:
    """Return the invented stories by script, which are the same everywhere."""
    return {
        "hans": [Story(title=story[0], paragraphs=tuple(story[1:])) for story in STORIES],
        "latn": [Story(title=s[0], paragraphs=tuple(s[1:]), script="latn") for s in ENGLISH],
        "hant": [Story(title=s[0], paragraphs=tuple(s[1:]), script="hant") for s in TRADITIONAL],
    }


def stories(*, held_out: bool) -> dict[str, list[Story]]:
    """Return the stories by script; the two sets share no real article."""
    real = [*_dumps("20200815"), *_saved()] if held_out else [*_dumps("20200117"), *_seed()]
    real = list({story.title: story for story in real if len({*story.paragraphs}) == len(story.paragraphs)}.values())
    half = slice(1, None, 2) if held_out else slice(0, None, 2)
    return {
        "hans": real or invented()["hans"],
        "latn": [Story(title=s[0], paragraphs=tuple(s[1:]), script="latn") for s in ENGLISH[half]],
        "hant": [Story(title=s[0], paragraphs=tuple(s[1:]), script="hant") for s in TRADITIONAL[half]],
    }
