"""Which pages there are, in the order in which they are offered, and which of them are open to whoever visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.workbench.visitors import purpose_for

if TYPE_CHECKING:
    from zhike.workbench.visitors import Visitor

__all__ = ["COMPLAINT_PARTS", "PAGES", "PARTS", "Page", "open_complaint_parts", "open_pages", "open_parts"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is offered on every page.

    Parameters
    ----------
    name : str
        Its word is ``nav.`` and this.
    path : str
    verbs : tuple of str
        Whoever may do one of these to some end finds the page offered; everybody where there is none.
    """

    name: str
    path: str
    verbs: tuple[str, ...] = ()


PAGES: Final = (
    Page("today", "/today"),
    Page("team", "/team", ("team.view",)),
    Page("loops", "/loops", ("loop.view",)),
    Page("complaints", "/complaints", ("case.view",)),
    Page("improvements", "/improvements", ("improvement.view",)),
    Page("indicators", "/indicators", ("indicator.view",)),
    Page("surveys", "/surveys", ("instrument.view",)),
    Page("studio", "/studio", ("study.view",)),
    Page("oversight", "/oversight", ("metrics.view",)),
    Page("protection", "/protection", ("request.settle", "erasure.approve")),
    Page("administration", "/administration", ("staff.manage",)),
)
_ABSENCES: Final = ("staff.manage", "absence.branch", "absence.own")
PARTS: Final = (
    Page("staff", "/administration", ("staff.manage",)),
    Page("roles", "/administration/roles", ("staff.manage", "role.approve")),
    Page("teams", "/administration/teams", ("staff.manage",)),
    Page("calendars", "/administration/calendars", _ABSENCES),
    Page("channels", "/administration/channels", ("capacity.view",)),
    Page("imports", "/administration/imports", ("import.view",)),
)
"""Parts of administration; the word of each is ``part.`` and its name."""
COMPLAINT_PARTS: Final = (
    Page("desk", "/complaints", ("case.view",)),
    Page("new_complaint", "/complaints/new", ("case.open",)),
    Page("messages", "/complaints/messages", ("inbox.place",)),
    Page("analysis", "/complaints/analysis", ("complaint.figures",)),
    Page("standards", "/complaints/standards", ("deadline.view",)),
)
"""Pages of the complaint desk; the word of each is ``part.`` and its name."""


def open_pages(visitor: Visitor) -> tuple[Page, ...]:
    """Return the pages that are offered to a visitor."""
    return _open(PAGES, visitor)


def open_parts(visitor: Visitor) -> tuple[Page, ...]:
    """Return the parts of administration that are open to a visitor."""
    return _open(PARTS, visitor)


def open_complaint_parts(visitor: Visitor) -> tuple[Page, ...]:
    """Return the pages of the complaint desk that are open to a visitor."""
    return _open(COMPLAINT_PARTS, visitor)


def _open(pages: tuple[Page, ...], visitor: Visitor) -> tuple[Page, ...]:
    asking = visitor.asking
    if asking is None:
        return ()
    return tuple(
        one
        for one in pages
        if not one.verbs
        or any(purpose_for(asking.service, asking.actor, verb) is not None for verb in one.verbs)
    )
