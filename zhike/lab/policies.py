"""The policies that can be played, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import either
from zhike.lab.loop import Zhike
from zhike.lab.oracle import Oracle
from zhike.lab.response_ranking import Propensity
from zhike.lab.rules_of_thumb import Standard, Tiered
from zhike.lab.situation import REFERENCE, Nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zhike.lab.situation import Policy, SeeingPolicy

__all__ = ["POLICIES", "checked_names", "policy_named"]

POLICIES: Final[Mapping[str, Callable[[], Policy | SeeingPolicy]]] = {
    "nothing": Nothing,
    "standard": Standard,
    "tiered": Tiered,
    "propensity": Propensity,
    "zhike": Zhike,
    "informed": Oracle.informed,
    "oracle": Oracle.all_knowing,
}


def policy_named(name: str) -> Policy | SeeingPolicy:
    """Return a new policy of a name.

    Raises
    ------
    UsageError
        For a name that is none of `POLICIES`.
    """
    checked_names([name])
    return POLICIES[name]()


def checked_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the policies to be played, in the order of `POLICIES`, with the reference; with a yardstick, with nothing too.

    Raises
    ------
    UsageError
        For a name that is none of `POLICIES`.

    Examples
    --------
    >>> checked_names(["zhike", "oracle"])
    ('nothing', 'standard', 'zhike', 'oracle')
    """
    unknown = sorted(set(names) - set(POLICIES))
    if unknown:
        raise UsageError(what=f"--policies {', '.join(unknown)}", expected=either(POLICIES))
    wanted = {*names, REFERENCE}
    if "oracle" in wanted:
        wanted.add("nothing")
    return tuple(name for name in POLICIES if name in wanted)
