"""How satisfaction forms: the European index model (ECSI) with known path coefficients, fed by what customers live through.

Image, expectation, perceived quality, perceived value, satisfaction, the view of complaint handling and loyalty are standardised.
The paths are the published centroid estimates on the 250 answers of the ECSI mobile phone study (Tenenhaus et al. 2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from zhike.lab.complaints import crowding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zhike.lab.complaints import Cases
    from zhike.lab.dice import Dice
    from zhike.lab.offers import Sales
    from zhike.lab.state import State, Traits
    from zhike.lab.weather import Weather

__all__ = [
    "HALO", "LATENTS", "PATHS", "R2", "Feelings", "feelings", "form", "handling", "image", "settle",
]  # fmt: skip

LATENTS: Final = ("image", "expectation", "perceived", "worth", "satisfaction", "handling", "loyalty")
"""Latent variables, causes before effects."""

PATHS: Final[Mapping[tuple[str, str], float]] = MappingProxyType({
    ("image", "expectation"): 0.5047,
    ("expectation", "perceived"): 0.5572,
    ("expectation", "worth"): 0.0508,
    ("perceived", "worth"): 0.5572,
    ("image", "satisfaction"): 0.1788,
    ("expectation", "satisfaction"): 0.0644,
    ("perceived", "satisfaction"): 0.5125,
    ("worth", "satisfaction"): 0.1918,
    ("satisfaction", "handling"): 0.5261,
    ("image", "loyalty"): 0.1954,
    ("satisfaction", "loyalty"): 0.4835,
    ("handling", "loyalty"): 0.0712,
})  # fmt: skip
"""Path coefficients from cause to effect: published data, centroid scheme, two implementations agree."""

R2: Final[Mapping[str, float]] = MappingProxyType({
    "expectation": 0.2547, "perceived": 0.3105, "worth": 0.3446,
    "satisfaction": 0.6803, "handling": 0.2768, "loyalty": 0.4573,
})  # fmt: skip
"""Share of the variance that the paths explain, same source."""

_IMAGE_AND_QUALITY: Final = 0.7489
"""Correlation of image and quality on the same data (own computation); the paths alone would give .28."""

_BY_PATHS: Final = PATHS["expectation", "perceived"] * PATHS["image", "expectation"]
HALO: Final = (_IMAGE_AND_QUALITY - _BY_PATHS) / (1 - R2["expectation"])
"""Weight in quality of the standing view of the bank beyond expectation: a common cause, not a path, and uncorrelated with
expectation, so that the paths stay what they are. Without it satisfaction could not reach its published R2."""

_LASTING: Final = 0.5
"""Share of a residual variance that stays with the customer for good; the rest is new each month. Invented."""
_MEMORY: Final = 0.8
"""Share of the running experience that is left a month later. Invented."""
_ORDINARY: Final = (1 - _MEMORY**2) ** 0.5
"""Standard deviation of an ordinary month's experience: gives the running experience variance 1 at rest."""
_FURTHEST: Final = 4.0
"""Experience beyond which nothing is felt as better or worse. Invented."""
_CROWDED: Final = 0.5
"""Experience lost in a month in which every channel carries twice what it can. Invented."""
_COMPLAINED: Final = -0.5
"""Experience of having to complain. Invented."""
_PUT_RIGHT: Final = 0.3
"""Experience of a fair decision: less than the complaint took, there is no recovery paradox to plan on. Invented."""
_PUT_OFF: Final = -0.6
"""Experience of an unfair decision. Invented."""
_RANKLING: Final = -0.1
"""Experience a month for each unit of felt injustice. Invented."""
_FORGIVING: Final = 0.94
"""Share of felt injustice left a month later: half in about a year. Invented."""
_GRUDGE: Final = -0.6
"""View of complaint handling for each unit of felt injustice. Invented."""
_TALK: Final = 0.1
"""Fall of the image where complaints stay at double their usual number. Invented."""
_ECHO: Final = 0.7
"""Share of what others say that is left a month later. Invented."""
_LOUDEST: Final = 3.0
"""Rumour above which more complaints are not heard any more. Invented."""

_STEPS: Final = 8_192
_MIDDLES: Final = ndtri((np.arange(_STEPS) + 0.5) / _STEPS)
_QUANTILES: Final = (_MIDDLES / _MIDDLES.std()).astype(np.float32)
_SHIFTS: Final = (0, 13, 26, 39)


@dataclass(frozen=True, slots=True)
class Feelings:
    """The latent variables of one month: arrays of shape (n,), standardised; see `LATENTS`."""

    image: NDArray[np.float32]
    expectation: NDArray[np.float32]
    perceived: NDArray[np.float32]
    worth: NDArray[np.float32]
    satisfaction: NDArray[np.float32]
    handling: NDArray[np.float32]
    loyalty: NDArray[np.float32]


def form(
    dice: Dice, traits: Traits, state: State, month: int, weather: Weather, sales: Sales, cases: Cases
) -> Feelings:
    """Let one month's experience turn into satisfaction and loyalty.

    Parameters
    ----------
    month : int
        Months since 1970-01.
    sales : Sales
        Only ``mood`` is read: shift of the experience, shape (n,).
    cases : Cases
        Complaints that came and complaints that were decided.

    Returns
    -------
    Feelings
        Also written to the state, except image and the view of complaint handling, which follow from it.

    Notes
    -----
    Changes ``experience``, ``rumour``, ``wronged`` and the five latent variables of the state in place.
    """
    _hear(traits, state, weather)
    _live_through(dice, traits, state, month, weather, sales.mood, cases)
    felt = feelings(dice, traits, state, month)
    _write(state, felt)
    return felt


