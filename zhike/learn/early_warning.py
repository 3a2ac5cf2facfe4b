"""An early warning: a calibrated probability with its interval for every customer, and what it rests on.

A `Scorecard` is fitted on the cases of closed windows. How far it may be trusted is learnt forward in time: each window of the later
half is predicted from the windows before it. The spread of effects is the one that predicted best so (log loss), and a line
(`zhike.learn.recalibration`) mends what was still predicted wrongly. Both errors, that of the scorecard and that of the line, are in
the interval

    logistic(l -+ 1.96 sqrt(b^2 var(scorecard) + var(line)))

It speaks of the probability, not of the outcome, and holds as far as effects add up and customers go on as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

import numpy as np
import polars as pl

from zhike.know.given_warnings import WARNING_SCHEMA
from zhike.learn.recalibration import Line, logistic, mended_line
from zhike.learn.scorecard import Scorecard
from zhike.measure.shares import quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.learn.training import ModelRecord
    from zhike.learn.windows import OutcomeWindow

__all__ = ["WARNING_SCHEMA", "EarlyWarning", "Probability", "features_of", "forward_odds", "warning_table"]

_KEYS: Final = ("customer_id", "day", "outcome")


class Probability(NamedTuple):
    """Probabilities with the ends of their 95 % intervals, each of shape (n,)."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class EarlyWarning:
    """Probability of an outcome in a window ahead.

    Parameters
    ----------
    levels : int
        See `Scorecard`.
    spreads : tuple of float
        Spreads of effects to choose from; neighbouring levels differ by half as much.
    mend_intercept, mend_slope : float
        Standard deviations of what is expected beforehand of the line, around 0 and 1.
    """

    kind: ClassVar[str] = "early_warning/1"

    def __init__(
        self,
        levels: int = 8,
        spreads: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0),
        mend_intercept: float = 0.5,
        mend_slope: float = 0.25,
    ) -> None:
        self.levels = levels
        self.spreads = spreads
        self.mend_intercept = mend_intercept
        self.mend_slope = mend_slope

    def fit(self, cases: pl.DataFrame) -> Self:
        """Learn from the cases of closed windows, see `zhike.learn.windows.window_cases`.

        What was predicted of the later windows, by the spread that had been best before each, is left in ``forward_``: ``customer_id``,
        ``day``, ``outcome`` and ``odds`` (log-odds). It is no part of the state.

        Raises
        ------
        UsageError
            When only one outcome is there.
        """
        cases = cases.sort("day", "customer_id")
        tried = {spread: forward_odds(self._card(spread), cases) for spread in sorted(self.spreads)}
        self.spread_ = _best_spread(tried)
        self.forward_ = _as_it_went(tried)
        odds, outcome = tried[self.spread_]["odds"].to_numpy(), _outcome(tried[self.spread_])
        self.line_ = self._line(odds, outcome)
        self.card_ = self._card(self.spread_).fit(features_of(cases), _outcome(cases))
        return self

    def probability(self, features: pl.DataFrame) -> Probability:
        """Return the probability of every row with its interval."""
        odds, variance = self.card_.log_odds(features.select(list(self.card_.cuts_)))
        wide = quantile() * np.sqrt(self.line_.slope**2 * variance + self.line_.variance(odds))
        mended = self.line_.at(odds)
        return Probability(logistic(mended), logistic(mended - wide), logistic(mended + wide))

    def reasons(self, features: pl.DataFrame, most: int) -> list[list[dict[str, Any]]]:
        """Return for every row what raises its probability most against the usual customer, the strongest first.

        Parameters
        ----------
        features : DataFrame
        most : int
            Reasons told of a customer.
        """
        parts = self.line_.slope * self.card_.contributions(features)
        names = list(self.card_.cuts_)
        order = np.argsort(-parts, axis=1, kind="stable")[:, :most]
        values = features.select(names).rows()
        return [
            [
                {"feature": names[place], "value": _told(row[place]), "effect": float(part[place])}
                for place in best.tolist()
                if part[place] > 0
            ]
            for row, part, best in zip(values, parts, order, strict=True)
        ]

    def state(self) -> dict[str, Any]:
        """Return what was learnt, as it is kept."""
        setting = {name: getattr(self, name) for name in ("levels", "mend_intercept", "mend_slope")}
        learnt = {"spread": self.spread_, "card": self.card_.state(), "line": self.line_.state()}
        return {"setting": {**setting, "spreads": list(self.spreads)}, **learnt}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the model of such a state."""
        found = cls(**{**state["setting"], "spreads": tuple(state["setting"]["spreads"])})
        found.spread_ = state["spread"]
        found.card_, found.line_ = Scorecard.from_state(state["card"]), Line.from_state(state["line"])
        return found

    def _card(self, spread: float) -> Scorecard:
        return Scorecard(self.levels, spread, spread / 2.0)

    def _line(self, odds: NDArray[np.float64], outcome: NDArray[np.bool_]) -> Line:
        if len(outcome) == 0 or outcome.all() or not outcome.any():
            return Line.unchanged()
        return mended_line(odds, outcome, (self.mend_intercept, self.mend_slope), float(odds.mean()))


def forward_odds(card: Scorecard, cases: pl.DataFrame) -> pl.DataFrame:
    """Return what the windows of the later half were given by the windows before them, and what came.

    Parameters
    ----------
    card : Scorecard
        Fitted anew for each window.
    cases : DataFrame
        See `zhike.learn.windows.window_cases`.

    Returns
    -------
    DataFrame
        ``customer_id``, ``day``, ``outcome``, ``odds`` (log-odds); empty where there is one window, or only one outcome before.
    """
    days = cases["day"].unique().sort().to_list()
    told = [_told_forward(cases.head(0), np.zeros(0))]
    for day in days[max(1, len(days) // 2) :]:
        before, now = cases.filter(pl.col("day") < day), cases.filter(pl.col("day") == day)
        learnt = _outcome(before)
        if learnt.any() and not learnt.all():
            odds, _ = card.fit(features_of(before), learnt).log_odds(features_of(now))
            told.append(_told_forward(now, odds))
    return pl.concat(told)


def _told_forward(cases: pl.DataFrame, odds: NDArray[np.float64]) -> pl.DataFrame:
    return cases.select(_KEYS).with_columns(pl.Series("odds", odds, dtype=pl.Float64))


def _best_spread(tried: Mapping[float, pl.DataFrame]) -> float:
    """Return the spread of least log loss; of equal ones the smallest, and the middle one where there is nothing to judge by."""
    spreads = sorted(tried)
    if all(found.is_empty() for found in tried.values()):
        return spreads[len(spreads) // 2]
    return min(spreads, key=lambda spread: _loss(tried[spread]))


def _as_it_went(tried: Mapping[float, pl.DataFrame]) -> pl.DataFrame:
    """Return what was predicted of each window by the spread that had been best on those before it."""
    whole = tried[min(tried)]
    went = [whole.head(0)]
    for day in whole["day"].unique().sort():
        before = {spread: found.filter(pl.col("day") < day) for spread, found in tried.items()}
        went.append(tried[_best_spread(before)].filter(pl.col("day") == day))
    return pl.concat(went)


def warning_table(
    record: ModelRecord,
    model: EarlyWarning,
    features: pl.DataFrame,
    window: OutcomeWindow,
    limits: tuple[int, float],
) -> pl.DataFrame:
    """Return the warnings of a day: a row a customer with the columns of `WARNING_SCHEMA`, the likeliest first.

    Parameters
    ----------
    record : ModelRecord
        Names warning and version.
    model : EarlyWarning
        The record's.
    features : DataFrame
        ``customer_id`` and features as known on the day.
    window : OutcomeWindow
        Of the day.
    limits : tuple of (int, float)
        Reasons told of a customer; by how much the lower end of an interval exceeds the mean of all customers where it is raised.
    """
    found, (most, lift) = model.probability(features), limits
    usual = float(found.value.mean()) if features.height else 0.0
    columns = {
        "customer_id": features["customer_id"], "probability": found.value, "low": found.low, "high": found.high,
        "raised": found.low >= lift * usual, "reasons": model.reasons(features, most),
    }  # fmt: skip
    made = pl.DataFrame(columns, schema_overrides={"reasons": WARNING_SCHEMA["reasons"]}).with_columns(
        pl.lit(record.name).alias("warning"), pl.lit(usual).alias("usual"), pl.lit(record.version).alias("model_version"),
        pl.lit(window.day).alias("at"), pl.lit(window.first).alias("window_first"), pl.lit(window.last).alias("window_last"),
    )  # fmt: skip
    return made.select(list(WARNING_SCHEMA)).sort(["probability", "customer_id"], descending=[True, False])


def features_of(cases: pl.DataFrame) -> pl.DataFrame:
    """Return the features of cases alone."""
    return cases.select(pl.exclude(*_KEYS))


def _loss(forward: pl.DataFrame) -> float:
    """Return the mean log loss of log-odds; 0 where there is nothing to judge by."""
    odds, outcome = forward["odds"].to_numpy(), _outcome(forward)
    return float(np.logaddexp(0.0, np.where(outcome, -odds, odds)).mean()) if len(odds) else 0.0


def _outcome(cases: pl.DataFrame) -> NDArray[np.bool_]:
    return np.asarray(cases["outcome"].to_numpy(), dtype=np.bool_)


def _told(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:.4g}" if isinstance(value, float) else str(value)
