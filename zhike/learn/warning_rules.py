"""What the bank has decided about warnings, as the rulebook has it on a day: ``learn.warnings``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase
from zhike.learn.windows import Windows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["WARNINGS", "WarningRules"]

PATH: Final = "learn.warnings"
WARNINGS: Final = ("attrition", "withdrawal", "dissatisfaction")
_KEYS: Final = {
    *WARNINGS,
    "reasons",
    "least_events",
    "history_days",
    "most_windows",
    "least_auc",
    "least_proof",
    "lift",
    "withdrawn_share",
    "satisfaction_questions",
    "dissatisfied_at",
    "dissatisfied_answers",
}


@dataclass(frozen=True, slots=True)
class WarningRules:
    """The document, read.

    Parameters
    ----------
    windows : mapping of str to Windows
        By warning, see `WARNINGS`.
    reasons : int
        Most reasons told with a warning.
    least_events : int
        Outcomes below which no model is learnt.
    history_days : int
        Days of bookings that must lie before the first day of observation.
    most_windows : int
        Newest closed windows that are learnt from.
    least_auc : float
        AUC above which the interval must lie for a warning to be given at all.
    least_proof : int
        Outcomes of either kind that must have been predicted forward in time for an AUC to prove anything.
    lift : float
        By how much the lower end of a customer's interval exceeds the mean of all customers where the warning is raised.
    withdrawn_share : float
        Fall of the balance from which on money counts as withdrawn.
    satisfaction_questions : tuple of str
        Questions whose mean is the customer's satisfaction.
    dissatisfied_at : float
        That mean, in points of the survey's scale, up to which a customer counts as dissatisfied.
    dissatisfied_answers : mapping of str to float
        Other questions, each with the highest answer that shows dissatisfaction.
    """

    windows: Mapping[str, Windows]
    reasons: int
    least_events: int
    history_days: int
    most_windows: int
    least_auc: float
    least_proof: int
    lift: float
    withdrawn_share: float
    satisfaction_questions: tuple[str, ...]
    dissatisfied_at: float
    dissatisfied_answers: Mapping[str, float]

    @classmethod
    def of(cls, rulebook: Rulebook, at: dt.date) -> WarningRules:
        """Read the document in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none is in force.
        RuleError
            When it is malformed.
        """
        raw = rulebook.at(PATH, at).value
        if not isinstance(raw, dict) or set(raw) != _KEYS:
            raise RuleError(
                what=f"{raw!r}",
                path=PATH,
                expected=phrase("the keys {names}", names=", ".join(sorted(_KEYS))),
            )
        return cls(
            windows={name: _windows(name, raw[name]) for name in WARNINGS},
            reasons=_number("reasons", raw["reasons"]),
            **{
                name: _number(name, raw[name])
                for name in (
                    "least_events",
                    "history_days",
                    "most_windows",
                    "least_auc",
                    "least_proof",
                    "lift",
                )
            },
            withdrawn_share=_number("withdrawn_share", raw["withdrawn_share"]),
            satisfaction_questions=tuple(raw["satisfaction_questions"]),
            dissatisfied_at=_number("dissatisfied_at", raw["dissatisfied_at"]),
            dissatisfied_answers={
                str(question): _number("dissatisfied_answers", highest)
                for question, highest in raw["dissatisfied_answers"].items()
            },
        )


def _windows(name: str, raw: Any) -> Windows:  # noqa: ANN401 - what YAML holds
    keys = {"gap_days", "outcome_days"}
    sound = isinstance(raw, dict) and set(raw) == keys and all(isinstance(raw[key], int) for key in keys)
    if not sound or raw["gap_days"] < 0 or raw["outcome_days"] < 1:
        raise RuleError(
            what=f"{raw!r}",
            path=f"{PATH} {name}",
            expected=phrase("gap_days, 0 or more; outcome_days, 1 or more"),
        )
    return Windows(raw["gap_days"], raw["outcome_days"])


def _number(name: str, raw: Any) -> Any:  # noqa: ANN401 - whole or not, as it is written
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw <= 0:
        raise RuleError(what=f"{raw!r}", path=f"{PATH} {name}", expected=phrase("a number above 0"))
    return raw