def settle(dice: Dice, traits: Traits, state: State, month: int) -> None:
    """Put experience and latent variables where they are at rest, for customers with no past in the world.

    Parameters
    ----------
    month : int
        The last month before the first that is played, months since 1970-01.
    """
    state.experience[...] = dice.normal("experience at rest", traits.who)
    _write(state, feelings(dice, traits, state, month))


def feelings(dice: Dice, traits: Traits, state: State, month: int) -> Feelings:
    """Return the latent variables that follow from experience, rumour and felt injustice; nothing is changed.

    Notes
    -----
    Each variable is its paths plus a residual with variance 1 - R2, half of it lasting, half of the month. In quality the
    residual is the halo, a lasting part and the running experience, so quality answers to what the bank does.
    """
    own = _residuals(dice, traits.who, month)
    own["perceived"] += _halo(traits.image, own["expectation"]) + _WEIGHT * state.experience
    own["handling"] += _GRUDGE * state.wronged
    felt = {"image": image(traits, state)}
    for name in LATENTS[1:]:
        felt[name] = _led_to(name, felt) + own[name]
    return Feelings(**felt)


def image(traits: Traits, state: State) -> NDArray[np.float32]:
    """Return the image of the bank: the standing view and what others say, shape (n,), standardised."""
    return traits.image + state.rumour


def handling(dice: Dice, traits: Traits, state: State, month: int) -> NDArray[np.float32]:
    """Return the view of complaint handling after the month was formed, shape (n,), standardised."""
    own = _residuals(dice, traits.who, month)["handling"] + _GRUDGE * state.wronged
    return _led_to("handling", {"satisfaction": state.satisfaction}) + own


def _hear(traits: Traits, state: State, weather: Weather) -> None:
    loud = np.clip(weather.rumour, -1.0, _LOUDEST) * (-_TALK * (1 - _ECHO))
    state.rumour[...] = _ECHO * state.rumour + loud[traits.region]


def _live_through(
    dice: Dice,
    traits: Traits,
    state: State,
    month: int,
    weather: Weather,
    mood: NDArray[np.float64],
    cases: Cases,
) -> None:
    lived = _MEMORY * state.experience + _ORDINARY * _shock(dice, traits.who, month) + mood
    lived += _RANKLING * state.wronged - _CROWDED * crowding(traits, weather)
    lived[cases.row] += _COMPLAINED
    lived[cases.resolved_row] += np.where(cases.resolved_fair, _PUT_RIGHT, _PUT_OFF)
    state.experience[...] = np.clip(lived, -_FURTHEST, _FURTHEST)
    state.wronged *= _FORGIVING


def _led_to(effect: str, felt: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    paths = (weight * felt[cause] for (cause, led), weight in PATHS.items() if led == effect)
    return np.asarray(sum(paths), dtype=np.float32)


def _halo(standing: NDArray[np.float32], own_expectation: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the standing view alone adds to quality: its part that expectation does not show."""
    path = PATHS["image", "expectation"]
    return np.asarray(HALO * ((1 - path**2) * standing - path * own_expectation), dtype=np.float32)


def _write(state: State, felt: Feelings) -> None:
    state.expectation[...] = felt.expectation
    state.perceived[...] = felt.perceived
    state.worth[...] = felt.worth
    state.satisfaction[...] = felt.satisfaction
    state.loyalty[...] = felt.loyalty


_QUALITY_ALONE: Final = (1 - R2["perceived"] - HALO**2 * (1 - R2["expectation"])) ** 0.5
_WEIGHT: Final = (1 - _LASTING) ** 0.5 * _QUALITY_ALONE
"""Rise of perceived quality with one unit of experience."""


def _residuals(dice: Dice, who: NDArray[np.int64], month: int) -> dict[str, NDArray[np.float32]]:
    lasting = _four(dice, "feelings", who, 0) + _four(dice, "feelings", who, 1)
    passing = _four(dice, "feelings of a month", who, month, 0) + _four(
        dice, "feelings of a month", who, month, 1
    )
    rest = {"perceived": _LASTING**0.5 * _QUALITY_ALONE * lasting[-1]}
    for place, name in enumerate(("expectation", "worth", "satisfaction", "handling", "loyalty")):
        drawn = _LASTING**0.5 * lasting[place] + (1 - _LASTING) ** 0.5 * passing[place]
        rest[name] = (1 - R2[name]) ** 0.5 * drawn
    return rest


def _shock(dice: Dice, who: NDArray[np.int64], month: int) -> NDArray[np.float32]:
    return _four(dice, "feelings of a month", who, month, 1)[-1]


def _four(dice: Dice, stream: str, who: NDArray[np.int64], *counters: int) -> list[NDArray[np.float32]]:
    """Return four standard normal numbers for each customer from one draw: its bits look up quantiles, 13 bits each."""
    bits = (dice.uniform(stream, who, *counters) * 2.0**52).astype(np.int64)
    return [np.take(_QUANTILES, (bits >> shift) & (_STEPS - 1)) for shift in _SHIFTS]
