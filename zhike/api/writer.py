"""Write the decisions of many requests in one transaction, on a thread of its own: an answer leaves when its evidence is durable."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from typing import TYPE_CHECKING, Final

from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.decisions import Decided, DecisionDesk, Draft

__all__ = ["GroupWriter"]

_MOST: Final = 128
"""Decisions a transaction."""

_Waiting = tuple["Draft", asyncio.AbstractEventLoop, "asyncio.Future[Decided]"]


class GroupWriter:
    """Gathers what waits to be written.

    Parameters
    ----------
    desk : DecisionDesk
    """

    def __init__(self, desk: DecisionDesk) -> None:
        self._desk = desk
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._ending = threading.Lock()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    async def write(self, draft: Draft) -> Decided:
        """Return a decision once it is written.

        Raises
        ------
        StoreUnavailableError
            When the store does not answer, or nothing is written any more.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Decided] = loop.create_future()
        with self._ending:  # nothing may be put behind the end: nobody would answer it
            if self._ended:
                raise StoreUnavailableError(store="ledger", what="the service is stopping")
            self._waiting.put((draft, loop, future))
        return await future

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._ending:
            self._ended = True
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, ends = [first], False
            with contextlib.suppress(queue.Empty):
                while len(group) < _MOST:
                    more = self._waiting.get_nowait()
                    if more is None:
                        ends = True
                        break
                    group.append(more)
            self._written(group)
            if ends:
                return

    def _written(self, group: Sequence[_Waiting]) -> None:
        try:
            done = self._desk.do_decide([draft for draft, _, _ in group])
        except StoreUnavailableError as problem:
            # The store fails all of them alike: each on its own would wait as long again, one after the other.
            for _, loop, future in group:
                _tell(loop, future, StoreUnavailableError(**problem.data))
        except Exception as problem:  # noqa: BLE001 - whoever asked is told, whatever it was
            if len(group) == 1:
                _, loop, future = group[0]
                _tell(loop, future, problem)
            else:  # one may have spoilt it for the others
                for one in group:
                    self._written([one])
        else:
            for (_, loop, future), decided in zip(group, done, strict=True):
                _tell(loop, future, decided)


def _tell(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[Decided], result: Decided | Exception
) -> None:
    def settle() -> None:
        if future.cancelled():
            return
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)

    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(settle)
