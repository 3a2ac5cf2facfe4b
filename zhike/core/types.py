"""The frozen records that one stage hands to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from zhike.core.language import Text

__all__ = ["ALLOWED", "LAYERS", "Layer", "Reason"]

Layer = Literal["eligibility", "suitability", "applicability", "consent", "contact", "experiment"]
LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)
"""The order in which a candidate is judged; the first layer that refuses gives the verdict."""

ALLOWED: Final = "allowed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule let a candidate pass, refused it or tied a duty to it.

    Parameters
    ----------
    rule : str
        Path of the rule in the rulebook.
    code : str
        Short code of the reason, as the tables of decisions hold it.
    value, threshold : object
        What was compared with what; None where it is unknown.
    reference : str
        Article, order or house decision that the rule rests on.
    effect : str
        ``passed``, ``refused``, ``obliged`` or ``not_applicable``.
    """

    rule: str
    code: str
    layer: str
    value: Any
    threshold: Any
    reference: str
    effect: Literal["passed", "refused", "obliged", "not_applicable"]
    status: str
    title: Text
    message: Text
