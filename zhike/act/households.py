"""Who shares a household's caps with whom, as published, and what its members were offered today.

A household has no row of its own: its count is that of its members' rows, each sealed under its own person's key and each with the
version by which a change is noticed. So it falls with a contact that was blocked and with a person who is erased, and nothing is
kept of a household that would outlive its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.acting import ACTIVE
from zhike.decide.constraints import HOUSEHOLD
from zhike.decide.contact_hours import local_day
from zhike.decide.day_caps import on_day
from zhike.decide.live import Live

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhike.act.drafts import Draft
    from zhike.core.ports import Transaction
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Versions", "left_of_caps", "members", "seen_in", "versions_of"]

Row = dict[str, Any]
Versions = dict[str, dict[str, int]]
"""Version of every member's row, by household and customer."""


def members(tx: Transaction, rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    """Return the rows of all members, those of the customers themselves among them, by household; none for who is in none."""
    names = {row[HOUSEHOLD] for row in rows} - {None}
    found: dict[str, list[Row]] = {name: [] for name in names}
    if names:
        for row in tx.find("customers", {HOUSEHOLD: sorted(names), "state": ACTIVE}, order=["customer_id"]):
            found[row[HOUSEHOLD]].append(row)
    return {name: tuple(some) for name, some in found.items()}


def versions_of(tx: Transaction, drafts: Iterable[Draft]) -> Versions:
    """Return the versions of the rows of all members of the households that some drafts counted."""
    names = {draft.row[HOUSEHOLD] for draft in drafts if draft.household}
    found: Versions = {name: {} for name in names}
    if names:
        columns = ("customer_id", "version", HOUSEHOLD)
        where = {HOUSEHOLD: sorted(names), "state": ACTIVE}
        for row in tx.find("customers", where, columns=columns):
            found[row[HOUSEHOLD]][row["customer_id"]] = row["version"]
    return found


def seen_in(draft: Draft) -> dict[str, int]:
    """Return the versions of the members' rows that a draft counted."""
    return {row["customer_id"]: row["version"] for row in draft.household}


def left_of_caps(
    setting: ServingSetting, live: Live, household: Sequence[Row], now: int
) -> tuple[int, ...] | None:
    """Return what the day's caps leave a customer, None where the policy has none.

    Parameters
    ----------
    setting : ServingSetting
    live : Live
        Of the customer.
    household : sequence of dict
        Rows of the members, the customer's own among them; empty for who is in none.
    now : int
        Microseconds of UTC.
    """
    if not len(setting.day_caps):
        return None
    day = local_day(now, setting.timezone)
    own = on_day(live.given, day, setting.timezone)
    every = [one for row in household for one in Live.of(row["live"]).given]
    together = on_day(every, day, setting.timezone) if household else own
    return setting.day_caps.left(setting.places, own, together)
