"""A database as an operations team has it one morning: real editions of the site, many invented ones in every state.

For the board's tests, its screenshots and its speed. The day is fixed, so that two runs look the same.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scheduler import planner, register
from scheduler.catalogue import Row
from tests.factories import make_edition, make_page, make_publication
from worker import faults, ingest
from worker.domain import BackfillState, Failure, PageState, Response, State
from worker.services import Services
from worker.store.captures import NewCapture, add
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition, Event, Heartbeat, Publication

DAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai

_PLACES = (
    *("临泽", "云渡", "青屏", "河东", "柳叶", "霖川", "南屿", "北关", "石桥", "长汀"),
    *("龙潭", "白沙", "金坪", "大坝", "双塔", "红岩", "清溪", "九曲", "望江", "古渡"),
)
_KINDS = (("日报", "daily"), ("晚报", "evening"), ("时报", "times"))
_FAULTS = (
    (State.FAILED, Failure.SITE_CHANGED, "5d1c0e9a7b32", "the template finds no page list: has the layout changed?"),
    (State.FAILED, Failure.BLOCKED, "a90b6f11c204", "answered with a login page; the site refuses us"),
    (State.PARTIAL, Failure.FINAL, "77e2d3190c5f", "page 04: http://epaper.example.org/c/31.html answered 404"),
)  # fmt: skip


def fill(services: Services, *, papers: int = 40, days: int = 14, seed: int = 7, prefix: str = "paper") -> None:
    """Invented newspapers with editions in every state; no page is fetched."""
    dice = random.Random(seed)
    rows = []
    for number in range(papers):
        place, (kind, suffix) = _PLACES[number % len(_PLACES)], _KINDS[number // len(_PLACES) % len(_KINDS)]
        rows.append(
            Publication(
                slug=f"{prefix}{number:03}-{suffix}", name=place + kind, family="founder-new", language="zh-Hans",
                edition_url="https://epaper.example.org/%Y-%m/%d/node_1.htm", time_zone="Asia/Shanghai", overrides={},
                requests_per_second=2, concurrency=2, allow_private_addresses=False, enabled=True, recheck_seconds=1200,
                updated_at=NOW,
            )
        )  # fmt: skip
    # In one transaction: thousands of small ones would wait for the disk each.
    with services.database.begin() as session:
        session.add_all(rows)
        session.flush()
        for number, row in enumerate(rows):
            pages = dice.choice((4, 8, 8, 12, 16))
            for back in range(days):
                day = DAY - timedelta(days=back)
                if number % 11 != 5 or day.weekday() < 5:
                    session.add(Edition(publication_id=row.id, **_edition(dice, day, pages)))


def _edition(dice: random.Random, day: date, pages: int) -> dict[str, Any]:
    """What an edition's row says, by the fall of the dice."""
    expected = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
    values: dict[str, Any] = {
        "date": day,
        "label": "",
        "queue": "daily",
        "updated_at": expected,
        "usual_pages": pages,
        "expected_at": expected,
        "deadline_at": expected + timedelta(hours=14),
        "created_at": expected,
        "next_attempt_at": None,
    }
    luck = dice.random()
    if day == DAY and luck < 0.22:
        state = dice.choice((State.WAITING, State.WAITING, State.SCHEDULED, State.PROCESSING))
        late = dice.random() < 0.35
        values |= {"expected_at": expected if late else NOW + timedelta(hours=2), "next_attempt_at": NOW}
        return values | {"state": state}
    arrived = expected + timedelta(minutes=dice.randrange(5, 90))
    values |= {"arrived_at": arrived, "ended_at": arrived + timedelta(minutes=4), "updated_at": arrived}
    values |= {"index_url": f"https://epaper.example.org/{day:%Y-%m/%d}/node_1.htm"}
    if luck > 0.965:
        state, failure, fingerprint, error = dice.choice(_FAULTS)
        values |= {"failure": failure, "fingerprint": fingerprint, "error": error, "attempts": 5}
    elif luck > 0.955 and day != DAY:
        state = State.MISSING
        values |= {"arrived_at": None, "error": "not published by its deadline"}
    elif luck > 0.945:
        state = State.SUSPECT
        values |= {"error": f"{pages // 2} pages where {pages} are usual"}
    elif luck > 0.94:
        state = State.SKIPPED
    else:
        state = State.COMPLETE
    if state in {State.COMPLETE, State.PARTIAL, State.SUSPECT}:
        values |= {
            "pages": pages if state is not State.SUSPECT else pages // 2,
            "articles": pages * 5 + dice.randrange(9),
        }
    if state is State.FAILED and dice.random() < 0.3:
        values |= {
            "held_at": NOW,
            "held_by": "operator:wei",
            "hold_reason": "spoke to the publisher; their site moves today",
        }
    return values | {"state": state}


