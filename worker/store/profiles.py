"""Measure what editions look like, and keep and read those measures. Judges nothing."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from worker.domain import Profile, State
from worker.store.tables import Article, Edition, Page, ProfileRow, Publication, Revision

#: An edition is compared with no more than so many, the nearest by date, and with none that is further away.
_MOST = 60
_FURTHEST = timedelta(days=183)


def measure(session: Session, edition_id: int) -> Profile:
    """What an edition looks like, from its standing articles with their newest revisions."""
    pages = session.scalars(select(func.count()).where(Page.edition_id == edition_id)).one()
    rows = session.execute(
        select(
            Revision.title,
            Revision.reporters,
            Revision.correspondents,
            Revision.agency,
            Revision.paragraphs,
            Revision.flags,
        )
        .join(Article, (Article.id == Revision.article_id) & (Article.revision == Revision.number))
        .where(Article.edition_id == edition_id, Article.withdrawn_at.is_(None), Article.joined_into.is_(None))
    ).all()
    return Profile.of(pages, rows)


def is_of_dumps(session: Session, edition_id: int) -> bool:
    """Whether an edition was handed in as page dumps; of such, anybody may hand in as few pages as he likes."""
    return bool(session.scalars(select(Page.id).where(Page.edition_id == edition_id, Page.source == "text")).first())


def history(
    session: Session, publication_id: int, day: date, *, label: str = "", without: int | None = None
) -> list[tuple[date, Profile]]:
    """Complete editions of a publication near a day, the nearest first; ``without`` is the id of one to leave out.

    An edition from which on the publication looks otherwise, by an operator's word, bounds it.
    """
    begins = session.scalars(
        select(Edition.date)
        .join(ProfileRow)
        .where(Edition.publication_id == publication_id, Edition.label == label, ProfileRow.starts_history)
    ).all()
    first = max([day - _FURTHEST, *(one for one in begins if one <= day)])
    last = min([day + _FURTHEST, *(one - timedelta(days=1) for one in begins if one > day)])
    rows = session.execute(
        select(Edition.date, ProfileRow)
        .join(ProfileRow)
        .where(
            Edition.publication_id == publication_id,
            Edition.label == label,
            Edition.id != (without or 0),
            Edition.state == State.COMPLETE,
            Edition.date.between(first, last),
            ProfileRow.source == "web",
        )
    ).all()
    nearest = sorted(rows, key=lambda row: abs(row[0] - day))[:_MOST]
    return [(printed, _profile(row)) for printed, row in nearest]


def save(session: Session, edition_id: int, profile: Profile, source: str, now: datetime) -> None:
    """Keep what an edition looks like, in place of what it looked like when it was read before."""
    row = session.get(ProfileRow, edition_id)
    if row is None:
        row = ProfileRow(edition_id=edition_id, accepted=False, starts_history=False)
        session.add(row)
    elif _profile(row) != profile:
        # What an operator accepted was another reading.
        row.accepted = False
    row.source, row.made_at = source, now
    row.pages, row.articles, row.titled, row.signed = profile.pages, profile.articles, profile.titled, profile.signed
    row.bodied, row.fallback, row.body_length = profile.bodied, profile.fallback, profile.body_length


def is_accepted(session: Session, edition_id: int, profile: Profile) -> bool:
    """Whether an operator judged an edition that looked exactly like this sound."""
    row = session.get(ProfileRow, edition_id)
    return row is not None and row.accepted and _profile(row) == profile


def accept(session: Session, edition_id: int, *, starts_history: bool) -> None:
    """Note that an operator judged an edition sound, or that the publication looks like it from then on.

    One that ended before profiles were kept has none.
    """
    row = session.get(ProfileRow, edition_id)
    if row is not None:
        row.accepted, row.starts_history = True, starts_history


def last_good(session: Session, slug: str, before: date) -> tuple[Edition, Profile] | None:
    """The newest complete edition of a publication before a date, and what it looks like."""
    found = session.execute(
        select(Edition, ProfileRow)
        .join(ProfileRow)
        .join(Publication)
        .where(
            Publication.slug == slug,
            Edition.state == State.COMPLETE,
            Edition.date < before,
            Edition.label == "",
            ProfileRow.source == "web",
        )
        .order_by(Edition.date.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], _profile(found[1]))


def _profile(row: ProfileRow) -> Profile:
    return Profile(
        pages=row.pages,
        articles=row.articles,
        titled=row.titled,
        signed=row.signed,
        bodied=row.bodied,
        fallback=row.fallback,
        body_length=row.body_length,
    )
