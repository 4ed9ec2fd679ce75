"""Judge what an edition is by what is stored of it. Pure; decides nothing about when to try again."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.domain import PageState, State


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What became of one page."""

    number: str
    state: PageState
    error: str | None


def judge(pages: Sequence[PageResult], articles: int) -> tuple[State, str | None]:
    """An edition's end state and, unless it is complete, what is missing and why.

    Args:
        pages: all its pages, each ended.
        articles: items stored and not withdrawn.
    """
    if not pages:
        return State.FAILED, "no pages"
    bad = [page for page in pages if page.state is not PageState.DONE]
    why = "; ".join(f"page {page.number}: {page.error or page.state}" for page in bad)
    if articles == 0:
        return State.FAILED, why or f"no articles on any of {len(pages)} pages"
    return (State.PARTIAL, why) if bad else (State.COMPLETE, None)
