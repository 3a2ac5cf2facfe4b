"""Journeys of a made-up bank: who meets which touchpoint, what it was like, what became of it; with the effects that are really there.

A world is a map of a journey with numbers drawn for it by named dice: how often each touchpoint is met, how it is experienced, and what a point
of experience below and above the middle does to the satisfaction with the whole. Playing it gives answers and a log of events as a bank
would have them; the world itself is the truth that the measurement is tested against.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.lab.dice import Dice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.measure.journeys import Journey

    Floats = NDArray[np.float64]

__all__ = ["JourneyWorld", "Played", "journey_world", "play"]

_LOWEST, _HIGHEST, _MIDDLE = 1.0, 5.0, 3.0
_POOREST, _BEST = 2.6, 4.4
"""Mean experience of a touchpoint lies between these. Invented."""
_SPREAD: Final = 0.9
"""Deviation of experience at one touchpoint between persons. Invented."""
_COMMON: Final = 0.4
"""Deviation of what a person finds better or worse everywhere. Invented."""
_DECISIVE: Final = 0.35
"""Share of touchpoints at which much is decided. Invented."""
_WEAK, _STRONG = (0.0, 0.1), (0.3, 0.6)
"""Points of the whole that a point of experience makes, at touchpoints where little and where much is decided. Invented."""
_ONE_SIDED: Final = 0.4
"""Share of the decisive touchpoints that only punish. Invented."""
_BETWEEN: Final = -0.35
"""Points of the whole lost between touchpoints. Invented."""
_NOISE: Final = 0.5
"""Deviation of the satisfaction with the whole that no touchpoint explains. Invented."""
_LEAVING: Final = (-2.6, -0.9)
"""Log-odds of leaving within a year at the middle of the scale, and their change a point of satisfaction. Invented."""
_ONWARD: Final = 0.95
"""Chance of going on after a stage with touchpoints. Invented."""
_UNSERVED: Final = 0.78
"""Chance of going on after a stage in which nobody is met. Invented."""
_STRAY: Final = 0.3
"""Chance of doing what a stage without touchpoint has, of each of its activities. Invented."""
_TILT: Final = 2.0
"""Log-odds of a touchpoint over the phone's or the web's screen for somebody fully skilled over somebody not at all. Invented."""
_DIGITAL: Final = ("app", "web", "sms", "email")
_MINUTES: Final[Mapping[str, float]] = {"branch": 20.0, "adviser": 45.0, "phone": 9.0, "post": 3.0}
"""Minutes of staff that a meeting takes on average, by channel; none on the others. Invented."""
_AGAIN: Final = 0.08
"""Chance that a meeting has to be repeated. Invented."""
_ANSWERING: Final = 0.6
"""Share of persons who answer the questions after the journey. Invented."""
_ELSEWHERE: Final = 0.25
"""Share of persons who would rather have used another channel than they did. Invented."""
_ANNOYED: Final = -0.3
"""Points of the whole that this costs. Invented."""
_WANTING: Final = 0.12
"""Chance to have expected something that was not there, of each need. Invented."""
_DAYS: Final = 300
"""Days over which journeys begin. Invented."""
_STAFF: Final = 12
"""Members of staff at each channel. Invented."""
_FIRST: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class JourneyWorld:
    """What is true of a journey: arrays of shape (touchpoints,).

    Parameters
    ----------
    chance : array
        Log-odds of being met by somebody of middling skill who is in the stage.
    mean : array
        Experience in the mean.
    below, above : array
        Points of the whole a point of experience below, and above, the middle.
    """

    journey: Journey
    chance: Floats
    mean: Floats
    below: Floats
    above: Floats


@dataclass(frozen=True, slots=True)
class Played:
    """A journey played: the truth of each person, and what the bank would see of it.

    Parameters
    ----------
    ratings : array, shape (persons, touchpoints)
        On the scale, NaN where a touchpoint was not met.
    overall : array, shape (persons,)
        On the scale.
    answers : DataFrame
        A row an answer, as the contract table ``answers``.
    events : DataFrame
        A row an event.
    """

    ratings: Floats
    overall: Floats
    answers: pl.DataFrame
    events: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Dice:
    """Dice of one journey: the same person meets others on each."""

    dice: Dice
    journey: str

    def uniform(self, stream: str, who: NDArray[np.int64], *counters: NDArray[np.int64] | int) -> Floats:
        return self.dice.uniform(f"{self.journey}: {stream}", who, *counters)

    def normal(self, stream: str, who: NDArray[np.int64], *counters: NDArray[np.int64] | int) -> Floats:
        return self.dice.normal(f"{self.journey}: {stream}", who, *counters)

    def happens(
        self, share: float | Floats, stream: str, who: NDArray[np.int64], *counters: NDArray[np.int64] | int
    ) -> NDArray[np.bool_]:
        return self.uniform(stream, who, *counters) < share


def journey_world(journey: Journey, seed: int) -> JourneyWorld:
    """Return the world of a journey; the same for the same seed."""
    dice, points = Dice(seed), np.arange(len(journey.touchpoints))

    def draw(stream: str) -> Floats:
        return dice.uniform(f"{journey.name} {stream}", points)

    decisive = draw("decisive") < _DECISIVE
    low = np.where(decisive, _STRONG[0], _WEAK[0])
    width = np.where(decisive, _STRONG[1] - _STRONG[0], _WEAK[1] - _WEAK[0])
    below = low + width * draw("weight")
    above = np.where(decisive & (draw("one-sided") < _ONE_SIDED), 0.0, below)
    mean = _POOREST + (_BEST - _POOREST) * draw("experience")
    often = np.array([1.0 if one.often is None else min(one.often, 1.0) for one in journey.touchpoints])
    return JourneyWorld(journey, np.log(0.2 + 1.8 * often * draw("way")), mean, below, above)


def play(world: JourneyWorld, persons: int, seed: int) -> Played:
    """Return a journey as ``persons`` persons go through it.

    Examples
    --------
    >>> from zhike.measure.journeys import Journey, Stage, Touchpoint
    >>> stages = (Stage("ask", None, (Touchpoint("call", "phone"),)), Stage("do", None, (Touchpoint("visit", "branch"),)))
    >>> found = play(journey_world(Journey("j", stages, "overall"), 1), 50, 1)
    >>> found.ratings.shape, found.events["person"].n_unique()
    ((50, 2), 50)
    """
    dice = _Dice(Dice(seed), world.journey.name)
    who = np.arange(persons)
    met = _met(world, dice, who)
    lived = world.mean + _COMMON * dice.normal("finds better", who)[:, None] + _SPREAD * dice.normal("experience", who[:, None], np.arange(met.shape[1]))  # fmt: skip
    ratings = np.where(met, _on_scale(lived), np.nan)
    away = np.where(met, ratings - _MIDDLE, 0.0)
    felt = np.minimum(away, 0) @ world.below + np.maximum(away, 0) @ world.above
    elsewhere = dice.happens(_ELSEWHERE, "rather elsewhere", who)
    noise = _NOISE * dice.normal("whole", who)
    overall = _on_scale(_MIDDLE + 0.6 + felt + _BETWEEN + _ANNOYED * elsewhere + noise)
    events = _events(world, dice, who, met)
    answers = _answers(world, dice, who, _Said(ratings, overall, elsewhere, met))
    return Played(ratings, overall, answers, events)


def _on_scale(values: Floats) -> Floats:
    return np.asarray(np.clip(np.rint(values), _LOWEST, _HIGHEST))


def _met(world: JourneyWorld, dice: _Dice, who: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return who meets what: everybody something in the first stage that has anything, then as far as they go on."""
    points, stages = world.journey.touchpoints, np.array(world.journey.places)
    digital = np.array([one.channel in _DIGITAL for one in points])
    skill = dice.dice.uniform("skill", who)[:, None] - 0.5
    odds = world.chance + np.where(digital, _TILT, -_TILT) * skill
    met = dice.uniform("meets", who[:, None], np.arange(len(points))) < 1 / (1 + np.exp(-odds))
    first = np.flatnonzero(stages == stages.min())
    none = ~met[:, first].any(axis=1)
    met[none, first[np.argmax(odds[none][:, first], axis=1)]] = True
    on = np.cumprod(_onward(world, dice, who), axis=1).astype(bool)
    for place in range(1, len(world.journey.stages)):
        met[:, stages == place] &= on[:, place - 1, None]
    return np.asarray(met)


