"""What a check of an audit trail says: how much there is, how far it is sealed, and everything that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhike.core.language import Language
    from zhike.govern.audit_digest import Digest
    from zhike.govern.audit_failures import TrailFailure

__all__ = ["MOST_FAILURES", "TrailReport"]

MOST_FAILURES: Final = 1_000
"""So many are kept; further ones are only counted, as a trail may be wrong in every line."""


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What a check of a trail found.

    Parameters
    ----------
    entries, streams, digests : int
        How many there are.
    opened, erased, unopened : int
        Commitments that salt and content were given for; that are said to be erased; about which nothing was given.
    unnamed : int
        Entries whose event has no name in this version: of a newer one.
    unsealed : mapping of str to int
        By stream: entries after the last digest. They are chained, but nobody would notice if the last of them were taken away.
    last_digest : Digest or None
        The last one rightly signed by a trusted key.
    vouched : bool
        Whether the keys came from whoever asked; False when they came from the trail itself.
    failed : int
        Number of failures.
    failures : tuple of TrailFailure
        The first `MOST_FAILURES` of them.
    """

    entries: int
    streams: int
    digests: int
    opened: int
    erased: int
    unopened: int
    unnamed: int
    unsealed: Mapping[str, int]
    last_digest: Digest | None
    vouched: bool
    failed: int
    failures: tuple[TrailFailure, ...]

    @property
    def verified(self) -> bool:
        """Whether nothing was found."""
        return not self.failed

    def to_dict(self, language: Language = "en") -> dict[str, object]:
        """Return the report as JSON holds it."""
        last = self.last_digest
        plain = {name: getattr(self, name) for name in self.__slots__}
        sealed = None if last is None else {"number": last.number, "hash": last.hash, "at": last.at, "key": last.key}  # fmt: skip
        return {
            "verified": self.verified,
            **plain,
            "unsealed": dict(self.unsealed),
            "last_digest": sealed,
            "failures": [failure.to_dict(language) for failure in self.failures],
        }
