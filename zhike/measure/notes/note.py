"""A coded note: one interview or focus group, in segments of what was said with the codes that coders gave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["FORM", "METHODS", "Consent", "Note", "Segment"]

FORM: Final = 1
"""Version of the form that files of notes have."""
METHODS: Final = ("interview", "focus_group")


@dataclass(frozen=True, slots=True)
class Consent:
    """What those who were asked agreed to.

    Parameters
    ----------
    given : bool
        To the conversation being noted and analysed.
    quotations : bool
        To their words being shown.
    until : date, optional
        The last day on which the note may be used.
    """

    given: bool
    quotations: bool = False
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a conversation that says one thing.

    Parameters
    ----------
    text : str
        As it was noted, with whatever tells who somebody is.
    codes : mapping of str to tuple of str
        By coder the codes given; empty where the coder read the segment and none fits. A coder who did not read it is not in it.
    speaker : str, optional
        Who said it, by role or number.
    """

    text: str
    codes: Mapping[str, tuple[str, ...]]
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A conversation.

    Parameters
    ----------
    name : str
        By which a quotation is found again.
    day : date
    method : str
        One of `METHODS`.
    guide : str
        Which guide was followed, with its version.
    role : str
        Who was asked: a role such as "business customer", never a name.
    persons : int
    consent : Consent
    segments : tuple of Segment
    coded_on : date
        Its version of the code book.
    groups : mapping of str to str
        What else is known, such as branch or tier.
    names : tuple of str
        Names that are taken out of what was said.
    """

    name: str
    day: dt.date
    method: str
    guide: str
    role: str
    persons: int
    consent: Consent
    segments: tuple[Segment, ...]
    coded_on: dt.date
    groups: Mapping[str, str]
    names: tuple[str, ...] = ()
