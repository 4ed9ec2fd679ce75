"""Compare an edition with its publication's own history and say in words what is unusual. Pure; decides no state.

A redesigned site answers 200, and its pages are all there, but a selector finds nothing any more. No rule that fits
all newspapers can tell that from a paper that never prints bylines; its own past editions can.

The rule is Tukey's fences (Exploratory Data Analysis, 1977) with the factor 2.2 of Hoaglin and Iglewicz ("Fine-tuning
some resistant rules for outlier labeling", JASA 82, 1987), which labels hardly anything in ordinary samples: usual is
what lies between the lower quartile less 2.2 interquartile ranges and the upper quartile plus as much. Quartiles bear
a quarter of bad editions in the history. Sizes are compared as ratios (logarithms). Where a history hardly varies, a
smallest margin stands in for the range, so that only what matters is reported; where articles are few it grows to
four standard deviations of what chance alone does to a count or a share.

Sundays differ from Mondays: an edition counts as usual if it fits either all days or its own weekday. The number of
pages hangs on the weekday most of all; it is compared with that weekday alone once there are two of it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import quantiles

from worker.domain import Profile

#: Fewer editions are no history: nothing is compared with them.
LEAST_HISTORY = 12

#: So many editions of the same weekday are a history of their own, for a measure that hangs on the weekday.
LEAST_OF_WEEKDAY = 2

_FENCE = 2.2
_DEVIATIONS = 4.0
_LEAST = 0.01  #: stands for nothing at all where logarithms are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An edition of the history."""

    date: date
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that is compared."""

    name: str  #: stable word
    words: str  #: what is measured, for a person
    value: Callable[[Profile], float | None]
    share: bool  #: a share of articles, else a size that is compared as a ratio
    low: float | None = None  #: smallest margin below the usual; None if less is never unusual
    high: float | None = None  #: the same above
    counts_articles: bool = False  #: a logarithm of a count of articles for each page
    by_weekday: bool = False  #: it hangs on the weekday more than on chance

    def scaled(self, value: float) -> float:
        """A share as it is; a size as its logarithm, so that a half is as far from usual as a double."""
        return value if self.share else math.log(max(value, _LEAST))

    def chance(self, middle: float, pages: int, articles: int) -> float:
        """What chance alone does to the measure in an edition of this size, as a standard deviation."""
        if self.share:
            # Laplace's estimate: a share that was always 1 may still be a little less.
            share = (middle * articles + 1) / (articles + 2)
            return math.sqrt(share * (1 - share) / max(articles, 1))
        return 1 / math.sqrt(math.exp(middle) * pages) if self.counts_articles and pages else 0.0

    def show(self, value: float) -> str:
        """A value of this measure as a person reads it."""
        return f"{value * 100:.0f} %" if self.share else f"{round(value, 1):g}"


#: More pages are a double issue, not drift. Margins of sizes are logarithms: 0.6 is 1.8 times, 0.9 is 2.5, 1.1 is 3.
MEASURES: tuple[Measure, ...] = (
    Measure(name="pages", words="pages", value=lambda one: one.pages, share=False, low=0.6, by_weekday=True),
    Measure(
        name="articles_per_page",
        words="articles a page",
        value=lambda one: one.articles / one.pages if one.pages else None,
        share=False,
        low=0.7,
        high=1.1,
        counts_articles=True,
    ),
    Measure(name="titled", words="articles with a title", value=lambda one: one.share(one.titled), share=True, low=0.2),
    Measure(
        name="signed", words="articles with an author", value=lambda one: one.share(one.signed), share=True, low=0.3
    ),
    Measure(name="bodied", words="articles with a body", value=lambda one: one.share(one.bodied), share=True, low=0.2),
    Measure(
        name="body_length",
        words="characters a body",
        value=lambda one: one.body_length if one.bodied else None,
        share=False,
        low=0.9,
        high=1.1,
    ),
    Measure(
        name="fallback",
        words="articles read without the template",
        value=lambda one: one.share(one.fallback),
        share=True,
        high=0.2,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A measure that is not as usual."""

    measure: Measure
    value: float
    low: float  #: least value that would be usual
    high: float  #: greatest; infinite where more is never unusual

    def __str__(self) -> str:
        low, high = self.measure.show(self.low), self.measure.show(self.high)
        usual = f"at least {low}" if math.isinf(self.high) else f"{low} to {high}"
        return f"{self.measure.words} {self.measure.show(self.value)} (usually {usual})"


def deviations(day: date, profile: Profile, history: Sequence[Past]) -> list[Deviation]:
    """What is unusual about an edition; nothing where there is too little history to say.

    Args:
        day: the edition's date.
        profile: what it looks like.
        history: sound editions of the same publication, without this one, in any order.
    """
    if len(history) < LEAST_HISTORY:
        return []
    everyday = [past.profile for past in history]
    weekday = [past.profile for past in history if past.date.weekday() == day.weekday()]
    found = []
    for measure in MEASURES:
        alone = measure.by_weekday and len(weekday) >= LEAST_OF_WEEKDAY
        groups = [weekday] if alone else [everyday, weekday] if weekday else [everyday]
        unusual = [_outside(measure, profile, group) for group in groups]
        if all(unusual) and (last := unusual[-1]):
            found.append(last)
    return found


def in_words(found: Sequence[Deviation], history: int) -> str:
    """One line that says why an edition is suspect."""
    return f"unlike its own {history} editions: {'; '.join(map(str, found))}"


def _outside(measure: Measure, profile: Profile, group: Sequence[Profile]) -> Deviation | None:
    value = measure.value(profile)
    past = [measure.scaled(one) for other in group if (one := measure.value(other)) is not None]
    if value is None or not past:
        return None
    low, high = _usual(measure, past, profile)
    if low <= measure.scaled(value) <= high:
        return None
    if measure.share:
        return Deviation(measure=measure, value=value, low=max(low, 0.0), high=min(high, 1.0))
    return Deviation(measure=measure, value=value, low=math.exp(low), high=math.exp(high))


def _usual(measure: Measure, past: Sequence[float], profile: Profile) -> tuple[float, float]:
    """The least and the greatest value that would be usual, scaled."""
    lower, middle, upper = quantiles(past, n=4, method="inclusive") if len(past) > 1 else [*past] * 3
    spread = max(_FENCE * (upper - lower), _DEVIATIONS * measure.chance(middle, profile.pages, profile.articles))
    low = -math.inf if measure.low is None else lower - max(spread, measure.low)
    high = math.inf if measure.high is None else upper + max(spread, measure.high)
    return low, high
