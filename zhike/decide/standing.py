"""Whether an offer that is about to go out still stands: judged again as things are now, contacts counted as they were when it was made.

An offer is a contact itself, and so are those that were made with it. If they counted against it, nothing would ever go out; if nothing
was judged again, a consent withdrawn an hour ago would count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from zhike.decide.inputs import CONTACT_DAYS
from zhike.decide.live import changed_inputs, unwanted_actions

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from zhike.decide.dossier import Dossier
    from zhike.decide.live import Live
    from zhike.decide.serving_setting import ServingSetting

__all__ = ["NOT_ON_SALE", "UNWANTED", "Offered", "Standing", "contact_inputs", "standing"]

UNWANTED: Final = "preference.unwanted"
NOT_ON_SALE: Final = "action.not_on_sale"
_CONTACTS: Final = "contacts_"


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it was made.

    Parameters
    ----------
    action : str
    at : int
        Microseconds of UTC.
    reason : str
        Reason of contact.
    contacts : mapping of column to value
        See `contact_inputs`.
    """

    action: str
    at: int
    reason: str
    contacts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an offer stands now.

    Parameters
    ----------
    refusals : tuple of str
        Codes of what refuses it; empty where it still stands.
    duties : tuple of str
        Codes of what must be done with it.
    """

    refusals: tuple[str, ...]
    duties: tuple[str, ...] = ()


def contact_inputs(dossier: Dossier, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that count contacts as a decision saw them.

    Parameters
    ----------
    dossier : Dossier
        That the decision was made from.
    changed : mapping of column to value
        Inputs that were not as the dossier has them, see `zhike.decide.live.changed_inputs`.
    """
    inputs = {**dossier.inputs, **changed}
    return {
        name: value for name, value in inputs.items() if name.startswith(_CONTACTS) or name == CONTACT_DAYS
    }


def standing(setting: ServingSetting, dossier: Dossier, live: Live, now: int, offered: Offered) -> Standing:
    """Return how an offer stands now.

    Parameters
    ----------
    setting, dossier
        Of the publication that is served from now.
    live : Live
    now : int
        Microseconds of UTC.
    offered : Offered
    """
    place = setting.places.get(offered.action)
    if place is None:
        return Standing((NOT_ON_SALE,))
    before = replace(live, contacts=tuple(one for one in live.contacts if one[0] < offered.at))
    unwanted = unwanted_actions(setting, before, now)
    codes = () if unwanted is None or not unwanted[place] else (UNWANTED,)
    changed = _changed(setting, dossier, live, now, offered)
    judge, words = setting.judge, (dossier.refused, dossier.obliged)
    refused, obliged = judge.rejudged(words, dossier.one(setting, changed), frozenset(changed))
    return Standing((*codes, *_codes(setting, refused, place)), _codes(setting, obliged, place))


def _changed(
    setting: ServingSetting, dossier: Dossier, live: Live, now: int, offered: Offered
) -> dict[str, Any]:
    """Return the inputs that are not as the dossier has them, contacts as the offer's decision saw them."""
    reason = setting.reasons.get(offered.reason)
    changed = changed_inputs(dossier, replace(live, contacts=()), now, reason)
    known = dossier.inputs
    counted = {
        name: value for name, value in offered.contacts.items() if name in known and known[name] != value
    }
    return changed | counted


def _codes(setting: ServingSetting, words: NDArray[np.uint64], place: int) -> tuple[str, ...]:
    """Return the codes of the conditions whose bits are set for an action."""
    column = setting.judge.folded(words)[:, 0, place].tolist()
    bits = [64 * at + bit for at, word in enumerate(column) for bit in range(64) if word >> bit & 1]
    return tuple(setting.judge.conditions[bit].code for bit in bits)
