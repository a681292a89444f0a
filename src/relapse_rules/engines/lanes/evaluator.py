"""The evaluator of one program: generated code, compiled once, and how to call it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from relapse_rules.engines.lanes import runtime
from relapse_rules.engines.lanes.answers import happened
from relapse_rules.engines.lanes.settings import Settings, settings_on
from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program, ReadingEntry
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import Comparison

_NAMESPACE: dict[str, Any] = {
    "Comparison": Comparison,
    "happened": happened,
    **{name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    **{name: function for name, function in vars(runtime).items() if callable(function)},
}

_MOST_SETTINGS = 64
"""Dates whose settings are kept; a batch over years must not fill the memory."""

_NOTHING: frozenset[int] = frozenset()

Part = Callable[..., Any]


def compile_program(program: Program) -> Evaluator:
    """Return the evaluator of ``program`` for one household at a time, over Python integers."""
    # A start from the cache brings its code along and never needs the generator.
    from relapse_rules.engines.lanes.source import program_source  # noqa: PLC0415

    return Evaluator(program, compile(program_source(program), f"<{program.policy}>", "exec"))


class Evaluator:
    """Runs a program. Safe to share between threads and processes: nothing changes after it is made but a small cache.

    ``code`` is the compiled source; an evaluator is rebuilt from a program and its code without compiling again.
    """

    def __init__(self, program: Program, code: CodeType) -> None:
        self.program = program
        self.code = code
        self._layout = Layout(program)
        self._taken = {entry.name: entry.taken for entry in program.readings}
        self._settings: dict[int, Settings] = {}
        namespace = dict(_NAMESPACE)
        exec(code, namespace)  # noqa: S102 - our own generated code, from a program and never from text
        self._encode: Part = namespace["encode"]
        self._parts: list[Part] = namespace["PARTS"]
        # 解读 that nothing listed depends on have no function of their own.
        self._flips: list[tuple[ReadingEntry, Part | None]] = [
            (entry, namespace.get(f"flip_{number}")) for number, entry in enumerate(program.readings)
        ]

    def __reduce__(self) -> tuple[Callable[[Program], Evaluator], tuple[Program]]:
        return compile_program, (self.program,)

    def run(self, case: Case, readings: Mapping[str, str] | None = None) -> Rails:
        """Return the rails of every node for ``case``; ``readings`` takes some 解读 otherwise than the policy does."""
        first, second, shape = self.encode(case, readings)
        return self.kernel(first, second, shape)

    def encode(
        self, case: Case, readings: Mapping[str, str] | None = None
    ) -> tuple[list[Any], list[int], tuple[Any, ...]]:
        """Return the leaves' rails for ``case``, and the shape of its lanes, as `kernel` takes them."""
        today = day_of(case.as_of)
        settings = self.settings(today)
        shape = self._shape(case)
        taken = self._taken if readings is None else {**self._taken, **readings}
        first, second = self._encode(
            case.tables, shape[0], shape[1], settings.tables, settings.numbers, taken, case.as_of, today
        )
        return first, second, shape

    def kernel(self, first: list[Any], second: list[int], shape: tuple[Any, ...]) -> Rails:
        """Run all parts over encoded leaves (which the lists then hold no longer alone)."""
        conflicts: list[tuple[int, int]] = []
        for part in self._parts:
            part(first, second, shape, conflicts)
        return Rails(first, second, tuple(clash for clash in conflicts if clash[1]))

    def changed_by_readings(self, case: Case, rails: Rails) -> dict[str, frozenset[int]]:
        """Return for each 解读 the listed nodes whose outcome, for any element, another of its options would change."""
        first, second = rails.first, rails.second
        shape = self._shape(case)
        return {
            entry.name: _NOTHING
            if flip is None
            else frozenset(
                node
                for option in entry.options
                if option != entry.taken
                for node in flip(first, second, shape, option)
            )
            for entry, flip in self._flips
        }

    def settings(self, today: int) -> Settings:
        """Return what holds on the date ``today`` (ordinal)."""
        return self._settings.get(today) or self._make_settings(today)

    def _shape(self, case: Case) -> tuple[Any, ...]:
        return (*self._layout.measure(case), day_of(case.as_of))

    def _make_settings(self, today: int) -> Settings:
        if len(self._settings) >= _MOST_SETTINGS:
            self._settings = {}
        made = settings_on(self.program, today)
        self._settings[today] = made
        return made
