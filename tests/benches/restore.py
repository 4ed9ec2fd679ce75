"""Print how fast broken text is restored: pages a second, growth with length, and the worst inputs there are.

``python -m tests.benches.restore``. Processor time, one core; figures only, nothing is asserted. Compare ratios: other
work on the machine slows all alike. Pages of texts that were not seen before, as in a newspaper's life; pages that are
restored again and again are faster, because their lines are known.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

from tests.restoration.damage import ALL
from tests.restoration.damage import make_page as make_damaged_page
from tests.restoration.sources import SHARED, stories
from tests.worker.clean.broken_pages import STORIES, Defects, make_page
from worker.clean import restore_page

#: As many characters as a broadsheet page of a local paper has.
PAGE_SIZE = 9_000
MEGABYTE = 1_000_000
HAN = [chr(code) for code in range(0x4E00, 0x5200)]
#: Articles a page: more than it takes, so that no page prints one twice.
POOL = 40


def fresh(text: str, number: int) -> str:
    """Give each long line a character of its own, so that no text is known from an earlier page."""
    mark = chr(0x5200 + number % 0x2000)
    return "\n".join(f"{line[:4]}{mark}{line[4:]}" if len(line) > 8 else line for line in text.split("\n"))


def broken_pages(size: int = PAGE_SIZE) -> Iterator[str]:
    """Yield pages of about so many characters without end, with every defect, each of texts of its own.

    Of real articles where they lie beside the project; else of the few invented ones, and pages stay shorter.
    """
    known = stories(held_out=False)
    for number in count():
        rng = random.Random(number)
        pool = rng.sample(known["hans"], min(POOL, len(known["hans"])))
        page = ""
        while len(page) < size and len(pool) >= 8:
            part, pool = pool[:8], pool[8:]
            page += "\n\n" + make_damaged_page(number * POOL + len(pool), ALL, {**known, "hans": part})[0]
        yield fresh(page[:size], number)


def spent(text: str) -> float:
    start = time.process_time()
    restore_page(text)
    return time.process_time() - start


def han(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(HAN) for _ in range(length))


def filled(make: Callable[[], str], separator: str = "\n\n") -> str:
    """A megabyte of what is made."""
    parts: list[str] = []
    size = 0
    while size < MEGABYTE:
        parts.append(make())
        size += len((parts[-1] + separator).encode())
    return separator.join(parts)


def hostile() -> Iterator[tuple[str, str]]:
    """Yield (name, text) of what is no newspaper page, or one that is broken beyond measure."""
    rng = random.Random(4)
    bodies = [paragraph for story in STORIES for paragraph in story[1:]]

    def cut(length: int) -> str:
        return "，".join(han(rng, 20) for _ in range(length // 20))

    def wrong(text: str) -> str:
        return "".join(rng.choice(HAN) if rng.random() < 0.03 else mark for mark in text)

    yield "one line, 50 MB", "汉字一二三四" * 2_900_000
    yield "lines of two characters", filled(lambda: han(rng, 2), "\n")
    yield "one paragraph again and again", filled(lambda: bodies[0])
    yield "starts in mid-sentence", filled(lambda: "，" + cut(200))
    yield (
        "breaks off under headlines",
        filled(lambda: "\n\n".join([han(rng, 16), "记者 张三", *(cut(160) for _ in range(8))])),
    )
    yield "numbers, narrow", filled(lambda: "\t".join(str(rng.randrange(10**5)) for _ in range(6)), "\n")
    yield "numbers, wide", filled(lambda: "  ".join(str(rng.randrange(10**5)) for _ in range(40)), "\n")
    yield "headlines", filled(lambda: han(rng, 16))
    yield "long lines without a stop", filled(lambda: han(rng, 60))
    yield "repeats with wrong characters", filled(lambda: wrong(rng.choice(bodies)))
    yield "one repeat with wrong ones", filled(lambda: wrong(bodies[0]))
    yield "opened and never closed", filled(lambda: rng.choice("（“《「") * 3 + cut(200))
    yield "brackets and quotes", filled(lambda: "".join(rng.choice("（“《「）”》」字") for _ in range(80)), "\n")
    yield (
        "English words",
        filled(lambda: " ".join(rng.choice(("the", "council", "harbour", "spoke,")) for _ in range(60))),
    )
    yield "spaces", ("字" + " " * 200) * 5_000
    yield "punctuation", "，（“" * 110_000
    yield "adverts", "低价出售二手车\n电话：13800000000\n" * 20_000
    yield "one page again and again", make_page(3, Defects(repeated_tail=1.0))[0] * 100
    yield "broken lines", "\n".join(make_page(seed, Defects(ocr=True))[0] for seed in range(60))


def bench_pages(seconds: float = 6.0) -> None:
    pages = broken_pages()
    restore_page(next(pages))
    seen: list[str] = []
    processor = 0.0
    while processor < seconds:
        seen.append(next(pages))
        processor += spent(seen[-1])
    size = sum(map(len, seen)) / len(seen)
    print(f"restore pages of {size:.0f} characters {len(seen) / processor:8.1f} pages/s, each seen for the first time")
    again = sum(spent(page) for page in seen[:20] for _ in range(3))
    print(f"{'each again and again':<32} {60 / again:8.1f} pages/s")
    for path in sorted((SHARED / "seed").glob("*-page.txt")):
        page = path.read_text(encoding="utf-8")
        again = sum(spent(page) for _ in range(60))
        new = sum(spent(fresh(page, number)) for number in range(60))
        name = f"one real page, {len(page)} characters"
        print(f"{name:<32} {60 / again:8.1f} pages/s again and again, {60 / new:.1f} with lines that are new each time")


def bench_growth() -> None:
    """Time per character of ever longer pages, against that of the shortest: 1.0 throughout is linear."""
    print("restore ever longer pages         blocks        s   s/MB   time a character, to the first")
    rng = random.Random(1)
    stories = [
        [*story[:1], *("".join(pair) for pair in zip(story[1:], story[2:], story[3:], strict=False))]
        for story in STORIES
    ]
    first = 0.0
    for size in (64_000, 128_000, 256_000, 512_000, MEGABYTE):
        text, number = "", 0
        while len(text.encode()) < size:
            lines = list(stories[number % len(stories)])
            at = rng.randrange(1, len(lines))
            place = rng.randrange(30, len(lines[at]) - 30)
            # One paragraph of each article is cut by a column break.
            lines[at : at + 1] = [lines[at][:place], lines[at][place:]]
            text += (
                fresh("\n\n".join([lines[0], f"本报记者 {rng.choice(HAN)}{rng.choice(HAN)}", *lines[1:]]), number)
                + "\n\n"
            )
            number += 1
        took = min(spent(text) for _ in range(2))
        first = first or took / len(text)
        print(
            f"{size // 1000:5} KB {'':22} {text.count(chr(10) * 2):8} {took:8.2f} {took / size * MEGABYTE:6.2f}"
            f" {took / len(text) / first:8.2f}"
        )


def bench_hostile() -> None:
    worst = (0.0, "")
    for name, text in hostile():
        took, megabytes = spent(text), len(text.encode()) / MEGABYTE
        worst = max(worst, (took / megabytes, name))
        print(f"restore {name:<32} {megabytes:6.2f} MB {took:8.2f} s {took / megabytes:6.2f} s/MB")
    print(f"worst of these                                       {worst[0]:6.2f} s/MB   {worst[1]}")


def bench_start() -> None:
    """Processor time of the command on an empty page: what starting costs."""
    code = "import time, sys; from scheduler.cli import main; sys.argv = ['broadsheet', 'restore', '/dev/null']\n"
    code += "try: main()\nexcept SystemExit: pass\nprint(time.process_time(), file=sys.stderr)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    print(f"start `broadsheet restore`       {min(float(run.stderr.split()[-1]) for run in runs):8.2f} s")


def main() -> None:
    bench_start()
    bench_pages()
    bench_growth()
    bench_hostile()


if __name__ == "__main__":
    main()
