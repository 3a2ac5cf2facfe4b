"""Independent tasks in processes of their own, one numeric thread each, with progress told as it comes."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

from zhike.core.errors import ZhikeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.queues import SimpleQueue

__all__ = ["in_processes"]

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")
_PATIENCE: Final = 0.2
"""Seconds between two looks at what the processes have told."""
_told: dict[str, SimpleQueue[int]] = {}


def in_processes(
    work: Callable[[_Task, Callable[[], None]], _Result],
    tasks: Sequence[_Task],
    processes: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[_Result]:
    """Return the result of every task, in the order of the tasks.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process finds it; given a task and what to call after each of its steps.
    processes : int
        With 1, or one task, everything happens in this process.
    progress : callable
        Told the steps done by all tasks.

    Raises
    ------
    ZhikeError
        The first that a task raised.
    """
    if processes <= 1 or len(tasks) <= 1:
        return _here(work, tasks, progress)
    context = get_context("spawn")
    queue: SimpleQueue[int] = context.SimpleQueue()
    with _one_thread(), ProcessPoolExecutor(min(processes, len(tasks)), context, _remember, (queue,)) as pool:
        waiting = {pool.submit(_guarded, work, task): place for place, task in enumerate(tasks)}
        results: dict[int, Any] = {}
        steps = 0
        while len(results) < len(tasks):
            done, _ = wait(set(waiting), _PATIENCE, FIRST_COMPLETED)
            while not queue.empty():
                steps += queue.get()
                progress(steps)
            for future in done:
                results[waiting.pop(future)] = _received(future.result(), pool)
    return [results[place] for place in range(len(tasks))]


def _here(
    work: Callable[[_Task, Callable[[], None]], _Result],
    tasks: Sequence[_Task],
    progress: Callable[[int], None],
) -> list[_Result]:
    steps = 0

    def tell() -> None:
        nonlocal steps
        steps += 1
        progress(steps)

    return [work(task, tell) for task in tasks]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have processes that start meanwhile compute with one thread: numeric libraries read it when they load."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _remember(queue: SimpleQueue[int]) -> None:
    _told["queue"] = queue


def _guarded(work: Callable[[Any, Callable[[], None]], Any], task: Any) -> tuple[str, Any, Any]:  # noqa: ANN401 - whatever the work takes and gives
    """Return the result; or the class and data of our own error, which says more than its pickled form could."""
    try:
        return "done", work(task, lambda: _told["queue"].put(1)), None
    except ZhikeError as error:
        return "failed", type(error), {name: str(value) for name, value in error.data.items()}


def _received(answer: tuple[str, Any, Any], pool: ProcessPoolExecutor) -> Any:  # noqa: ANN401 - as above
    state, result, data = answer
    if state == "failed":
        pool.shutdown(wait=False, cancel_futures=True)
        raise result(**data)
    return result
