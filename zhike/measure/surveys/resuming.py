"""A sheet that was kept half filled is taken up again, on another day or over another channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.core.errors import AnswerError
from zhike.core.phrases import phrase
from zhike.measure.surveys.flow import accept
from zhike.measure.surveys.sheet import open_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.measure.surveys.questionnaire import Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["resumed"]


def resumed(questionnaire: Questionnaire, kept: Mapping[str, Any]) -> Sheet:
    """Return a sheet that was kept by `Sheet.to_json`, with its answers checked against the questionnaire.

    Raises
    ------
    AnswerError
        When the sheet is of another version or holds an answer that the questionnaire would not have accepted.
    """
    if kept.get("version") != questionnaire.version:
        raise AnswerError(
            question="version", what=f"'{kept.get('version')}'",
            expected=phrase("a sheet of {version}", version=questionnaire.version),
        )  # fmt: skip
    sheet = open_sheet(
        questionnaire,
        int(kept["seed"]),
        kept["language"],
        kept["mode"],
        kept["given"],
        elder=bool(kept["elder"]),
    )
    for key, value in kept["answers"].items():
        sheet = accept(questionnaire, sheet, key, value)
    return sheet
