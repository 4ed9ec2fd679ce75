"""The invented newspapers as data: what they print on any day. Knows no markup and no HTTP."""

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "papers"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a page as it is printed."""

    title: str | None = None
    kicker: str | None = None
    subtitle: str | None = None
    rubric: str | None = None
    author: str | None = None  #: an author line of its own, outside the text
    kind: str = "article"  #: article, photo, notice or advert
    paragraphs: tuple[str, ...] = ()
    photos: tuple[tuple[str, str], ...] = ()  #: caption and credit, either may be empty
    table: tuple[tuple[str, ...], ...] = ()
    key: str | None = None  #: a name that the other half of a jump refers to
    continues: str | None = None  #: the key of the item whose text goes on here
    furniture: bool = False  #: the template prints its buttons inside the body


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page; an area of the page image beyond its items is an advert that leads nowhere."""

    number: str
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One newspaper."""

    slug: str
    name: str
    family: str
    language: str = "zh-Hans"
    letters: str = "LC"  #: the two letters of the huaguang form
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True)
class Edition:
    """One newspaper on one day, with the corrections made since."""

    paper: Paper
    day: date
    corrections: dict[str, tuple[str, ...]] = field(default_factory=dict)  #: title → paragraphs

    @property
    def pages(self):
        return [replace(page, items=tuple(self.item(item) for item in page.items)) for page in self.paper.pages]

    def item(self, item: Item) -> Item:
        def dated(text):
            return None if text is None else spell(text, self.day)

        title = dated(item.title)
        paragraphs = self.corrections.get(title) or tuple(dated(text) for text in item.paragraphs)
        return replace(
            item,
            title=title,
            kicker=dated(item.kicker),
            subtitle=dated(item.subtitle),
            paragraphs=paragraphs,
            photos=tuple((dated(caption), credit) for caption, credit in item.photos),
            table=tuple(tuple(dated(cell) for cell in row) for row in item.table),
        )


def spell(text: str, day: date) -> str:
    """``{today}``, ``{yesterday}``, ``{tomorrow}`` and ``{year}`` in a text as a newspaper of that day prints them."""
    if "{" not in text:
        return text
    for word, offset in (("{today}", 0), ("{yesterday}", -1), ("{tomorrow}", 1)):
        other = day + timedelta(days=offset)
        text = text.replace(word, f"{other.month}月{other.day}日")
    return text.replace("{year}", str(day.year))


@cache
def papers() -> tuple[Paper, ...]:
    """The three newspapers, from ``papers/*.toml``."""
    return tuple(_paper(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.toml")))


@cache
def paper_in(language: str) -> Paper:
    """A newspaper in another language: ``zh-Hant`` or ``en``, from ``papers/more/*.toml``."""
    found = (_paper(tomllib.loads(path.read_text(encoding="utf-8"))) for path in (_FOLDER / "more").glob("*.toml"))
    return next(paper for paper in found if paper.language == language)


def _paper(data) -> Paper:
    pages = tuple(
        Page(number=page["number"], name=page["name"], items=tuple(_item(item) for item in page["items"]))
        for page in data.pop("pages")
    )
    return Paper(**data, pages=pages)


def _item(data) -> Item:
    for key in ("paragraphs", "photos", "table"):
        if key in data:
            data[key] = tuple(tuple(value) if isinstance(value, list) else value for value in data[key])
    return Item(**data)
