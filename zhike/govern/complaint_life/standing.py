"""Where a complaint stands, and who wants to move it: all that decides whether a move may be made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Mover", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a complaint stands.

    Parameters
    ----------
    state : str
    handler : str or None
        Member of staff who handles it; None where nobody does yet.
    handled : frozenset of str
        Everybody who ever handled it or proposed a decision on it.
    reviewed : frozenset of str
        Everybody who passed or sent back a decision on it.
    named : frozenset of str
        Members of staff whom the complaint is about.
    passed : tuple of str
        Reviews that the decision proposed last has passed.
    facts : mapping
        What the reviews read, see `zhike.govern.complaint_life.life.FACTS`.
    """

    state: str
    handler: str | None = None
    handled: frozenset[str] = frozenset()
    reviewed: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    passed: tuple[str, ...] = ()
    facts: Mapping[str, float | str] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "state": self.state, "handler": self.handler, "handled": sorted(self.handled), "reviewed": sorted(self.reviewed),
            "named": sorted(self.named), "passed": list(self.passed), "facts": dict(self.facts),
        }  # fmt: skip

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Standing:
        """Return what `to_content` kept.

        Examples
        --------
        >>> stands = Standing("assessed", "ann", frozenset({"ann"}))
        >>> Standing.of(stands.to_content()) == stands
        True
        """
        sets = {name: frozenset(raw[name]) for name in ("handled", "reviewed", "named")}
        return cls(raw["state"], raw["handler"], **sets, passed=tuple(raw["passed"]), facts=raw["facts"])


@dataclass(frozen=True, slots=True)
class Mover:
    """Who wants to move a complaint: a member of staff with the verbs that they hold for its customer, and their roles."""

    staff_id: str
    verbs: frozenset[str]
    roles: frozenset[str] = frozenset()
