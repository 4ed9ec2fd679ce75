"""Read the people whom running text names: in the brackets of a lead or at a paragraph's end, or as who reports."""

import re

from worker.clean.people import People, once, read_author, read_people

_LEAD = re.compile(
    # The place of a report stands behind a stroke.
    r"^[〔【](?=[^〔【〕】]*(?:记者|記者|特派員))([^〔【〕】／/。]{3,40})[／/][^〔【〕】。]{1,20}(?:报道|報道|報導|报导|电|電)[〕】]"
    r"|"
    r"[（(](?=[^（）()]*(?:记者|記者|通讯员|通訊員|实习生))([^（）()]{3,80})[）)]"
    r"|^[【\[](?=(?:本报|本報)?(?:记者|記者|通讯员|通訊員))([^【】\[\]]{3,60})[】\]]"
)
_HAN = r"[\u3400-\u9fff]"
#: 本报临江3月4日讯 记者赵一禾报道：, 【本報訊】記者王小明報道：, 記者王小明／台北報導
_SPOKEN = re.compile(
    rf"^(?:(?:【[^】（(]{{1,16}}[讯訊電电]】\s*|(?:本[报報刊台网網]|{_HAN}{{2,3}}社)[^，。（(记記]{{0,14}}?[讯訊電电][\s：]+)"
    rf"((?:{_HAN}{{0,8}}?(?:记者|記者)|通[讯訊][员員])[\s\u3400-\u9fff、]{{2,40}}?)\s?[报報][道導导][：:，\s]"
    rf"|((?:本[报報])?(?:特派)?(?:记者|記者)[\s\u3400-\u9fff、]{{2,12}})[／/]{_HAN}{{2,8}}[報报][導道导][：:\s])"
)
#: 本报讯（赵一禾 钱如海）: the bracket behind a dateline holds nothing but names.
_NAMED = re.compile(rf"^本[报報][^，。（(]{{0,14}}[讯訊电電]\s?[（(]({_HAN}{{2,3}}(?:[\s、]{_HAN}{{2,3}}){{0,3}})[）)]")
_LEAD_REACH = 80
_HOUSED = re.compile("[【本记記]|..?.?社")
_OPENS = re.compile("[（(〔【[]")
_NOBODY = People()


def people_in_text(paragraph: str) -> People:
    """Return the people named in brackets at a paragraph's start (the lead) or at its very end."""
    if not _OPENS.search(paragraph, 0, _LEAD_REACH) and paragraph[-1:] not in "）)" and not _HOUSED.match(paragraph):
        return _NOBODY
    reporters: list[str] = []
    correspondents: list[str] = []
    head = paragraph[:160]
    spots = [match for match in _LEAD.finditer(head) if match.start() < _LEAD_REACH]
    if paragraph.endswith(("）", ")")):
        tail_at = max(0, len(paragraph) - 100)
        spots += [match for match in _LEAD.finditer(paragraph[tail_at:]) if tail_at + match.end() == len(paragraph)]
    named = None if spots else _NAMED.match(head)
    if not spots and (spoken := _SPOKEN.match(head)):
        spots = [spoken]
    for match in spots:
        found = read_people(next(filter(None, match.groups())))
        if found:
            reporters += found.reporters
            correspondents += found.correspondents
    if named:
        reporters += read_author(named[1]).plain
    return People(reporters=once(reporters), correspondents=once(correspondents))
