"""Places of quotas inside questionnaires: held while a sheet is filled in, taken once it is sent, given back when nobody goes on.

Whoever writes is alone (`zhike.core.ports.Store.write`): who counts and takes in one transaction never overfills a quota.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.act.acting import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["HELD", "TAKEN", "do_give_back", "do_take", "places_used"]

_TABLE: Final = "survey_places"
HELD, TAKEN = "held", "taken"


def places_used(
    tx: Transaction, instrument: str, quotas: Mapping[str, tuple[int, int | None]], now: int, but: str = ""
) -> dict[str, dict[str, int]]:
    """Return how many places of each quota are taken and how many are held.

    Parameters
    ----------
    instrument : str
        Questionnaire, without its version.
    quotas : mapping of str to (int, int or None)
        Places, and within how many days they count; those of all time without them.
    now : int
        Microseconds of UTC.
    but : str, optional
        A sheet whose own places are not counted.

    Notes
    -----
    Within days no more than all places are counted: beyond that it makes no difference.
    """
    rows = tx.find(
        _TABLE, {"instrument": instrument, "state": HELD}, columns=("sheet_id", "quota", "held_until")
    )
    held = [row["quota"] for row in rows if row["held_until"] > now and row["sheet_id"] != but]
    return {
        name: {TAKEN: _taken(tx, {"instrument": instrument, "quota": name, "state": TAKEN}, of, now), HELD: held.count(name)}
        for name, of in quotas.items()
    }  # fmt: skip


def _taken(tx: Transaction, where: Mapping[str, str], of: tuple[int, int | None], now: int) -> int:
    limit, days = of
    if days is None:
        return tx.count(_TABLE, where)
    latest = tx.find(_TABLE, where, order=["-recorded_at"], limit=max(limit, 1), columns=("recorded_at",))
    return sum(row["recorded_at"] > now - days * DAY for row in latest)


def do_take(
    acting: Acting, tx: Transaction, instrument: str, sheet_id: str, quotas: Iterable[str], until: int | None
) -> None:
    """Take a place of each quota for a sheet, and give back those that it had of others and those that nobody holds any longer.

    Parameters
    ----------
    until : int or None
        Until when they are held; None for good.
    """
    now, names = acting.clock.now(), tuple(quotas)
    held = tx.find(_TABLE, {"instrument": instrument, "state": HELD}, columns=("sheet_id", "held_until"))
    over = {row["sheet_id"] for row in held if row["held_until"] <= now} | {sheet_id}
    tx.remove(_TABLE, {"sheet_id": sorted(over), "state": HELD})
    # What a quota reads of somebody lies sealed in their sheet: a place that is taken leads neither to the sheet nor to the moment it was sent.
    row = {"sheet_id": sheet_id, "state": HELD, "held_until": until, "recorded_at": now}
    if until is None:
        row = {
            "sheet_id": acting.new_id("s"),
            "state": TAKEN,
            "held_until": None,
            "recorded_at": now - now % DAY,
        }
    if names:
        tx.insert(_TABLE, [{**row, "instrument": instrument, "quota": name} for name in names])


def do_give_back(tx: Transaction, sheet_id: str) -> None:
    """Give back the places that a sheet holds: it is not filled in any more."""
    tx.remove(_TABLE, {"sheet_id": sheet_id, "state": HELD})