def _onward(world: JourneyWorld, dice: _Dice, who: NDArray[np.int64]) -> NDArray[np.bool_]:
    chance = np.array([_ONWARD if stage.touchpoints else _UNSERVED for stage in world.journey.stages])
    return np.asarray(dice.uniform("goes on", who[:, None], np.arange(len(chance))) < chance)


def _events(world: JourneyWorld, dice: _Dice, who: NDArray[np.int64], met: NDArray[np.bool_]) -> pl.DataFrame:
    """Return the log: every meeting, those that are repeated, and what customers do where they meet nobody."""
    points = world.journey.touchpoints
    row, place = np.nonzero(met)
    again = dice.happens(_AGAIN, "again", who[row], place)
    channel = np.array([one.channel for one in points])
    usual = np.array([_MINUTES.get(one.channel, 0.0) for one in points])
    minutes = np.round(usual[place] * np.exp(0.4 * dice.normal("minutes", who[row], place)), 1)
    stage = np.array(world.journey.places)
    meetings = _log(world, dice, who[row], np.array([one.events[0] for one in points])[place], stage[place], place)  # fmt: skip
    staff = np.floor(_STAFF * dice.uniform("staff", who[row], place)).astype(np.int64)
    meetings = meetings.with_columns(
        pl.Series("channel", channel[place], dtype=pl.String),
        pl.Series("minutes", minutes),
        pl.Series("staff", [f"{one}-{number:02d}" if one in _MINUTES else None for one, number in zip(channel[place], staff, strict=True)], dtype=pl.String),
        pl.lit(0).alias("rework"),
    )  # fmt: skip
    repeated = meetings.filter(pl.Series(again)).with_columns(
        pl.lit(1).alias("rework"), pl.col("time") + pl.duration(hours=6)
    )
    alone = [_stray(world, dice, who, met, at) for at, step in enumerate(world.journey.stages) if step.activities]  # fmt: skip
    log = pl.concat([meetings, repeated, *alone], how="diagonal_relaxed")
    return log.sort("time", "case", "activity").with_columns(pl.col("time").dt.strftime("%Y-%m-%d %H:%M"))


