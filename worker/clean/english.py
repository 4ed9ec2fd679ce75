"""What English sentences tell of a seam and of an opening by their form: capitals, function words. Knows no page.

The classes hold the closed classes of English words (articles, prepositions, auxiliaries), not a vocabulary.
"""

import re
from collections.abc import Callable
from functools import lru_cache


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DETERMINERS = _words("a an the his her its their our my your this these those every each no some any another")
_PREPOSITIONS = _words(
    """of in on at by for from with into onto over under between among through during without within against toward
    towards upon about after before since until near across along behind beyond per as than like around outside
    inside"""
)
_CONJUNCTIONS = _words("and or but nor that which who whose whom because although while if when where whether so")
_AUXILIARIES = _words(
    """is are was were be been being am has have had having do does did will would can could may might must shall
    should not isn't wasn't don't didn't won't can't"""
)
#: What no sentence begins with.
_NEVER_FIRST = ",.;:!?)%’”"
#: What no sentence and no headline ends on.
_HANGING = _words(
    """a an the his its their our my your every of at for from with into onto between among during against toward
    towards upon until beyond per as than and or but nor which who whose whom because although while if when where
    whether being having may might must shall should to very he she they we"""
)
#: Words that open a sentence and have no capital inside one.
_OPENERS = (_DETERMINERS | _PREPOSITIONS | _CONJUNCTIONS) | _words(
    "it he she they we you there here what why how once later then now yes today yesterday"
)
_NO_INFINITIVES = (_CONJUNCTIONS | _PREPOSITIONS | _AUXILIARIES) - {"be", "have", "do"}
_SUBJECTS = _words("i he she they we you it who")
_PRONOUNS = _words("i he she they we it you him them us me")
_LAST = re.compile(r"([^\W_]+(?:['’.-][^\W_]+)*['’]?)[\"”’')]*$")
_MARKED = re.compile(r"[,;:–—-][\"”’']?$")
_TOKEN = re.compile(r"[\w$£€¥#][\w'’.,:-]*")
_SAYS = re.compile(r"\b(?:said|says|asked|added|wrote)[,:]?$")

#: Common words tell nobody's hand; neither do those of fewer letters.
_TELLING = re.compile(r"[a-z\u00df-\u024f]{5,}")
_COMMON = _words(
    """about above according across after again against almost along already although alway among another anything
    april around asked august because become before began behind being below better between beyond brought
    building called cannot coming could council county course current december during early eight either enough
    every everybody everyone everything family february first following found friday going great having herself
    himself house however include included including inside instead january known large later least leave likely
    little local making march member might million minute monday month morning mostly nearly never night nobody
    nothing november number october often opened order other outside people percent place point public rather
    really recent right saturday saying school second september seven several should since small something
    sometime started still street sunday taken their themselve there these thing think third those though
    thought three through thursday today together tomorrow tonight tuesday twice under until using wanted
    wednesday week where whether which while whole whose within without women worked working world would write
    year yesterday"""
)


@lru_cache(maxsize=4096)
def telling_words(text: str) -> frozenset[str]:
    """Return the words that tell what a text is about, in small letters and without a plural's s."""
    found = (word[:-1] if word[-1] == "s" and word[-2] != "s" else word for word in _TELLING.findall(text.lower()))
    return frozenset(word for word in found if word not in _COMMON)


@lru_cache(maxsize=2048)
def hangs_on(text: str) -> bool:
    """Whether the text ends on a word or in a quotation that asks for more."""
    last = _LAST.search(text)
    if last and last[1].islower() and last[1] in _HANGING:
        return True
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def _first(text: str) -> str:
    token = _TOKEN.search(text[:40])
    return token[0].rstrip(".,:-'’") if token else ""


def _last(text: str) -> str:
    word = _LAST.search(text[-40:])
    return word[1] if word else ""


@lru_cache(maxsize=4096)
def opening(text: str) -> float:
    """Return how much likelier a paragraph begins as the text does than any place in a text, as log odds."""
    first = _first(text)
    if not first or text[0] in _NEVER_FIRST or first[0].islower():
        return -5.0
    if first[0].isdigit() or not first[0].isalpha():
        return -1.0
    return 4.0 if first.lower() in _OPENERS or text[0] in '"“' else 2.0


def flow(one: str, two: str, says: Callable[[str], bool]) -> float:
    """Return how much speaks for ``two`` being the rest of ``one``, as log odds.

    Args:
        one: a text that breaks off.
        two: a text that may go on.
        says: whether the page says a run of characters.
    """
    last, first = _last(one), _first(two)
    if not first:
        return -1.0
    before, after = last.lower(), first.lower()
    marked = bool(_MARKED.search(one))
    score = _asked(before, after, marked=marked) + _given(two, first, marked=marked or bool(_SAYS.search(one)))
    if last and not marked and says(f"{last} {first}"):
        # Two words that the page says in a row elsewhere; common ones stand so anyhow.
        score += 0.7 if before in _HANGING or after in _OPENERS or after in _AUXILIARIES else 3.0
    elif first[0].isupper() and after not in _OPENERS:
        # A name has its capital inside a sentence too, and two words of it have two.
        score += 0.8 if says(f" {first}") and not says(f". {first}") else 0.0
        score += 1.2 if last[:1].isupper() and not marked else 0.0
    return score


def _asked(before: str, after: str, *, marked: bool) -> float:  # noqa: PLR0911 - one class of words a line
    """Return what the end of the first text says of the next word."""
    if marked:
        return 1.5
    owned = before.endswith(("'s", "’s", "s'", "s’"))
    if before in _DETERMINERS or owned:
        wrong = after in _PREPOSITIONS or after in _CONJUNCTIONS or after in _AUXILIARIES or after in _PRONOUNS
        barred = wrong or after in _DETERMINERS
        return -3.5 if barred else 2.0
    if before == "to":
        return (
            -3.0
            if after in _CONJUNCTIONS or after in _PREPOSITIONS or after in _AUXILIARIES - {"be", "have", "do"}
            else 2.0
        )
    if before in _PREPOSITIONS:
        return -2.5 if after in _AUXILIARIES or after in {"and", "or", "but", "he", "she", "they", "we", "i"} else 2.0
    if before in _SUBJECTS:
        return 2.0 if after in _AUXILIARIES else 0.0
    if before in _CONJUNCTIONS:
        return 2.0 if after not in {"of", "and", "or", "but"} else -2.0
    if before in _AUXILIARIES:
        return -1.0 if after in _CONJUNCTIONS or after in _PRONOUNS else 1.2
    return 0.0


def _given(two: str, first: str, *, marked: bool) -> float:
    """Return what the beginning of the second text says by itself."""
    if two[0] in _NEVER_FIRST or first[0].islower():
        return 2.5
    if two[0] in "([":
        return 1.5
    if two[0] in '"“':
        return 1.5 if marked else -1.5
    if not first[0].isalpha():
        return 0.3
    if first.lower() in _OPENERS and first != "I":
        return -3.0
    return -1.0
