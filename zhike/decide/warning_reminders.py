"""What early warnings call for: a conversation with who is likely to leave or to withdraw money, and with who is likely discontented.

A warning calls while its outcome window lasts, as it speaks of nothing after it; it tells what it rests on, and by which model it was
given. Who is likely to leave and who withdraws money is one conversation, so both make one line, and both are told on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.decide.day_plan import Why
from zhike.know.given_warnings import RESTS_ON_WORDS, GivenWarning, given_to
from zhike.know.warning_words import told_reason, told_warning

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from zhike.core.language import Text
    from zhike.decide.day_rules import ReminderRule

__all__ = ["DISCONTENT", "LOSING", "discontent", "losing", "model_evidence", "raised_now", "warning_reasons"]

LOSING: Final = "losing_warning"
DISCONTENT: Final = "discontent_warning"


def raised_now(known: Mapping[str, Any], today: dt.date, *, of_words: bool) -> tuple[GivenWarning, ...]:
    """Return the raised warnings of a customer whose outcome window lasts, those furthest above the mean first.

    Parameters
    ----------
    known : mapping of str to value
        Attributes as of now.
    today : date
    of_words : bool
        Those that rest on what customers say; else the others.
    """
    held = given_to(known, raised=True)
    return tuple(
        one for one in held if today <= one.window_last and (one.warning in RESTS_ON_WORDS) is of_words
    )


def losing(known: Mapping[str, Any], today: dt.date, rule: ReminderRule) -> tuple[dt.date, Text] | None:
    """Return the last day of the outcome window with the strongest warning of leaving or withdrawal; None where there is none."""
    return _strongest(raised_now(known, today, of_words=False), today, rule)


def discontent(known: Mapping[str, Any], today: dt.date, rule: ReminderRule) -> tuple[dt.date, Text] | None:
    """Return the same of dissatisfaction."""
    return _strongest(raised_now(known, today, of_words=True), today, rule)


def _strongest(
    raised: Iterable[GivenWarning], today: dt.date, rule: ReminderRule
) -> tuple[dt.date, Text] | None:
    near = (one for one in raised if (one.window_last - today).days <= rule.within_days)
    return next(((one.window_last, told_warning(one)) for one in near), None)


def warning_reasons(known: Mapping[str, Any], today: dt.date, *, of_words: bool) -> tuple[Why, ...]:
    """Return the raised warnings, each followed by what it rests on; see `raised_now` for the parameters."""
    return tuple(
        why
        for one in raised_now(known, today, of_words=of_words)
        for why in (
            Why(f"warning.{one.warning}", told_warning(one)),
            *(Why(f"warning.{one.warning}.reason", told_reason(reason)) for reason in one.reasons),
        )
    )


def model_evidence(known: Mapping[str, Any], today: dt.date, *, of_words: bool) -> tuple[str, ...]:
    """Return the models that gave the raised warnings; see `raised_now` for the parameters."""
    return tuple(
        f"model:{one.warning}/{one.model_version}" for one in raised_now(known, today, of_words=of_words)
    )
