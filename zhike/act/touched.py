"""What was derived from a customer: the features of their dossiers, and the publications and models that had a part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.act.publications import publication
from zhike.decide.dossier import unpacked
from zhike.decide.ranked_scoring import RANKING
from zhike.know.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.core.ports import Transaction
    from zhike.decide.dossier import Dossier

__all__ = ["dossiers_of", "touched"]

_BY_NAME = {feature.name: feature for feature in FEATURES}


def dossiers_of(tx: Transaction, records: Sequence[str]) -> dict[int, list[Dossier]]:
    """Return the dossiers of a customer's records that can be read, by publication, the oldest first."""
    found: dict[int, list[Dossier]] = {}
    for row in tx.find("dossiers", {"customer_id": list(records)}, order=["publication"]):
        if row["content"] is not None:
            setting = publication(tx, row["publication"]).setting
            found.setdefault(row["publication"], []).append(unpacked(row["content"], setting))
    return found


def touched(tx: Transaction, records: Sequence[str]) -> dict[str, Any]:
    """Return the features derived of a customer, and each publication with its policy, setting and model, as plain JSON values.

    Notes
    -----
    A model is fitted over everybody and keeps no row of anybody. What a publication still holds of it once a dossier is gone are the
    prices of what is scarce, one number for each row of the plan.
    """
    known = dossiers_of(tx, records)
    names = sorted({name for dossiers in known.values() for one in dossiers for name in one.inputs})
    return {
        "features": [
            {"name": name, "source": _BY_NAME[name].source if name in _BY_NAME else "ledger"}
            for name in names
        ],
        "publications": [_publication(tx, number) for number in known],
    }


def _publication(tx: Transaction, number: int) -> dict[str, Any]:
    row = tx.one("publications", number=number)
    assert row is not None  # noqa: S101 - its dossiers were read under its setting
    names = ("number", "at", "policy", "policy_version", "setting", "manifest")
    setting = publication(tx, number).setting
    model = setting.software.get(RANKING, setting.policy.recommender)
    return {**{name: row[name] for name in names}, "model": model}
