"""What a decision says to whoever asked: the list with names and numbers, and on request why, candidate by candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhike.core.types import ALLOWED
from zhike.core.units import DEFAULT_MINOR_UNITS
from zhike.decide.served_chances import served_chance
from zhike.decide.serving import attempts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from zhike.core.language import Language
    from zhike.core.types import Reason
    from zhike.decide.chance_reasons import Explainable
    from zhike.decide.dossier import Dossier
    from zhike.decide.serving import Moment, Place, Served
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["Reading", "contact_budget", "explained", "listed", "titles_of"]

_MOST_REFUSED: Final = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """A decision with all that it was made from."""

    setting: ServingSetting
    dossier: Dossier
    moment: Moment
    served: Served


def contact_budget(reading: Reading) -> list[dict[str, Any]]:
    """Return how many contacts the caps leave: channel (``all`` for all together), window in days, used, most and left."""
    rows = []
    for _, column, most in reading.setting.caps:
        channel, _, window = column.removeprefix("contacts_").rpartition("_")
        used = int(reading.moment.changed.get(column, reading.dossier.inputs[column]) or 0)
        left = max(0, most - used)
        rows.append(
            {
                "channel": channel,
                "days": int(window.removesuffix("d")),
                "used": used,
                "most": most,
                "left": left,
            }
        )
    return rows


def listed(
    reading: Reading, language: Language, hours: tuple[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return the actions of a list as plain values, doing nothing left out.

    Parameters
    ----------
    reading : Reading
    language : str
        Of the titles.
    hours : tuple of (str, str), optional
        Times of day within which the customer wants to be contacted; the narrower of these and the channel's hold.
    """
    nothing = reading.setting.problem.nothing
    places = [place for place in reading.served.places if place.action != nothing]
    obliged = reading.setting.judge.folded(reading.served.obliged)[:, 0]
    return [
        {"rank": rank, **_action(reading, place, obliged, language, hours)}
        for rank, place in enumerate(places, 1)
    ]


def _action(
    reading: Reading,
    place: Place,
    obliged: NDArray[np.uint64],
    language: Language,
    hours: tuple[str, str] | None,
) -> dict[str, Any]:
    setting, column = reading.setting, place.action
    table = {name: values[column] for name, values in setting.columns.items()}
    title = setting.titles.get(table["template"])
    decimals = setting.minor_units.get(table["currency"], DEFAULT_MINOR_UNITS)
    before, after = _hours(setting.contact_hours.get(table["channel"]), hours)
    return {
        "action_id": table["action_id"], "title": table["template"] if title is None else title.in_language(language),
        "kind": table["kind"], "product_id": table["product_id"], "channel": table["channel"], "arm": place.arm,
        "probability": place.probability, "propensity": float(reading.dossier.propensity[0, column]),
        "expected_value": int(reading.dossier.value[0, column]) / 10**decimals,
        "net_value": float(reading.served.net[column]), "currency": table["currency"],
        "duties": [setting.judge.conditions[bit].code for bit in _bits(obliged, column)],
        "contact_not_before": before, "contact_not_after": after,
    }  # fmt: skip


def _hours(channel: tuple[str, str] | None, wanted: tuple[str, str] | None) -> tuple[str | None, str | None]:
    bounds = [one for one in (channel, wanted) if one is not None]
    if not bounds:
        return None, None
    return max(first for first, _ in bounds), min(last for _, last in bounds)


def _bits(obliged: NDArray[np.uint64], column: int) -> list[int]:
    """Return the places of the conditions that tie a duty to an action; the words of shape (n_words, n_actions)."""
    words = obliged[:, column].tolist()
    if not any(words):
        return []
    return [64 * at + bit for at, word in enumerate(words) for bit in range(64) if word >> bit & 1]


def titles_of(setting: ServingSetting, language: Language) -> dict[str, str]:
    """Return the title of every action by its identifier; the template's name where it has none."""
    known = setting.titles
    return {
        action: known[template].in_language(language) if template in known else template
        for action, template in zip(setting.columns["action_id"], setting.columns["template"], strict=True)
    }


def explained(reading: Reading, language: Language, chances: Explainable | None = None) -> dict[str, Any]:
    """Return why the list is what it is: reasons of what was chosen, of the best that was refused, and the verdict of every candidate.

    Parameters
    ----------
    reading : Reading
    language : str
    chances : Explainable, optional
        The model that the setting names: with it, what was chosen tells why its chance is what it is.
    """
    setting, served = reading.setting, reading.served
    verdicts = setting.judge.verdicts(served.refused, served.obliged)
    names, nothing = setting.columns["action_id"], setting.problem.nothing
    pattern = verdicts.pattern[0]
    chosen = [place.action for place in served.places if place.action != nothing]
    refused = [column for column in range(len(names)) if verdicts.verdicts[pattern[column]] != ALLOWED]
    best = sorted(refused, key=lambda column: (-int(reading.dossier.value[0, column]), names[column]))
    return {
        "attempts": attempts(setting, served),
        "candidates": [
            {"action_id": name, "verdict": verdicts.verdicts[pattern[column]], "codes": _codes(verdicts.reasons[pattern[column]]),
             "probability": float(served.probability[column]), "net_value": float(served.net[column])}
            for column, name in enumerate(names)
        ],
        "chosen": [
            {**_reasons(reading, column, language), "chance": _chance(reading, chances, column, language)} for column in chosen
        ],
        "best_refused": [_reasons(reading, column, language) for column in best[:_MOST_REFUSED]],
    }  # fmt: skip


def _codes(text: str) -> list[str]:
    return text.split(";") if text else []


def _reasons(reading: Reading, column: int, language: Language) -> dict[str, Any]:
    judge = reading.setting.judge
    every = judge.of_action(reading.dossier.one(reading.setting, reading.moment.changed), column)
    found = {
        (reason.code, reason.effect): reason
        for values in every
        for reason in (condition.reason(values) for condition in judge.conditions)
        if reason.effect in ("refused", "obliged", "passed")
    }
    told = [_told(reason, language) for reason in found.values()]
    order = {"refused": 0, "obliged": 1, "passed": 2}
    return {
        "action_id": reading.setting.columns["action_id"][column],
        "reasons": sorted(told, key=lambda one: order[one["effect"]]),
    }


def _chance(
    reading: Reading, chances: Explainable | None, column: int, language: Language
) -> dict[str, Any] | None:
    found = None if chances is None else served_chance(reading.setting, reading.dossier, chances, column)
    if found is None:
        return None
    reasons = [
        {"group": one.group, "value": one.value, "text": one.text.in_language(language)}
        for one in found.reasons
    ]
    return {
        **{name: getattr(found, name) for name in ("score", "base", "compared", "customers")},
        "reasons": reasons,
    }


def _told(reason: Reason, language: Language) -> dict[str, Any]:
    values: Mapping[str, Any] = {"value": reason.value, "threshold": reason.threshold}
    return {
        "rule": reason.rule, "code": reason.code, "layer": reason.layer, "effect": reason.effect, **values,
        "reference": reason.reference, "status": reason.status, "title": reason.title.in_language(language),
        "message": reason.message.render(language, **values),
    }  # fmt: skip
