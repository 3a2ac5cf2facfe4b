"""Tell whoever runs the house what was refused: who asked, for what, to which end, and never for whom.

Lines are of the logger ``zhike.security``. A caller can provoke any number of refusals, so only some of a second are written; the
next line says how many were not.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zhike.core.ports import Clock

__all__ = ["SECURITY", "SecurityLog"]

SECURITY: Final = logging.getLogger("zhike.security")
# Without a server nobody keeps a log, and whoever asked has the answer.
SECURITY.addHandler(logging.NullHandler())
_MOST_A_SECOND: Final = 20
_SECOND: Final = 1_000_000


class SecurityLog:
    """Writes refusals, so many a second.

    Parameters
    ----------
    clock : Clock
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._began, self._written, self._left_out = 0, 0, 0

    def refused(self, code: str, **about: str) -> None:
        """Write a refusal.

        Parameters
        ----------
        code : str
            Of the error.
        **about : str
            Actor, verb, purpose or route: names that were checked, nothing that a caller made up.
        """
        with self._lock:
            left_out = self._let_through()
        if left_out is None:
            return
        words = [f"{name}={value}" for name, value in about.items()]
        words += [f"left_out={left_out}"] if left_out else []
        SECURITY.warning("refused %s %s", code, " ".join(words))

    def _let_through(self) -> int | None:
        """Return how many were left out since the last line, None where this one is left out as well."""
        now = self._clock.now()
        if abs(now - self._began) >= _SECOND:
            self._began, self._written = now, 0
        if self._written >= _MOST_A_SECOND:
            self._left_out += 1
            return None
        self._written += 1
        left_out, self._left_out = self._left_out, 0
        return left_out
