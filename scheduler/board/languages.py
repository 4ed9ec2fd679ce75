"""The board's own words in English and Chinese, from one catalogue, and which of the two a reader gets."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request

#: Language tags for HTML's ``lang`` by the short name that addresses and cookies carry.
LANGUAGES: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}
COOKIE = "broadsheet_lang"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    name: str  #: ``en`` or ``zh``
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of a key such as ``front.today``, with its ``{places}`` filled.

        Raises:
            KeyError: the catalogue has no such key, or a place has no value.
        """
        text = self.texts[key]
        return text.format_map(values) if values else text

    def has(self, key: str) -> bool:
        """Whether the catalogue has a key: states and flags that are newer than it are shown as they are."""
        return key in self.texts


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every key with its text in each language."""
    read = tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))
    return {f"{group}.{key}": texts for group, keys in read.items() for key, texts in keys.items()}


@cache
def words(language: str) -> Words:
    """The words of a language."""
    return Words(language, {key: texts[language] for key, texts in catalogue().items()})


def chosen(request: Request) -> str:
    """The reader's language: asked for in the address, else remembered, else what the browser prefers."""
    for wish in (request.query_params.get("lang", ""), request.cookies.get(COOKIE, "")):
        if wish in LANGUAGES:
            return wish
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The best of our languages for an ``Accept-Language`` header (RFC 9110, 12.5.4); English if it names none."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameters = part.strip().partition(";")
        name = tag.partition("-")[0].strip().lower()
        weight = _weight(parameters)
        if name in LANGUAGES and weight > 0:
            wishes.append((-weight, place, name))
    return min(wishes)[2] if wishes else "en"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