def _log(
    world: JourneyWorld, dice: _Dice, who: NDArray[np.int64], activity: NDArray[np.str_], stage: NDArray[np.int64], place: NDArray[np.int64]
) -> pl.DataFrame:  # fmt: skip
    begun = _DAYS * dice.uniform("begins", who)
    later = 3.0 * stage + 2.0 * dice.uniform("later", who, place)
    seconds = ((begun + later) * 86_400).astype(np.int64)
    return pl.DataFrame({
        "business": [world.journey.name] * len(who), "case": [f"{world.journey.name}-{one}" for one in who],
        "person": [f"P{one}" for one in who], "activity": activity,
        "time": pl.Series([_FIRST.replace(tzinfo=None)] * len(who), dtype=pl.Datetime("us")) + pl.Series(seconds * 1_000_000).cast(pl.Duration("us")),
    }, schema_overrides=dict.fromkeys(("business", "case", "person", "activity"), pl.String))  # fmt: skip


def _stray(
    world: JourneyWorld, dice: _Dice, who: NDArray[np.int64], met: NDArray[np.bool_], at: int
) -> pl.DataFrame:
    activities = np.array(world.journey.stages[at].activities)
    before = met[:, np.array(world.journey.places) < at].any(axis=1)
    does: NDArray[np.bool_] = dice.uniform("stray", who[:, None], np.arange(len(activities))) < _STRAY
    row, which = np.nonzero(np.asarray(does) & np.asarray(before)[:, None])
    return _log(world, dice, who[row], activities[which], np.full(len(row), at), which).with_columns(
        pl.lit(0).alias("rework")
    )


@dataclass(frozen=True, slots=True)
class _Said:
    ratings: Floats
    overall: Floats
    elsewhere: NDArray[np.bool_]
    met: NDArray[np.bool_]


def _answers(world: JourneyWorld, dice: _Dice, who: NDArray[np.int64], said: _Said) -> pl.DataFrame:
    """Return what those who answer say, a row an answer."""
    journey, row = world.journey, np.flatnonzero(dice.happens(_ANSWERING, "answers", who))
    scores = {one.column: said.ratings[row, place] for place, one in enumerate(journey.touchpoints)}
    scores[_question(journey.overall)] = said.overall[row]
    for number, need in enumerate(journey.needs):
        scores[_question(need.wanted)] = dice.happens(_WANTING, "wanted", who[row], number).astype(np.float64)
    odds = _LEAVING[0] + _LEAVING[1] * (said.overall[row] - _MIDDLE)
    scores["left"] = dice.happens(1 / (1 + np.exp(-odds)), "leaves", who[row]).astype(np.float64)
    parts = [_rows(world, who[row], name, score, None) for name, score in scores.items()]
    if journey.used and journey.preferred:
        used, wanted = _channels(world, dice, who[row], _Said(said.ratings[row], said.overall[row], said.elsewhere[row], said.met[row]))  # fmt: skip
        nothing = np.full(len(row), np.nan)
        parts += [_rows(world, who[row], _question(journey.used), nothing, used), _rows(world, who[row], _question(journey.preferred), nothing, wanted)]  # fmt: skip
    given = pl.concat(parts).filter(pl.col("score").is_not_null() | pl.col("words").is_not_null())
    return given.sort("survey_id", maintain_order=True)


def _question(metric: str) -> str:
    return metric.rpartition(":")[2]


def _channels(
    world: JourneyWorld, dice: _Dice, who: NDArray[np.int64], said: _Said
) -> tuple[list[str], list[str]]:
    channels = [one.channel for one in world.journey.touchpoints]
    known = sorted(set(channels))
    counts = np.stack([said.met[:, [one == name for one in channels]].sum(axis=1) for name in known], axis=1)
    used = counts.argmax(axis=1)
    step = 1 + np.floor((len(known) - 1) * dice.uniform("which channel", who)).astype(np.int64)
    wanted = np.where(said.elsewhere, (used + step) % len(known), used)
    return [known[one] for one in used], [known[one] for one in wanted]


def _rows(
    world: JourneyWorld, who: NDArray[np.int64], question: str, score: Floats, words: list[str] | None
) -> pl.DataFrame:
    numbers = [f"{one}" for one in who]
    return pl.DataFrame({
        "survey_id": [f"{world.journey.name}-{one}" for one in numbers], "customer_id": [f"P{one}" for one in numbers],
        "question": [question] * len(numbers), "score": pl.Series(score).fill_nan(None),
        "words": words if words is not None else [None] * len(numbers),
    }, schema_overrides=dict.fromkeys(("survey_id", "customer_id", "question", "words"), pl.String))  # fmt: skip
