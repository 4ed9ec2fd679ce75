"""The remarks that restoration makes about an item: every one, with what it means. Decides nothing."""

from enum import StrEnum


class Flag(StrEnum):
    """What was done to an item, or could not be done."""

    SPLIT_JOINED = "split_joined"  #: a paragraph that a column break had cut was joined
    REPEAT_REMOVED = "repeat_removed"  #: text that was printed twice was taken out once
    REORDERED = "reordered"  #: text that was printed in another place was put back
    TRUNCATED_END = "truncated_end"  #: the text breaks off in mid-sentence and its end is nowhere on the page
    ORPHAN_FRAGMENT = "orphan_fragment"  #: text without a known owner stood here or stands here
    NO_TITLE = "no_title"  #: no headline was found
    FALLBACK = "fallback"  #: read by the generic parser, or as plain text, because no better form was seen
    JUMP_UNRESOLVED = "jump_unresolved"  #: it names another page for its other half, which was not found
    JUMP_JOINED = "jump_joined"  #: both halves from two pages were joined
