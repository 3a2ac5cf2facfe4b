"""A journey measured: touchpoints by reach, importance and experience, moments of truth, what is missing, the whole against its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import polars as pl

from zhike.core.measure_errors import AnswersError
from zhike.core.phrases import phrase
from zhike.measure.attributes.quadrant_chances import sample_means
from zhike.measure.journeys.channel_preferences import channel_preferences
from zhike.measure.journeys.figures import drawn_figures, swings
from zhike.measure.journeys.meetings import Meetings, counted, drawn_estimate, drawn_meetings, share_estimate
from zhike.measure.journeys.missing_points import Lack, missing_points, plain_title
from zhike.measure.journeys.moments_of_truth import Asked, moments_of_truth
from zhike.measure.journeys.passages import passages
from zhike.measure.journeys.result import (
    UNTOLD,
    VERDICTS,
    JourneyResult,
    MissingPoint,
    Moment,
    OrderEffects,
    Preferences,
    StageResult,
    TouchpointResult,
)
from zhike.measure.journeys.verdicts import Judged, judged
from zhike.measure.journeys.whole_journey import order_effects, whole_journey
from zhike.measure.resampling import resample_counts
from zhike.measure.scores.estimate import Estimate, mean_estimate
from zhike.measure.studies.event_log import event_table
from zhike.measure.studies.roles import enough, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.measure.journeys.figures import Figures
    from zhike.measure.journeys.passages import Passages
    from zhike.measure.scores.estimate import Floats
    from zhike.measure.studies.journey_model import JourneyModel, Thresholds
    from zhike.measure.studies.roles import Answers

__all__ = ["journey_figures", "journey_study"]

_PERSONS: Final = ("person", "customer_id")
_NOTHING: Final = Estimate(np.nan, np.nan, np.nan, np.nan, 0)


class _Rated(NamedTuple):
    """Answers of who rated something and the whole.

    Parameters
    ----------
    ratings : array, shape (n, touchpoints)
    overall : array, shape (n,)
        On the scale of the ratings.
    kept, concerned : array, shape (rows of the file,)
        Whose they are; who rated any touchpoint of the journey.
    told : array, shape (touchpoints,)
        Which are rated often enough.
    weights : array, shape (rows of the file,), or None
        What each row counts.
    """

    ratings: Floats
    overall: Floats
    kept: NDArray[np.bool_]
    concerned: NDArray[np.bool_]
    told: NDArray[np.bool_]
    weights: Floats | None

    def weights_of(self, rows: NDArray[np.bool_]) -> Floats | None:
        """Return what some rows of the file count; None where all count the same."""
        return None if self.weights is None else self.weights[rows]


def journey_study(
    model: JourneyModel,
    answers: Answers,
    events: Answers | None,
    rules: Thresholds,
    rng: np.random.Generator,
    draws: int = 1000,
) -> JourneyResult:
    """Return what answers, and a log of events, say of a journey.

    Parameters
    ----------
    model : JourneyModel
    answers : Answers
        A row a person, a column a touchpoint.
    events : Answers, optional
        A row an event; reach is that of the answers without it.
    rules : Thresholds
    rng : Generator
    draws : int
        Samples drawn again; 0 for none, and then no probabilities.

    Raises
    ------
    AnswersError
        When a column is not there or holds no numbers of the scale, or too few rows are complete.
    """
    answers = answers.counting(model.weight)
    rated = _rated(model, answers, model.least or rules.least)
    log = _log(model, events, rules)
    meetings = _meetings(model, rated, log, rng, draws)
    staying = _staying(model, answers)
    outcomes = np.column_stack([rated.overall, staying[rated.kept]]) if staying is not None else rated.overall[:, None]  # fmt: skip
    cuts = model.cuts or (_on_scale(model, rules.cuts[0]), _on_scale(model, rules.cuts[1]))
    figures = drawn_figures(
        rated.ratings[:, rated.told], outcomes, cuts, rng, draws, rated.weights_of(rated.kept)
    )
    importance = _importance(model, answers, rated, figures, rng, draws)
    verdicts = judged(importance, figures.experience, meetings.effort[:, rated.told], model.cross, model.target)  # fmt: skip
    asked = Asked(cuts, rules.sides, model.level, rules.chance)
    reach = meetings.reach[:, rated.told]
    moments = [
        _moments(model, rated, outcome, swings(figures, reach, one), asked) for one, outcome in enumerate(outcomes.T)
    ]  # fmt: skip
    return JourneyResult(
        model.journey.name, plain_title(model.journey.title), "association", model.level, len(rated.overall),
        int(rated.concerned.sum()) - len(rated.overall), meetings.persons, draws, "stated" if model.stated else "derived", _effort_of(log),
        "answers" if log is None else "events", model.cross, verdicts.lines,
        _touchpoints(model, rated, meetings, figures, importance, verdicts, moments, rules), _stages(model, log),
        _missing(model, answers, rated, log, rules),
        whole_journey(
            rated.ratings, rated.overall, _on_scale(model, rules.green), model.level, rng, draws, model.least or rules.least,
            rated.weights_of(rated.kept),
        ),
        _order(model, answers, rated, log), _channels(model, answers, rated, events, rules),
    )  # fmt: skip


def journey_figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what groups are compared in: the experience of each touchpoint, and the journey as a whole."""
    points = {f"experience {one['touchpoint']}": one["experience"] for one in told["touchpoints"]}
    return {**points, "overall": told["whole"]["overall"]}


