"""Read people from English bylines and credits, and tell what stands beside their names. Knows the trade's words only.

Names are given as printed: whether JANE DOE or Jane Doe is the paper's own style.
"""

import re
from functools import lru_cache

#: What a line is that says where somebody works or what as: it ends on one of these.
_TRADE = (
    r"(?:staff|writers?|reporters?|correspondents?|editors?|photographers?|photojournalists?|columnists?|contributors?"
    r"|critics?|interns?|bureau|newsroom|press|agency|news|services?|reports?|freelance|freelancer|producer)"
)
_WORD = r"[\w.'’&-]+"
_RANK = re.compile(rf"(?:{_WORD} ){{0,5}}{_TRADE}(?:-at-large| at large)?", re.IGNORECASE)
_NOT_RANK = re.compile(
    r"\b(?:says?|said|is|are|was|were|will|has|have|to|new|at(?! large)|after|with)\b", re.IGNORECASE
)
#: Whom they write for, and where they were.
_FOR = re.compile(
    r"(?:special to|for|of|from|courtesy of) (?:the )?[A-Z][\w.'’&-]*(?: (?:of |and |& )?[A-Z][\w.'’&-]*){0,4}"
    r"(?: (?:staff|news service))?",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"in [A-Z][\w.'’-]*(?:[ -][A-Z][\w.'’-]*){0,3}(?:, [A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2})?(?: and [A-Z][\w.'’-]*)?"
)
_REACHED = re.compile(r"(?:e-?mail:? ?)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@\w{2,30}", re.IGNORECASE)
_SHOWN = r"(?:photos?|pictures?|photographs?|photography|images?|graphics?|illustrations?|video)"
_TOLD = r"(?:story|text|words|report|reporting|article|interview|written|reported|compiled)"
_BOTH = rf"(?:{_TOLD}|{_SHOWN})"
_BY = re.compile(rf"(?:{_BOTH}(?:(?: and | & |, | ?/ ?){_BOTH})* )?by:? (?P<names>\S.*)", re.IGNORECASE)
_LABELLED = re.compile(rf"{_TOLD}(?:(?: and | & |, | ?/ ?){_BOTH})*: ?(?P<names>\S.*)", re.IGNORECASE)
_SHOWN_FIRST = re.compile(rf"{_SHOWN}(?:(?: and | & |, | ?/ ?){_TOLD})+(?: by|:) ?(?P<names>\S.*)", re.IGNORECASE)
#: In the second half of a byline.
_PICTURES_BY = re.compile(rf"[;,.]? (?:with )?{_SHOWN}(?: by|:) .*$", re.IGNORECASE)
_STROKES = re.compile(r" ?[/|] ?| [–—-] ")
_AND = re.compile(r",? and |, ?| ?& ?|; ?", re.IGNORECASE)
_HYPHENS = re.compile(r"[-'’.]")
_PARTICLES = re.compile(
    r"(?:d[eaiu]|dos|van|von|de[rn]|bin(?:ti)?|a[lp]|el|l[ae]|of|y|e|ibn|abu|te[rn])", re.IGNORECASE
)
#: What a name does not begin with; a newspaper's and an agency's does, and so do headlines.
_NO_NAME = re.compile(
    r"(?:the|an?|our|your|my|his|her|their|this|that|no|new|how|why|what|when|where|who|by|for|in)", re.IGNORECASE
)
_SMALL = re.compile(rf"{_PARTICLES.pattern}|and|for|the|via")
_LONGEST_NAME = 5
_FEW = 2
_LONGEST = 110

#: A line of these words alone is never a headline's.
_BARE_RANK = re.compile(
    r"(?:our |the )?(?:staff|special|senior|chief|political|sports?|business|education|science)"
    r" (?:writers?|reporters?|correspondents?|editors?|photographers?)",
    re.IGNORECASE,
)
_WRITES = re.compile(r"(?:writer|reporter|correspondent|editor|columnist|critic|contributor)s?\b", re.IGNORECASE)

