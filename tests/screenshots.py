"""Make the documentation's pictures of the edition board: ``make screenshots``. Shows invented newspapers only.

Real editions of the test site are ingested, a board is started on them, and a real Chromium takes the pictures.
"""

import argparse
import re
import sys
import tempfile
import urllib.parse
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from tests.board import newsroom
from tests.board.conftest import running
from tests.board.signing import ACCOUNT
from tests.chromium import Browser, find_chromium
from tests.conftest import Clock
from tests.site import Site
from worker import embedded
from worker.domain import State
from worker.fetch.archive import Archive
from worker.fetch.client import Fetcher
from worker.services import Services
from worker.settings import Settings
from worker.store import moves, schema
from worker.store.database import Database
from worker.store.moves import Change
from worker.store.tables import Article, Page, Revision

FOLDER = Path(__file__).parents[1] / "deploy" / "screenshots"
_DESKTOP, _PHONE = (1280, 960), (390, 844)


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    path: str
    language: str = "en"
    dark: bool = False
    phone: bool = False
    signed_in: bool = False
    fragment: str = ""  #: scroll to this id


def fill(services: Services, clock: Clock, browser: Browser, folder: Path) -> dict[str, int]:
    """Invent a morning; gives the ids of what the pictures show."""
    newsroom.fill(services)
    newsroom.extras(services)
    with Site() as site:
        lost = site.expected("yunduwanbao", newsroom.DAY)[2]["url"].removeprefix(site.url)
        site.fail(re.escape(lost), status=404)
        edition, partial, _ = newsroom.read_site(services, site)
        clock.forward(minutes=10)
        site.correct("linchuanribao", newsroom.DAY, "全市春灌用水调度会召开", "更正：会议在市水务大厦二楼会议室召开。")
        with services.database.begin() as session:
            change = Change(actor="operator:wei", at=clock(), reason="the paper printed a correction")
            moves.move_edition(session, edition, State.SCHEDULED, change, next_attempt_at=clock())
        newsroom.read_edition(services, edition)
    with services.database.read() as session:
        page = session.scalars(select(Page).where(Page.edition_id == edition, Page.number == "01")).one()
        corrected = session.scalars(
            select(Revision.article_id)
            .join(Article, Article.id == Revision.article_id)
            .where(Article.page_id == page.id, Revision.number == 2, Revision.parts.is_(None))
        ).first()
        joined = session.scalars(select(Revision.article_id).where(Revision.parts.is_not(None))).first()
    newsroom.keep(services, edition, page.image_url, page_image(browser, folder), "image/png")
    return {"edition": edition, "page": page.id, "corrected": corrected, "joined": joined, "partial": partial}


def page_image(browser: Browser, folder: Path) -> bytes:
    """A newspaper page of grey lines under headlines, where the site's areas lie."""
    column = "<i></i>" * 9
    block = f"<section><b>{{}}</b><div>{column}</div><div>{column}</div><div>{column}</div></section>"
    titles = (
        "东岸防洪堤主体合龙",
        "全市春灌用水调度会召开",
        "不动产登记搬进银行网点",
        "去年新增城镇就业两万一千人",
        "河灯照归人",
    )
    style = (
        "body{margin:0;background:#fdfdfb;font-family:serif}section{display:grid;grid-template-columns:1fr 1fr 1fr;"
        "gap:2px 8px;height:86px;box-sizing:border-box;margin:4px 6px 5px;padding:2px 8px}"
        "b{grid-column:1/-1;font-size:15px}i{display:block;height:2px;"
        "background:#b9b6ae;margin:4px 0}"
    )
    document = f"<style>{style}</style>" + "".join(block.format(title) for title in titles)
    browser.view(width=350, height=460)
    browser.open("data:text/html;charset=utf-8," + urllib.parse.quote(document))
    browser.screenshot(folder / "page.png")
    return (folder / "page.png").read_bytes()


def shots(ids: dict[str, int]) -> list[Shot]:
    """All pictures, in the order of the documentation."""
    return [
        Shot("board", "/"),
        Shot("board-dark-zh", "/", language="zh", dark=True),
        Shot("board-phone", "/", phone=True),
        Shot("board-phone-dark-zh", "/", language="zh", dark=True, phone=True),
        Shot("grid", "/", fragment="grid"),
        Shot("edition", f"/editions/{ids['partial']}", signed_in=True),
        Shot("page", f"/pages/{ids['page']}"),
        Shot("article-phone-dark", f"/articles/{ids['joined']}", phone=True, dark=True),
        Shot("difference", f"/articles/{ids['corrected']}/diff"),
        Shot("backfill", "/backfills/1", signed_in=True),
    ]


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> Path:
    """Take one picture."""
    width, height = _PHONE if shot.phone else _DESKTOP
    browser.call("Network.clearBrowserCookies")
    browser.view(width=width, height=height, dark=shot.dark, phone=shot.phone)
    if shot.signed_in:
        browser.open(f"{address}/account?lang={shot.language}")
        browser.fill("input[name=user]", ACCOUNT["board_user"])
        browser.fill("input[name=password]", ACCOUNT["board_password"])
        browser.click(".sign-in button")
        browser.open(f"{address}/")
    fragment = f"#{shot.fragment}" if shot.fragment else ""
    browser.open(f"{address}{shot.path}?lang={shot.language}{fragment}")
    path = folder / f"{shot.name}.png"
    browser.screenshot(path)
    return path


def main() -> None:
    """Take all pictures, or those whose names are given."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder for the PNG files")
    wanted = parser.parse_args()
    program = find_chromium()
    if program is None:
        sys.exit("make screenshots needs Chromium: apt-get install chromium")
    wanted.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, Browser(program) as browser:
        clock = Clock(newsroom.NOW)
        settings = Settings(var_dir=Path(folder), tick_seconds=3600, log_level="ERROR", **ACCOUNT)
        database = Database(settings.sqlalchemy_url)
        schema.migrate(database)
        services = Services(
            settings=settings,
            database=database,
            archive=Archive(settings.archive),
            fetcher=Fetcher(settings),
            clock=clock,
            actor="worker:one:1",
        )
        embedded.ensure(settings)
        try:
            ids = fill(services, clock, browser, Path(folder))
            clock.now = newsroom.NOW + timedelta(minutes=12)
            with running(settings, clock) as address:
                for shot in shots(ids):
                    if not wanted.names or shot.name in wanted.names:
                        path = take(browser, address, shot, wanted.to)
                        print(f"{path.name}  {path.stat().st_size // 1024} kB")
        finally:
            services.close()
            embedded.stop(settings)


if __name__ == "__main__":
    main()
