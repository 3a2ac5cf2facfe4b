"""To which verbs a token is limited: a verb of ``access.roles``, or a family of them such as ``customer.*``.

Roles say what somebody may do; the scopes of a token say how much of that whoever holds it may do. They only take away: what is
allowed is what both allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhike.core.errors import UsageError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["check_scopes", "covers"]

_FAMILY: Final = ".*"


def covers(scopes: Collection[str] | None, verb: str) -> bool:
    """Return whether scopes have a verb in them.

    Parameters
    ----------
    scopes : collection of str or None
        None: not limited. An empty one has nothing in it.
    verb : str

    Examples
    --------
    >>> covers(["decision.make", "offer.*"], "offer.respond"), covers(["decision.make"], "decision.view"), covers(None, "any.verb")
    (True, False, True)
    """
    return scopes is None or verb in scopes or _family(verb) in scopes


def check_scopes(scopes: Iterable[str], verbs: Collection[str]) -> list[str]:
    """Return scopes in order, each once.

    Parameters
    ----------
    scopes : iterable of str
    verbs : collection of str
        Those of ``access.roles``.

    Raises
    ------
    UsageError
        When one is neither a verb nor a family of verbs.

    Examples
    --------
    >>> check_scopes(["offer.*", "decision.make", "offer.*"], ["decision.make", "offer.respond"])
    ['decision.make', 'offer.*']
    """
    wanted, families = sorted(set(scopes)), sorted({_family(verb) for verb in verbs})
    unknown = [scope for scope in wanted if scope not in families and scope not in verbs]
    if unknown:
        expected = phrase("a verb of access.roles, or a family: {names}", names=", ".join(families))
        raise UsageError(what=phrase("scope '{unknown}'", unknown=unknown[0]), expected=expected)
    return wanted


def _family(verb: str) -> str:
    return verb.partition(".")[0] + _FAMILY
