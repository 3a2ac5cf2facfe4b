"""What the report of a demonstration tells: figures in plain Python types, texts of cases already in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BankFacts", "Crowd", "Effect", "Example", "Loss", "Months", "Price", "Served", "Story"]


@dataclass(frozen=True, slots=True)
class BankFacts:
    """The bank that was made up.

    Parameters
    ----------
    customers : int
        At the last day.
    months : int
        Months of history before the policies part.
    seed : int
    first_day, last_day : str
        ISO dates of the history.
    rows : mapping of str to int
        Rows by contract table.
    """

    customers: int
    months: int
    seed: int
    first_day: str
    last_day: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who the customers are.

    Parameters
    ----------
    age_bands : sequence of str
        From young to old, such as ``18-24``.
    ages : mapping of str to sequence of int
        Persons by age band; the keys are ``female`` and ``male``.
    lorenz : sequence of (float, float)
        Share of customers, poorest first, and the share of all balances that they hold; from (0, 0) to (1, 1).
    satisfaction : sequence of (str, int)
        Class of the answer and how many answers fell into it, from low to high.
    """

    age_bands: Sequence[str]
    ages: Mapping[str, Sequence[int]]
    lorenz: Sequence[tuple[float, float]]
    satisfaction: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Months:
    """The course of each policy.

    Parameters
    ----------
    labels : sequence of str
        Months, such as ``2026-05``.
    series : mapping of str to mapping of str to sequence of float
        Metric, then policy, then a figure for each month. Metrics in this order where there:
        ``bank_value`` and ``customer_benefit`` (CNY per customer and month), ``satisfaction``, ``complaints``
        (per 10,000 customers), ``contacts`` (per customer), ``attrition`` (share of customers).
    units : mapping of str to str
        Units of metrics that are counted otherwise, such as ``{"satisfaction": "sd"}``; ``points`` without.
    """

    labels: Sequence[str]
    series: Mapping[str, Mapping[str, Sequence[float]]]
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """One metric of one policy over all months, less that of ``standard``.

    Parameters
    ----------
    policy, metric : str
        Metrics: ``bank_value``, ``customer_benefit``, ``satisfaction``, ``complaints``, ``attrition``, ``contacts``,
        ``unsuitable_sales``, ``regret``. Regret is the shortfall against ``oracle``, not a difference to ``standard``.
    mean, low, high : float
        Difference per customer and the ends of its interval.
    unit : str
        A code of `zhike.cli.report_words.UNITS`, or a text shown as it stands. Figures in ``share`` are fractions.
    """

    policy: str
    metric: str
    mean: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Loss:
    """A group of customers for whom the personalised policy does worse than ``standard``.

    Parameters
    ----------
    group, label : str
        What the customers are grouped by, and which of its groups: ``age``, ``65+``.
    metric : str
        As in `Effect`.
    mean, low, high : float
        Difference to ``standard`` per customer, in the unit that the metric has in `Effect`, and its interval.
    """

    group: str
    label: str
    metric: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Served:
    """What one policy brings to one group of customers.

    Parameters
    ----------
    policy, kind, group : str
        What the customers are grouped by, and which of its groups.
    share : float
        Share of the group that was shown at least one action, 0 to 1.
    mean, low, high : float
        Benefit of the group's customers, CNY per customer over all months, and its interval.
    """

    policy: str
    kind: str
    group: str
    share: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Price:
    """What one more unit of a scarce resource would be worth.

    Parameters
    ----------
    resource : str
        Such as ``adviser`` or a text shown as it stands.
    price : float
        CNY per unit; 0 where the resource is not used up.
    unit : str
        A code of `zhike.cli.report_words.UNITS` such as ``hour``, or a text shown as it stands.
    used, capacity : float
        Units.
    """

    resource: str
    price: float
    unit: str
    used: float
    capacity: float


@dataclass(frozen=True, slots=True)
class Example:
    """One customer's decision, texts in the reader's language.

    Parameters
    ----------
    customer_id, headline, proposal : str
    reasons, refused : sequence of str
        Why this; what was not proposed and why.
    """

    customer_id: str
    headline: str
    reasons: Sequence[str]
    refused: Sequence[str]
    proposal: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that `zhike.cli.report.write_report` shows; an empty part is left out.

    Parameters
    ----------
    bank : BankFacts
    crowd : Crowd or None
    months : Months or None
    dividend : sequence of Effect
    loses : sequence of Loss
    groups_compared : int
        Comparisons of a group and a metric among which ``loses`` were found; 0 where that is not known.
    fairness : sequence of Served
    funnel : mapping of str to int
        Stages in order and what is left after each.
    prices : sequence of Price
    customers : sequence of Example
    confidence : float
        Of every interval.
    """

    bank: BankFacts
    crowd: Crowd | None = None
    months: Months | None = None
    dividend: Sequence[Effect] = ()
    loses: Sequence[Loss] = ()
    groups_compared: int = 0
    fairness: Sequence[Served] = ()
    funnel: Mapping[str, int] = field(default_factory=dict)
    prices: Sequence[Price] = ()
    customers: Sequence[Example] = ()
    confidence: float = 0.95