def read_site(services: Services, site, *, papers: int = 3, days: int = 1) -> list[int]:
    """Really ingest some of the site's newspapers of some days; gives the editions' ids."""
    read = []
    for paper in site.papers[:papers]:
        row = Row(
            slug=paper.slug,
            name=paper.name,
            family=paper.family,
            edition_url=paper.edition_url,
            enabled=True,
            requests_per_second=0,
            allow_private_addresses=True,
        )
        for back in range(days):
            day = DAY - timedelta(days=back)
            change = Change(actor="tick:one", at=services.clock(), reason="due")
            with services.database.begin() as session:
                publication_id = register.publications(session, [row], change)[paper.slug]
                due = planner.edition(row, day, services.clock())
                edition_id, _ = register.edition(session, publication_id, due, change)
            read.append(read_edition(services, edition_id))
    return read


def read_edition(services: Services, edition_id: int) -> int:
    """Read an edition to its end in this process."""
    for page_id in ingest.index(services, edition_id, by_hand=True).pages:
        ingest.page(services, page_id, by_hand=True)
    ingest.finish(services, edition_id)
    return edition_id


def extras(services: Services) -> None:
    """A backfill under way, a scheduler that ticks, and a page that was given up."""
    with services.database.begin() as session:
        session.add(Heartbeat(actor="tick:one", at=NOW - timedelta(seconds=20), seconds=0.04, report={}))
        session.add(
            Backfill(
                state=BackfillState.RUNNING, publications=["paper000-daily", "paper001-daily"],
                first_date=date(2024, 1, 1), last_date=date(2025, 12, 31), newest_first=True, cap=50,
                cursor_date=date(2025, 2, 3), total=1462, existing=12, made=640, complete=601, partial=9, suspect=2,
                failed=14, missing=6, created_by="operator:wei", reason="the archive of the last two years",
                created_at=NOW - timedelta(hours=9), updated_at=NOW - timedelta(hours=9),
            )
        )  # fmt: skip
    paper = make_publication(services, slug="wangjiangshibao", name="望江时报")
    edition = make_edition(
        services, publication_id=paper, state=State.FAILED, pages=1, failure=Failure.BUG,
        error="its worker died in each of 3 attempts",
        fingerprint=faults.KILLED.fingerprint, attempts=3, deaths=3, date=DAY,
    )  # fmt: skip
    make_page(
        services, edition, state=PageState.QUARANTINED, position=1, attempts=3, error="its worker died three times"
    )


def events(services: Services, edition_id: int) -> list[Event]:
    """An edition's events, oldest first."""
    with services.database.read() as session:
        return list(session.query(Event).filter(Event.edition_id == edition_id).order_by(Event.id))


def edition(services: Services, edition_id: int) -> Edition:
    """An edition's row."""
    with services.database.read() as session:
        return session.get_one(Edition, edition_id)


def keep(services: Services, edition_id: int, url: str, body: bytes, content_type: str, *, raw=None, headers=()) -> int:
    """File a response in the archive and its index; gives the capture's id."""
    response = Response(
        url=url, final_url=url, fetched_at=services.clock(), status=200, reason="OK",
        headers=(("Content-Type", content_type), *headers), raw=raw or body, body=body,
    )  # fmt: skip
    where = services.archive.append("paper", DAY, [response])
    with services.database.begin() as session:
        new = NewCapture(response=response, location=where[0], host="a.example", payload_digest="sha1:A")
        return add(session, edition_id, None, [new])[0].id
