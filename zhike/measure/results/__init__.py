"""Results of a survey from the sheets that were sent: who answered, scores, groups, waves, and what the form of the instrument allows. Pure."""

from zhike.measure.results.answered import response_rates, usable_groups
from zhike.measure.results.forms import InstrumentForm, ResultRules
from zhike.measure.results.population import Represented, represented
from zhike.measure.results.scores import ScoreRead, read_scores
from zhike.measure.results.sheets import FilledSheet, SheetTable
from zhike.measure.results.waves import compared, latest_of_each, waves_of

__all__ = [
    "FilledSheet",
    "InstrumentForm",
    "Represented",
    "ResultRules",
    "ScoreRead",
    "SheetTable",
    "compared",
    "latest_of_each",
    "read_scores",
    "represented",
    "response_rates",
    "usable_groups",
    "waves_of",
]
