"""The only module that knows durable_rules: one ruleset handle, one live state, and actions driven one by one.

The C module is driven directly and not through ``durable.engine.Host``: without its background threads, which may delete a
state while it is in use, and several times quicker. What would crash it is kept out here: a state is deleted only after an
action has run in it, a batch is never empty, and every run has a budget of actions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final
from weakref import finalize

from relapse_rules.engines.durable.rulesets import SID, SINK, Ruleset

try:
    import durable_rules_engine as engine
except ImportError as error:
    _NEWER: Final = (3, 13)
    _advice = "durable 引擎需要另外安装：pip install 'relapse_rules[durable]'（须有 C 编译器）"
    if sys.version_info >= _NEWER:
        _advice += (
            "。Python 3.13 及以后的版本须这样安装："
            "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --no-cache-dir 'relapse_rules[durable]'"
        )
    raise ImportError(_advice, name="durable_rules_engine") from error

_HANDLED: Final = (0, 1)
"""Result codes of an assertion: taken, or taken and no pattern wants it."""

OnFiring = Callable[[str, str], str | None]
"""Takes a rule's name and the message with the facts that it fired on; returns the text of a fact to assert, or None."""


class DurableEngineError(RuntimeError):
    """durable_rules did what it never does within its safe limits; the run's result is not to be trusted."""


class Handle:
    """One ruleset in durable_rules. Safe to share between threads: one run at a time."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._lock = Lock()
        self._budget = len(ruleset.rules) + 1
        """Each pattern fits one fact of a run, so no rule fires twice; the sink fires once."""
        self._open()

    def close(self) -> None:
        """Free the ruleset, which durable_rules does not do by itself. The handle is of no use afterwards."""
        with self._lock:
            self._finalizer()

    def run(self, facts: Sequence[str], on_firing: OnFiring) -> None:
        """Assert ``facts`` in a new state, let all rules fire, and delete the state.

        Raises:
            DurableEngineError: the engine refused a fact or did not come to an end.
        """
        batch = f"[{','.join((self._ruleset.start, *facts))}]"
        with self._lock:
            has_acted = False
            try:
                self._require(engine.assert_facts(self._handle, batch))
                started = engine.start_action(self._handle)
                if started is None:
                    message = "durable_rules 没有触发任何规则"
                    raise DurableEngineError(message)
                has_acted = True
                _, fired, state = started
                self._drive(fired, state, on_firing)
            finally:
                if has_acted:
                    engine.delete_state(self._handle, SID)
                else:
                    # Deleting a state in which nothing ran would crash; dropping the whole ruleset does not.
                    self._finalizer()
                    self._open()

    def _open(self) -> None:
        self._handle: int = engine.create_ruleset("relapse", self._ruleset.definition)
        self._finalizer = finalize(self, engine.delete_ruleset, self._handle)

    def _drive(self, fired: str | None, state: int, on_firing: OnFiring) -> None:
        for _ in range(self._budget):
            if fired is None:
                return
            name = fired[2 : fired.index('"', 2)]
            if name != SINK:
                proved = on_firing(name, fired)
                if proved is not None:
                    self._require(engine.assert_fact(self._handle, proved))
            fired = engine.complete_and_start_action(self._handle, state)
        if fired is not None:
            message = "durable_rules 触发的次数超过了规则数"
            raise DurableEngineError(message)

    @staticmethod
    def _require(result: tuple[int, int]) -> None:
        if result[0] not in _HANDLED:
            message = f"durable_rules 拒绝了一项事实（返回 {result[0]}）"
            raise DurableEngineError(message)
