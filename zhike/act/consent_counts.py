"""How many customers agree to what, by their answers that are on the ledger; and who has taken back their word lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.act.acting import DAY
from zhike.act.live_state import day_of

if TYPE_CHECKING:
    from zhike.core.ports import Transaction

__all__ = ["RECENT_DAYS", "ConsentCounts", "count_consents"]

RECENT_DAYS: Final = 30
_PAGE: Final = 5_000
GIVEN, WITHDRAWN, EXPIRED = "given", "withdrawn", "expired"


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """What the last answers say.

    Parameters
    ----------
    standing : Counter of (purpose, channel, str)
        Customers whose last answer is given, withdrawn, or was given and has expired.
    withdrawn_lately : Counter of (purpose, channel)
        Withdrawals of the last `RECENT_DAYS` days, whatever was said since.
    answers : int
        That were read, the newest first.
    whole : bool
        Whether these are all.
    """

    standing: Counter[tuple[str, str, str]]
    withdrawn_lately: Counter[tuple[str, str]]
    answers: int
    whole: bool


def count_consents(tx: Transaction, now: int, most: int) -> ConsentCounts:
    """Count customers by their last answer to each purpose and channel.

    Parameters
    ----------
    tx : Transaction
    now : int
        Microseconds of UTC.
    most : int
        Answers that are read, the newest first; what is counted is right for those that are read, as the last one speaks.
    """
    standing, lately = Counter[tuple[str, str, str]](), Counter[tuple[str, str]]()
    seen, after, answers = set[tuple[str, str, str]](), None, 0
    while answers < most:
        size = min(_PAGE, most - answers)
        rows = tx.find("consents", order=["-recorded_at"], after=after, limit=size)
        for row in rows:
            key = row["purpose"], row["channel"]
            lately[key] += row["status"] == WITHDRAWN and row["recorded_at"] > now - RECENT_DAYS * DAY
            if (row["customer_id"], *key) not in seen:
                seen.add((row["customer_id"], *key))
                standing[*key, _standing(row, now)] += 1
        answers += len(rows)
        if len(rows) < size:
            return ConsentCounts(standing, lately, answers, whole=True)
        after = [rows[-1]["recorded_at"], rows[-1]["consent_id"]]
    more = tx.find("consents", order=["-recorded_at"], after=after, limit=1)
    return ConsentCounts(standing, lately, answers, whole=not more)


def _standing(row: dict[str, Any], now: int) -> str:
    if row["status"] == WITHDRAWN:
        return WITHDRAWN
    return EXPIRED if row["expires_on"] is not None and row["expires_on"] <= day_of(now) else GIVEN