#: JOHN SMITH in Beijing; a name in small letters would be any headline's words.
_CAPITALS = re.compile(
    r"(?P<names>[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,3}(?:(?:,| and) [A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){1,3})*)"
    r" in [A-Z][a-z]+(?:,? [A-Z][a-z]+){0,2}"
)
#: Nobody is named, but it says where the text is from.
_SOURCE = re.compile(
    r"(?:by )?(?:the )?(?:associated press|staff reports?|staff writers?)"
    r"|from (?:staff|wire|news|press|[A-Z]\w+ (?:staff|wire)) (?:and (?:wire|staff|news) )?(?:reports?|services?)"
    r"|(?:staff|wire) (?:and (?:wire|staff) )?(?:reports?|services?)",
    re.IGNORECASE,
)
_GIVEN = r"(?:courtesy(?: of)?|(?:provided|supplied|submitted|contributed)(?: (?:by|to))?)"
_CREDIT = re.compile(
    rf"(?:(?:{_WORD} ){{0,2}}{_SHOWN}(?:,? (?:by|{_GIVEN}):?| ?[:/])|(?:photo )?credit:|{_GIVEN}:?)"
    r"(?: ?(?P<house>\S.*))?",
    re.IGNORECASE,
)
_BARE_PHOTO = re.compile(
    rf"(?:staff|file|courtesy|contributed|submitted|handout|archive|library|stock|press|ap|afp|reuters) {_SHOWN}",
    re.IGNORECASE,
)
_PHOTO_TAKER = re.compile(
    rf"(?:{_WORD} ){{0,3}}{_SHOWN}(?: (?:courtesy (?:of )?|provided by |supplied by |from )?by:? | ?[:/] ?)"
    r"(?P<names>\S.*)",
    re.IGNORECASE,
)
_CREDIT_WORDS = 12


def is_name(text: str, *, least: int = 1) -> bool:
    """Whether the text has a name's form: a few words, each with a capital; particles may be small."""
    words = text.split()
    if not least <= len(words) <= _LONGEST_NAME or _NO_NAME.fullmatch(words[0]):
        return False
    for at, word in enumerate(words):
        letters = _HYPHENS.sub("", word)
        if not letters.isalpha() or not (word[0].isupper() or (at and _PARTICLES.fullmatch(word))):
            return False
    return words[-1][0].isupper() and not _RANK.fullmatch(text)


@lru_cache(maxsize=1024)
def is_affiliation(text: str) -> bool:
    """Whether a line under or beside a name says who that is: rank, newspaper, place or address."""
    if len(text) > _LONGEST or not text.isprintable():
        return False
    if _REACHED.fullmatch(text) or _PLACED.fullmatch(text) or _FOR.fullmatch(text):
        return True
    return bool(_RANK.fullmatch(text)) and not _NOT_RANK.search(text)


def is_rank(text: str) -> bool:
    """Whether the line is a rank wherever it stands: Staff Writer."""
    return bool(_BARE_RANK.fullmatch(text))


def writes(text: str) -> bool:
    """Whether a line names a writer's rank, as no picture's credit does."""
    return bool(_WRITES.search(text))


def is_address(text: str) -> bool:
    """Whether the line is an electronic address and nothing else."""
    return "@" in text and bool(_REACHED.fullmatch(text))


def names_source(text: str) -> bool:
    """Whether the line says that agencies or the staff wrote the text, and names nobody."""
    if len(text) > _LONGEST:
        return False
    by = text[:3].lower() == "by "
    return bool(_SOURCE.fullmatch(text)) or (
        by and is_affiliation(re.sub(r"^(?:a|an|our|the) ", "", text[3:], flags=re.IGNORECASE))
    )


def _without_rank(text: str) -> str:
    """Return names without a rank that stands behind them with no mark between, as on lines that were joined."""
    words = text.split()
    if len(words) > _FEW and words[0].isupper() and words[1].isupper() and not words[-1].isupper():
        # The names are in capitals; what is not says who they are.
        keep = next(at for at, word in enumerate(words) if not word.isupper() and word.lower() not in {"and", "&"})
        return " ".join(words[:keep])
    if len(words) > _FEW and _RANK.fullmatch(words[-1]):
        # Staff Writer, Sports Editor: the trade's word and the one before it.
        return " ".join(words[: max(_FEW, len(words) - 2)])
    return text


