"""Print how fast the service is on this machine: ``make bench``. Figures and ratios only; nothing is asserted.

A machine's speed is noise: compare ratios, or two runs side by side.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import insert

from scheduler import planner, register
from scheduler.catalogue import Row
from tests.board import newsroom
from tests.board.conftest import running
from tests.site import Site
from worker import ingest, parse
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.parse.select import Document, css_of
from worker.services import Services, utc_now
from worker.settings import Settings
from worker.store import schema
from worker.store.database import Database
from worker.store.moves import Change
from worker.store.tables import Publication
from worker.store.transfer import transfer

DAY = date(2026, 3, 5)


def rate(run: Callable[[], object], seconds: float = 3.0) -> float:
    """Runs a second of processor time, over at least so many seconds."""
    run()
    start, runs = time.process_time(), 0
    while (spent := time.process_time() - start) < seconds:
        run()
        runs += 1
    return runs / spent


def bench_parse() -> None:
    """Every family against bare selectolax on the same bytes.

    Bare is what one would write for this one page: decode, build the tree, and ask the one selector that is known to
    find each field for its text and the body for that of its paragraphs. ``title and body`` is less than anybody could
    use: the tree of a text that is decoded already, two selectors, and the body's text in one piece.
    """
    print(f"{'parse an article':<42} {'pages/s':>9}   share of bare selectolax   of title and body alone")
    shares, least_shares = [], []
    with Site(all_families=True) as site:
        for paper in site.papers:
            family = parse.get_family(paper.family)
            url = next(item["url"] for item in site.expected(paper.slug, DAY) if len(item["paragraphs"]) > 2)
            # The weight of a real article page: furniture and script around the same article.
            html = parse.decode(httpx.get(url).content)
            html += "<div><a href='#'>栏目</a><script>var a = 1;</script></div>" * 400
            data = html.encode()
            document = Document(html)
            found = {
                name: css_of(one)
                for name in ("rubric", "kicker", "title", "subtitle", "author", "body")
                if (one := next((one for one in getattr(family, name) if document.all(one)), None))
            }
            body = found.pop("body")

            def bare(data: bytes = data, fields: dict[str, str] = found, body: str = body) -> None:
                tree = LexborHTMLParser(data.decode())
                for place in fields.values():
                    tree.css_first(place).text()
                holder = tree.css_first(body)
                for paragraph in holder.css("p") or [holder]:
                    paragraph.text()

            def least(html: str = html, places: tuple[str, ...] = (found["title"], body)) -> None:
                tree = LexborHTMLParser(html)
                for place in places:
                    tree.css_first(place).text()

            def ours(data: bytes = data, url: str = url, family: parse.Family = family) -> None:
                parse.parse_article(parse.decode(data), url, family)

            # In turns, and the best of each: other work on the machine slows all.
            speeds = [(rate(ours, 0.25), rate(bare, 0.25), rate(least, 0.25)) for _ in range(4)]
            fast, other, most = (max(each) for each in zip(*speeds, strict=True))
            shares.append(fast / other)
            least_shares.append(fast / most)
            what = f"parse {family.name:16} {len(data) / 1e3:4.0f} KB an article"
            print(f"{what} {fast:11.0f}   {fast / other:24.2f}   {fast / most:23.2f}")
    means = [sum(each) / len(each) for each in (shares, least_shares)]
    print(f"{'parse, mean of all families':<54}   {means[0]:24.2f}   {means[1]:23.2f}")


def bench_ingest(site: Site) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder))
        database = Database(settings.sqlalchemy_url)
        schema.migrate(database)
        services = Services(
            settings=settings, database=database, archive=Archive(settings.archive), fetcher=Fetcher(settings),
            clock=utc_now, actor="worker:bench:1",
        )  # fmt: skip
        documents = articles = 0
        start = time.perf_counter()
        for offset in range(10):
            for paper in site.papers:
                row = Row(
                    slug=paper.slug, name=paper.name, family=paper.family, edition_url=paper.edition_url, enabled=True,
                    time_zone="UTC", requests_per_second=0, concurrency=8, allow_private_addresses=True,
                )  # fmt: skip
                change = Change(actor="operator:bench", at=datetime.now(UTC), reason="bench")
                with database.begin() as session:
                    publication_id = register.publications(session, [row], change)[row.slug]
                    due = planner.edition(row, date.fromordinal(DAY.toordinal() - offset), change.at)
                    edition_id, _ = register.edition(session, publication_id, due, change)
                pages = ingest.index(services, edition_id, by_hand=True).pages
                for page_id in pages:
                    ingest.page(services, page_id, by_hand=True)
                ingest.finish(services, edition_id)
                documents += 1 + len(pages) + paper.articles
                articles += paper.articles
        spent = time.perf_counter() - start
        services.close()
    print(
        f"ingest {articles} articles on SQLite        {articles / spent:8.1f} articles/s"
        f"   {documents / spent:6.1f} documents/s, the web server's own time included"
    )


def bench_board() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_dir=Path(folder))
        database = Database(settings.sqlalchemy_url)
        schema.migrate(database)
        services = Services(
            settings=settings,
            database=database,
            archive=Archive(settings.archive),
            fetcher=Fetcher(settings),
            clock=lambda: newsroom.NOW,
            actor="worker:bench:1",
        )
        newsroom.fill(services, papers=500, days=14)
        services.close()
        with running(settings, lambda: newsroom.NOW) as address, httpx.Client(base_url=address) as board:
            speed = rate(lambda: board.get("/"))
            sent = board.get("/").headers["content-length"]
        print(f"show 500 newspapers by 14 days         {speed:8.1f} pages/s   {int(sent) / 1024:6.1f} kB compressed")


def bench_transfer() -> None:
    rows = 20_000
    with tempfile.TemporaryDirectory() as folder:
        source, target = (Database(f"sqlite:///{folder}/{name}.db") for name in ("source", "target"))
        schema.migrate(source)
        paper = {
            "slug": "p", "name": "p", "family": "f", "edition_url": "u", "language": "zh", "time_zone": "UTC",
            "overrides": {}, "requests_per_second": 1, "concurrency": 1, "allow_private_addresses": False,
            "enabled": True, "recheck_seconds": 60, "updated_at": utc_now(),
        }  # fmt: skip
        with source.begin() as session:
            session.execute(insert(Publication), [paper | {"slug": f"p{number}"} for number in range(rows)])
        start = time.perf_counter()
        transfer(source, target, batch=1000, tell=lambda *_: None)
        spent = time.perf_counter() - start
        source.close()
        target.close()
    print(f"migrate-to, {rows} rows, compared          {rows / spent:8.0f} rows/s")


def main() -> None:
    bench_parse()
    with Site() as site:
        bench_ingest(site)
    bench_board()
    bench_transfer()


if __name__ == "__main__":
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    main()
