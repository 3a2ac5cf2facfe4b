"""Standardise or customise: how often a business is done, in how many ways, with how much of people, and what follows from it."""

from zhike.measure.standardising.automation import Automation, Step, steps
from zhike.measure.standardising.cases import Cases, cases_of
from zhike.measure.standardising.degrees import Degree, degree_of, rate_estimate
from zhike.measure.standardising.freed_hours import Freed, freed_hours
from zhike.measure.standardising.variety import Variety, variety

__all__ = [
    "Automation",
    "Cases",
    "Degree",
    "Freed",
    "Step",
    "Variety",
    "cases_of",
    "degree_of",
    "freed_hours",
    "rate_estimate",
    "steps",
    "variety",
]
