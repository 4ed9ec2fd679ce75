"""Commands on stored articles: ``show`` and ``export``."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.options import parse_day
from scheduler.cli.output import Json, WrongUsage, json_line, note, plain, print_json, say


def show(
    article: Annotated[int, typer.Argument(metavar="ID", help="Id of an article, as `export` prints it.")],
    revision: Annotated[int | None, typer.Option(min=1, help="This revision instead of the newest.")] = None,
    removed: Annotated[bool, typer.Option("--removed", help="Also print what restoration took out.")] = False,
    as_json: Json = False,
) -> None:
    """Show one article as it is stored."""
    from worker.settings import get_settings
    from worker.store import reading
    from worker.store.opening import open_database

    database = open_database(get_settings())
    try:
        with database.read() as session:
            found = reading.one(session, article, revision)
    finally:
        database.close()
    if found is None:
        which = f"revision {revision} of article {article}" if revision else f"article {article}"
        raise WrongUsage(f"no {which}; `broadsheet export` lists the ids")
    if as_json:
        print_json(found)
        return
    for line in article_lines(found):
        say(line)
    if removed:
        say("\nTaken out of the article:")
        _print_removed(found["removed"])
        say("Taken out of the page:")
        _print_removed(found["removed_from_page"])


def export(
    publication: Annotated[str | None, typer.Option(help="Only this publication.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="Only this date, YYYY-MM-DD.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="From this date on.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Up to this date.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
) -> None:
    """Print stored articles as JSON lines, each once with its newest revision, in printed order."""
    from worker.settings import get_settings
    from worker.store import reading
    from worker.store.opening import open_database

    if day and (since or until):
        raise WrongUsage("--date does not go with --from and --to")
    first, last = day or since, day or until
    database = open_database(get_settings())
    count = 0
    target = output.open("w", encoding="utf-8") if output else sys.stdout
    try:
        with database.read() as session:
            for row in reading.current(
                session,
                publication=publication,
                since=parse_day(first) if first else None,
                until=parse_day(last) if last else None,
            ):
                target.write(json_line(row) + "\n")
                count += 1
    finally:
        database.close()
        if output:
            target.close()
    if output or not count:
        note(f"{count} articles")


def article_lines(found: dict[str, Any]) -> list[str]:
    """An article as a person reads it."""
    where = f"page {found['page']} {found['page_name'] or ''}".rstrip()
    head = [f"#{found['id']}  {found['kind']}  {where}  revision {found['revision']}  {found['source_url']}"]
    titles = [found[name] for name in ("rubric", "kicker", "title", "subtitle") if found[name]]
    people = [f"{name}: {'、'.join(found[name])}" for name in ("reporters", "correspondents") if found[name]]
    pictures = [f"[picture] {caption}" for caption in found["captions"]]
    flags = [f"flags: {', '.join(found['flags'])}"] if found["flags"] else []
    body = [f"　　{paragraph}" for paragraph in found["paragraphs"]]
    captured = [f"captured {plain(found['captured_at'])}"]
    return [*head, "", *titles, *people, "", *body, *found["signature"], *pictures, *flags, *captured]


def _print_removed(pieces: list[dict[str, str]]) -> None:
    for piece in pieces:
        say(f"  {piece['reason']}: {piece['text']}")
    if not pieces:
        say("  nothing")
