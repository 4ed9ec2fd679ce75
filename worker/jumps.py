"""Join the articles of an edition that go on on another page (下转, 上接), as revisions of their first halves."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from worker.clean import join_jumps, quality
from worker.store import joins

log = structlog.get_logger("broadsheet")


def join(session: Session, edition_id: int, now: datetime) -> None:
    """Join what belongs together of an edition whose pages have all ended; what is joined already stays as it is."""
    parts = joins.parts(session, edition_id)
    wholes = [
        joins.Whole(
            parts=tuple(parts[source] for source in jumped.sources),
            article=jumped.article,
            quality=quality(jumped.article.flags),
            removed=jumped.removed,
        )
        for jumped in join_jumps([(part.page, part.article) for part in parts])
    ]
    added = joins.store(session, wholes, now)
    if added:
        log.info("jumps_joined", revisions=added)
