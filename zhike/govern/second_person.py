"""Which verbs need a second person, who that may be, and until when: ``access.four_eyes`` as it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.rulebook import Version

__all__ = ["SecondPersonRule", "second_person_rules"]


@dataclass(frozen=True, slots=True)
class SecondPersonRule:
    """What one person proposes with a verb, another one must approve.

    Parameters
    ----------
    verb : str
        What is proposed.
    approved_by : str
        The verb that the second person must have.
    hours : int
        After so many the proposal is void, approved or not.
    characters : int
        Least length of each reason, spaces not counted.
    """

    verb: str
    approved_by: str
    hours: int
    characters: int


def second_person_rules(version: Version) -> dict[str, SecondPersonRule]:
    """Return the rules of a document by verb; a malformed one raises `RuleError`."""
    return {verb: _rule(version.path, verb, raw) for verb, raw in version.value.items()}


def _rule(path: str, verb: str, raw: Mapping[str, object]) -> SecondPersonRule:
    expected = phrase("approved_by, another verb; hours, 1 or more; characters, 0 or more")
    if set(raw) != {"approved_by", "hours", "characters"}:
        raise RuleError(what=phrase("keys {raw}", raw=sorted(raw)), path=f"{path} {verb}", expected=expected)
    approved_by, hours, characters = raw["approved_by"], raw["hours"], raw["characters"]
    if not isinstance(hours, int) or not isinstance(characters, int) or hours < 1 or characters < 0:
        raise RuleError(what=f"{dict(raw)}", path=f"{path} {verb}", expected=expected)
    if approved_by == verb:
        raise RuleError(what=f"approved_by '{verb}'", path=f"{path} {verb}", expected=expected)
    return SecondPersonRule(verb, str(approved_by), hours, characters)
