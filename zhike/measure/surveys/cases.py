"""Cases of a questionnaire: what it asks and scores under given answers, written beside it and run with all other cases.

A case gives ``answers`` by key, in the order in which they are given, and may give ``given``, ``elder``, ``seed``, and how many sheets
are ``filled`` by quota; it expects some of these:

==========  ==========================================================================================
expect      what it is
==========  ==========================================================================================
asked       keys of all that is asked under these answers, in order
next        keys on the next page without an answer; an empty list at the end
end         ``complete``, the name of the full quota, or ``open``
scores      scores by name, null where too little was answered
refused     key of the first answer that was refused
==========  ==========================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import AnswerError, RuleError
from zhike.core.phrases import either, phrase
from zhike.measure.surveys.flow import NONE_FILLED, End, accept, next_page, walk
from zhike.measure.surveys.reading import read_questionnaire
from zhike.measure.surveys.scoring import score
from zhike.measure.surveys.sheet import open_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhike.core.rulebook import Rulebook, Version
    from zhike.measure.surveys.questionnaire import Questionnaire
    from zhike.measure.surveys.sheet import Sheet

__all__ = ["READERS", "played"]


def played(
    questionnaire: Questionnaire, sheet: Sheet, answers: Mapping[str, Any], filled: Mapping[str, int] = NONE_FILLED
) -> Sheet:  # fmt: skip
    """Return a sheet with answers given to it page by page; what they leave out is passed over where it may be.

    Parameters
    ----------
    filled : mapping of str to int
        Sheets by quota.

    Raises
    ------
    AnswerError
        At the first answer that does not fit, or to a question that is not asked.
    """
    left = dict(answers)
    while left:
        page = next_page(questionnaire, sheet, filled)
        pending = () if isinstance(page, End) else page.pending
        here = [key for key in pending if key in left]
        if not here:
            passed = _passed(questionnaire, sheet, pending, next(iter(left)), filled)
            if passed is None:
                key = next(iter(left))
                return accept(
                    questionnaire, sheet, key, left[key], filled
                )  # refuses, and says what is asked instead
            sheet = passed
            continue
        sheet = accept(questionnaire, sheet, here[0], left.pop(here[0]), filled)
    return sheet


def _passed(
    questionnaire: Questionnaire, sheet: Sheet, pending: tuple[str, ...], key: str, filled: Mapping[str, int]
) -> Sheet | None:
    """Return the sheet with the page passed over; None where something on it is required, or nothing is left."""
    if not pending or key in sheet.answers:
        return None
    try:
        for one in pending:
            sheet = accept(questionnaire, sheet, one, None, filled)
    except AnswerError:
        return None
    return sheet


def _found(_: Rulebook, version: Version, case: Mapping[str, Any]) -> dict[str, Any]:
    where = phrase("{path} case '{name}'", path=version.path, name=case["name"])
    wanted = case["expect"]
    if not isinstance(wanted, dict) or not set(wanted) <= {*_READ, "refused"}:
        raise RuleError(what=phrase("expect {expect!r}", expect=wanted), path=where, expected=either((*_READ, "refused")))  # fmt: skip
    questionnaire = read_questionnaire(version)
    try:
        sheet = open_sheet(
            questionnaire, int(case.get("seed", 0)), given=case.get("given"), elder=bool(case.get("elder"))
        )
        filled = case.get("filled") or NONE_FILLED
        sheet = played(questionnaire, sheet, case.get("answers") or {}, filled)
    except AnswerError as error:
        return {"refused": str(error.data["question"])}
    return {name: _READ[name](questionnaire, sheet, filled) for name in wanted if name in _READ}


def _asked(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]) -> list[str]:
    return [ask.key for ask in walk(questionnaire, sheet, filled).asks]


def _next(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]) -> list[str]:
    page = next_page(questionnaire, sheet, filled)
    return [] if isinstance(page, End) else list(page.pending)


def _end(questionnaire: Questionnaire, sheet: Sheet, filled: Mapping[str, int]) -> str:
    page = next_page(questionnaire, sheet, filled)
    return "open" if not isinstance(page, End) else page.quota or "complete"


def _scores(questionnaire: Questionnaire, sheet: Sheet, _: Mapping[str, int]) -> dict[str, float | None]:
    """Return scores rounded to four decimals, as a reader writes them down."""
    found = score(questionnaire, sheet)
    return {name: None if one.value is None else round(one.value, 4) for name, one in found.items()}


_READ: Final[Mapping[str, Callable[[Questionnaire, Sheet, Mapping[str, int]], Any]]] = {
    "asked": _asked,
    "next": _next,
    "end": _end,
    "scores": _scores,
}
READERS: Final = {"questionnaire": _found}
"""What `zhike.core.rule_cases.run_case` is handed to run the cases of questionnaires."""