def _on_scale(model: JourneyModel, part: float) -> float:
    """Return the rating at a part of the scale."""
    low, high = model.scales[0]
    return low + part * (high - low)


def _rated(model: JourneyModel, answers: Answers, least: int) -> _Rated:
    columns = [one.column for one in model.journey.touchpoints]
    known = [column for column in columns if column in answers.table.columns]
    if not known:
        answers.numbers(columns[:1])  # refuses, and names the columns that are there
    ratings = np.full((len(answers), len(columns)), np.nan)
    for place, column in enumerate(columns):
        if column in known:
            ratings[:, place] = answers.numbers([column], model.scales[0], model.missing_codes)[:, 0]
    question = model.journey.overall.rpartition(":")[2]
    overall = answers.numbers([question], model.scales[1], model.missing_codes)[:, 0]
    (low, high), (least_score, most) = model.scales[0], model.scales[1]
    overall = low + (overall - least_score) * (high - low) / (most - least_score)
    concerned = np.isfinite(ratings).any(axis=1)
    kept = np.isfinite(overall) & concerned
    told = np.isfinite(ratings[kept]).sum(axis=0) >= least
    enough(int(kept.sum()), max(least, 3 * int(told.sum()) + 3))
    if not told.any():
        raise AnswersError(
            what=phrase("no touchpoint with {count:,} ratings", count=least),
            expected=phrase("at least {count:,}", count=least),
            advice=phrase("Give more answers, or lower `least` in the model."),
        )
    if overall[kept].std() == 0:
        raise AnswersError(
            what=phrase("the same answer from everybody in column '{column}'", column=question),
            expected=phrase("answers that differ"),
            advice=phrase("Importance is derived from who is more and who is less content."),
        )
    return _Rated(ratings[kept], overall[kept], kept, concerned, told, weights_of(answers, model.weight))


def _log(model: JourneyModel, events: Answers | None, rules: Thresholds) -> Passages | None:
    if events is None:
        return None
    return passages(model.journey, _own_events(model, events, ("person", "activity")), rules.open_days)


def _own_events(model: JourneyModel, events: Answers, needed: tuple[str, ...]) -> pl.DataFrame:
    """Return the events of this journey: a log of many businesses calls it by its name, one of none is of it alone."""
    log = event_table(events, model.events, needed)
    own = log.filter(pl.col("business") == model.journey.name)
    return own if len(own) else log


def _meetings(
    model: JourneyModel, rated: _Rated, log: Passages | None, rng: np.random.Generator, draws: int
) -> Meetings:  # fmt: skip
    if log is None:
        met = np.isfinite(rated.ratings)
        return drawn_meetings(met, met.astype(np.float64), rng, draws, rated.weights_of(rated.kept))
    if not log.met.any():
        names = ", ".join([name for name, _, _ in log.unserved][:8])
        known = ", ".join(activity for one in model.journey.touchpoints for activity in one.events)
        raise AnswersError(
            what=phrase("no event of a touchpoint; activities are {names}", names=names),
            expected=phrase("activities of the touchpoints: {names}", names=known),
            advice=phrase("Name the activities of each touchpoint in the model or the map, and check the channels."),
        )  # fmt: skip
    return drawn_meetings(log.met, log.load, rng, draws)


def _effort_of(log: Passages | None) -> str:
    if log is None:
        return "meetings"
    return "minutes" if log.in_minutes else "contacts"


def _staying(model: JourneyModel, answers: Answers) -> Floats | None:
    column = model.journey.left
    if column is None:
        return None
    found = 1 - answers.numbers([column], (0.0, 1.0), model.missing_codes)[:, 0]
    # Whoever is not known to have left counts as staying: a bank knows who closed an account.
    return np.where(np.isfinite(found), found, 1.0)


