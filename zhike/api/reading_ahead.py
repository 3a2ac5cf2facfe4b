"""Read the books of those who look at their day as soon as something is published, beside the calls: nobody waits for a whole book then."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from zhike.act.books_ahead import read_ahead
from zhike.api.faults import LOG
from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from zhike.act.decisions import DecisionDesk

__all__ = ["ReadingAhead"]

_EVERY: Final = 1.0
"""Seconds between two looks for a new publication."""
_PART: Final = 100
"""Customers read at a time, within some ten milliseconds."""
_REST: Final = 3.0
"""How many times as long as a part took the calls have the machine to themselves."""


class ReadingAhead(threading.Thread):
    """Reads ahead for a desk until it is ended.

    Parameters
    ----------
    desk : DecisionDesk
    """

    def __init__(self, desk: DecisionDesk) -> None:
        super().__init__(name="reading-ahead", daemon=True)
        self._desk, self._ending = desk, threading.Event()

    def run(self) -> None:
        """Look every second; while there is something to read, rest between two parts only."""
        rest = _EVERY
        while not self._ending.wait(rest):
            began, more = time.monotonic(), self._more()
            rest = _REST * (time.monotonic() - began) if more else _EVERY

    def _more(self) -> bool:
        """Read a part; return whether there is more. Where the store is away, the next look is due all the same."""
        try:
            return read_ahead(self._desk, _PART)
        except ZhikeError:
            return False
        except Exception as problem:  # noqa: BLE001 - whatever it was, whoever looks at their day reads for themselves
            LOG.error("reading-ahead: %s", type(problem).__name__)
            return False

    def end(self) -> None:
        """Finish the part under way and stop."""
        self._ending.set()
        self.join()
