"""What an instrument, what is read of it, and a touchpoint are called: for whoever looks at a call-back and not at the code that opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhike.api.instruments import version_of
from zhike.core.service_errors import RecordNotFoundError
from zhike.measure.journeys.reading import KIND, read_journey
from zhike.measure.surveys import read_questionnaire

if TYPE_CHECKING:
    from zhike.api.asking import Asking
    from zhike.measure.journeys import Journey
    from zhike.measure.surveys import Questionnaire

__all__ = ["instrument_title", "journeys_known", "read_title", "touchpoint_titles", "trigger_title"]


def instrument_title(asking: Asking, instrument: str) -> str:
    """Return the title of an instrument in the reader's language; its name where there is none of it any more."""
    found = _questionnaire(asking, instrument)
    return instrument if found is None else found.title.in_language(asking.language)


def read_title(asking: Asking, instrument: str, read: str) -> str:
    """Return what a score or a question of an instrument is called.

    Parameters
    ----------
    read : str
        ``score.…``, ``answer.…``, or the name alone as a call-back keeps it.
    """
    found, name = _questionnaire(asking, instrument), read.rpartition(".")[2]
    if found is None:
        return name
    question = None if read.startswith("score.") else found.by_name.get(name)
    titles = {one.name: one.title for one in found.scores}
    text = titles.get(name) if question is None else question.text
    return name if text is None else text.in_language(asking.language)


def trigger_title(asking: Asking, trigger: str) -> tuple[str, str]:
    """Return the titles of the instrument and of what was read, from ``csat.satisfied`` as a call-back keeps it."""
    instrument, _, name = trigger.partition(".")
    return instrument_title(asking, instrument), read_title(asking, instrument, name)


def _questionnaire(asking: Asking, instrument: str) -> Questionnaire | None:
    try:
        return read_questionnaire(version_of(asking, instrument, None)[1])
    except RecordNotFoundError:
        return None


def journeys_known(asking: Asking) -> list[Journey]:
    """Return the maps of journeys that are in force today."""
    today = asking.service.today()
    maps = [entry.in_force(today) for entry in asking.service.rulebook if entry.kind == KIND]
    return [read_journey(one) for one in maps if one is not None and one.value is not None]


def touchpoint_titles(asking: Asking) -> dict[str, str]:
    """Return what touchpoints are called, by journey and touchpoint with a dot between."""
    return {
        f"{journey.name}.{point.name}": point.title.in_language(asking.language)
        for journey in journeys_known(asking)
        for point in journey.touchpoints
        if point.title is not None
    }
