"""The shape of quotas of questionnaires among the results of surveys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

__all__ = ["QuotaResult"]


class QuotaResult(BaseModel):
    """A quota of a questionnaire as it stands now, over all its versions and branches."""

    quota: str
    title: str
    limit: Annotated[int, Field(description="Sheets that are wanted at most.")]
    days: Annotated[int | None, Field(description="Within how many days; null: of all time.")]
    taken: Annotated[
        int,
        Field(description="Sheets that were sent, in steps so that nobody's answer follows from two looks."),
    ]
    full: Annotated[bool, Field(description="Also where the last places are held by sheets under way.")]
    then: Annotated[
        Literal["end", "skip", "option"],
        Field(
            description="Where it is full the sheet ends, passes blocks over, or does not offer the option."
        ),
    ]
