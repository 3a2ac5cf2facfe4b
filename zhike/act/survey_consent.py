"""What a customer says to being asked for their opinion, channel by channel, and what else of them decides whether they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.act.own_wishes import consents_now
from zhike.act.publications import archives_of
from zhike.decide.live import changed_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.act.decisions import DecisionDesk
    from zhike.core.ports import Transaction
    from zhike.decide.live import Live

__all__ = ["known_now", "survey_answers"]

_SURVEY: Final = "survey"


def known_now(desk: DecisionDesk, tx: Transaction, people: Mapping[str, Live]) -> dict[str, dict[str, Any]]:
    """Return what is known of customers now: the archive's attributes, and the inputs of decisions as they stand.

    Parameters
    ----------
    people : mapping of customer to Live
        By the record that stays; as of today.
    """
    now = desk.acting.clock.now()
    archives, (_, dossiers) = archives_of(tx, list(people)), desk.dossiers(tx, list(people))
    found: dict[str, dict[str, Any]] = {}
    for customer, live in people.items():
        found[customer] = dict(archives.get(customer, {}))
        dossier = dossiers.get(customer)
        if dossier is not None:
            found[customer] |= {**dossier.inputs, **changed_inputs(dossier, live, now)}
    return found


def survey_answers(known: Mapping[str, Any], live: Live) -> dict[str, bool | None]:
    """Return what a customer says to being asked over each channel; None where nobody asked.

    Parameters
    ----------
    known : mapping
        From `known_now`; what has changed since is looked at in ``live`` again, which changes nothing.
    live : Live
    """
    answers = {one["purpose"]: one["channels"] for one in consents_now(known, live)}
    found: dict[str, bool | None] = answers[_SURVEY]
    return found
