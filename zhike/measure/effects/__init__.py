"""What an action changed: interrupted series, with or without a comparison, differences in differences, trials on units."""

from zhike.measure.effects.autocorrelation import AutocorrelatedFit, autocorrelated_fit
from zhike.measure.effects.interrupted_series import InterruptedSeries, Season, interrupted_series
from zhike.measure.effects.unit_changes import UnitChange, trial_change, unit_change
from zhike.measure.effects.units import drawn_units

__all__ = [
    "AutocorrelatedFit",
    "InterruptedSeries",
    "Season",
    "UnitChange",
    "autocorrelated_fit",
    "drawn_units",
    "interrupted_series",
    "trial_change",
    "unit_change",
]
