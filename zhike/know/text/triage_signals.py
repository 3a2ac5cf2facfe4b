"""Words by which a complaint is known, without any model, to be pressing, or its customer to be vulnerable; lists with a date, of the rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from zhike.core.errors import RuleError
from zhike.core.language import Text
from zhike.core.phrases import phrase
from zhike.know.text.terms import term_pattern

if TYPE_CHECKING:
    import datetime as dt
    import re
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["SIGNALS", "Signal", "TriageSignals"]

SIGNALS: Final = "complaints.signals"
"""Path of the document."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that was found in a text.

    Parameters
    ----------
    id, title : str, Text
    urgency : str, optional
        The level that it asks for.
    vulnerability : str, optional
        The driver that it speaks of.
    words : tuple of str
        What stands in the text, in its normal form, each once.
    """

    id: str
    title: Text
    urgency: str | None
    vulnerability: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    signal: Signal
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class TriageSignals:
    """The lists in force on a day.

    Parameters
    ----------
    levels, drivers : mapping of str to Text
        Of urgency, the most pressing first; of vulnerability, the one that weighs most first.
    rules : tuple
        Signals with what finds them.
    """

    levels: Mapping[str, Text]
    drivers: Mapping[str, Text]
    rules: tuple[_Rule, ...]

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> Self:
        """Read the lists in force on a day.

        Raises
        ------
        RuleNotFoundError
            When none are.
        RuleError
            When a term is no text, or a signal names a level or a driver that is not listed.
        """
        raw: Mapping[str, Any] = rulebook.at(SIGNALS, day).value
        levels, drivers = (
            {name: Text.of(one) for name, one in raw[part].items()} for part in ("levels", "drivers")
        )
        rules = tuple(_rule(name, one, levels, drivers) for name, one in raw["signals"].items())
        return cls(levels, drivers, rules)

    def found(self, plain: str) -> tuple[Signal, ...]:
        """Return the signals that stand in a text in its normal form (`zhike.know.text.language.normal`), in the order of the lists."""
        told = ((rule.signal, tuple(dict.fromkeys(rule.pattern.findall(plain)))) for rule in self.rules)
        return tuple(
            Signal(one.id, one.title, one.urgency, one.vulnerability, words) for one, words in told if words
        )


def _rule(
    name: str, raw: Mapping[str, Any], levels: Mapping[str, Text], drivers: Mapping[str, Text]
) -> _Rule:
    urgency, vulnerability = raw.get("urgency"), raw.get("vulnerability")
    for asked, known in ((urgency, levels), (vulnerability, drivers)):
        if asked is not None and asked not in known:
            raise RuleError(
                what=phrase("the signal {name} with '{value}'", name=name, value=asked), path=SIGNALS,
                expected=phrase("one of {known}", known=", ".join(known)),
            )  # fmt: skip
    odd = next((one for one in raw["terms"] or [None] if not isinstance(one, str) or not one.strip()), raw)
    if odd is not raw:
        raise RuleError(
            what=phrase("the signal {name} with the term '{value}'", name=name, value=odd), path=SIGNALS,
            expected=phrase("words, digits between quotation marks"),
        )  # fmt: skip
    return _Rule(Signal(name, Text.of(raw["title"]), urgency, vulnerability, ()), term_pattern(raw["terms"]))
