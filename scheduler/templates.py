"""Check whether publications' templates still fit: read yesterday's edition of each and keep nothing of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from scheduler.catalogue import Row
from worker import archived, drift, trial
from worker.domain import Profile, Response
from worker.drift import Past
from worker.errors import BroadsheetError, LayoutChanged, NotPublished, Unrecognised
from worker.fetch.client import Manners
from worker.services import Services
from worker.store import editions, profiles
from worker.trial import Fetch, Template, Trial

#: A newspaper without an edition on so many days in a row has no calendar that we can use.
_FURTHEST_BACK = 31

#: Where a publication has no history, fewer articles with a title or with a body than this mean that nothing fits.
_LEAST_SHARE = 0.3


class Fit(StrEnum):
    """What a check says of a template."""

    FITS = "fits"  #: the edition was read, and looks as usual
    CHANGED = "changed"  #: the site answers, but the template no longer finds what it must
    NOT_PUBLISHED = "not published"  #: the site has no such edition
    UNREACHABLE = "unreachable"  #: the site does not answer, or refuses us


@dataclass(slots=True, kw_only=True)
class Check:
    """What came of checking one publication."""

    slug: str
    day: date
    fit: Fit
    why: str = ""  #: one line; empty if it fits
    profile: Profile | None = None  #: what the edition looks like; None if none was read
    errors: int = 0  #: pages and articles that could not be read
    listed: int = 0  #: articles that the pages list
    found: dict[str, Counter[str | None]] = field(default_factory=dict)  #: by field, documents by winning selector
    titles: list[str] = field(default_factory=list)  #: of its articles, in printed order
    good: Profile | None = None  #: what the last good edition looked like
    good_day: date | None = None
    good_found: dict[str, Counter[str | None]] = field(default_factory=dict)  #: as ``found``, of the last good edition


def day_to_check(row: Row, now: datetime) -> date:
    """The last day before today, where the newspaper is, on which it appears."""
    yesterday = row.calendar.today(now) - timedelta(days=1)
    days = (yesterday - timedelta(days=back) for back in range(_FURTHEST_BACK))
    return next((day for day in days if row.calendar.appears(day)), yesterday)


def fetcher(services: Services, row: Row) -> Fetch:
    """How a publication's addresses are fetched: with its manners, for nobody's lease."""
    manners = Manners(
        requests_per_second=row.requests_per_second,
        concurrency=row.concurrency,
        allow_private_addresses=row.allow_private_addresses,
        publication=row.slug,
        obey_robots=row.obey_robots,
    )

    def fetch(urls: Sequence[str]) -> list[Response | BroadsheetError]:
        return services.fetcher.get_all(urls, manners, lambda: None)

    return fetch


def check(services: Services, row: Row, day: date, tell: Callable[[str, int, int], None]) -> Check:
    """Read one edition without storing anything and compare it with the publication's history.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away.
    """
    made = Check(slug=row.slug, day=day, fit=Fit.FITS)
    template = Template(family=row.family, overrides=row.overrides)
    history: list[Past] = []
    good = None
    with services.database.read() as session:
        publication = editions.find_publication(session, row.slug)
        if publication is not None:
            near = profiles.history(session, publication.id, day)
            history = [Past(date=printed, profile=profile) for printed, profile in near if printed != day]
            good = profiles.last_good(session, row.slug, day)
            if good is not None:
                made.good_day, made.good = good[0].date, good[1]
    if good is not None:
        made.good_found = archived.selectors(services, good[0].id, template)
    try:
        result = trial.run(template, day.strftime(row.edition_url), day, fetcher(services, row), tell)
    except BroadsheetError as error:
        made.fit, made.why = _stopped_by(error), str(error)
        return made
    made.profile, made.found = result.profile, result.found
    made.titles = [item.title for item in result.items if item.title]
    made.errors, made.listed = len(result.errors), result.listed
    made.fit, made.why = _judged(day, result, history)
    return made


def _stopped_by(error: BroadsheetError) -> Fit:
    if isinstance(error, NotPublished):
        return Fit.NOT_PUBLISHED
    return Fit.CHANGED if isinstance(error, LayoutChanged | Unrecognised) else Fit.UNREACHABLE


def _judged(day: date, result: Trial, history: Sequence[Past]) -> tuple[Fit, str]:
    profile = result.profile
    strange = [error for error in result.errors if _stopped_by(error) is Fit.CHANGED]
    if not profile.articles and result.errors and not strange:
        return Fit.UNREACHABLE, f"no article could be read: {result.errors[0]}"
    if not profile.articles:
        return Fit.CHANGED, str(strange[0]) if strange else f"no articles on any of {profile.pages} pages"
    if len(strange) * 2 > result.listed:
        return Fit.CHANGED, f"{len(strange)} of {result.listed} articles: {strange[0]}"
    if unusual := drift.deviations(day, profile, history):
        return Fit.CHANGED, drift.in_words(unusual, len(history))
    poor = _poor(profile)
    return (Fit.CHANGED, poor) if poor else (Fit.FITS, "")


def _poor(profile: Profile) -> str:
    """What no newspaper looks like, whatever its history."""
    for count, what in ((profile.titled, "title"), (profile.bodied, "body")):
        if count < _LEAST_SHARE * profile.articles:
            return f"only {count} of {profile.articles} articles have a {what}"
    if profile.fallback * 2 > profile.articles:
        return f"{profile.fallback} of {profile.articles} articles were read without the template"
    return ""
