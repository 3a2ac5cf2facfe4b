"""How each complaint would go, whoever handles it: how much work it is, what the customer does, which reviews it needs. Drawn by name, once for all runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from zhike.govern.deadlines.case_events import COMPLEXITIES
from zhike.lab.complaints import CAUSES
from zhike.measure.complaint_capacity.assumptions import PARTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zhike.lab.complaint_year.arising import Arisen
    from zhike.lab.dice import Dice
    from zhike.measure.complaint_capacity import Assumptions

    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "ACCEPTS", "CHANNELS", "DISMISSED", "DISPUTES", "FORWARDED", "ISSUES", "LOST", "SILENT", "SPECIAL", "WITHDRAWN", "Courses", "courses_of",
]  # fmt: skip

SPECIAL: Final = COMPLEXITIES.index("special")
_HANDLED, DISMISSED, FORWARDED, WITHDRAWN, LOST = range(5)
"""How a complaint ends: handled to its end, dismissed, forwarded, withdrawn, its customer lost."""
ACCEPTS, SILENT, DISPUTES, _VERIFIES = range(4)
"""What a customer does who was told: accepts, says nothing, disagrees, asks for a verification."""

CHANNELS: Final = {
    "phone": 0.38,
    "web": 0.25,
    "branch": 0.21,
    "email": 0.06,
    "social": 0.05,
    "letter": 0.03,
    "regulator": 0.02,
}
"""Over which complaints come in. Invented, but for the branch: `zhike.lab.complaints.CHANNEL_SHARES`."""
ISSUES: Final = {
    "process": ("loan", "rules", "product"), "collection": ("collection", "collecting", "manner"), "service": ("savings", "manner", "manner"),
    "marketing": ("agency", "marketing", "information"), "pricing": ("credit_card", "pricing", "price"), "systems": ("payment", "systems", "digital"),
    "returns": ("own_wealth", "returns", "product"),
}  # fmt: skip
"""By cause of the lab: business and issue that the complaint is about, and the root cause that is found in the end."""

_TAKEN_LIGHTLY: Final = 0.25
"""Share of complex complaints that are assessed as simple at first. Invented, as is every share and number of days below."""
_ASKED, _ANSWER_DAYS, _NO_ANSWER = 0.12, 5.0, 0.15
_ENDS: Final = (0.945, 0.01, 0.01, 0.02, 0.015)
_REACTIONS: Final = (0.76, 0.14, 0.06, 0.04)
_MEDIATED, _REOPENED = 0.2, 0.01
_SENT_BACK, _LEGAL, _REGULATORY, _MAJOR = 0.04, 0.03, 0.03, 0.004
_MEAN_REDRESS, _MOST_REDRESS = 12_000.0, 2_000_000
_UPHELD: Final = (0.5, 0.2, 0.3)
_HARM: Final = {
    "collection": 2.0,
    "returns": 1.5,
    "pricing": 1.0,
    "marketing": 1.0,
    "systems": 0.5,
    "process": 0.5,
    "service": 0.0,
}
_VULNERABLE_HARM, _REGULATOR_HARM = 3.0, 2.0


@dataclass(frozen=True, slots=True)
class Courses:
    """One entry a complaint, in its order.

    Parameters
    ----------
    complexity, first_taken : ndarray of int
        Position in `zhike.govern.deadlines.case_events.COMPLEXITIES`: what it is, and as what it is assessed at first.
    hours : ndarray of float, shape (n, parts)
        By part of the work.
    channel : ndarray of int
        Position in `CHANNELS`.
    answer_days : ndarray of int
        Days until the customer answers what was asked; 0 where nothing is asked, -1 where no answer comes.
    end : ndarray of int
        `DISMISSED`, `FORWARDED`, `WITHDRAWN`, `LOST`; 0 for one that is handled to its end.
    withdrawn_after : ndarray of int
        Days until the customer withdraws, where they do.
    reaction, reaction_days : ndarray of int
        `ACCEPTS`, `SILENT`, `DISPUTES`, or asks for a verification; days until then.
    harm : ndarray of float
    """

    complexity: Whole
    first_taken: Whole
    hours: NDArray[np.float64]
    channel: Whole
    answer_days: Whole
    end: Whole
    withdrawn_after: Whole
    reaction: Whole
    reaction_days: Whole
    mediated: Flags
    reopened: Flags
    sent_back: Flags
    legal: Flags
    regulatory: Flags
    major: Flags
    outcome: Whole
    redress: Whole
    harm: NDArray[np.float64]
    names_handler: Flags


def courses_of(dice: Dice, arisen: Arisen, assumed: Assumptions) -> Courses:
    """Draw the courses of complaints."""
    who = np.arange(len(arisen.at))

    def days(mean: float, stream: str) -> Whole:
        return 1 + (-mean * np.log(dice.uniform(stream, who))).astype(np.int64)

    complexity = dice.pick([assumed.shares[name] for name in COMPLEXITIES], "complexity", who)
    lightly = (complexity == 1) & dice.happens(_TAKEN_LIGHTLY, "taken lightly", who)
    channel = dice.pick(list(CHANNELS.values()), "complaint channel of the year", who)
    asked = dice.happens(_ASKED, "asks", who)
    answer = np.where(
        dice.happens(_NO_ANSWER, "never answers", who), -1, np.minimum(days(_ANSWER_DAYS, "answer days"), 30)
    )
    harm = np.array([_HARM[name] for name in CAUSES])[arisen.cause] + _VULNERABLE_HARM * arisen.vulnerable
    redress = (
        -_MEAN_REDRESS * np.log(dice.uniform("redress", who)) * np.array([0.5, 2.0, 8.0])[complexity]
    ).astype(np.int64)
    return Courses(
        complexity, np.where(lightly, 0, complexity), _hours(dice, who, complexity, assumed), channel, np.where(asked, answer, 0),
        dice.pick(_ENDS, "end", who),
        days(6.0, "withdraws"), dice.pick(_REACTIONS, "reaction", who), days(4.0, "reacts"),
        dice.happens(_MEDIATED, "mediated", who), dice.happens(_REOPENED, "reopened", who), dice.happens(_SENT_BACK, "sent back", who),
        dice.happens(_LEGAL, "legal", who), dice.happens(_REGULATORY, "regulatory", who) | (channel == list(CHANNELS).index("regulator")),
        dice.happens(_MAJOR, "major", who), dice.pick(_UPHELD, "outcome of the year", who), np.clip(redress, 100, _MOST_REDRESS),
        harm + _REGULATOR_HARM * (channel == list(CHANNELS).index("regulator")), dice.happens(0.02, "names the handler", who),
    )  # fmt: skip


def _hours(dice: Dice, who: Whole, complexity: Whole, assumed: Assumptions) -> NDArray[np.float64]:
    """Return hours around their mean by complexity and part, longer and shorter together for all parts of a case."""
    mean = np.array([[assumed.hours[name][part] for part in PARTS] for name in COMPLEXITIES])
    variance = np.log1p(assumed.spread**2)
    factor = np.exp(np.sqrt(variance) * dice.normal("length of the case", who) - variance / 2)
    return np.asarray(mean[complexity] * factor[:, None])
