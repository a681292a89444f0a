"""Puts tasks in the order in which they are to be done."""

from __future__ import annotations

from collections.abc import Sequence

from relapse_rules.decisions.model import TaskElement


def in_order(tasks: Sequence[TaskElement]) -> list[TaskElement]:
    """Return ``tasks`` with each after those that it follows (``after``), otherwise as they are listed.

    Names in ``after`` that are not among ``tasks`` do not matter; tasks that wait for each other stay as listed.
    """
    waiting = list(tasks)
    placed: list[TaskElement] = []
    while waiting:
        open_ids = {task.id for task in waiting}
        # A task of the same id, for another target, is no predecessor.
        ready = next(
            (task for task in waiting if not (open_ids - {task.id}).intersection(task.after)), waiting[0]
        )
        waiting.remove(ready)
        placed.append(ready)
    return placed