def _importance(
    model: JourneyModel, answers: Answers, rated: _Rated, figures: Figures, rng: np.random.Generator, draws: int
) -> Floats:  # fmt: skip
    """Return importance of the touchpoints that are told, of the sample and of samples drawn again."""
    if not model.stated:
        return figures.importance
    told = [one.name for one, known in zip(model.journey.touchpoints, rated.told, strict=True) if known]
    stated = answers.numbers([model.stated[one] for one in told], model.scales[2], model.missing_codes)[rated.kept]  # fmt: skip
    enough(int(np.isfinite(stated).sum(axis=0).min()), 1)
    weights = rated.weights_of(rated.kept)
    each = np.ones(len(stated)) if weights is None else weights
    drawn = [sample_means(stated, counts * each) for counts in resample_counts(len(stated), draws, rng)]
    return np.concatenate([sample_means(stated, each[None]), *drawn])


def _touchpoints(
    model: JourneyModel, rated: _Rated, meetings: Meetings, figures: Figures, importance: Floats, verdicts: Judged,
    moments: list[list[Moment]], rules: Thresholds,
) -> list[TouchpointResult]:  # fmt: skip
    """Return a record a touchpoint, in the order of the map."""
    stages = [model.journey.stages[place].name for place in model.journey.places]
    order = np.cumsum(rated.told) - 1
    potential = meetings.reach[:, rated.told] * figures.slope * (model.scales[0][1] - figures.experience)
    found = []
    for place, one in enumerate(model.journey.touchpoints):
        many = int(np.isfinite(rated.ratings[:, place]).sum())
        at = int(order[place]) if rated.told[place] else None
        chances = None if at is None or verdicts.chances is None else verdicts.chances[at]
        verdict = UNTOLD if at is None else VERDICTS[verdicts.place[at]]
        figure = [_NOTHING if at is None else drawn_estimate(drawn[:, at], many, model.level) for drawn in (importance, potential)]  # fmt: skip
        found.append(
            TouchpointResult(
                model.journey.name, stages[place], one.channel, one.name, plain_title(one.title), one.owner, one.promise, many,
                share_estimate(*meetings.met[place], model.level),
                drawn_estimate(meetings.effort[:, place], meetings.persons, model.level), figure[0],
                mean_estimate(rated.ratings[:, place], rated.weights_of(rated.kept), model.level), figure[1], verdict,
                None if chances is None else dict(zip(VERDICTS, chances.tolist(), strict=True)),
                chances is not None and bool(chances.max() >= rules.chance),
                None if at is None else moments[0][at], moments[1][at] if at is not None and len(moments) > 1 else None,
            )
        )  # fmt: skip
    return found


def _moments(
    model: JourneyModel, rated: _Rated, outcome: Floats, scores: Floats, asked: Asked
) -> list[Moment]:
    flags = [one.moment_of_truth for one, told in zip(model.journey.touchpoints, rated.told, strict=True) if told]  # fmt: skip
    return moments_of_truth(
        rated.ratings[:, rated.told], outcome, scores, flags, asked, rated.weights_of(rated.kept)
    )


def _stages(model: JourneyModel, log: Passages | None) -> list[StageResult]:
    found = []
    for place, stage in enumerate(model.journey.stages):
        reached = drop = None
        if log is not None:
            seen, by, gone = log.stages[place]
            reached = share_estimate(seen, len(log.persons), model.level)
            last = place == len(model.journey.stages) - 1
            drop = share_estimate(gone, by, model.level) if by and not last else None
        found.append(StageResult(stage.name, plain_title(stage.title), len(stage.touchpoints), reached, drop))
    return found


def _missing(
    model: JourneyModel, answers: Answers, rated: _Rated, log: Passages | None, rules: Thresholds
) -> list[MissingPoint]:
    lacks = [*_unmet(model, answers, rated, rules), *_wanted_channels(model, answers, rated, rules)]
    if log is not None:
        many, part = len(log.persons), rules.missing["activity"]
        lacks += [Lack("activity", name, None, stage, n, many, part) for name, stage, n in log.unserved]
        for stage, (_, by, gone) in list(zip(model.journey.stages, log.stages, strict=True))[:-1]:
            if not stage.touchpoints:
                lacks.append(
                    Lack("stage", stage.name, stage.title, stage.name, gone, by, rules.missing["stage"])
                )
    return missing_points(lacks, model.level, rules.chance)


