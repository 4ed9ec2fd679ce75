"""Lay the areas of a page over its image: the drawing's frame and each area's outline. Pure; draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scheduler.board.pictures import Picture

#: Numbers of a rectangle; the fewest of a polygon.
_RECTANGLE, _POLYGON = 4, 6
#: An area map that ends before this share of the image was made for a smaller copy of it.
_SMALL = 0.75
#: How far the two directions' scales may differ for that to be believed.
_ALIKE = 0.15
#: Share of a page's width and height that its areas usually reach; the rest is margin.
_REACH = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One area."""

    points: str  #: for SVG's ``points``
    article: int | None  #: row id of the article that it leads to; none if it is not stored
    title: str  #: headline or address, as its publisher wrote it
    number: int  #: its place in the list of the page's articles; 0 if it is not stored
    right: int  #: where its number ends, pixels
    top: int  #: and its base line


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page to be drawn, in the areas' pixels."""

    width: int
    height: int
    outlines: tuple[Outline, ...]


def sheet_of(
    areas: Sequence[Mapping[str, Any]], articles: Mapping[str, tuple[int, int, str]], picture: Picture | None
) -> Sheet | None:
    """Lay out a page.

    Args:
        areas: as stored: shape, coords (pixels), url.
        articles: place in the list, id and title by :func:`path_of` an address.
        picture: the page image, if the archive has it.

    Returns:
        None if there is neither an area nor an image.
    """
    drawn = [(corners, str(area.get("url", ""))) for area in areas if (corners := _corners(area))]
    if not drawn and picture is None:
        return None
    right = max((x for corners, _ in drawn for x, _ in corners), default=1)
    bottom = max((y for corners, _ in drawn for _, y in corners), default=1)
    width, height = _frame(right, bottom, picture)
    outlines = []
    for corners, url in drawn:
        number, article, title = articles.get(path_of(url), (0, None, url))
        right = max(x for x, _ in corners)
        top = min(y for x, y in corners if x == right)
        outlines.append(
            Outline(
                points=" ".join(f"{x},{y}" for x, y in corners),
                article=article,
                title=title,
                number=number,
                right=right - width // 60,
                top=top + width // 18,
            )
        )
    return Sheet(width=width, height=height, outlines=tuple(outlines))


def path_of(url: str) -> str:
    """An address without scheme and host, which a site may change."""
    return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()


def _frame(right: int, bottom: int, picture: Picture | None) -> tuple[int, int]:
    if picture is None:
        return max(1, round(right / _REACH)), max(1, round(bottom / _REACH))
    across, down = right / picture.width, bottom / picture.height
    smaller = max(across, down) < _SMALL and abs(across - down) < _ALIKE * max(across, down)
    larger = max(across, down) > 1
    if not (smaller or larger):
        return picture.width, picture.height
    # The publisher showed the image at another size than it has: the map is right, the image follows.
    scale = max(across, down) / (_REACH if smaller else 1.0)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _corners(area: Mapping[str, Any]) -> list[tuple[int, int]]:
    numbers = [int(number) for number in area.get("coords", ()) if isinstance(number, int | float)]
    if area.get("shape") == "rectangle" and len(numbers) == _RECTANGLE:
        left, top, right, bottom = numbers
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    if len(numbers) < _POLYGON:
        return []
    return list(zip(numbers[::2], numbers[1::2], strict=False))
