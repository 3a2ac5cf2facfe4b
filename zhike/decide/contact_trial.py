"""Logged choices as one comparison: customers who were contacted about a sale against choices of doing nothing, whoever was chosen for what.

A log states the probability p of the choice that was made, not of those that were not. Within a stratum, a month and a cell
(`zhike.decide.profiles.cell_of`), let n be all its choices. Row i of an arm has the weight

    w_i = n (1 / p_i) / sum over the arm's rows of 1 / p,

so that weights add up to n in either arm (J. Hájek, comment in "Foundations of statistical inference", 1971): n by the number in the arm where all
were chosen with the same probability. So the estimand is what a contact drawn evenly from those that were open changes, for whoever is in the
stratum. It holds as far as the log does: given the stratum, nothing but p may have decided between contact and nothing.

The outcome is 1 where the customer got any product within the horizon that he did not have. What was sent counts as a contact, delivered or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from zhike.decide.catalogue import NO_ACTION
from zhike.decide.choice_log import closed_choices, known_before, products_got, stretch_of, stretches_of
from zhike.decide.profiles import Profiles, cell_of, money_edges
from zhike.decide.uplift.trial import Trial, folds_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zhike.decide.policy import EffectWindow
    from zhike.decide.uplift.nuisance import Nuisance
    from zhike.know.rules import ArchiveRules
    from zhike.know.view import View

__all__ = ["ATTRIBUTES", "ContactTrial", "contact_trial", "evened"]

ATTRIBUTES: Final = ("age", "money", "tenure", "digital", "kind")
"""What groups of customers are told by, see `zhike.decide.profiles.Profiles`."""
FOLDS: Final = 5
SUREST: Final = 0.99
"""Greatest probability, one over the weight, by which learners order customers: beside an improbable choice others weigh less than one."""


@dataclass(frozen=True, slots=True)
class ContactTrial:
    """A comparison with what is known of its rows.

    Parameters
    ----------
    trial : Trial
    weight : ndarray of float, shape (n,)
        See above.
    choices : DataFrame
        ``decision_id``, ``customer_id``, ``decided_on`` and ``stratum`` of each row, and its level of each of `ATTRIBUTES`.
    edges : tuple of float
        Of the bands of money, minor units.
    """

    trial: Trial
    weight: NDArray[np.float64]
    choices: pl.DataFrame
    edges: tuple[float, ...]

    def scores(self, nuisance: Nuisance) -> NDArray[np.float64]:
        """Return the doubly robust score of every row, weighted as above: mu_1 - mu_0 +- w (y - mu), + for who was contacted."""
        trial = self.trial
        left = trial.outcome - np.where(trial.treated, nuisance.treated, nuisance.untreated)
        signed = np.where(trial.treated, self.weight, -self.weight)
        return np.asarray(nuisance.treated - nuisance.untreated + signed * left)


def contact_trial(
    seen: View,
    timezone: str,
    rules: ArchiveRules,
    sales: Sequence[str],
    window: EffectWindow,
    edges: tuple[float, ...] | None = None,
) -> ContactTrial | None:
    """Return the comparison that a log allows; None where no stratum has choices of either arm.

    Parameters
    ----------
    seen : View
    timezone : str
        The bank's IANA zone.
    rules : ArchiveRules
        With which the archives are built on the days before each stretch of the window.
    sales : sequence of str
        Templates whose offers are contacts; choices of others are left out.
    window : EffectWindow
    edges : tuple of float, optional
        Of the bands of money; by the log's customers unless given.
    """
    chosen = closed_choices(seen, window)
    idle = (pl.col("template") == NO_ACTION) & (pl.col("action_probability") < 1.0)
    # What comes first on a list is a choice between contact and nothing; what comes after it is not.
    first = pl.col("rank").fill_null(1) == 1
    chosen = chosen.filter(first, idle | pl.col("template").is_in(list(sales))).sort("decision_id")
    if chosen.is_empty():
        return None
    stretches = stretches_of(chosen["decided_on"])
    known = known_before(seen, timezone, rules, stretches)
    joined = chosen.with_columns(stretch_of(pl.col("decided_on"), stretches)).join(
        known, on=["customer_id", "stretch"], how="left", maintain_order="left"
    )
    rows = joined.with_columns(
        pl.col("products_held").fill_null([]),
        pl.concat_str("month", cell_of(), separator="|").alias("stratum"),
        (pl.col("template") != NO_ACTION).alias("treated"),
    )
    both = (pl.col("treated").any() & ~pl.col("treated").all()).over("stratum")
    rows = rows.filter(both)
    products = seen.current("products").select("product_id", "family").collect()
    return None if rows.is_empty() else _told(rows, products, _got(rows, seen, window), edges)


def evened(
    stratum: NDArray[np.int64], treated: NDArray[np.bool_], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weights of rows, see above: shape (n,).

    Parameters
    ----------
    stratum : ndarray of int, shape (n,)
        From 0 on; both arms are in each.
    treated : ndarray of bool, shape (n,)
    weight : ndarray of float, shape (n,)
        One over the probability of the choice that was made.

    Examples
    --------
    >>> treated = np.array([True, False, False, False])
    >>> evened(np.zeros(4, dtype=int), treated, np.array([4.0, 2.0, 2.0, 4.0])).tolist()
    [4.0, 1.0, 1.0, 2.0]
    """
    arm = stratum * 2 + treated
    return np.asarray(np.bincount(stratum)[stratum] * weight / np.bincount(arm, weights=weight)[arm])


def _got(rows: pl.DataFrame, seen: View, window: EffectWindow) -> NDArray[np.float64]:
    numbered = rows.with_row_index("row")
    found = products_got(numbered, seen, ["customer_id"], window).filter(pl.col("new") & ~pl.col("held"))
    outcome = np.zeros(len(rows))
    outcome[found["row"].to_numpy()] = 1.0
    return outcome


def _told(
    rows: pl.DataFrame,
    products: pl.DataFrame,
    outcome: NDArray[np.float64],
    edges: tuple[float, ...] | None,
) -> ContactTrial:
    edges = money_edges(rows) if edges is None else edges
    customers, names = Profiles.of(rows, edges, products), rows["customer_id"].to_list()
    _, stratum = np.unique(rows["stratum"].to_numpy(), return_inverse=True)
    treated = rows["treated"].to_numpy()
    weight = evened(stratum, treated, rows["weight"].to_numpy())
    own = np.minimum(1.0 / weight, SUREST)
    probability = np.where(treated, own, 1.0 - own)
    levels = {
        name: pl.Series([Profiles.level_names(name)[code] for code in customers.codes[name].tolist()])
        for name in ATTRIBUTES
    }
    choices = rows.select("decision_id", "customer_id", "decided_on", "stratum").with_columns(**levels)
    trial = Trial(_features(customers, rows), treated, outcome, probability, folds_by_name(names, FOLDS))
    return ContactTrial(trial, weight, choices, edges)


def _features(customers: Profiles, rows: pl.DataFrame) -> NDArray[np.float64]:
    """Return levels as columns of 0 and 1 that differ among the rows: of attributes, families held, and months."""
    month = rows["month"].to_numpy()
    columns = [
        *(customers.codes[name] == level for name in ATTRIBUTES for level in range(Profiles.levels(name))),
        *customers.holds.T,
        *(month == one for one in np.unique(month)),
    ]
    told = np.column_stack(columns).astype(np.float64)
    return told[:, np.ptp(told, axis=0) > 0]
