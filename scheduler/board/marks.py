"""One sign a state, so that colour is never the only thing that tells them apart."""

from collections.abc import Mapping

_MARKS: Mapping[str, str] = {
    "complete": "✓",
    "done": "✓",
    "partial": "◐",
    "suspect": "?",
    "failed": "✕",
    "quarantined": "☒",
    "missing": "∅",
    "late": "!",
    "held": "‖",
    "calendar": "+",
    "paused": "‖",
    "waiting": "…",
    "scheduled": "○",
    "pending": "○",
    "fetching": "▸",
    "processing": "▸",
    "running": "▸",
    "skipped": "–",
    "cancelled": "–",
}


def mark(word: str) -> str:
    """The sign of a state."""
    return _MARKS.get(word, "•")
