"""Requests for decisions that arrive together are decided together: an answer leaves when its evidence is durable.

Where the store is a file of this machine, a group is decided in the event loop itself: to hand it to a thread, which then competes
with the loop for the interpreter after every question to the store, takes longer than to decide. The loop is held up for a moment
only. Where the store lets it wait (another process writes for long, the file is away), and where it is reached over a network, a
thread does it, and the loop goes on; what arrives meanwhile is the next group.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from zhike.act.decision_calls import settled
from zhike.core.phrases import phrase
from zhike.core.store_errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhike.act.decision_calls import Call
    from zhike.act.decisions import DecisionDesk

__all__ = ["Grouping"]

_MOST: Final = 32
"""Calls of a group: it holds up those who come after."""
_MANY: Final = 4
"""Calls of a group after which the next waits: those just answered are about to ask again, and would miss it by a moment."""
_APART: Final = 0.005
"""Seconds between the beginnings of two groups, the first of many calls: what each costs by itself, the commit above all, is shared."""
_MOMENT: Final = 0.05
"""Seconds for which the loop may be held up by somebody else who writes."""

Answer = dict[str, Any]
_Waiting = tuple["Call", "asyncio.Future[Answer]"]


class Grouping:
    """Gathers the calls that wait.

    Parameters
    ----------
    desk : DecisionDesk
    """

    def __init__(self, desk: DecisionDesk) -> None:
        self._desk = desk
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue] = WeakKeyDictionary()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="decisions")
        self._ended = False
        self._quick = desk.acting.store.on_this_machine

    async def decide(self, call: Call) -> Answer:
        """Return the answer to a call, once its evidence is durable.

        Raises
        ------
        StoreUnavailableError
            When the store does not answer, or nothing is decided any more.
        ZhikeError
            Whatever else kept this call from being decided.
        """
        if self._ended:
            raise StoreUnavailableError(store="ledger", what=phrase("the service is stopping"))
        loop = asyncio.get_running_loop()
        queue = self._queues.get(loop)
        if queue is None:
            queue = self._queues[loop] = _Queue(self)
        return await queue.put(call, loop)

    def at_once(self, calls: Sequence[Call]) -> list[Answer | Exception] | None:
        """Return the outcomes of calls, None where that could take longer than a moment."""
        if not self._quick:
            return None
        outcomes = settled(self._desk, calls, _MOMENT)
        self._quick = not _kept_waiting(outcomes)
        return outcomes if self._quick else None

    async def beside(self, calls: Sequence[Call]) -> list[Answer | Exception]:
        """Return the outcomes of calls, worked out on a thread."""
        loop = asyncio.get_running_loop()
        outcomes = await loop.run_in_executor(self._beside, settled, self._desk, calls)
        self._quick = self._desk.acting.store.on_this_machine and not _kept_waiting(outcomes)
        return outcomes

    def close(self) -> None:
        """Finish what has begun and take nothing more."""
        self._ended = True
        self._beside.shutdown()


def _kept_waiting(outcomes: Sequence[Answer | Exception]) -> bool:
    return any(isinstance(one, StoreUnavailableError) for one in outcomes)


class _Queue:
    """What waits in one event loop; touched by nobody else."""

    def __init__(self, grouping: Grouping) -> None:
        self._grouping = grouping
        self._waiting: list[_Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0

    async def put(self, call: Call, loop: asyncio.AbstractEventLoop) -> Answer:
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((call, future))
        if len(self._waiting) == 1 and self._running is None:
            self._soon(loop)
        return await future

    def _soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the next group after those who are ready now, and where many ask not at once after the one before."""
        pause = self._not_before - loop.time()
        if pause > 0:
            loop.call_later(pause, self._next, loop)
        else:
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        self._not_before = loop.time() + (_APART if len(group) >= _MANY else 0.0)
        outcomes = self._grouping.at_once([call for call, _ in group])
        if outcomes is None:
            self._running = loop.create_task(self._beside(group, loop))
        else:
            _tell(group, outcomes)
            self._go_on(loop)

    async def _beside(self, group: list[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        try:
            _tell(group, await self._grouping.beside([call for call, _ in group]))
        except RuntimeError:  # the threads have ended
            stopping = StoreUnavailableError(store="ledger", what=phrase("the service is stopping"))
            _tell(group, [stopping] * len(group))
        finally:
            self._running = None
            self._go_on(loop)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting:
            self._soon(loop)


def _tell(group: Sequence[_Waiting], outcomes: Sequence[Answer | Exception]) -> None:
    for (_, future), outcome in zip(group, outcomes, strict=True):
        if future.done():  # the caller has gone
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
