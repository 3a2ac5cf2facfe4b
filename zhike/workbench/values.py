"""What is known of a customer as people write it: amounts with their currency, shares in per cent, days, yes and no."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zhike.know.vocabulary import word
from zhike.know.warning_words import WARNING_NAMES
from zhike.workbench import formats
from zhike.workbench.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.know.feature import Feature

__all__ = ["Money", "shown"]

_AMOUNT = "minor units of `currency`"
_IDENTIFIERS = ("customer_id", "household_id", "currency", "language", "region")


@dataclass(frozen=True, slots=True)
class Money:
    """In which currency a customer's amounts are, and how many decimals each currency has."""

    currency: str | None
    minor_units: Mapping[str, int] = field(default_factory=dict)


def shown(feature: Feature, value: Any, money: Money, language: Language) -> str:  # noqa: ANN401 - whatever a feature holds
    """Return a value; empty where it is not known. What is masked is text, and stays as it is.

    Examples
    --------
    >>> from zhike.know.features import FEATURES
    >>> of = {feature.name: feature for feature in FEATURES}
    >>> shown(of["balance"], 61959, Money("CNY"), "en"), shown(of["do_not_contact"], True, Money(None), "zh-Hans")
    ('¥619.59', '是')
    """
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return WORDS["yes" if value else "no"].in_language(language)
    if isinstance(value, int | float):
        return _number(feature, value, money)
    if isinstance(value, dt.date):
        return formats.day(value, language)
    if isinstance(value, list):
        between = ", " if language == "en" else "、"
        return between.join(_member(feature, one, money, language) for one in value)
    return word(value).in_language(language) if feature.name not in _IDENTIFIERS else str(value)


def _member(feature: Feature, value: Any, money: Money, language: Language) -> str:  # noqa: ANN401 - whatever a list holds
    if isinstance(value, dict) and feature.dtype == "list of warning":
        return f"{WARNING_NAMES[value['warning']].in_language(language)} ({formats.share(value['probability'], 1)})"
    if isinstance(value, dict):  # a need: its family, and where it was seen
        return (
            f"{word(value['family']).in_language(language)} ({word(value['source']).in_language(language)})"
        )
    if feature.dtype == "list of money":
        return formats.money(value, money.currency, money.minor_units)
    # An answer to a consent is written as its purpose and channel.
    between = " / " if feature.name.startswith("consents_") else ""
    return (
        between.join(word(part).in_language(language) for part in str(value).split("/"))
        if between
        else word(value).in_language(language)
    )


def _number(feature: Feature, value: float, money: Money) -> str:
    unit = feature.unit or ""
    if unit.startswith(_AMOUNT):
        return formats.money(value, money.currency, money.minor_units)
    return (
        formats.share(value, 1)
        if unit == "share"
        else formats.number(value, 0 if isinstance(value, int) else 2)
    )
