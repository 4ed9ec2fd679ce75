"""A small e-paper web site on loopback, for tests and the demo: invented newspapers, any day, faults on demand."""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape

from tests.site import content
from tests.site.content import Edition, Paper
from tests.site.faults import Faults
from tests.site.handler import Server
from tests.site.languages import translated
from tests.site.switches import Switches
from tests.site.templates import TEMPLATES
from tests.site.templates.common import credit, html, placed

_EDITIONS_KEPT = 64


@dataclass(frozen=True)
class Request:
    path: str  #: with the query
    at: float  #: ``time.time()``
    headers: dict[str, str]


@dataclass(frozen=True)
class Publication:
    """What a test needs to know of one newspaper of the site."""

    slug: str
    name: str
    family: str
    edition_url: str  #: absolute, a strftime pattern
    entry_url: str | None  #: an address that leads to the newest edition
    pages: int
    articles: int  #: items that have an address of their own, adverts and pictures among them


class Site(Switches):
    """The web site, running from ``start()`` to ``stop()`` or inside ``with``; thread-safe.

    ``all_families`` adds a newspaper for every other family, with the first one's text; with a ``language``
    (``zh-Hant``, ``en``) there is one paper in it for every family instead. ``today`` is a function that gives the
    newest edition's day, by default the day in UTC.
    """

    def __init__(self, *, port=0, host="127.0.0.1", all_families=False, language=None, today=None):
        self._papers = {paper.slug: paper for paper in _papers(all_families, language)}
        self._today = today or (lambda: datetime.now(UTC).date())
        self._corrections = {}
        self._hidden = {}
        self.etags = False  #: whether answers carry an ETag and conditional requests are understood
        self.robots()
        self._documents = OrderedDict()
        self._lock = threading.RLock()
        self._thread = None
        self.requests: list[Request] = []
        self.faults = Faults()
        self._server = Server((host, port), self)
        self.url = f"http://{host}:{self._server.server_address[1]}"

    # --- running -----------------------------------------------------------------------------------------------

    def start(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="site", daemon=True)
        self._thread.start()
        return self

    def clear(self) -> None:
        """All faults and corrections off, ETags too; robots.txt allows everything; held requests go on."""
        self.etags = False
        self.robots()
        with self._lock:
            for corrected in self._corrections:
                self._documents.pop(corrected, None)
            self._corrections.clear()
        self.faults.clear()

    def stop(self):
        self.faults.clear()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(10)
        self._server.server_close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # --- what it publishes -------------------------------------------------------------------------------------

    @property
    def papers(self) -> list[Publication]:
        return [self.publication(slug) for slug in self._papers]

    def publication(self, slug) -> Publication:
        paper = self._papers[slug]
        template = TEMPLATES[paper.family]
        entries = list(template.entry_documents(Edition(paper, self._today())))
        return Publication(
            slug=slug,
            name=paper.name,
            family=paper.family,
            edition_url=self.url + template.edition_path(paper),
            entry_url=self.url + entries[0] if entries else None,
            pages=len(paper.pages),
            articles=sum(len(page.items) for page in paper.pages),
        )

    def edition_url(self, slug, day: date) -> str:
        return day.strftime(self.publication(slug).edition_url)

    def expected(self, slug, day: date) -> list[dict]:
        """What an edition prints, item by item in order: what a parser must find."""
        edition = self._edition(slug, day)
        template = TEMPLATES[edition.paper.family]
        return [
            {
                "title": place.item.title,
                "kicker": place.item.kicker,
                "subtitle": place.item.subtitle,
                "rubric": place.item.rubric,
                "author": place.item.author if edition.paper.family != "huaguang" else None,
                "kind": place.item.kind,
                "paragraphs": list(place.item.paragraphs),
                "captions": [credit(*photo) for photo in place.item.photos],
                "photos": [list(photo) for photo in place.item.photos],
                "table": [list(row) for row in place.item.table],
                "page": place.page.number,
                "page_name": place.page.name,
                "url": self.url + template.article_path(edition, place),
                "key": place.item.key,
                "continues": place.item.continues,
                "furniture": place.item.furniture,
            }
            for place in placed(edition)
        ]

    def catalogue(self, time_zone="UTC") -> str:
        """The newspapers as a Broadsheet catalogue (TOML)."""
        return "\n".join(
            f"""[{paper.slug}]
name = "{paper.name}"
family = "{paper.family}"
edition_url = "{paper.edition_url}"
time_zone = "{time_zone}"
expected = "00:00"
deadline = "23:59"
verified = 2026-01-01
requests_per_second = 0
allow_private_addresses = true
"""
            for paper in self.papers
        )

    def correct(self, slug, day: date, article, new_paragraph: str) -> None:
        """The publisher corrects an article (by title, or by place in the edition): its last paragraph is another."""
        with self._lock:
            items = self.expected(slug, day)
            item = items[article] if isinstance(article, int) else next(one for one in items if one["title"] == article)
            paragraphs = (*item["paragraphs"][:-1], new_paragraph)
            self._corrections.setdefault((slug, day), {})[item["title"]] = paragraphs
            self._documents.pop((slug, day), None)

    def not_yet(self, slug, day: date, how="404") -> None:
        """The edition is not out: its index answers ``404``, or ``missing`` with 200, or ``yesterday``'s edition, an
        ``empty`` list, or leads to the newest by META ``refresh``, two of them (``refreshes``) or ``script``; until
        ``publish``."""
        assert how in {"404", "missing", "yesterday", "empty", "refresh", "refreshes", "script"}, how
        with self._lock:
            self._hidden[slug, day] = how

    def robots(self, text="User-agent: *\nAllow: /\n", *, status=200) -> None:
        """What robots.txt says; without arguments, that everything is allowed."""
        self._robots = (status, text)

    def publish(self, slug, day: date) -> None:
        with self._lock:
            self._hidden.pop((slug, day), None)

    # --- answering ---------------------------------------------------------------------------------------------

    def record(self, path, headers):
        self.requests.append(Request(path, time.time(), headers))

    def unless_known(self, answer, known):
        """An answer with its ETag, or 304 if the client has these bytes."""
        status, document_type, body, headers = answer
        if not self.etags or status != 200:
            return answer
        headers = {**headers, "ETag": f'"{hashlib.sha1(body).hexdigest()}"'}
        return (304, document_type, b"", headers) if known == headers["ETag"] else (200, document_type, body, headers)

    def answer(self, path):
        """Status, content type, body and headers for a path."""
        if path in {"/", "/robots.txt"} or path.startswith("/refresh/"):
            return self._own(path)
        paper = self._papers.get(path.split("/")[1])
        if paper is None:
            return _missing()
        template = TEMPLATES[paper.family]
        match = re.search(template.DATE_IN_PATH, path)
        if match is None:
            document = template.entry_documents(Edition(paper, self._today())).get(path)
            return (200, document.type, document.body, {}) if document else _missing()
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            return _missing()
        how = self._hidden.get((paper.slug, day))
        if how is not None:
            return self._instead(paper, day, path, how)
        document = self._rendered(paper.slug, day).get(path)
        return (200, document.type, document.body, {}) if document else _missing()

    def _instead(self, paper, day, path, how):
        """What a publisher answers while an edition is not out."""
        template = TEMPLATES[paper.family]
        if path != day.strftime(template.edition_path(paper)) or how == "404":
            return _missing()
        newest = day - timedelta(days=1)
        old = newest.strftime(template.edition_path(paper))
        if how == "yesterday":
            document = self._rendered(paper.slug, newest)[old]
        elif how == "empty":
            document = translated(template.empty(self._edition(paper.slug, day)), paper.language)
        elif how == "missing":
            document = html("<html><head><title>404</title></head><body><h2>您访问的页面不存在</h2></body></html>")
        elif how == "refreshes":
            refresh = f'<META HTTP-EQUIV="REFRESH" CONTENT="0;URL=/refresh{escape(old)}">'
            document = html(f"<html><head>{refresh}</head></html>")
        elif how == "refresh":
            refresh = f'<meta http-equiv="refresh" content="0;url={escape(old)}">'
            document = html(f"<html><head>{refresh}</head><body></body></html>")
        else:
            document = html(f"<html><body><script>location.href = '{old}';</script></body></html>")
        return 200, document.type, document.body, {}

    def _own(self, path):
        """What belongs to no newspaper."""
        if path.startswith("/refresh/"):
            target = f'<meta http-equiv="refresh" content="0; url={escape(path.removeprefix("/refresh"))}">'
            return 200, "text/html", f"<html><head>{target}</head></html>".encode(), {}
        return self._home() if path == "/" else (self._robots[0], "text/plain", self._robots[1].encode(), {})

    def _home(self):
        links = "".join(f'<li><a href="{paper.entry_url}">{paper.name}</a></li>' for paper in self.papers)
        head = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>数字报</title></head>"
        page = f"{head}<body><ul>{links}</ul></body></html>"
        return 200, "text/html; charset=utf-8", page.encode(), {}

    def _edition(self, slug, day):
        return Edition(self._papers[slug], day, dict(self._corrections.get((slug, day), {})))

    def _rendered(self, slug, day):
        with self._lock:
            if (slug, day) not in self._documents:
                paper = self._papers[slug]
                made = TEMPLATES[paper.family].documents(self._edition(slug, day))
                self._documents[slug, day] = {path: translated(one, paper.language) for path, one in made.items()}
                while len(self._documents) > _EDITIONS_KEPT:
                    self._documents.popitem(last=False)
            return self._documents[slug, day]


def _missing():
    return 404, "text/html", b"<html><head><title>404</title></head><body><h1>Not Found</h1></body></html>", {}


def _papers(all_families, language=None) -> list[Paper]:
    if language is not None:
        paper = content.paper_in(language)
        slugs = {name: f"{paper.slug}{name.replace('-', '')}" for name in TEMPLATES}
        return [replace(paper, slug=slug, family=family) for family, slug in slugs.items()]
    papers = list(content.papers())
    if all_families:
        taken = {paper.family for paper in papers}
        papers += [
            replace(papers[1 + place % 2], slug=f"{family.replace('-', '')}bao", name=f"{family}报", family=family)
            for place, family in enumerate(name for name in TEMPLATES if name not in taken)
        ]
    return papers
