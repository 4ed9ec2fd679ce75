"""The command ``publications add``: a start page becomes a catalogue row, tried before anybody writes it down."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.output import Json, WrongUsage, note, print_json, progress, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scheduler.catalogue import Row
    from scheduler.templates import Check

#: So many titles are shown, that a person sees whether they are headlines.
_TITLES = 5


def add(
    url: Annotated[str, typer.Argument(help="A start page, or any page of an edition.")],
    slug: Annotated[str | None, typer.Option(help="Call it so instead of a word from its address.")] = None,
    name: Annotated[str | None, typer.Option(help="Its printed name, if its pages do not say it.")] = None,
    family: Annotated[str | None, typer.Option(help="Read it with this family instead of the one it seems of.")] = None,
    private: Annotated[
        bool, typer.Option("--allow-private-addresses", help="Its host may be on this machine or network.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Append the row to BROADSHEET_CATALOGUE.")] = False,
    as_json: Json = False,
) -> None:
    """Look at a start page, recognise its family and date pattern, try one edition, and print the row to add."""
    from scheduler import catalogue
    from scheduler.catalogue.proposal import as_toml, propose
    from scheduler.templates import Fit, check, fetcher
    from worker.actors import operator_name
    from worker.services import open_services
    from worker.settings import get_settings

    settings = get_settings()
    url = url if "://" in url else f"http://{url}"
    target = _target(settings.catalogue) if write else None
    # The file to write may be a new one.
    own = settings.catalogue if settings.catalogue and (settings.catalogue.exists() or not write) else None
    taken = catalogue.load(own).rows
    if slug in taken:
        raise WrongUsage(f"{slug} is in the catalogue already; `broadsheet publications show {slug}`")
    services = open_services(settings, operator_name())
    try:
        visitor = _row("visitor", {"name": "?", "family": "founder-new", "edition_url": "http://x/%d"}, private=private)
        proposal = propose(fetcher(services, visitor), url, taken, family=family, slug=slug, name=name)
        table = dict(proposal.table) | ({"allow_private_addresses": True} if private else {})
        row = _row(proposal.slug, table, private=private)
        with progress("pages", quiet=as_json) as tell:
            tried = check(services, row, proposal.day, tell)
    finally:
        services.close()
    fits = tried.fit is Fit.FITS
    if fits:
        table["verified"] = proposal.day
    text = as_toml(proposal.slug, table)
    if as_json:
        print_json({"slug": proposal.slug, "row": table, "toml": text, **_found(tried, proposal.evidence)})
    else:
        _print(tried, proposal.evidence, text)
    if not fits:
        note(f"broadsheet: {proposal.slug} {proposal.day}: {tried.fit}: {tried.why}; nothing is written")
        raise typer.Exit(1)
    if target is not None:
        _append(target if target.suffix else target / f"{proposal.slug}.toml", text)


def _row(slug: str, table: "Mapping[str, Any]", *, private: bool) -> "Row":
    from pydantic import ValidationError

    from scheduler.catalogue import Row

    try:
        return Row(**{"enabled": False, **table, "slug": slug, "allow_private_addresses": private})
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongUsage(f"{'.'.join(map(str, first['loc']))}: {first['msg']} (got {first['input']!r})") from error


def _target(own: Path | None) -> Path:
    if own is None:
        raise WrongUsage("--write needs BROADSHEET_CATALOGUE: a TOML file, or a folder of them, of your own")
    return own


def _found(tried: "Check", evidence: tuple[str, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "date": tried.day,
        "template": tried.fit.value,
        "error": tried.why or None,
        "evidence": evidence,
        "found": asdict(tried.profile) if tried.profile else None,
        "titles": tried.titles[:_TITLES],
    }


def _print(tried: "Check", evidence: tuple[str, ...], text: str) -> None:
    for line in evidence:
        say(f"# {line}")
    if profile := tried.profile:
        shares = ", ".join(
            f"{count * 100 // max(profile.articles, 1)} % with {what}"
            for what, count in (("title", profile.titled), ("author", profile.signed), ("body", profile.bodied))
        )
        say(f"# {tried.day}: {profile.pages} pages, {profile.articles} articles: {shares}")
        say(f"# mean body {profile.body_length:.0f} characters, {profile.fallback} read without the template")
        for title in tried.titles[:_TITLES]:
            say(f"#   {title}")
    say("")
    say(text.rstrip())


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(gap + text)
    note(f"written to {path}")
