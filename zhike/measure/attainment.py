"""How far a branch and its staff attain the service standards: contacts and tasks, counted, with intervals, against target and before."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.measure.intervals import Share, difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhike.act.team_book import TeamBook

__all__ = ["BRANCH", "CONTACT", "NOBODY", "STAFF", "STANDARD_NAMES", "TASK", "Attainment", "attained"]

CONTACT, TASK = STANDARD_NAMES = ("contact", "task")
"""What is promised: to be in touch, and to deal with tasks."""
BRANCH, STAFF, NOBODY = "branch", "staff", "nobody"
_ALL: Final = None
_DAY: Final = dt.timedelta(days=1)
_Shares = dict[tuple[str | None, str], Share]
_Key = tuple[str, str | None, str | None]
"""Level, member of staff, tier."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """How far a standard was attained.

    Parameters
    ----------
    standard : str
        One of `STANDARD_NAMES`.
    level : str
        ``branch``, ``staff``, or ``nobody`` for customers and tasks that nobody has.
    staff_id : str or None
    tier : str or None
        None for all together.
    now, before : Share or None
        In the window, and in the one before; None where it is not known.
    target : float
        Share to attain; of all tiers together the mean over the cases.
    """

    standard: str
    level: str
    staff_id: str | None
    tier: str | None
    now: Share
    before: Share | None
    target: float

    @property
    def verdict(self) -> str:
        """``attained`` or ``missed`` where the whole interval is on one side of the target, else ``open``."""
        low, high = self.now.interval
        return (
            "open"
            if not self.now.cases or low < self.target <= high
            else "missed"
            if high < self.target
            else "attained"
        )

    @property
    def change(self) -> tuple[float, float, float] | None:
        """The difference to the window before with its interval; None where one of them has no cases."""
        bounds = None if self.before is None else difference(self.now, self.before)
        if bounds is None or self.before is None:
            return None
        return self.now.met / self.now.cases - self.before.met / self.before.cases, *bounds

    @property
    def direction(self) -> str:
        """``up`` or ``down`` where the interval of the difference leaves out 0; else ``none``, which is no claim that nothing changed."""
        if self.change is None:
            return "none"
        _, low, high = self.change
        return "up" if low > 0 else "down" if high < 0 else "none"


def attained(book: TeamBook) -> list[Attainment]:
    """Return how far each standard was attained: of the branch, of each member of staff, of nobody; together and by tier."""
    end = book.today - _DAY
    first = {
        CONTACT: _covered(book, book.today, before=False),
        TASK: _dealt(book, book.before + _DAY, end),
    }
    earlier: dict[str, _Shares | None] = {
        CONTACT: _covered(book, book.before, before=True) if book.known_before else None,
        TASK: _dealt(book, book.before - dt.timedelta(days=book.days - 1), book.before),
    }
    return [one for name in STANDARD_NAMES for one in _attained(book, name, first[name], earlier[name])]


def _attained(book: TeamBook, name: str, now: _Shares, before: _Shares | None) -> Iterator[Attainment]:
    whole, wholly = _summed(now), None if before is None else _summed(before)
    targets = {tier: standard.share for tier, standard in book.standards.tiers.items()}
    for level, staff_id, tier in sorted(whole, key=lambda key: (key[0], key[1] or "", key[2] or "")):
        share = whole[level, staff_id, tier]
        target = targets[tier] if tier is not None else _mean(targets, whole, level, staff_id)
        earlier = None if wholly is None else wholly.get((level, staff_id, tier), Share())
        yield Attainment(name, level, staff_id, tier, share, earlier, target)


def _summed(shares: _Shares) -> dict[_Key, Share]:
    """Return shares by level, member of staff and tier, with those of all tiers together and of the branch."""
    found: defaultdict[_Key, Share] = defaultdict(Share)
    for (staff_id, tier), share in shares.items():
        level = NOBODY if staff_id is None else STAFF
        for key in (
            (level, staff_id, tier),
            (level, staff_id, _ALL),
            (BRANCH, None, tier),
            (BRANCH, None, _ALL),
        ):
            found[key] += share
    return found


def _mean(
    targets: Mapping[str, float], whole: Mapping[_Key, Share], level: str, staff_id: str | None
) -> float:
    """Return the target of all tiers together: that which is attained when each tier attains its own."""
    cases = {tier: whole[level, staff_id, tier].cases for tier in targets if (level, staff_id, tier) in whole}
    return sum(targets[tier] * cases[tier] for tier in sorted(cases)) / max(1, sum(cases.values()))


def _covered(book: TeamBook, on: dt.date, *, before: bool) -> _Shares:
    """Return by adviser and tier for how many customers the last contact is no longer ago than promised."""
    standards, found = book.standards, Counter[tuple[str | None, str, bool]]()
    earliest = {tier: on - dt.timedelta(days=one.contact_days) for tier, one in standards.tiers.items()}
    for customer in book.customers.values():
        tier, last = standards.named(customer.tier), customer.last_before if before else customer.last
        found[customer.adviser, tier, last is not None and last >= earliest[tier]] += 1
    return _shares(found)


def _dealt(book: TeamBook, first: dt.date, last: dt.date) -> _Shares:
    """Return by member of staff and tier how many tasks were dealt with in time, of those whose time ended within some days.

    A task that is open still counts once its time is over: to count closed ones alone would leave out the worst.
    """
    standards, found = book.standards, Counter[tuple[str | None, str, bool]]()
    for task in book.tasks:
        tier = standards.named(book.customers[book.records[task["customer_id"]]].tier)
        ends = _begun(book, task) + dt.timedelta(days=standards.tiers[tier].task_days)
        if first <= ends <= last:
            closed = None if task["closed_at"] is None else book.day(task["closed_at"])
            found[task["assignee"], tier, closed is not None and closed <= ends] += 1
    return _shares(found)


def _begun(book: TeamBook, task: Mapping[str, Any]) -> dt.date:
    made = book.day(task["recorded_at"])
    return made if task["starts_on"] is None else max(made, dt.date.fromisoformat(task["starts_on"]))


def _shares(found: Mapping[tuple[str | None, str, bool], int]) -> _Shares:
    shares: defaultdict[tuple[str | None, str], Share] = defaultdict(Share)
    for (staff_id, tier, met), count in found.items():
        shares[staff_id, tier] += Share(count if met else 0, count)
    return shares
