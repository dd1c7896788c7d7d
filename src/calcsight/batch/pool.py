"""One process or several; the results come in the order of the inputs either way."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from calcsight.batch.finding import FoundInput
from calcsight.batch.hushing import hush
from calcsight.batch.view import Orders, ViewRead, ViewRefused, read_view

Item = TypeVar("Item")
Done = TypeVar("Done")

# Results that may wait for an earlier one, for each process: bounds the memory.
_WAITING = 2


def read_all(
    inputs: Sequence[FoundInput], orders: Orders, jobs: int
) -> Iterator[ViewRead | ViewRefused]:
    """Yield the result of every input, in order.

    Parameters
    ----------
    inputs : sequence of FoundInput
    orders : Orders
    jobs : int
        Processes; with 1 everything happens in this one.
    """
    yield from each_in_order(partial(read_view, orders=orders), inputs, jobs)


def each_in_order(work: Callable[[Item], Done], items: Sequence[Item], jobs: int) -> Iterator[Done]:
    """Yield what the work makes of every item, in the order of the items.

    Parameters
    ----------
    work : callable
        With more than one process it has to cross into another one, as the items have.
    items : sequence
    jobs : int
        Processes; with 1 everything happens in this one.
    """
    if jobs == 1:
        for one in items:
            yield work(one)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare_process)
    waiting: deque[Future[Done]] = deque()
    try:
        for one in items:
            with _interrupts_held():
                waiting.append(pool.submit(work, one))
            if len(waiting) >= jobs * _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_process() -> None:
    """Set a reading process up: one thread, no chatter; the first process handles signals."""
    import cv2  # noqa: PLC0415

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_first_process, daemon=True).start()
    hush()
    cv2.setNumThreads(1)


def _end_with_first_process() -> None:
    """End this process when the first one is gone, killed perhaps: it would wait for ever."""
    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ignore Ctrl-C while a process may start, so that none dies half-way with a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
