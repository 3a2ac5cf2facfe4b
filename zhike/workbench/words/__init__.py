"""The workbench's own words in three languages, a module a page; what comes from rules and catalogues brings its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.workbench.words import (
    administration,
    capacity,
    complaint_analysis,
    complaint_said,
    complaint_standards,
    complaints,
    conversations,
    customer,
    frame,
    imports,
    improvements,
    models,
    oversight,
    own,
    own_complaints,
    protection,
    rule_packs,
    studio,
    studio_changes,
    studio_experiments,
    studio_value,
    survey_devices,
    survey_results,
    survey_rounds,
    surveys,
    team,
    today,
    values,
)

if TYPE_CHECKING:
    from zhike.core.language import Text

__all__ = ["WORDS"]

WORDS: Final[dict[str, Text]] = {
    **frame.WORDS,
    **values.WORDS,
    **today.WORDS,
    **team.WORDS,
    **customer.WORDS,
    **studio.WORDS,
    **studio_changes.WORDS,
    **studio_value.WORDS,
    **studio_experiments.WORDS,
    **models.WORDS,
    **oversight.WORDS,
    **rule_packs.WORDS,
    **own.WORDS,
    **surveys.WORDS,
    **survey_devices.WORDS,
    **improvements.WORDS,
    **survey_results.WORDS,
    **survey_rounds.WORDS,
    **conversations.WORDS,
    **protection.WORDS,
    **administration.WORDS,
    **imports.WORDS,
    **capacity.WORDS,
    **complaint_analysis.WORDS,
    **complaint_said.WORDS,
    **complaint_standards.WORDS,
    **complaints.WORDS,
    **own_complaints.WORDS,
}
