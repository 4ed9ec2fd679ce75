"""Look up a template family by its name in the catalogue. Holds the one list of families."""

from worker.errors import Final
from worker.parse.families import (
    founder_classic,
    founder_nbs,
    founder_new,
    huaguang,
    joyhua,
    qpaper,
    shtml,
    szbz,
    uniflows,
)
from worker.parse.family import Family

_MODULES = (huaguang, founder_classic, founder_new, founder_nbs, joyhua, shtml, szbz, qpaper, uniflows)
FAMILIES: dict[str, Family] = {module.FAMILY.name: module.FAMILY for module in _MODULES}


class UnknownFamily(Final):
    """A publication names a template family that Broadsheet does not have."""


def get(name: str) -> Family:
    """The family of that name.

    Raises:
        UnknownFamily: there is none.
    """
    try:
        return FAMILIES[name]
    except KeyError:
        raise UnknownFamily(f"unknown template family {name!r}; known are {', '.join(sorted(FAMILIES))}") from None
