"""One policy under watch: checked and tested anew when something of it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from relapse_rules.analysis.cases import CaseResult, Decide, Told
from relapse_rules.analysis.watching.case_memory import CaseMemory
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.diagnostics import Diagnostic, Severity
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.source import SourceText


class Inspected(Protocol):
    """What is found about a policy: `relapse_rules.policy.Inspection`."""

    @property
    def policy(self) -> TypedPolicy | None:
        """The typed policy, None when anything is wrong."""
        ...

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that was found."""
        ...

    @property
    def sources(self) -> Mapping[str, SourceText]:
        """The texts that were read."""
        ...

    @property
    def cases(self) -> tuple[TypedCase, ...]:
        """The worked cases."""
        ...


Inspect = Callable[[Path], Inspected]
Ready = Callable[[Program, TypedPolicy], tuple[Decide, Told]]
"""Makes what decides cases, and tells of facts, of a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found. ``results``: of all cases, None where the policy has errors; ``fresh``: how many were run now."""

    inspection: Inspected
    results: tuple[CaseResult, ...] | None
    fresh: int = 0

    @property
    def is_good(self) -> bool:
        """Whether there is no error, and every case passes."""
        return self.results is not None and all(result.passed for result in self.results)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors; warnings are counted only."""
        return tuple(each for each in self.inspection.diagnostics if each.severity is Severity.ERROR)


class PolicyWatch:
    """A policy, its main file being ``entry``."""

    def __init__(self, entry: Path, inspect: Inspect, ready: Ready) -> None:
        self.entry = entry
        self._inspect = inspect
        self._ready = ready
        self._memory = CaseMemory()
        self._read: frozenset[Path] = frozenset()
        self._is_whole = False

    def concerns(self, changed: Sequence[Path]) -> bool:
        """Whether a change of these files can change what was found. Where a file is missing, any file may be the one."""
        return not self._is_whole or any(path.resolve() in self._read for path in changed)

    def look(self) -> Look:
        """Check the policy as it is now, and run those cases whose outcome may be another."""
        inspection = self._inspect(self.entry)
        self._read = frozenset(Path(name).resolve() for name in inspection.sources)
        typed = inspection.policy
        self._is_whole = typed is not None
        if typed is None:
            return Look(inspection=inspection, results=None)
        program = lower(typed)
        run = self._memory.run(
            program, typed.vocabulary, inspection.cases, lambda: self._ready(program, typed)
        )
        return Look(inspection=inspection, results=run.results, fresh=run.fresh)
