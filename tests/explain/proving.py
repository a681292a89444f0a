"""Explaining outcomes of policies made in a test, and what laws say of proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relapse_rules.check import policy as checked
from relapse_rules.decisions import Concluder, changed_by_readings
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.answers import Asking, CaseAnswers
from relapse_rules.explain.explained import Explained
from relapse_rules.explain.model import Explanation, Step
from relapse_rules.explain.premises import Key, ParameterOf, ReadingOf, only
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.details import details_of
from relapse_rules.ir.program import FactEntry, Program
from relapse_rules.lowering import lower
from relapse_rules.values.types import Kind, Type


def asking(drawn: checked.TypedPolicy) -> Asking:
    """Return what answers for decisions of a policy that no file holds."""
    program = lower(drawn)
    numbers = {indicator.name: indicator.type for indicator in drawn.indicators}
    details = details_of(program, {}, gists={}, numbers=numbers)
    return Asking(program, drawn.vocabulary, compile_program(program), Concluder(program), details)


def decided(asked: Asking, case: Case) -> Explained:
    """Return the decision about ``case``."""
    rails = asked.evaluator.run(case)
    changes = changed_by_readings(asked.evaluator, rails, case)
    decision = asked.concluder.conclude(rails, case, reading_changes=changes)
    return Explained._make(decision).answered_by(lambda: CaseAnswers(asked, case, rails))


def steps(explanation: Explanation) -> Iterator[Step]:
    """Yield every step of an explanation in the order of showing."""
    yield from _steps(explanation.proof)
    for exception in explanation.exceptions:
        yield from _steps(exception)


def _steps(step: Step) -> Iterator[Step]:
    yield step
    for part in step.parts:
        yield from _steps(part)


def outline(explanation: Explanation) -> list[str]:
    """Return the steps and premises of the proof, one a line."""
    return list(_lines(explanation.proof, ""))


def _lines(step: Step, indent: str) -> Iterator[str]:
    head = step.outcome.value if step.outcome is not None else step.value or "?"
    name = f"{step.id}: " if step.id else ""
    cites = f" ({'、'.join(cite.id for cite in step.cites)})" if step.cites else ""
    again = f" see {step.same_as}" if step.same_as is not None else ""
    yield f"{indent}{head} {name}{step.text} [{step.target.id}]{cites}{again}"
    for premise in step.premises:
        told = f"see {premise.seen_in}" if premise.seen_in is not None else premise.value or "?"
        yield f"{indent}  · {premise.fact}@{premise.target.id} = {told}"
    for part in step.parts:
        yield from _lines(part, indent + "  ")


NEVER_STATED = "context.never_stated"


class Engines:
    """The same policy with some 参数 not set and some 解读 not known, compiled once each."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._kept: dict[tuple[frozenset[str], frozenset[str]], Evaluator] = {}

    def forces(self, case: Case, keys: tuple[Key, ...], step: tuple[int, int], outcome: object) -> bool:
        """Whether ``keys`` alone give a condition this outcome, with everything else unknown, 参数 and 解读 too."""
        parameters = frozenset(key.name for key in keys if isinstance(key, ParameterOf))
        readings = frozenset(key.name for key in keys if isinstance(key, ReadingOf))
        return self._with(parameters, readings).run(only(case, keys)).truth(*step) is outcome

    def _with(self, parameters: frozenset[str], readings: frozenset[str]) -> Evaluator:
        known = parameters, readings
        if known not in self._kept:
            unknown = FactEntry(
                fact=NEVER_STATED, domain="context", supplier="", type=Type(kind=Kind.CONDITION)
            )
            changed = replace(
                self._program,
                parameters=tuple(
                    entry if entry.name in parameters else replace(entry, values=())
                    for entry in self._program.parameters
                ),
                facts={**self._program.facts, NEVER_STATED: unknown},
                nodes=tuple(
                    nodes.Test(domain=node.domain, fact=NEVER_STATED, kind="true")
                    if isinstance(node, nodes.Reading) and node.reading not in readings
                    else node
                    for node in self._program.nodes
                ),
            )
            self._kept[known] = compile_program(changed)
        return self._kept[known]
