"""Which pages there are, in the order in which they are offered, and which of them are open to whoever visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.workbench.visitors import purpose_for

if TYPE_CHECKING:
    from zhike.workbench.visitors import Visitor

__all__ = ["PAGES", "Page", "open_pages"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is offered on every page.

    Parameters
    ----------
    name : str
        Its word is ``nav.`` and this.
    path : str
    verb : str
        Whoever may do this to some end finds the page offered; empty for everybody.
    """

    name: str
    path: str
    verb: str


PAGES: Final = (
    Page("today", "/today", ""),
    Page("team", "/team", "team.view"),
    Page("studio", "/studio", "study.view"),
    Page("oversight", "/oversight", "metrics.view"),
    Page("protection", "/protection", "request.settle"),
    Page("administration", "/administration", "staff.manage"),
)


def open_pages(visitor: Visitor) -> tuple[Page, ...]:
    """Return the pages that are offered to a visitor."""
    asking = visitor.asking
    if asking is None:
        return ()
    return tuple(
        one
        for one in PAGES
        if not one.verb or purpose_for(asking.service, asking.actor, one.verb) is not None
    )
