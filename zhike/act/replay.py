"""Prove decisions that were remembered: computed again from dossier, setting and moment, they come out bit for bit the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from zhike.decide.dossier import Dossier, unpacked
from zhike.decide.served_answer import Reading
from zhike.decide.serving import Moment, serve_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zhike.act.acting import Acting
    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.serving import Served
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Again", "Replay", "computed_again", "listed_places", "replay_log", "same_again"]

_PAGE: Final = 2_000
_TOGETHER: Final = 200
"""Decisions computed at once: what each costs falls with their number, what they need in memory grows with it."""


@dataclass(slots=True)
class Replay:
    """What came of computing decisions again.

    Parameters
    ----------
    decisions : int
        Looked at.
    identical : int
    degraded : int
        Safe answers, which rest on nothing.
    erased : int
        Of customers whose key is destroyed: they can be counted, not computed.
    different : list of str
        Identifiers of decisions that came out otherwise.
    changed_dossiers : list of (int, str)
        Publication and customer of dossiers whose verdicts do not follow from their own inputs.
    """

    decisions: int = 0
    identical: int = 0
    degraded: int = 0
    erased: int = 0
    different: list[str] = field(default_factory=list)
    changed_dossiers: list[tuple[int, str]] = field(default_factory=list)

    @property
    def proven(self) -> bool:
        """Whether everything that can be computed came out the same."""
        return not self.different and not self.changed_dossiers


@dataclass(frozen=True, slots=True)
class Again:
    """A stored decision, computed again from what it was made from.

    Parameters
    ----------
    reading : Reading
    follows : bool
        Whether the verdicts of the dossier follow from its own inputs.
    fingerprint : str
    places : list
        Action, arm and probability of each place of the list.
    """

    reading: Reading
    follows: bool
    fingerprint: str
    places: list[list[Any]]

    def same(self, record: Mapping[str, Any]) -> bool:
        """Return whether a stored record is what came out."""
        return (
            self.follows
            and self.fingerprint == record["fingerprint"]
            and self.places == listed_places(record)
        )


def listed_places(record: Mapping[str, Any]) -> list[list[Any]]:
    """Return action, arm and probability of each place of a stored record."""
    return [place[:3] for place in record["places"]]


def computed_again(desk: DecisionDesk, tx: Transaction, row: dict[str, Any]) -> Again | None:
    """Return one stored decision computed again; None where there is nothing to compute from."""
    if row["degraded"] or row["record"] is None:
        return None
    current = desk.published(tx, row["publication"])
    stored = tx.one("dossiers", publication=current.number, customer_id=row["customer_id"])
    if stored is None or stored["content"] is None:
        return None
    setting, dossier = current.setting, unpacked(stored["content"], current.setting)
    moment = Moment.of(row["decision_id"], row["context"]["moment"])
    served = serve_all(setting, [dossier], [moment])[0]
    reading = Reading(setting, dossier, moment, served)
    return Again(reading, not _changed(setting, [dossier]), served.fingerprint, _places(setting, served))


def same_again(desk: DecisionDesk, tx: Transaction, row: dict[str, Any]) -> bool | None:
    """Return whether one stored decision comes out the same; None where there is nothing to compute from."""
    found = computed_again(desk, tx, row)
    return None if found is None else found.same(row["record"])


def _same(setting: ServingSetting, dossiers: list[Dossier], rows: list[dict[str, Any]]) -> list[bool]:
    """Return which stored decisions come out the same."""
    moments = [Moment.of(row["decision_id"], row["context"]["moment"]) for row in rows]
    return [
        served.fingerprint == row["record"]["fingerprint"]
        and _places(setting, served) == listed_places(row["record"])
        for served, row in zip(serve_all(setting, dossiers, moments), rows, strict=True)
    ]


def _places(setting: ServingSetting, served: Served) -> list[list[Any]]:
    names = setting.columns["action_id"]
    return [[names[place.action], place.arm, place.probability] for place in served.places]


def _changed(setting: ServingSetting, dossiers: list[Dossier]) -> list[str]:
    """Return the customers whose dossier's verdicts do not follow from its inputs, judged together as a batch judges."""
    columns = {name: [one.inputs[name] for one in dossiers] for name in dossiers[0].inputs}
    frame = pl.DataFrame(columns, schema_overrides=dict.fromkeys(setting.texts, pl.String), strict=False)
    refused, obliged = setting.judge.words(frame)
    return [
        one.customer_id
        for row, one in enumerate(dossiers)
        if (refused[:, row : row + 1] != one.refused).any()
        or (obliged[:, row : row + 1] != one.obliged).any()
    ]


def replay_log(
    acting: Acting,
    desk: DecisionDesk,
    *,
    since: int = 0,
    progress: Callable[[int], None] = lambda _done: None,
) -> Replay:
    """Compute every stored decision again.

    Parameters
    ----------
    acting : Acting
    desk : DecisionDesk
    since : int
        Microseconds of UTC from which decisions are looked at.
    progress : callable
        Told how many are done.
    """
    found, after, judged = Replay(), [since, ""], set[tuple[int, str]]()
    while True:
        with acting.store.read() as tx:
            rows = tx.find("decisions", order=["decided_at"], after=after, limit=_PAGE)
            if not rows:
                return found
            by_publication: dict[int, list[dict[str, Any]]] = {}
            for row in rows:
                by_publication.setdefault(row["publication"], []).append(row)
            for number, some in by_publication.items():
                _replayed(desk, tx, number, some, found, judged)
        after = [rows[-1]["decided_at"], rows[-1]["decision_id"]]
        progress(found.decisions)


def _replayed(
    desk: DecisionDesk, tx: Transaction, number: int, rows: Iterable[dict[str, Any]], found: Replay, judged: set[tuple[int, str]]
) -> None:  # fmt: skip
    full = []
    for row in rows:
        found.decisions += 1
        if row["record"] is None:
            found.erased += 1
        elif row["degraded"]:
            found.degraded += 1
        else:
            full.append(row)
    if not full:
        return
    setting = desk.published(tx, number).setting
    names = sorted({row["customer_id"] for row in full})
    stored = tx.find("dossiers", {"publication": number, "customer_id": names})
    known = {
        one["customer_id"]: unpacked(one["content"], setting) for one in stored if one["content"] is not None
    }
    fresh = [one for name, one in known.items() if (number, name) not in judged]
    if fresh:
        found.changed_dossiers += [(number, name) for name in _changed(setting, fresh)]
        judged.update((number, one.customer_id) for one in fresh)
    there = [row for row in full if row["customer_id"] in known]
    found.different += [row["decision_id"] for row in full if row["customer_id"] not in known]
    for start in range(0, len(there), _TOGETHER):
        some = there[start : start + _TOGETHER]
        same = _same(setting, [known[row["customer_id"]] for row in some], some)
        found.identical += sum(same)
        found.different += [row["decision_id"] for row, good in zip(some, same, strict=True) if not good]
