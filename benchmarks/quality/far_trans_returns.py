"""A forecast of products' coming returns that learns, on any day, from windows that had ended by that day only.

Three plain signals are weighted by the skill each has shown in earlier windows, shrunken towards the little that published studies
of momentum let one expect; a signal that has shown none gets no weight. README.md beside this file tells the configuration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import rankdata

OVERLAP = 13
"""Neighbouring windows share all but one of 13 parts of their time: so many count as one observation of a market."""

SKILL, WINDOWS = 0.05, 1.0
"""The rank correlation expected of a signal before it is tried, and the independent windows that expectation weighs."""

PENALTIES = (300.0, 1000.0, 3000.0, 10000.0)
"""Ridge penalties in rows, tried from the greatest down."""

QUARTER, MEMBERS, LIMIT = 6, 5.0, 3.0


@dataclass(frozen=True)
class Panel:
    """Windows by start: returns (window, product; NaN unknown), their days, groups (kind, product), traits known at each start."""

    returns: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    groups: np.ndarray
    traits: np.ndarray

    def ended(self, window):
        """Return the windows that had ended by the start of this one, oldest first."""
        over = np.flatnonzero((self.end <= self.begin[window]) & ~np.isnan(self.returns).all(axis=1))
        return over[np.argsort(self.end[over], kind="stable")]

    @cached_property
    def levels(self):
        """One column for each level of each kind of group, as (level, product)."""
        return np.vstack([kind == np.unique(kind)[:, None] for kind in self.groups]).astype(float)


class WalkForward:
    """Forecasts by window, each made with what was known at its start and kept for those that come after.

    ``shown`` keeps what each signal's rank correlation with the return turned out to be, by signal and window.
    """

    def __init__(self, panel):
        self.panel = panel
        self.standard = np.array([robust(row) for row in panel.returns])
        self.shown = {}
        self._inputs, self._signals = {}, {}

    def forecast(self, window):
        """Return each product's forecast, standardised over products, times how far it is to be trusted (0 to 1)."""
        signals = self.signals(window)
        weights = {name: max(self.skill(name, window), 0.0) for name in signals if name != "ridge"}
        penalty = self.penalty(window)
        weights["ridge"] = max(self.skill(("ridge", penalty), window), 0.0)
        mixed = sum(weight * self.signal(name, window, penalty) for name, weight in weights.items())
        return spread(mixed) * min(max(weights.values()) / SKILL, 1.0)

    def signal(self, name, window, penalty):
        """Return one signal by name; the ridge at this penalty."""
        return self.signals(window)["ridge"][penalty] if name == "ridge" else self.signals(window)[name]

    def signals(self, window):
        """Return the signals at the window's start by name, standardised over products; the ridge's by penalty."""
        if window not in self._signals:
            inputs = self.inputs(window)
            self._signals[window] = {
                "last": spread(inputs[0]),
                "group": spread(self.group_effect(window)),
                "ridge": self.ridge(window),
            }
        return self._signals[window]

    def penalty(self, window):
        """Return the penalty whose forecasts of ended windows were best; the greatest where none is better."""
        return max(sorted(PENALTIES, reverse=True), key=lambda one: self.skill(("ridge", one), window))

    def skill(self, name, window):
        """Return the mean rank correlation with what came, over ended windows that could be forecast, shrunken."""
        tried = [v for v in self.panel.ended(window) if len(self.panel.ended(v))]
        shown = sum(self.correlation(name, v) for v in tried) / OVERLAP
        return (SKILL * WINDOWS + shown) / (WINDOWS + len(tried) / OVERLAP)

    def correlation(self, name, window):
        """Return the rank correlation of a signal at the window's start with what the window brought."""
        if (name, window) not in self.shown:
            signals = self.signals(window)
            told = signals["ridge"][name[1]] if isinstance(name, tuple) else signals[name]
            known = ~np.isnan(self.panel.returns[window])
            self.shown[name, window] = rank_correlation(told[known], self.panel.returns[window, known])
        return self.shown[name, window]

    def inputs(self, window):
        """Return what was known of each product at the window's start, as (input, product), 0 where nothing was."""
        if window not in self._inputs:
            ended = self.panel.ended(window)
            past, count = self.standard[ended], (~np.isnan(self.standard[ended])).sum(axis=0) / OVERLAP
            last, before = latest(past), latest(past[:-QUARTER])
            own = np.nansum(past, axis=0) / OVERLAP
            mean = (own + self.group_effect(window)) / (count + 1)
            rows = [last, last - before, mean, robust(swing(self.panel.returns[ended]))]
            rows += [robust(trait) for trait in self.panel.traits[window]]
            self._inputs[window] = np.nan_to_num(np.vstack([*rows, self.panel.levels]))
        return self._inputs[window]

    def group_effect(self, window):
        """Return the mean return so far of the products of the same groups, each group's shrunken as if it held five more."""
        past = self.standard[self.panel.ended(window)]
        count = (~np.isnan(past)).sum(axis=0)
        own = np.nansum(past, axis=0) / np.maximum(count, 1)
        levels = self.panel.levels
        effect = (levels @ own) / (levels @ (count > 0) + MEMBERS)
        return levels.T @ effect / len(self.panel.groups)

    def ridge(self, window):
        """Return by penalty the forecasts of a ridge regression on all ended windows, each centred; 0 without any."""
        told = self.inputs(window)
        ended = self.panel.ended(window)
        if not len(ended):
            return dict.fromkeys(PENALTIES, np.zeros(told.shape[1]))
        gram, moment = np.zeros((len(told), len(told))), np.zeros(len(told))
        for v in ended:
            known = ~np.isnan(self.standard[v])
            given, came = self.inputs(v)[:, known], self.standard[v, known]
            given = given - given.mean(axis=1, keepdims=True)
            gram += given @ given.T
            moment += given @ (came - came.mean())
        return {
            one: spread(np.linalg.solve(gram + one * np.eye(len(gram)), moment) @ told) for one in PENALTIES
        }


def robust(values):
    """Return values centred at their median, in robust standard deviations, at most 3 either way; NaN stays."""
    if np.isnan(values).all():
        return np.full(values.shape, np.nan)
    away = values - np.nanmedian(values)
    return np.clip(away / max(1.4826 * np.nanmedian(np.abs(away)), 1e-9), -LIMIT, LIMIT)


def spread(values):
    """Return values standardised; all 0 where they do not differ."""
    away = np.nan_to_num(values)
    away = away - away.mean()
    deviation = away.std()
    return away / deviation if deviation > 1e-12 else np.zeros(away.shape)


def latest(rows):
    """Return by product the last value that is known, NaN where none is."""
    found = np.full(rows.shape[1], np.nan)
    for row in rows:
        found = np.where(np.isnan(row), found, row)
    return found


def swing(returns):
    """Return by product the logarithm of the root mean square of its known returns, NaN where none is known."""
    count = (~np.isnan(returns)).sum(axis=0)
    square = np.nansum(returns**2, axis=0) / np.maximum(count, 1)
    return np.where(count > 0, np.log(np.sqrt(square) + 1e-3), np.nan)


def rank_correlation(left, right):
    """Return Spearman's correlation, 0 where one side does not differ."""
    left, right = (rankdata(side) - (len(side) + 1) / 2 for side in (left, right))
    scale = np.sqrt((left @ left) * (right @ right))
    return float(left @ right / scale) if scale > 0 else 0.0
