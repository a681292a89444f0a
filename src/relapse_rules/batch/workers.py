"""Threads that work beside the one that hands out work; none where there is to be one thread in all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

_MOST_WAITING: Final = 2

P = ParamSpec("P")
R = TypeVar("R")


class _Here(Executor):
    """Does what it is given at once, in the thread that gives it."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Return the finished work; what it raises is raised here."""
        done: Future[R] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def workers_beside(threads: int) -> Iterator[Executor]:
    """Give the workers of ``threads`` threads: themselves when they are several, and the caller when there is one.

    At the end, or when the caller fails, what has begun is finished; what has not begun is dropped.
    """
    if threads == 1:
        yield _Here()
        return
    pool = ThreadPoolExecutor(threads)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def one_behind(threads: int) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give a function that has work done, in order, by a thread behind the caller's; by the caller where there is one thread in all.

    At most two pieces of work wait. What one raises is raised in the caller: at a later piece, or at the end.
    """
    if threads == 1:
        yield lambda work: work()
        return
    waiting: deque[Future[None]] = deque()
    pool = ThreadPoolExecutor(1)

    def give(work: Callable[[], None]) -> None:
        waiting.append(pool.submit(work))
        while len(waiting) > _MOST_WAITING:
            waiting.popleft().result()

    try:
        yield give
        while waiting:
            waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
