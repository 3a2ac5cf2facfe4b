"""Whom an offer moves, and whom it only disturbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.lab.contact import ADVISER, excess_contacts, skill_of
from zhike.lab.shelf import FAMILIES, SHELF, TALKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.taking import Lines, Scene

__all__ = ["bought_lately", "disturbance", "persuasion", "wrong_time"]

STRENGTH: Final = {"branch": -3.5, "adviser": -2.6, "phone": -3.3, "app": -5.9, "sms": -6.2}
"""Logit of persuading by channel, for the usual customer and product. Set so that offers shown are accepted by 5 to 15 % with an
adviser, at best about 11 % by telephone (bank marketing data of the UCI repository: 11.7 % of calls about a term deposit), 0.3 to
2 % over app and message."""

FAMILY: Final = {"deposit": 0.3, "wealth": 0.1, "fund": -0.2, "insurance": -0.6, "card": 0.1, "loan": -0.5,
                 "settlement": -0.2, "payment": 0.3}  # fmt: skip
"""What the family adds to it. Invented."""

PERSUADABLE, LIKING, MATCH, SKILL, CONTENT = 0.85, 0.6, 0.7, 0.5, 0.10
"""What a standard deviation of `Traits.persuadable`, liking of the channel, match of the product, the adviser's skill and
satisfaction add to it. Invented."""

INITIATIVE: Final = -0.45
"""What each unit of the logit of taking anyway, above the usual one, takes away: who acts alone is not waiting to be asked. Invented."""
USUAL_LOGIT: Final = -5.5
MOST_INITIATIVE: Final = 3.0

SEASON: Final = 0.5
"""Share of the season's shift of taking that also helps an offer. Invented."""

CROWDED: Final = 0.5
"""What each unit of load above .8 takes away: hurried talks, full queues. Invented."""
CROWDED_FROM: Final = 0.8

PACKAGE: Final = -0.4
"""What a package takes away: several decisions at once. Invented."""

LATELY: Final = 3
"""Months within which a purchase in the same family makes another offer come at the wrong time. Invented."""

DISTURBED, DISTURBED_MORE, MOST_DISTURBED = 0.4, 0.2, 0.9
"""Share of those taking anyway whom a disturbing offer puts off, what each contact beyond patience adds, and the most. Invented."""

_STRENGTH: Final = np.array([STRENGTH[name] for name in TALKING])
_FAMILY: Final = np.array([FAMILY[name] for name in FAMILIES])
_FIRST: Final = np.array([np.flatnonzero(SHELF.family == family)[0] for family in range(len(FAMILIES))])
_COUNT: Final = np.bincount(SHELF.family)


def persuasion(
    scene: Scene, lines: Lines, channel: NDArray[np.int64], matched: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the chance that an offer wins a customer who would not take anything of the family otherwise.

    Parameters
    ----------
    lines : Lines
        Of single products, or the members of packages.
    channel : ndarray of int, shape (n_lines,)
    matched : ndarray of float, shape (n_lines,)
        As `zhike.lab.worth.match` returns it.

    Returns
    -------
    ndarray of float, shape (n_lines,)
        Before disturbance; a package's is for the caller to put together from its lines.
    """
    row, family, traits = lines.row, lines.family, scene.traits
    logit = (
        _STRENGTH[channel]
        + _FAMILY[family]
        + PERSUADABLE * traits.persuadable[row]
        + LIKING * traits.liking[row, channel]
        + MATCH * matched
        + CONTENT * scene.state.satisfaction[row]
        + SKILL * np.where(channel == ADVISER, skill_of(traits.adviser)[row], 0.0)
        + INITIATIVE * _initiative(scene.chance[family, row])
        + SEASON * scene.weather.season[family]
        - CROWDED * np.maximum(scene.weather.load - CROWDED_FROM, 0.0)[channel]
    )
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def _initiative(chance: NDArray[np.float32]) -> NDArray[np.float64]:
    some = np.clip(chance.astype(np.float64), 1e-6, 0.999)
    return np.asarray(np.clip(np.log(some / (1.0 - some)) - USUAL_LOGIT, 0.0, MOST_INITIATIVE))


def bought_lately(scene: Scene, lines: Lines) -> NDArray[np.bool_]:
    """Return where the customer began something of the same family within `LATELY` months, shape (n_lines,)."""
    result = np.zeros(len(lines), dtype=bool)
    for position in range(int(_COUNT.max())):
        at = np.minimum(position, _COUNT[lines.family] - 1) + _FIRST[lines.family]
        since = scene.state.since[lines.row, at]
        result |= (since > 0) & (scene.month - since <= LATELY) & (scene.state.amount[lines.row, at] > 0)
    return result


def wrong_time(scene: Scene, lines: Lines, size: int) -> NDArray[np.bool_]:
    """Return where an offer comes at the wrong time, shape (n_pairs,): open complaint, or just bought the like."""
    wrong = bought_lately(scene, lines) | (scene.state.complaint[lines.row] > 0)
    return np.bincount(lines.pair, weights=wrong, minlength=size) > 0


def disturbance(
    scene: Scene,
    row: NDArray[np.int64],
    action: NDArray[np.int64],
    earlier: NDArray[np.int64],
    wrong: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the share of those taking anyway whom an offer puts off, shape (n_pairs,): 0 where it does not disturb.

    Parameters
    ----------
    row, action, earlier : ndarray of int, shape (n_pairs,)
        ``earlier`` counts the contacts of this month before.
    wrong : ndarray of bool, shape (n_pairs,)
        As `wrong_time` returns it.
    """
    excess = excess_contacts(scene, row, action, earlier)
    share = np.minimum(DISTURBED + DISTURBED_MORE * excess, MOST_DISTURBED)
    return np.where((excess > 0) | wrong, share, 0.0)