def _unmet(model: JourneyModel, answers: Answers, rated: _Rated, rules: Thresholds) -> list[Lack]:
    """Return needs by how many expected them and did not find them, of those who said; questions that were not asked are passed over."""
    found = []
    for need in model.journey.needs:
        columns = [one.rpartition(":")[2] for one in (need.wanted, need.had) if one]
        if model.journey.first_day is not None and not set(columns) <= set(answers.table.columns):
            continue
        said = answers.numbers(columns, None, model.missing_codes)[rated.concerned]
        asked = np.isfinite(said[:, 0])
        unmet = asked & (said[:, 0] > 0) & ((said[:, 1] <= 0) if need.had else True)
        own = rated.weights_of(rated.concerned)
        many = counted(unmet[asked], None if own is None else own[asked])
        found.append(Lack("need", need.name, need.title, need.stage, *many, rules.missing["need"]))
    return found


def _wanted_channels(model: JourneyModel, answers: Answers, rated: _Rated, rules: Thresholds) -> list[Lack]:
    preferred = _words(model, answers, model.journey.preferred)
    if preferred is None:
        return []
    rows = rated.concerned & preferred.is_not_null().to_numpy()
    said = preferred.filter(pl.Series(rows))
    offered = {one.channel for one in model.journey.touchpoints}
    return [
        Lack(
            "channel",
            name,
            None,
            None,
            *counted((said == name).to_numpy(), rated.weights_of(rows)),
            rules.missing["channel"],
        )
        for name in sorted(set(said.to_list()) - offered)
    ]


def _words(model: JourneyModel, answers: Answers, question: str | None) -> pl.Series | None:
    """Return the words given to a question; None where it is not asked, which only a map of the rulebook may leave open."""
    if question is None:
        return None
    column = question.rpartition(":")[2]
    if model.journey.first_day is not None and column not in answers.table.columns:
        return None
    return answers.texts(column)


def _person(model: JourneyModel, answers: Answers) -> pl.Series | None:
    name = model.person or next((one for one in _PERSONS if one in answers.table.columns), None)
    return None if name is None else answers.texts(name)


def _order(model: JourneyModel, answers: Answers, rated: _Rated, log: Passages | None) -> OrderEffects | None:
    """Return effects of ends and peaks by the times of the log where it tells enough of the same persons, else by the order of the map."""
    person = _person(model, answers)
    if log is not None and log.timed and person is not None:
        row = {name: place for place, name in enumerate(log.persons)}
        places = np.array([row.get(one, -1) for one in person.to_list()])[rated.kept]
        first = np.where(places[:, None] >= 0, log.first[places], np.nan)
        known = (np.isfinite(first) | ~np.isfinite(rated.ratings)).all(axis=1)
        own = rated.weights_of(rated.kept)
        found = order_effects(
            rated.ratings[known],
            rated.overall[known],
            first[known],
            "events",
            model.level,
            None if own is None else own[known],
        )
        if found is not None:
            return found
    along = np.broadcast_to(np.arange(rated.ratings.shape[1], dtype=np.float64), rated.ratings.shape)
    return order_effects(
        rated.ratings, rated.overall, along, "map", model.level, rated.weights_of(rated.kept)
    )


def _channels(
    model: JourneyModel, answers: Answers, rated: _Rated, events: Answers | None, rules: Thresholds
) -> Preferences | None:
    preferred = _words(model, answers, model.journey.preferred)
    used = _words(model, answers, model.journey.used)
    person = _person(model, answers)
    if used is None and events is not None and person is not None:
        used = _most_used(_own_events(model, events, ("person",)), person)
    if preferred is None or used is None:
        return None
    both = pl.DataFrame({"wants": preferred, "uses": used}).with_row_index("row").filter(pl.Series(rated.kept))  # fmt: skip
    rows = (both["wants"].is_not_null() & both["uses"].is_not_null()).to_numpy()
    said, own = both.drop_nulls(), rated.weights_of(rated.kept)
    return channel_preferences(
        said["wants"].to_list(), said["uses"].to_list(), rated.overall[rows], rules.forced, model.level,
        weights=None if own is None else own[rows],
    )  # fmt: skip


def _most_used(log: pl.DataFrame, person: pl.Series) -> pl.Series:
    """Return the channel that each person used most; the first by name where two are equal, null without an event."""
    counts = log.drop_nulls("channel").group_by("person", "channel").len().sort("len", "channel", descending=[True, False])  # fmt: skip
    most = counts.group_by("person", maintain_order=True).first()
    return pl.DataFrame({"person": person}).join(most, on="person", how="left", maintain_order="left")["channel"]  # fmt: skip
