"""Set an item in columns and break it: cuts, strays, lost ends, captions inside the body."""

import random
import re
from dataclasses import dataclass

from tests.restoration.items import Item, Line, name

WRONG = "推二仁口日土士未末已己工于干入八人的在有大木本"
STOPS = "。！？；，、：”’》）」』…—·"
OPENERS = "“‘《（「『【"


@dataclass(frozen=True, kw_only=True)
class Damage:
    """How often each defect is done to an item (or to a page), between 0 and 1."""

    cut: float = 0.0
    twice: float = 0.0
    early: float = 0.0
    early_twice: float = 0.0
    astray: float = 0.0  #: an early tail, but behind any other item
    inside: float = 0.0  #: another item stands whole between the halves of a paragraph
    lost: float = 0.0
    caption: float = 0.0
    photo: float = 0.0
    sign_off: float = 0.0
    notice: float = 0.0
    noise: float = 0.0
    ocr: float = 0.0
    furniture: float = 0.0
    tight: float = 0.0  #: single newlines, so that no white space tells anything


def _columns(rng: random.Random, texts: list[str], height: int, width: int) -> list[tuple[int, int]]:
    """Return (paragraph, place) of each column break in mid-sentence."""
    cuts, used = [], rng.randrange(height)
    for at, text in enumerate(texts):
        place = width - 2 + width * rng.randrange(0, 2)
        end = used + len(text)
        while end >= height:
            place = height - used
            place -= (place + 2) % width
            spot = _sound_cut(text, place)
            if spot:
                cuts.append((at, spot))
            used -= height
            end = used + len(text)
        used = end
    return cuts


def _sound_cut(text: str, place: int) -> int | None:
    """Return the place where a line may end: never before a closing mark nor behind the end of a sentence."""
    for spot in range(place, place + 6):
        if not 4 <= spot <= len(text) - 3:
            continue
        one, two = text[spot - 1], text[spot]
        if two in STOPS or one in OPENERS or one in "。！？；：…—" or (one == "”" and text[spot - 2] in "。！？…，"):
            continue
        return spot
    return None


def _english_cut(rng: random.Random, text: str) -> tuple[str, str] | None:
    """Return two halves of an English paragraph, cut between words or with a hyphen."""
    words = list(re.finditer(r"\S+", text))
    if len(words) < 14:
        return None
    word = words[rng.randrange(6, len(words) - 6)]
    bare = word[0]
    if len(bare) > 7 and bare.isalpha() and bare.islower() and rng.random() < 0.3:
        spot = word.start() + len(bare) // 2
        return text[:spot] + "-", text[spot:]
    if text[word.start() - 2] in '.!?:;"':
        return None
    return text[: word.start()].rstrip(), text[word.start() :]


def _noisy(rng: random.Random, text: str, rate: float) -> str:
    return "".join(rng.choice(WRONG) if c > "\u4e00" and rng.random() < rate else c for c in text)


def _wrong_first(rng: random.Random, text: str) -> str:
    return rng.choice(WRONG) + text[1:] if rng.random() < 0.6 and text[0] > "\u4e00" else text


def _tail(rng: random.Random, item: Item, cut: tuple[int, int], noise: float) -> list[Line]:
    at, spot = cut
    texts = [item.want["paragraphs"][at][spot:], *item.want["paragraphs"][at + 1 :]]
    texts = [_noisy(rng, text, noise) for text in texts]
    return [Line(_wrong_first(rng, texts[0]), body=True), *(Line(text, body=True) for text in texts[1:])]


def _break_english(rng: random.Random, item: Item, share: float) -> None:
    for text in item.want["paragraphs"]:
        halves = _english_cut(rng, text) if rng.random() < share * 0.5 else None
        item.body += [Line(half, body=True) for half in halves or (text,)]


def _set(rng: random.Random, item: Item, cuts, early, share: float, captions: list[str]) -> None:
    """Set the paragraphs with their cuts, as far as the place from which the tail is printed elsewhere."""
    texts = item.want["paragraphs"]
    for at, whole in enumerate(texts[: early[0] + 1] if early else texts):
        ends_here = early is not None and at == early[0]
        text = whole[: early[1]] if ends_here else whole
        spots = sorted(spot for index, spot in cuts if index == at)
        pieces = [text[a:b] for a, b in zip([0, *spots], [*spots, None], strict=True)]
        for number, piece in enumerate(pieces):
            item.body.append(Line(piece, body=True))
            last = at == len(texts) - 1 and number == len(pieces) - 1
            if captions and not last and not ends_here and rng.random() < share:
                _caption(rng, item, captions.pop())


def _caption(rng: random.Random, item: Item, shown: str) -> None:
    item.want["captions"].append(shown)
    item.body.append(Line(shown, gap=rng.choice((1, 2, 3)) if shown[0] in "图▲" else 3))
    if rng.random() < 0.3:
        item.body.append(Line(f"{rng.choice(('本报记者 ', '', '通讯员 '))}{name(rng)} 摄"))


def break_item(rng: random.Random, item: Item, hurt: Damage, captions: list[str]) -> None:
    """Print the item's body, with what befell it."""
    texts = item.want["paragraphs"]
    if item.script == "latn":
        _break_english(rng, item, hurt.cut)
        return
    width, height = rng.randint(13, 22), rng.choice((9, 14, 20, 30)) * 20
    cuts = _columns(rng, texts, height, width)
    strays = [
        cut for cut in cuts if len(texts[cut[0]]) - cut[1] + sum(map(len, texts[cut[0] + 1 :])) > 14 and cut != (0, 0)
    ]
    roll, done = rng.random(), {cut for cut in cuts if rng.random() < hurt.cut}
    early = None
    if strays and item.before is not None:
        cut = rng.choice(strays)
        if roll < hurt.lost and (cut[0] > 0 or cut[1] > 40):
            item.lost = True
            item.want["paragraphs"] = texts = [*texts[: cut[0]], texts[cut[0]][: cut[1]]]
            done = {other for other in done if other < cut}
        elif roll < hurt.lost + hurt.twice:
            item.after = _tail(rng, item, cut, hurt.noise)
            done.add(cut)
        elif roll < hurt.lost + hurt.twice + hurt.early_twice:
            item.before = _tail(rng, item, cut, hurt.noise)
        elif roll < hurt.lost + hurt.twice + hurt.early_twice + hurt.early:
            item.before = [Line(text, body=True) for text in (texts[cut[0]][cut[1] :], *texts[cut[0] + 1 :])]
            early = cut
            done = {other for other in done if other < cut}
        elif hurt.astray and rng.random() < hurt.astray:
            item.astray = [Line(text, body=True) for text in (texts[cut[0]][cut[1] :], *texts[cut[0] + 1 :])]
            early = cut
            done = {other for other in done if other < cut}
        elif hurt.inside and rng.random() < hurt.inside:
            item.behind = [Line(text, body=True) for text in (texts[cut[0]][cut[1] :], *texts[cut[0] + 1 :])]
            early = cut
            done = {other for other in done if other < cut}
    _set(rng, item, done, early, hurt.caption * 0.4 if captions else 0.0, captions)
