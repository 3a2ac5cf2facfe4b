"""Whose turn it is to do what only one process may do at a time: a turn is taken for a while, prolonged, given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zhike.act.acting import Acting
    from zhike.core.ports import Transaction

__all__ = ["KIND", "give_back", "take_turn"]

KIND: Final = "turn"
"""Of its row among the jobs, which are never listed together with it."""


def take_turn(acting: Acting, name: str, holder: str, lasts: int) -> bool:
    """Return whether a turn is the holder's now, for at least half of what it lasts.

    Parameters
    ----------
    name : str
        Of what is done in turn.
    holder : str
        Different for every process and start.
    lasts : int
        Microseconds after which somebody else may take it, unless it is prolonged by taking it again.
    """
    now = acting.clock.now()
    with acting.store.read() as tx:
        held = _held(tx, name)
    if held is not None and held["until"] > now + (lasts // 2 if held["holder"] == holder else 0):
        return bool(held["holder"] == holder)
    with acting.store.write() as tx:
        held = _held(tx, name)
        if held is not None and held["holder"] != holder and held["until"] > now:
            return False
        _put(tx, name, {"holder": holder, "until": now + lasts}, now)
    return True


def give_back(acting: Acting, name: str, holder: str) -> None:
    """End a turn, where it is the holder's."""
    with acting.store.write() as tx:
        held = _held(tx, name)
        if held is not None and held["holder"] == holder:
            tx.remove("jobs", {"job_id": _key(name)})


def _key(name: str) -> str:
    return f"{KIND}-{name}"


def _held(tx: Transaction, name: str) -> dict[str, Any] | None:
    row = tx.one("jobs", job_id=_key(name))
    return None if row is None else row["content"]


def _put(tx: Transaction, name: str, held: dict[str, Any], now: int) -> None:
    values = {"state": "running", "content": held, "recorded_at": now, "actor": held["holder"]}
    if not tx.change("jobs", {"job_id": _key(name)}, values):
        tx.insert("jobs", [{"job_id": _key(name), "kind": KIND, "result": None, **values}])
