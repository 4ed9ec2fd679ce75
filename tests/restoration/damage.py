"""Print pages of broken items, in several looks. Knows nothing of how pages are restored."""

import random
import textwrap
from dataclasses import fields

from tests.restoration.columns import Damage, break_item
from tests.restoration.items import (
    CAPTIONS,
    NOTICES,
    ORGANISATIONS,
    PHOTO_STORIES,
    RUBRICS,
    Item,
    Line,
    byline,
    heads,
    photo,
    wanted,
)
from tests.restoration.sources import Story
from worker.clean.forms import ends_open

ALL = Damage(
    cut=1.0, twice=0.25, early=0.2, early_twice=0.15, lost=0.15, caption=0.3, photo=0.4, sign_off=0.15, notice=0.15,
    noise=0.01, ocr=0.15, furniture=0.3, tight=0.2,
)  # fmt: skip
#: So often the rest stands inside the next item.
_CROSSED = 0.4
#: What happens to every page or to no page is done to all.
WHOLE = frozenset({"cut", "ocr", "tight"})
ALONE = {
    one.name: Damage(**{one.name: 1.0 if one.name in WHOLE else 0.6}) for one in fields(Damage) if one.name != "noise"
}


def make_page(seed: int, hurt: Damage, stories: dict[str, list[Story]]) -> tuple[str, list[dict]]:
    """Return (text of a broken page, the items that it should become)."""
    rng = random.Random(seed)
    script = rng.choices(("hans", "latn", "hant", "mixed"), (16, 1, 1, 1))[0]
    pool = [*stories["hans"], *stories["latn"]] if script == "mixed" else stories[script]
    chosen = rng.sample(pool, min(len(pool), rng.choice((2, 3, 4, 5, 6, 8))))
    captions = rng.sample(CAPTIONS, len(CAPTIONS))
    rubric = rng.choice(RUBRICS)
    items = []
    for story in chosen:
        item = Item(want=wanted("article", story.title, story.paragraphs), script=story.script)
        heads(rng, item, rng.choice((rubric, rng.choice(RUBRICS))) if rng.random() < 0.25 else None)
        byline(rng, item)
        break_item(rng, item, hurt, captions)
        if (
            not item.lost
            and story.script == "hans"
            and not item.after
            and rng.random() < hurt.sign_off
            and not (
                (item.before or item.astray or item.behind)
                and item.want["paragraphs"][-1] not in {line.text for line in item.body[-1:]}
            )
        ):
            organisation = rng.choice(ORGANISATIONS)
            day = f"{rng.choice((2019, 2023, 2025))}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
            item.want["signature"] = [organisation, day]
            item.body += [Line(organisation), Line(day, gap=rng.choice((0, 1)))]
        items.append(item)
    if rng.random() < hurt.photo and script == "hans":
        items.insert(rng.randrange(1, len(items) + 1), photo(rng, rng.choice(PHOTO_STORIES)))
    if rng.random() < hurt.notice and script == "hans":
        title, paragraphs = rng.choice(NOTICES)
        organisation = rng.choice(ORGANISATIONS)
        notice = Item(want=wanted("notice", title, paragraphs), script="hans", heads=[Line(title)])
        notice.body = [Line(text, body=True) for text in paragraphs]
        if title != "遗失声明":
            notice.want["signature"] = [organisation, "2024年6月3日"]
            notice.body += [Line(organisation), Line("2024年6月3日", gap=0)]
        items.append(notice)
    return _print(rng, _order(rng, items), hurt), [item.want for item in items]


def _order(rng: random.Random, items: list[Item]) -> list[list[Line]]:
    """Return the lines item by item; strays stand before their own head, behind another item's end, or first of all."""
    groups = [[*item.before, *item.heads, *item.body, *(item.after if rng.random() < 0.7 else ())] for item in items]
    for index, item in enumerate(items):
        if item.after and groups[index][-1] is not item.after[-1]:
            where = min(index + 1, len(groups) - 1)
            groups[where] = [*groups[where], *item.after] if rng.random() < 0.7 and where != index else groups[where]
    for index, item in enumerate(items):
        if item.astray:
            other = rng.choice([*range(index), *range(index + 1, len(items))])
            groups[other] = [*groups[other], *item.astray]
        if item.behind:
            _set_behind(rng, groups, index, item.behind)
    return groups


def _set_behind(rng: random.Random, groups: list[list[Line]], index: int, rest: list[Line]) -> None:
    """Set an item's rest behind the next item, or between the halves of a paragraph of it."""
    if index + 1 == len(groups):
        groups[index] = [*groups[index], *rest]
        return
    after = groups[index + 1]
    halves = [
        at for at in range(1, len(after)) if after[at - 1].body and after[at].body and ends_open(after[at - 1].text)
    ]
    where = rng.choice(halves) if halves and rng.random() < _CROSSED else len(after)
    groups[index + 1] = [*after[:where], *rest, *after[where:]]


def _print(rng: random.Random, groups: list[list[Line]], hurt: Damage) -> str:
    tight = rng.random() < hurt.tight
    ocr = rng.random() < hurt.ocr
    width = rng.randint(17, 30)
    indent = tight or (ocr and rng.random() < 0.5) or rng.random() < 0.25
    lines: list[str] = []
    furniture = rng.random() < hurt.furniture
    if furniture:
        lines += [rng.choice(("第3版 要闻", "A4版：民生", "3版"))]
    for group in groups:
        wrapped = ocr and rng.random() < 0.9
        for line in group:
            lines += [""] * ((line.gap if line.gap != 1 else 0) if tight else line.gap)
            text = ("\u3000\u3000" if indent and line.body else "") + line.text
            if wrapped:
                lines += (
                    textwrap.wrap(text, 64)
                    if text.count(" ") * 10 > len(text)
                    else [text[i : i + width] for i in range(0, len(text), width)]
                )
            else:
                lines.append(text)
    if furniture:
        lines += ["", rng.choice(("责任编辑：沈明 校对：韩玉兰", "本版编辑：唐国英", "■本版责编 许文斌 美编 何海燕"))]
    return "\n".join(lines)
