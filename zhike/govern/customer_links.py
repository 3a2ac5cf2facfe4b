"""How long a link to a customer's own page holds, and what may be asked through it: the numbers of ``access.customer_links``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["CUSTOMER_LINKS", "LinkRules", "link_holds"]

CUSTOMER_LINKS: Final = "access.customer_links"
_NAMES: Final = ("days_it_holds", "idle_minutes", "most_requests")
_DAY: Final = 86_400_000_000
_MINUTE_SECONDS: Final = 60
_MOST_DAYS: Final = 366
"""Whoever finds an old message must not find a customer's page behind it; so no rule may let a link hold for longer."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """How long links hold, and what may be asked through them.

    Parameters
    ----------
    holds : int
        Microseconds from when it was made.
    idle : int
        Seconds after the last page for which a browser keeps it.
    most_requests : int
        Requests of one customer that may be open.
    """

    holds: int
    idle: int
    most_requests: int

    @classmethod
    def of(cls, version: Version) -> LinkRules:
        """Read ``access.customer_links``.

        Raises
        ------
        RuleError
            When a number is missing, or is none that could be meant.
        """
        value = version.counts(_NAMES)
        if value["days_it_holds"] > _MOST_DAYS:
            expected = phrase("at most {most_days} days_it_holds", most_days=_MOST_DAYS)
            raise RuleError(what=f"{value!r}", path=version.path, expected=expected)
        return cls(
            value["days_it_holds"] * _DAY, value["idle_minutes"] * _MINUTE_SECONDS, value["most_requests"]
        )


def link_holds(link: Mapping[str, Any], now: int) -> bool:
    """Return whether a link lets its customer in.

    Parameters
    ----------
    link : mapping
        A row of the ledger's table ``customer_links``.
    now : int
        Microseconds since 1970 in UTC.

    Examples
    --------
    >>> row = {"expires_at": 100, "revoked_at": None}
    >>> link_holds(row, 99), link_holds(row, 100), link_holds({**row, "revoked_at": 5}, 99)
    (True, False, False)
    """
    return link["revoked_at"] is None and now < link["expires_at"]
