"""The ``parse`` command: what a saved page or article gives, without network or database."""

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urljoin

import typer

from scheduler.cli.output import WrongUsage, json_line, say
from worker.errors import BadInput, BroadsheetError

if TYPE_CHECKING:
    from worker.domain import ParsedArticle, ParsedPage
    from worker.parse import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """What the user said of the files."""

    family: "Family | None" = None  #: None: recognise it
    overrides: Mapping[str, Any] | None = None
    url: str | None = None  #: the document's address, or the folder that it came from
    folder: str | None = None  #: a strftime pattern for documents that do not know their address


def parse(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Saved pages or articles (HTML); - reads standard input.")
    ],
    publication: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Read them with this publication's family and overrides.")
    ] = None,
    family: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Read them with this family; otherwise it is recognised."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="The address that they came from, or its folder (ending in /); otherwise what they say."),
    ] = None,
) -> int:
    """Show what saved pages and articles give: one JSON object a line and file, without network or database."""
    how = _how(publication, family, url)
    failed = 0
    for file in files:
        try:
            line = _line(file, how)
        except (BroadsheetError, OSError) as error:
            failed += 1
            line = {"error": (error.strerror or str(error)) if isinstance(error, OSError) else str(error)}
        say(json_line({"file": str(file), **line}))
        sys.stdout.flush()
    return 1 if failed else 0


def _how(publication: str | None, family: str | None, url: str | None) -> _How:
    from worker import parse as stage

    if publication and family:
        raise WrongUsage("give --publication or --family, not both: a publication has a family")
    if url is not None and not url.startswith(("http://", "https://")):
        raise WrongUsage(f"--url {url}: is not an http(s) address")
    try:
        if publication:
            from scheduler import catalogue
            from worker.settings import get_settings

            row = catalogue.load(get_settings().catalogue).rows.get(publication)
            if row is None:
                raise WrongUsage(f"no publication {publication!r}; `broadsheet publications --all` lists them")
            return _How(
                family=stage.get_family(row.family),
                overrides=row.overrides,
                url=url,
                folder=urljoin(row.edition_url, "."),
            )
        return _How(family=stage.get_family(family) if family else None, url=url)
    except stage.UnknownFamily as error:
        raise WrongUsage(f"--family: {error}") from error


def _line(file: Path, how: _How) -> dict[str, Any]:
    from worker import parse as stage
    from worker.domain import ParsedPage
    from worker.parse import saved

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    html = stage.decode(data)
    saved.require_html(data, html, str(file))
    url = how.url or saved.own_address(html)
    if url and url.endswith("/") and how.url:
        url = urljoin(url, file.name)
    family = how.family or saved.family_of(html, file.name, url)
    if family is None:
        saved.require_answer(html, url or str(file))
        # What only leads on is the same in every family.
        nothing_but = stage.parse_page(
            html, url or saved.likely_address(html, file.name, ""), stage.get_family("huaguang")
        )
        if nothing_but.redirect:
            return {"type": "page", "family": None} | asdict(nothing_but)
        raise BadInput(f"{file}: no template family is recognised; name one with --family")
    address = url or saved.likely_address(html, file.name, how.folder or family.folder)
    read = saved.read_saved(html, address, family, how.overrides)
    about = {"type": "page" if isinstance(read, ParsedPage) else "article", "family": family.name, "url": address}
    return about | (_page(read) if isinstance(read, ParsedPage) else _article(read, address))


def _page(page: "ParsedPage") -> dict[str, Any]:
    return asdict(page)


def _article(parsed: "ParsedArticle", url: str) -> dict[str, Any]:
    from worker.clean import restore_article, with_dateline
    from worker.parse import dates

    said = parsed.metadata.get("founder-date") or parsed.metadata.get("date") or ""
    printed = dates.in_text(said) or dates.in_address(url)
    restored = restore_article(parsed)
    if not restored.items:
        raise BadInput("nothing is left of the article but what was taken out of it")
    item = with_dateline(restored.items[0], printed)
    return {"date": printed, **asdict(item), "removed": [asdict(piece) for piece in restored.removed]}