def _listed(text: str) -> tuple[str, ...] | None:
    """Return the names in what stands behind By; None when something else stands there."""
    text = _PICTURES_BY.sub("", _REACHED.sub("", text)).strip(" ,;")
    text = _STROKES.split(text, maxsplit=1)[0]
    text = re.sub(rf"\s+{_PLACED.pattern}(?=$|,? and )", "", text)
    text = re.sub(r"\s+(?i:special to|for|of the) (?:the |The )?[A-Z].*$", "", text)
    found: list[str] = []
    for part in _AND.split(_without_rank(text.strip())):
        name = part.strip(" .")
        if not name or is_affiliation(name) or (found and name.startswith("The ")):
            continue
        if not is_name(name):
            return None
        found.append(name)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2048)
def read_byline(text: str) -> tuple[str, ...]:
    """Return the names in an English byline; empty if the line is none or names nobody."""
    if len(text) > _LONGEST or not (match := _byline(text)):
        return ()
    return _listed(match["names"]) or ()


def _byline(text: str) -> re.Match[str] | None:
    return _BY.fullmatch(text) or _LABELLED.fullmatch(text) or _SHOWN_FIRST.fullmatch(text) or _CAPITALS.fullmatch(text)


@lru_cache(maxsize=1024)
def read_signed(text: str) -> tuple[str, ...]:
    """Return the names in a line without By that says who they are: Jane Doe / Health correspondent."""
    if len(text) > _LONGEST:
        return ()
    parts = [part.strip() for part in re.split(r" ?[/|] ?| [–—-] |, ", text, maxsplit=1)]
    if len(parts) != _FEW or not _all_ranks(parts[1]):
        return ()
    names = [name.strip() for name in re.split(r" and | & ", parts[0])]
    return tuple(names) if all(is_name(name, least=_FEW) for name in names) else ()


def _all_ranks(text: str) -> bool:
    return all(is_affiliation(part.strip()) for part in re.split(r"[/|,]", text) if part.strip())


def is_taken(text: str) -> bool:
    """Whether a line gives a picture's taker and house, as no byline does: JANE DOE/STAFF, Jane Doe | The Herald."""
    taker, stroke, house = re.split(r"( ?[/|] ?)", text, maxsplit=1) if "/" in text or "|" in text else ("", "", "")
    return bool(stroke) and len(text) <= _LONGEST and is_name(taker, least=_FEW) and _is_house(house)


def _is_house(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _LONGEST_NAME and (text.isupper() or is_affiliation(text) or words[0] in {"The", "the"})


@lru_cache(maxsize=1024)
def is_picture_credit(text: str) -> bool:
    """Whether an English line says only who took or gave a picture, by its own words."""
    if len(text) > _LONGEST or text.endswith(("?", "!")) or len(text.split()) > _CREDIT_WORDS:
        return False
    bare = text.strip("()[]").rstrip(".")
    if re.search(rf"\b{_TOLD}\b", bare, re.IGNORECASE):
        return False
    if _BARE_PHOTO.fullmatch(bare):
        return True
    credit = _CREDIT.fullmatch(bare)
    return credit is not None and is_proper(credit["house"] or "")


def is_proper(text: str) -> bool:
    """Whether all words are names, so that they make no headline."""
    return all(not word[0].islower() or _SMALL.fullmatch(word) for word in text.split())


@lru_cache(maxsize=1024)
def read_credit(text: str) -> tuple[str, ...]:
    """Return the names of those who took a picture, from its credit line or the brackets behind its text."""
    bare = text.strip("()[] ").rstrip(".")
    if match := _PHOTO_TAKER.fullmatch(bare):
        return _listed(match["names"]) or ()
    taker = re.split(r" ?[/|] ?", bare, maxsplit=1)[0]
    return (taker,) if taker != bare and is_name(taker, least=_FEW) else ()
