"""When a message that was not taken is tried again, and when it has failed: the numbers of ``delivery.retries``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhike.core.errors import RuleError
from zhike.core.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhike.core.rulebook import Version

__all__ = ["RETRIES", "Retries"]

RETRIES: Final = "delivery.retries"
_SECOND: Final = 1_000_000
_WHOLE: Final = ("first_wait_seconds", "longest_wait_seconds", "attempts", "lease_seconds", "pause_after")
_OTHER: Final = ("factor", "spread")
_CHANCE_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Retries:
    """How a message is tried again.

    Parameters
    ----------
    first_wait, longest_wait : int
        Microseconds before the second attempt, and before any.
    factor : float
        How many times as long as the wait before each further wait is.
    spread : float
        Largest share by which chance makes a wait longer.
    attempts : int
        After so many a message has failed.
    lease : int
        Microseconds for which a claimed message is the claimer's alone.
    pause_after : int
        Failures one after the other after which a route is left alone for ``first_wait``.

    Examples
    --------
    >>> tries = Retries(30_000_000, 600_000_000, 3.0, 0.5, 5, 300_000_000, 3)
    >>> [tries.wait(made, lambda size: bytes(size)) // 1_000_000 for made in (1, 2, 3, 4)]
    [30, 90, 270, 600]
    >>> tries.wait(1, lambda size: bytes([255] * size)) // 1_000_000
    44
    """

    first_wait: int
    longest_wait: int
    factor: float
    spread: float
    attempts: int
    lease: int
    pause_after: int

    @classmethod
    def of(cls, version: Version) -> Retries:
        """Read ``delivery.retries``.

        Raises
        ------
        RuleError
            When a number is missing, or is none that could be meant.
        """
        value, expected = version.value, phrase("numbers {names}", names=", ".join((*_WHOLE, *_OTHER)))
        if not isinstance(value, dict) or set(value) != {*_WHOLE, *_OTHER}:
            raise RuleError(what=f"{value!r}", path=version.path, expected=expected)
        whole = all(type(value[name]) is int and value[name] > 0 for name in _WHOLE)
        other = all(type(value[name]) in (int, float) for name in _OTHER)
        if not (whole and other and value["factor"] >= 1 and 0 <= value["spread"] <= 1):
            raise RuleError(what=f"{value!r}", path=version.path, expected=expected)
        return cls(
            value["first_wait_seconds"] * _SECOND, value["longest_wait_seconds"] * _SECOND, float(value["factor"]),
            float(value["spread"]), value["attempts"], value["lease_seconds"] * _SECOND, value["pause_after"],
        )  # fmt: skip

    def wait(self, made: int, chance: Callable[[int], bytes]) -> int:
        """Return the microseconds to wait after so many attempts; at least one was made."""
        share = int.from_bytes(chance(_CHANCE_BYTES)) / (1 << 8 * _CHANCE_BYTES)
        # The power of a large number of attempts is beyond every float; the longest wait is reached long before.
        longer = self.first_wait * self.factor ** min(made - 1, 64)
        return int(min(float(self.longest_wait), longer) * (1 + self.spread * share))
