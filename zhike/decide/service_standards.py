"""What the house promises the customers of each service tier, as the rule ``standard.service_standards`` says it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from zhike.core.rulebook import Rulebook

__all__ = ["OTHER", "STANDARDS", "ServiceStandard", "ServiceStandards"]

STANDARDS: Final = "standard.service_standards"
OTHER: Final = "other"
"""Of whoever has a tier that is not named, or none."""
_EXPECTED: Final = phrase("whole contact_days and task_days, 1 or more, and a share between 0 and 1")


@dataclass(frozen=True, slots=True)
class ServiceStandard:
    """The promise to one tier.

    Parameters
    ----------
    contact_days : int
        Most days between two contacts by the bank.
    task_days : int
        Most calendar days from the beginning of a task until it is dealt with.
    share : float
        Of the customers, or tasks, for which it is to be so.
    """

    contact_days: int
    task_days: int
    share: float

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> ServiceStandard:
        """Read one entry of the rule.

        Raises
        ------
        RuleError
            When a number is missing or none that could be meant.
        """
        days, share = [raw.get(name) for name in ("contact_days", "task_days")], raw.get("share")
        real = isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1
        if not real or any(type(one) is not int or one < 1 for one in days):
            raise RuleError(what=f"{raw!r}", path=STANDARDS, expected=_EXPECTED)
        return cls(raw["contact_days"], raw["task_days"], float(raw["share"]))


@dataclass(frozen=True, slots=True)
class ServiceStandards:
    """The promises of a day.

    Parameters
    ----------
    tiers : mapping of str to ServiceStandard
        ``OTHER`` among them.
    """

    tiers: Mapping[str, ServiceStandard]

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date) -> ServiceStandards:
        """Read the rule of a day.

        Raises
        ------
        RuleNotFoundError
            When it is not in force.
        RuleError
            When it says something else than it must.
        """
        found = rulebook.at(STANDARDS, day).value
        if not isinstance(found, dict) or OTHER not in found:
            raise RuleError(
                what=f"{found!r}", path=STANDARDS, expected=phrase("tiers, '{other}' among them", other=OTHER)
            )
        return cls({tier: ServiceStandard.of(raw) for tier, raw in found.items()})

    def named(self, tier: str | None) -> str:
        """Return under which name a tier has its standard."""
        return tier if tier is not None and tier in self.tiers else OTHER

    @property
    def longest(self) -> int:
        """Most days between two contacts of any tier."""
        return max(one.contact_days for one in self.tiers.values())
