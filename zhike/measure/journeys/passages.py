r"""The log of events along a journey, as who met what, in which order, and where they went no further.

An event belongs to a touchpoint when its activity is one of the touchpoint's and its channel, where the log has one, is the touchpoint's. Of the
persons seen in a stage or before it, those never seen after it dropped off there:

    drop_off_k = #(seen by k, not seen after k) / #(seen by k)

Whoever was seen within the last ``open_days`` of the log and has not come to the last stage is still on the way and counts in neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.measure.journeys.journey_map import Journey
    from zhike.measure.scores.estimate import Floats

__all__ = ["Passages", "passages"]

_DAY: Final = 86_400.0


class Passages(NamedTuple):
    """What a log says of a journey.

    Parameters
    ----------
    persons : list of str
        In the order of rows of what follows.
    met : array, shape (persons, touchpoints)
    load : array, shape (persons, touchpoints)
        Minutes of staff, or contacts.
    first : array, shape (persons, touchpoints)
        Time of the first meeting, NaN without one.
    stages : list of (int, int, int)
        Of each stage: persons seen in it, persons seen by it and not still on the way, those of them never seen after it.
    unserved : list of (str, str or None, int)
        Activities that no touchpoint has: name, stage where the map has one for it, persons.
    timed, in_minutes : bool
        Whether the log says when things happened, and how many minutes of staff they took.
    """

    persons: list[str]
    met: NDArray[np.bool_]
    load: Floats
    first: Floats
    stages: list[tuple[int, int, int]]
    unserved: list[tuple[str, str | None, int]]
    timed: bool
    in_minutes: bool


def passages(journey: Journey, events: pl.DataFrame, open_days: float) -> Passages:
    """Return what a log says of a journey.

    Parameters
    ----------
    journey : Journey
    events : DataFrame
        Columns ``person``, ``activity`` (both text), ``channel`` (text, null where unknown), ``seconds`` (null without a time) and ``minutes``
        (null without that column).
    open_days : float
        Days before the end of the log within which a journey may still go on.
    """
    persons = sorted(events["person"].unique().to_list())
    row = pl.DataFrame({"person": persons, "row": np.arange(len(persons))})
    log = events.join(row, on="person").with_row_index("event").join(_places(journey), on="activity", how="left")  # fmt: skip
    fits = pl.col("on").is_null() | pl.col("channel").is_null() | (pl.col("on") == pl.col("channel"))
    found = log.filter(pl.col("stage").is_not_null() & fits)
    timed = events["seconds"].null_count() == 0
    in_minutes = events["minutes"].null_count() < len(events)
    # Minutes of staff at a machine are 0, which is known; contacts count where nothing is known of minutes.
    taken = found["minutes"].fill_null(0.0).to_numpy() if in_minutes else np.ones(len(found))
    met, load, first = _matrices(found, taken, (len(persons), len(journey.touchpoints)))
    served = found.filter(pl.col("place").is_not_null())["event"].implode()
    stray = log.filter(~pl.col("event").is_in(served)).group_by("activity")
    unserved = stray.agg(pl.col("stage").max(), pl.col("row").n_unique().alias("persons")).sort("activity")
    seen = np.zeros((len(persons), len(journey.stages)), dtype=bool)
    seen[found["row"].to_numpy(), found["stage"].to_numpy()] = True
    on_the_way = _open(events, row, open_days) if timed else np.zeros(len(persons), dtype=bool)
    return Passages(
        persons, met, load, first, _stages(seen, on_the_way), _named(journey, unserved), timed, in_minutes
    )


def _named(journey: Journey, unserved: pl.DataFrame) -> list[tuple[str, str | None, int]]:
    return [
        (activity, None if stage is None else journey.stages[stage].name, persons)
        for activity, stage, persons in unserved.iter_rows()
    ]


def _places(journey: Journey) -> pl.DataFrame:
    """Return a row an activity and touchpoint, or stage, that it may belong to."""
    rows: list[tuple[str, int, int | None, str | None]] = []
    for place, (stage, one) in enumerate(zip(journey.places, journey.touchpoints, strict=True)):
        rows += [(activity, stage, place, one.channel) for activity in one.events]
    for place, step in enumerate(journey.stages):
        rows += [(activity, place, None, None) for activity in step.activities]
    schema = {"activity": pl.String, "stage": pl.Int64, "place": pl.Int64, "on": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _matrices(
    found: pl.DataFrame, taken: Floats, shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    at = found["place"].is_not_null().to_numpy()
    where = found["row"].to_numpy()[at], found["place"].drop_nulls().to_numpy()
    met, load, first = np.zeros(shape, dtype=bool), np.zeros(shape), np.full(shape, np.inf)
    met[where] = True
    np.add.at(load, where, taken[at])
    np.fmin.at(first, where, found["seconds"].cast(pl.Float64).to_numpy()[at])
    return met, load, np.where(np.isfinite(first), first, np.nan)


def _open(events: pl.DataFrame, row: pl.DataFrame, open_days: float) -> NDArray[np.bool_]:
    last = row.join(events.group_by("person").agg(pl.col("seconds").max()), on="person").sort("row")["seconds"].to_numpy()  # fmt: skip
    still: NDArray[np.bool_] = last > last.max() - open_days * _DAY
    return still


def _stages(seen: NDArray[np.bool_], still: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    arrived = seen[:, -1] if seen.shape[1] else np.zeros(len(seen), dtype=bool)
    closed = ~still | arrived
    found = []
    for stage in range(seen.shape[1]):
        by = seen[:, : stage + 1].any(axis=1) & closed
        gone = by & ~seen[:, stage + 1 :].any(axis=1)
        found.append((int(seen[:, stage].sum()), int(by.sum()), int(gone.sum())))
    return found
