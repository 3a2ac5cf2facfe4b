r"""Cases of a log of events: which way each went, how often it changed hands, what it took of people.

A *variant* is the order of a case's activities; one that is repeated at once is one step. A *hand-off* is an event by another member of staff
than the event by staff before it. Every figure is of a case, so that cases are what is drawn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["END", "FACING", "Cases", "cases_of", "steps_of"]

END: Final = "end"
"""What comes after the last step of a case."""
FACING: Final = ("branch", "adviser", "phone")
"""Channels on which a customer is with a member of staff."""
_STEP: Final = " > "


class Cases(NamedTuple):
    """Cases of one business: arrays of shape (cases,), NaN throughout where the log does not say.

    Parameters
    ----------
    variants : list of str
        Variants, the most frequent first, ties by name.
    variant : array
        Place of each case's variant.
    minutes, hand_offs, contacts : array
        Minutes of staff, changes of hands, events with a member of staff before the customer.
    rework : array
        Whether anything had to be done again, 1 or 0.
    satisfaction : array
        Of the case; NaN where nobody said.
    """

    variants: list[str]
    variant: NDArray[np.int64]
    minutes: Floats
    hand_offs: Floats
    contacts: Floats
    rework: Floats
    satisfaction: Floats

    @property
    def counts(self) -> NDArray[np.int64]:
        """Cases of each variant."""
        return np.bincount(self.variant, minlength=len(self.variants))


def cases_of(events: pl.DataFrame) -> tuple[Cases, pl.Series]:
    """Return the cases of one business, and their names in the order of the rows.

    Parameters
    ----------
    events : DataFrame
        Columns ``case``, ``activity``, ``channel``, ``seconds``, ``minutes``, ``staff``, ``rework``, ``satisfaction``, in the order in which things
        happened where ``seconds`` does not say; null throughout where the log does not say.
    """
    ordered = _ordered(events)
    named = {name: ordered[name].null_count() < len(ordered) for name in ("channel", "minutes", "staff", "rework")}  # fmt: skip
    staffed = ordered.filter(pl.col("staff").is_not_null())
    changes = staffed.group_by("case").agg(((pl.col("staff") != pl.col("staff").shift()).sum()).alias("hand_offs"))  # fmt: skip
    found = (
        ordered.group_by("case")
        .agg(
            pl.col("activity").filter(pl.col("activity") != pl.col("activity").shift().fill_null("")).str.join(_STEP).alias("way"),
            pl.col("minutes").sum(), pl.col("channel").is_in(FACING).sum().alias("contacts"),
            (pl.col("rework").fill_null(0.0) > 0).any().cast(pl.Float64).alias("rework"), pl.col("satisfaction").mean(),
        )
        .join(changes, on="case", how="left").sort("case")
    )  # fmt: skip
    ways = found["way"].value_counts(name="n").sort("n", "way", descending=[True, False])["way"]
    place = {way: number for number, way in enumerate(ways.to_list())}
    nothing = np.full(len(found), np.nan)

    def column(name: str, of: str) -> Floats:
        return found[name].cast(pl.Float64).fill_null(0.0).to_numpy() if named[of] else nothing

    cases = Cases(
        ways.to_list(), np.array([place[way] for way in found["way"].to_list()]), column("minutes", "minutes"), column("hand_offs", "staff"),
        column("contacts", "channel"), column("rework", "rework"), found["satisfaction"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
    )  # fmt: skip
    return cases, found["case"]


def steps_of(events: pl.DataFrame) -> pl.DataFrame:
    """Return the events of one business in order, each with the step ``after`` it in its case (`END` for the last)."""
    ordered = _ordered(events)
    return ordered.with_columns(pl.col("activity").shift(-1).over("case").fill_null(END).alias("after"))


def _ordered(events: pl.DataFrame) -> pl.DataFrame:
    return events.with_row_index("place").sort("case", "seconds", "place", nulls_last=True)
