"""A journey as the bank means it: stages in order, the touchpoints of each on their channels, what is promised there and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from zhike.core.language import Text

__all__ = ["Journey", "Need", "Stage", "Touchpoint"]


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """Where customer and bank meet.

    Parameters
    ----------
    name : str
        Once in a journey.
    channel : str
        One of `zhike.core.contracts.CHANNELS`.
    title : Text, optional
    owner : str, optional
        Role that answers for it.
    promise : str, optional
        The service standard: path of a document of the rulebook, and after a colon the part of it.
    often : float, optional
        Meetings that are expected on one journey.
    metric : str, optional
        Question that rates it: a column of the answers; in the rulebook ``instrument:question``.
    moment_of_truth : bool, optional
        Whether it is held to be one.
    activities : tuple of str
        Names of its events in the log; its own name unless given.
    """

    name: str
    channel: str
    title: Text | None = None
    owner: str | None = None
    promise: str | None = None
    often: float | None = None
    metric: str | None = None
    moment_of_truth: bool | None = None
    activities: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """Column of the answers that rates it."""
        return (self.metric or self.name).rpartition(":")[2]

    @property
    def events(self) -> tuple[str, ...]:
        """Names of its events in the log."""
        return self.activities or (self.name,)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the journey, with or without a touchpoint.

    Parameters
    ----------
    activities : tuple of str
        Events in it that belong to no touchpoint.
    unserved : bool
        The bank knows that it has no touchpoint here.
    """

    name: str
    title: Text | None = None
    touchpoints: tuple[Touchpoint, ...] = ()
    activities: tuple[str, ...] = ()
    unserved: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What customers may expect of a journey: columns that say who wanted it, and who found it (optional)."""

    name: str
    wanted: str
    title: Text | None = None
    had: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A map of a journey, its stages in the order in which customers come to them.

    Parameters
    ----------
    path : str
        Document of the rulebook, or the file of the model.
    first_day : date, optional
        Of the version, where it has one.
    overall : str
        Question about the journey from end to end.
    preferred, used : str, optional
        Questions about the channel wanted and the channel used.
    left : str, optional
        Column that says who has left, 1 or 0.
    scale : tuple of float, optional
        Smallest and largest rating.
    """

    path: str
    stages: tuple[Stage, ...]
    overall: str
    title: Text | None = None
    first_day: dt.date | None = None
    needs: tuple[Need, ...] = ()
    preferred: str | None = None
    used: str | None = None
    left: str | None = None
    scale: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def touchpoints(self) -> tuple[Touchpoint, ...]:
        """All touchpoints, in the order of stages."""
        return tuple(one for stage in self.stages for one in stage.touchpoints)

    @property
    def places(self) -> tuple[int, ...]:
        """Place of the stage of each touchpoint."""
        return tuple(place for place, stage in enumerate(self.stages) for _ in stage.touchpoints)
