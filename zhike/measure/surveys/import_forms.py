"""The files that other tools write: what their columns are called, how a mode or nothing is said in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMS", "Form"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of file.

    Parameters
    ----------
    facts : mapping of str to tuple
        Fact about a sheet: columns that hold it, the likeliest first.
    modes : mapping of str to str
        Word for a mode, in small letters: the mode.
    headers : int
        Rows before the first answer.
    nothing : tuple of str
        What stands in a column of an option that was not chosen.
    trials : tuple of str
        Status of a sheet that nobody filled in earnest.
    """

    facts: Mapping[str, tuple[str, ...]]
    modes: Mapping[str, str]
    headers: int = 1
    nothing: tuple[str, ...] = ("", "0", "n", "no", "false")
    trials: tuple[str, ...] = field(default=())


_OWN_MODES: Final = {name: name for name in ("web", "tablet", "phone", "kiosk", "import")}

FORMS: Final[Mapping[str, Form]] = {
    "own": Form(
        {
            "survey_id": ("survey_id",),
            "customer_id": ("customer_id",),
            "answered_on": ("answered_on",),
            "sent_on": ("sent_on",),
            "mode": ("mode",),
        },
        _OWN_MODES,
    ),
    "limesurvey": Form(
        {
            "survey_id": ("id",),
            "customer_id": ("token", "attribute_1"),
            "answered_on": ("submitdate", "datestamp"),
            "sent_on": ("startdate",),
            "mode": ("mode",),
        },
        _OWN_MODES,
    ),
    "qualtrics": Form(
        {
            "survey_id": ("ResponseId", "ResponseID"),
            "customer_id": ("ExternalReference", "ExternalDataReference"),
            "answered_on": ("RecordedDate", "EndDate"),
            "sent_on": ("StartDate",),
            "mode": ("DistributionChannel",),
            "status": ("Status",),
        },
        {"email": "web", "anonymous": "web", "sms": "web", "offline": "tablet", "qr code": "web"},
        headers=3,
        trials=("survey preview", "survey test", "1", "2", "9"),
    ),
}
