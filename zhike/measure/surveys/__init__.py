"""Questionnaires: what they hold, what is asked next, what an answer must be, and what a sheet scores."""

from zhike.measure.surveys.flow import End, Page, accept, counted, next_page, pass_over, walk
from zhike.measure.surveys.questionnaire import NOT_APPLICABLE, Questionnaire
from zhike.measure.surveys.reading import read_questionnaire
from zhike.measure.surveys.resuming import resumed
from zhike.measure.surveys.scoring import Score, score
from zhike.measure.surveys.sheet import Sheet, open_sheet
from zhike.measure.surveys.wording import Shown, shown_page

__all__ = [
    "NOT_APPLICABLE",
    "End",
    "Page",
    "Questionnaire",
    "Score",
    "Sheet",
    "Shown",
    "accept",
    "counted",
    "next_page",
    "open_sheet",
    "pass_over",
    "read_questionnaire",
    "resumed",
    "score",
    "shown_page",
    "walk",
]
