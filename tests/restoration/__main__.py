"""Print how well broken pages come out whole.

``python -m tests.restoration [--held-out] [--pages N] [--worst N]`` breaks real articles; ``--papers`` reads the pages
that other writers made (`tests.restoration.papers`).
"""

import argparse
import dataclasses
from collections.abc import Iterator
from multiprocessing import Pool
from statistics import mean

from tests.restoration import papers
from tests.restoration.damage import ALL, ALONE, Damage, make_page
from tests.restoration.sources import stories
from tests.worker.clean.broken_pages import score
from worker.clean import restore_page, without_jump_lines

PROMISED = {"text_recall": 1.0, "text_precision": 0.99, "items_f1": 0.98, "paragraph_f1": 0.97}


def figures(seed: int, hurt: Damage, *, held_out: bool) -> dict[str, float]:
    """Return one page's figures."""
    return figures_of(*make_page(seed, hurt, stories(held_out=held_out)))


def figures_of(page: str, expected: list[dict]) -> dict[str, float]:
    """Return the figures of a page that should become the expected items."""
    restored = without_jump_lines(restore_page(page))
    return score(expected, [dataclasses.asdict(item) for item in restored.items])


def _one(job: tuple[int, Damage, bool]) -> tuple[int, dict[str, float]]:
    return job[0], figures(job[0], job[1], held_out=job[2])


def _pages(pool, hurt: Damage, count: int, *, held_out: bool) -> list[tuple[int, dict[str, float]]]:
    first = 1_000_000 if held_out else 0
    return pool.map(_one, [(seed, hurt, held_out) for seed in range(first, first + count)], chunksize=10)


def _paper(job: tuple[int, tuple[str, list[dict]]]) -> tuple[int, dict[str, float]]:
    return job[0], figures_of(*job[1])


def _rows(name: str, pages: list[tuple[int, dict[str, float]]]) -> Iterator[str]:
    names = list(pages[0][1])
    whole = sum(all(page[key] >= least for key, least in PROMISED.items()) for _, page in pages)
    yield (
        f"{name:<14} mean  "
        + " ".join(f"{mean(page[key] for _, page in pages):.4f}" for key in names)
        + f"  {whole}/{len(pages)} pages keep all four promises"
    )
    yield f"{'':<14} worst " + " ".join(f"{min(page[key] for _, page in pages):.4f}" for key in names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the set that no rule was made on")
    parser.add_argument("--papers", action="store_true", help="the pages of other writers instead, a set each")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--worst", type=int, default=0, help="list so many of the worst pages of all defects together")
    given = parser.parse_args()
    with Pool() as pool:
        shown = False
        kinds = [("undamaged", Damage()), *ALONE.items(), ("all together", ALL)]
        for name, hurt in [(name, None) for name in papers.SETS] if given.papers else kinds:
            if hurt is None:
                pages = pool.map(_paper, enumerate(papers.pages(name)), chunksize=10)
            else:
                pages = _pages(pool, hurt, given.pages, held_out=given.held_out)
            if not shown:
                print(f"{'':<21}" + " ".join(f"{key[:6]:<6}" for key in pages[0][1]))
                shown = True
            print("\n".join(_rows(name, pages)), flush=True)
        if given.worst:
            for seed, page in sorted(pages, key=lambda p: min(p[1].values()))[: given.worst]:
                print(seed, page)


if __name__ == "__main__":
    main()
