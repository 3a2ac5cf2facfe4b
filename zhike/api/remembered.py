"""What takes seconds to compute and stays so until something changes: computed once, by whoever asks first; the others wait for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Remembered"]

Answer = TypeVar("Answer")
_MOST: Final = 64


class Remembered:
    """Answers by what they are of, each with the state that it was computed in; the least recently used go first.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> kept = Remembered()
    >>> kept.get("nps", 1, lambda: "as of 1"), kept.get("nps", 1, lambda: "anew"), kept.get("nps", 2, lambda: "as of 2")
    ('as of 1', 'as of 1', 'as of 2')
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, of: Hashable, state: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return what is remembered, made anew where it is of another state or not there.

        Parameters
        ----------
        of : hashable
            What it is.
        state : hashable
            What it rests on; an answer of another state is forgotten.
        make : callable
        """
        with self._guard:
            lock = self._locks.setdefault(of, threading.Lock())
        with lock:
            with self._guard:
                found = self._kept.get(of)
                if found is not None and found[0] == state:
                    self._kept.move_to_end(of)
                    return found[1]  # type: ignore[no-any-return]  # of the caller's type, under the caller's key
            made = make()
            with self._guard:
                self._kept[of] = state, made
                while len(self._kept) > self._most:
                    gone, _ = self._kept.popitem(last=False)
                    self._locks.pop(gone, None)
        return made
