"""What a publication knows of its customers, attribute by attribute: how much is unknown, and who has agreed to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.decide.dossier import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction

__all__ = ["CONSENT", "Survey", "survey"]

CONSENT: Final = "consent_"
"""How columns begin that hold the answer to a purpose on a channel."""
ON_RECORD: Final = "consent_on_record"
_PAGE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Survey:
    """What the dossiers of a publication hold.

    Parameters
    ----------
    looked_at : int
        Dossiers; those with the lowest identifiers where there are more than were asked for.
    unknown : dict of str to int
        By attribute: of how many customers it is not known.
    agreed, refused : dict of str to int
        By purpose and channel (``marketing_app``): how many said yes, and no.
    """

    looked_at: int
    unknown: dict[str, int]
    agreed: dict[str, int]
    refused: dict[str, int]


def survey(desk: DecisionDesk, tx: Transaction, number: int, most: int) -> Survey:
    """Count what is known in the dossiers of a publication.

    Parameters
    ----------
    desk : DecisionDesk
    tx : Transaction
    number : int
        Of the publication.
    most : int
        Dossiers that are looked at.
    """
    looked_at, unknown = 0, dict[str, int]()
    answers: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for inputs in _inputs(desk, tx, number, most):
        looked_at += 1
        for name, value in inputs.items():
            if name.startswith(CONSENT) and name != ON_RECORD:
                for said, counted in answers.items():
                    key = name.removeprefix(CONSENT)
                    counted[key] = counted.get(key, 0) + (value is said)
            else:
                unknown[name] = unknown.get(name, 0) + (value is None)
    return Survey(looked_at, dict(sorted(unknown.items())), answers[True], answers[False])


def _inputs(desk: DecisionDesk, tx: Transaction, number: int, most: int) -> Iterator[dict[str, Any]]:
    setting, after, left = desk.published(tx, number).setting, None, most
    while left > 0:
        rows = tx.find(
            "dossiers", {"publication": number}, order=["customer_id"], after=after, limit=min(_PAGE, left)
        )
        for row in rows:
            if row["content"] is not None:
                yield dict(unpacked(row["content"], setting).inputs)
        if len(rows) < min(_PAGE, left):
            return
        left -= len(rows)
        after = [rows[-1]["customer_id"], number]
