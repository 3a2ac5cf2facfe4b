"""What the measurement of a journey says: one frozen record a touchpoint, and those of the journey as a whole.

Every figure is an `Estimate`: value, error, ends of its interval, and how many persons it rests on. NaN is what could not be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from zhike.measure.scores.estimate import Estimate

__all__ = [
    "AGREEMENTS", "UNTOLD", "VERDICTS", "ChannelUse", "JourneyResult", "MissingPoint", "Moment", "OrderEffects", "Preferences", "Side",
    "StageResult", "TouchpointResult", "WholeJourney",
]  # fmt: skip

VERDICTS: Final = ("minor", "misplaced", "defect", "sound")
"""Less important: little or much effort; important: poorly or well experienced. In this order by `in_quadrant`."""
UNTOLD: Final = "untold"
"""Of a touchpoint that too few have rated."""
AGREEMENTS: Final = ("neither", "only_data", "only_map", "both")
"""Whether the map flags a moment of truth and the data show one."""


class Side(NamedTuple):
    """Penalty or reward of a touchpoint: its estimate, and the p-value adjusted for all that were looked at (Holm)."""

    estimate: Estimate
    p_adjusted: float


class Moment(NamedTuple):
    """Whether a touchpoint is a moment of truth.

    Parameters
    ----------
    flagged : bool or None
        As the map has it; None where the map does not say.
    found : bool
        Whether penalty or reward is beyond chance after Holm, and ``chance`` is as the rules ask.
    agreement : str or None
        One of `AGREEMENTS`; None where the map does not say.
    kind : str
        ``basic`` (penalty alone is beyond chance), ``excitement`` (reward alone), ``performance``, ``none``.
    score : Estimate
        Reach times (reward less penalty), in points of the outcome; NaN where either is not told.
    chance : float or None
        That its score lies above the mean of all touchpoints; None without a score or without resamples.
    penalty, reward : Side or None
        None where too few rated low, or high.
    """

    flagged: bool | None
    found: bool
    agreement: str | None
    kind: str
    score: Estimate
    chance: float | None
    penalty: Side | None
    reward: Side | None


class TouchpointResult(NamedTuple):
    """A touchpoint by reach, importance and experience.

    Parameters
    ----------
    journey, stage, channel, touchpoint : str
        Names, as the map or the model has them; ``title`` in three languages where the map has one.
    rated : int
        Persons who rated it.
    reach : Estimate
        Share of the persons on the journey who met it.
    effort : Estimate
        Its share of the staff's minutes, else of the contacts, else of all meetings with a touchpoint.
    importance : Estimate
        Standard deviations of the overall score that go with one of its rating, among those who met it; or stated importance.
    experience : Estimate
        Mean rating.
    potential : Estimate
        Points of the overall score that would go with every rating at the top of the scale: an association, no promise.
    verdict : str
        One of `VERDICTS`, the likeliest; or `UNTOLD`.
    probabilities : dict of str to float, or None
        Of each of `VERDICTS`; None where untold or without resamples.
    settled : bool
        Whether the verdict's probability is as the rules ask before it is acted on.
    moment_of_truth : Moment or None
        On the overall score; None where untold.
    staying : Moment or None
        The same on staying with the bank, in shares of customers; None where the answers do not say who left.
    """

    journey: str
    stage: str
    channel: str
    touchpoint: str
    title: dict[str, str] | None
    owner: str | None
    promise: str | None
    rated: int
    reach: Estimate
    effort: Estimate
    importance: Estimate
    experience: Estimate
    potential: Estimate
    verdict: str
    probabilities: dict[str, float] | None
    settled: bool
    moment_of_truth: Moment | None
    staying: Moment | None


class StageResult(NamedTuple):
    """A stage: touchpoints that it has, share of persons who were met in it, share of those seen by then who are not seen after it."""

    stage: str
    title: dict[str, str] | None
    touchpoints: int
    reached: Estimate | None
    drop_off: Estimate | None


class MissingPoint(NamedTuple):
    """What customers expect or look for and do not find.

    ``kind`` is ``stage`` (no touchpoint there, and customers drop off), ``activity`` (customers do it, no touchpoint of the map has it),
    ``need`` (expected and not met) or ``channel`` (preferred, and no touchpoint is on it); ``probability`` is the chance that the true
    share is above the one that the rules call missing.
    """

    kind: str
    name: str
    title: dict[str, str] | None
    stage: str | None
    share: Estimate
    probability: float
    missing: bool


class WholeJourney(NamedTuple):
    """The journey from end to end against its touchpoints.

    ``gap`` is overall score less the mean of the touchpoints that each person rated, on the scale of the overall score. ``green`` is the
    score from which both count as good. ``hidden`` is whether every touchpoint is told green and the journey is not, ``chance`` the
    probability of it.
    """

    overall: Estimate
    touchpoints: Estimate
    gap: Estimate
    green: float
    touchpoints_green: int
    touchpoints_told: int
    journey_green: bool
    hidden: bool
    chance: float | None


class OrderEffects(NamedTuple):
    """What first, last, best and worst touchpoint add to the mean of all, in points of the overall score a point; associations."""

    order: str
    n: int
    mean: Estimate
    first: Estimate
    last: Estimate
    best: Estimate
    worst: Estimate
    r2_mean: float
    r2: float


class ChannelUse(NamedTuple):
    """A channel: how many prefer it and which share of them is served on it; how many use it and which share of them would rather not."""

    channel: str
    preferred: int
    served: Estimate | None
    used: int
    unwilling: Estimate | None
    forced: bool


class Preferences(NamedTuple):
    """Channels wanted against channels used; ``matrix`` has a row a preferred channel, a column a used one, in order of ``channels``.

    With weights it holds effective numbers of persons.
    """

    n: int
    channels: list[str]
    matrix: list[list[float]]
    served: Estimate
    by_channel: list[ChannelUse]
    effect: Estimate | None


class JourneyResult(NamedTuple):
    """A measured journey; what its parts mean stands with them. ``lines`` are where importance, experience and effort are cut."""

    journey: str
    title: dict[str, str] | None
    kind: str
    level: float
    n: int
    left_out: int
    persons: int
    bootstrap: int
    importance: str
    effort: str
    reach: str
    cross: str
    lines: dict[str, float]
    touchpoints: list[TouchpointResult]
    stages: list[StageResult]
    missing: list[MissingPoint]
    whole: WholeJourney
    order: OrderEffects | None
    channels: Preferences | None
