"""The rules of the complaint desk as they are in force on a day: how complaints live, whose clocks run, what they are about, what can be given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import moment
from zhike.act.complaint_house import ComplaintHouse
from zhike.act.complaint_triage import ComplaintSorter
from zhike.core.language import Text
from zhike.govern.complaint_life import Life
from zhike.govern.deadlines import Calendars, regime_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from zhike.core.rulebook import Rulebook
    from zhike.govern.deadlines import Regime

__all__ = ["CHANNELS", "ComplaintDesk"]

CHANNELS: Final = ("branch", "phone", "web", "email", "letter", "regulator", "social")
"""Over which a complaint comes in."""
_OTHER: Final = "other"
_LISTS: Final = ComplaintSorter()


@dataclass(frozen=True, slots=True)
class ComplaintDesk:
    """The rules in force on a day.

    Parameters
    ----------
    rulebook : Rulebook
    life : Life
    calendars : Calendars
    intake : mapping
        ``complaints.desk``.
    origins, businesses, issues, measures, causes : mapping of str to Text
    own_codes : mapping of str to mapping of str to str
        By facet, what the bank's own codes are in these.
    money : frozenset of str
        Measures that have an amount.
    limits : mapping of str to int
        What who may give alone, by role, in minor units.
    house : ComplaintHouse
    sorter : ComplaintSorter
    """

    rulebook: Rulebook
    life: Life
    calendars: Calendars
    intake: Mapping[str, Any]
    origins: Mapping[str, Text]
    businesses: Mapping[str, Text]
    issues: Mapping[str, Text]
    measures: Mapping[str, Text]
    causes: Mapping[str, Text]
    own_codes: Mapping[str, Mapping[str, str]]
    money: frozenset[str]
    limits: Mapping[str, int]
    house: ComplaintHouse
    sorter: ComplaintSorter
    _regimes: dict[tuple[str, dt.datetime], Regime] = field(default_factory=dict, repr=False, compare=False)
    """Those that were read: a case asks for its own twice a step."""

    @classmethod
    def of(cls, rulebook: Rulebook, day: dt.date, sorter: ComplaintSorter = _LISTS) -> ComplaintDesk:
        """Read the rules as they are in force on a day.

        Parameters
        ----------
        rulebook : Rulebook
        day : date
        sorter : ComplaintSorter, optional
            The models by which complaints are sorted; by lists alone unless given.

        Raises
        ------
        RuleNotFoundError
            When one of them is not.
        """
        measures = rulebook.at("complaints.redress", day).value
        return cls(
            rulebook, Life.of(rulebook, day), Calendars.of(rulebook), rulebook.at("complaints.desk", day).value,
            _words(rulebook.at("complaints.origins", day).value), _words(rulebook.at("complaints.businesses", day).value), _words(rulebook.at("complaints.issues", day).value),
            _words(measures), _words(rulebook.at("listening.causes", day).value), rulebook.at("complaints.codes", day).value,
            frozenset(name for name, one in measures.items() if one["money"]), rulebook.at("complaints.limits", day).value,
            ComplaintHouse.of(rulebook, day), sorter,
        )  # fmt: skip

    @property
    def currency(self) -> str:
        """The currency of harm and redress (ISO 4217)."""
        return str(self.intake["currency"])

    def regime(self, business: str | None, received: dt.datetime) -> Regime:
        """Return whose clocks run for a complaint about a business, as in force when it was received."""
        named: Mapping[str, str] = self.intake["regimes"]
        # The day of the regime's zone is among the two around an instant in UTC; by hours apart none is mistaken for the other.
        asked = (
            named.get(business or _OTHER, named[_OTHER]),
            received.replace(minute=0, second=0, microsecond=0),
        )
        found = self._regimes.get(asked)
        if found is None:
            found = self._regimes[asked] = regime_of(self.rulebook, asked[0], received)
        return found

    def zone_of(self, row: Mapping[str, Any]) -> ZoneInfo:
        """Return the zone in which the days of a complaint are reckoned."""
        return self.regime(row["business"], moment(row["received_at"])).zone

    def limit(self, roles: Iterable[str]) -> int:
        """Return what somebody of some roles may give alone, in minor units.

        Examples
        --------
        >>> import datetime as dt
        >>> from zhike.adapters.rule_files import load_rulebook
        >>> desk = ComplaintDesk.of(load_rulebook(), dt.date(2026, 6, 30))
        >>> desk.limit(["adviser"]), desk.limit(["adviser", "complaints_officer"])
        (0, 50000)
        """
        return max([self.limits[_OTHER], *(self.limits[role] for role in roles if role in self.limits)])


def _words(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Text]:
    return {name: Text.of(one) for name, one in raw.items()}
