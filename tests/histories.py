"""Invented newspapers' histories in numbers, seeded, for the tests of drift and for the figures that they print."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from worker.domain import Profile
from worker.drift import Past, deviations

START = date(2026, 1, 1)


@dataclass(frozen=True)
class Paper:
    """What one invented newspaper is like on an ordinary day."""

    pages: tuple[int, ...]  #: by weekday; 0 where it does not appear
    per_page: float
    titled: float
    signed: float
    bodied: float
    fallback: float
    length: float


def paper(rng: random.Random) -> Paper:
    week = rng.choice([4, 4, 8, 8, 8, 12, 16, 24])
    weekend = rng.choice([0, week, week // 2, 4])
    thick = rng.randrange(5)
    pages = [week] * 5 + [weekend] * 2
    if rng.random() < 0.4:
        pages[thick] += 4  # the day with the supplement
    if rng.random() < 0.15:
        pages = [0] * 7
        pages[thick] = week  # a weekly
    return Paper(
        pages=tuple(pages),
        per_page=rng.uniform(3, 9),
        titled=rng.uniform(0.8, 1),
        signed=rng.uniform(0.2, 0.75),
        bodied=rng.uniform(0.65, 0.97),
        fallback=rng.choice([0, 0, 0, rng.uniform(0, 0.08)]),
        length=rng.uniform(250, 900),
    )


def edition(rng: random.Random, one: Paper, day: date) -> Profile:
    """An ordinary edition: now and then thicker, or a page thinner, with its share of chance in everything."""
    pages = one.pages[day.weekday()]
    chance = rng.random()
    if chance < 0.06:
        pages += rng.choice([4, 8])
    elif chance < 0.1 and pages > 4:
        pages -= rng.choice([1, 2])
    mean = pages * one.per_page * rng.lognormvariate(0, 0.12)
    articles = max(1, round(rng.gauss(mean, mean**0.5)))

    def hits(share: float) -> int:
        daily = min(1.0, max(0.0, rng.gauss(share, 0.03)))
        return sum(rng.random() < daily for _ in range(articles))

    return Profile(
        pages=pages,
        articles=articles,
        titled=hits(one.titled),
        signed=hits(one.signed),
        bodied=hits(one.bodied),
        fallback=hits(one.fallback) if one.fallback else 0,
        body_length=one.length * rng.lognormvariate(0, 0.18),
    )


def history(rng: random.Random, one: Paper, editions: int) -> list[Past]:
    """Editions in a row, oldest first."""
    made: list[Past] = []
    day = START
    while len(made) < editions:
        day += timedelta(days=1)
        if one.pages[day.weekday()]:
            made.append(Past(date=day, profile=edition(rng, one, day)))
    return made


def nearest(past: list[Past], day: date) -> list[Past]:
    """What the database hands over: the last sixty within half a year."""
    return [item for item in past if day - item.date <= timedelta(days=183)][-60:]


#: What a change of the site does to an ordinary edition.
FAULTS = {
    "title selector dead": lambda one: replace(one, titled=0),
    "body selector dead": lambda one: replace(one, bodied=0, body_length=0.0),
    "half the pages gone": lambda one: replace(
        one, pages=one.pages // 2, articles=one.articles // 2, titled=one.titled // 2, signed=one.signed // 2,
        bodied=one.bodied // 2, fallback=one.fallback // 2,
    ),
    "two thirds of the article links gone": lambda one: replace(
        one, articles=one.articles // 3, titled=one.titled // 3, signed=one.signed // 3, bodied=one.bodied // 3,
    ),
    "text length collapsed": lambda one: replace(one, body_length=one.body_length / 5),
    "whole page taken for the body": lambda one: replace(one, body_length=one.body_length * 6),
    "fallback share up": lambda one: replace(one, fallback=max(one.fallback, one.bodied // 2)),
    "author selector dead": lambda one: replace(one, signed=0),
}  # fmt: skip


def false_alarms(papers: int, editions: int, seed: int = 1) -> tuple[int, int]:
    """How many ordinary editions are called suspect, and of how many; a suspect one is accepted by an operator."""
    rng = random.Random(seed)
    alarms = judged = 0
    for _ in range(papers):
        past = history(rng, paper(rng), editions)
        for place in range(12, editions):
            judged += 1
            alarms += bool(deviations(past[place].date, past[place].profile, nearest(past[:place], past[place].date)))
    return alarms, judged


def detected(fault: str, papers: int, editions: int, seed: int = 2) -> tuple[int, int]:
    """How many papers with that fault are found out on its first day, after so many ordinary editions."""
    rng = random.Random(seed)
    found = 0
    for _ in range(papers):
        one = paper(rng)
        past = history(rng, one, editions + 1)
        spoilt = FAULTS[fault](past[-1].profile)
        found += bool(deviations(past[-1].date, spoilt, nearest(past[:-1], past[-1].date)))
    return found, papers


def main() -> None:
    """Print the figures: ``python -m tests.histories``."""
    alarms, judged = false_alarms(300, 180)
    print(f"false alarms: {alarms} of {judged} ordinary editions ({alarms / judged:.4%})")
    for editions in (12, 30, 90):
        for fault in FAULTS:
            found, papers = detected(fault, 300, editions)
            print(f"after {editions} editions, {fault}: {found} of {papers} found ({found / papers:.1%})")


if __name__ == "__main__":
    main()
