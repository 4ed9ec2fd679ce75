"""Write real rows for tests and give their ids; every value that a test does not care about has a default."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from worker.domain import Article as Content
from worker.domain import Kind, PageState, Response, State
from worker.services import Services
from worker.store.articles import Found
from worker.store.tables import Capture, Edition, Page, Publication

_NUMBERS = itertools.count(1)

DAY = date(2026, 3, 5)


def make_publication(services: Services, **values: Any) -> int:
    number = next(_NUMBERS)
    defaults = {
        "slug": f"paper{number}",
        "name": "潍坊日报",
        "family": "huaguang",
        "edition_url": "http://127.0.0.1/%Y%m%d/",
        "language": "zh-Hans",
        "time_zone": "Asia/Shanghai",
        "overrides": {},
        "requests_per_second": 0.0,
        "concurrency": 4,
        "allow_private_addresses": True,
        "enabled": True,
        "recheck_seconds": 1200,
        "updated_at": services.clock(),
    }
    return _insert(services, Publication(**defaults | values))


def make_edition(services: Services, *, state: State = State.SCHEDULED, **values: Any) -> int:
    """An edition; ``publication_id`` makes one of its own unless it is given. A fetching one has a lease."""
    now = services.clock()
    if "publication_id" not in values:
        values["publication_id"] = make_publication(services)
    defaults = {
        "date": DAY,
        "label": "",
        "queue": "daily",
        "expected_at": now - timedelta(hours=1),
        "deadline_at": now + timedelta(hours=8),
        "next_attempt_at": now if state in {State.SCHEDULED, State.WAITING} else None,
        "created_at": now,
        "updated_at": now,
        **_lease(services, held=state is State.FETCHING),
    }
    return _insert(services, Edition(state=state, **defaults | values))


def make_page(
    services: Services, edition_id: int | None = None, *, state: PageState = PageState.PENDING, **values: Any
) -> int:
    """A page; of an edition in ``processing`` of its own unless one is given. A fetching one has a lease."""
    now = services.clock()
    if edition_id is None:
        edition_id = make_edition(services, state=State.PROCESSING)
    position = values.get("position", next(_NUMBERS))
    defaults = {
        "number": f"{position:02}",
        "position": position,
        "source": "web",
        "url": f"http://127.0.0.1/page{position}.htm",
        "next_attempt_at": now if state is PageState.PENDING else None,
        "created_at": now,
        "updated_at": now,
        **_lease(services, held=state is PageState.FETCHING),
    }
    return _insert(services, Page(edition_id=edition_id, state=state, **defaults | values))


def make_capture(services: Services, edition_id: int, **values: Any) -> Capture:
    defaults = {
        "url": "http://127.0.0.1/a.htm",
        "final_url": "http://127.0.0.1/a.htm",
        "fetched_at": services.clock(),
        "status": 200,
        "sha256": "0" * 64,
        "size": 1,
        "warc_file": "a.warc.gz",
        "warc_offset": 0,
        "warc_length": 1,
    }
    capture = Capture(edition_id=edition_id, **defaults | values)
    _insert(services, capture)
    return capture


def make_found(capture: Capture, key: str = "/a.htm", *, position: int = 1, **content: Any) -> Found:
    """An article as a reading of a page finds it."""
    fields = {"title": "标题", "paragraphs": ("正文。",)} | content
    return Found(
        key=key,
        position=position,
        source_url=f"http://127.0.0.1{key}",
        article=Content(kind=Kind.ARTICLE, **fields),
        quality=1.0,
        removed=(),
        capture=capture,
    )


def make_response(body: bytes = b"<html></html>", **values: Any) -> Response:
    defaults = {
        "url": "http://paper.example/a.htm",
        "final_url": "http://paper.example/a.htm",
        "fetched_at": datetime(2026, 3, 5, 12, 0, 1, 234567, tzinfo=UTC),
        "status": 200,
        "reason": "OK",
        "headers": (("Content-Type", "text/html; charset=utf-8"), ("X-Twice", "1"), ("X-Twice", "2")),
        "raw": body,
        "body": body,
    }
    return Response(**defaults | values)


def _lease(services: Services, *, held: bool) -> dict[str, Any]:
    if not held:
        return {}
    return {
        "token": 1,
        "attempts": 1,
        "lease_owner": "worker:test:1",
        "lease_expires_at": services.clock() + timedelta(seconds=services.settings.lease_seconds),
    }


def _insert(services: Services, row: Any) -> int:
    with services.database.begin() as session:
        session.add(row)
        session.flush()
        return row.id
