"""Decides every 用例 under every variant of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relapse_rules.analysis.variants.extended import extended
from relapse_rules.analysis.variants.judging import Judge
from relapse_rules.analysis.variants.model import Held, Slot, Variant
from relapse_rules.analysis.variants.worlds import Lanes
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.syntax.declarations import ExpectationKind
from relapse_rules.values.moments import day_of


class Trial:
    """A policy with its variants, and what each case makes of them. The cases must pass as the policy stands."""

    def __init__(self, policy: TypedPolicy, slots: Mapping[Slot, Held], variants: Sequence[Variant]) -> None:
        self.variants = variants
        self.extended = extended(policy, slots, variants)
        self._lanes = Lanes(self.extended)
        self._judge = Judge(self.extended.program, variants)
        self._reader = CaseReader(policy.vocabulary)
        self._limited = [number for number, variant in enumerate(variants) if variant.limits]
        self._dated = [
            (number, variant.valid) for number, variant in enumerate(variants) if variant.valid is not None
        ]

    def read(self, case: TypedCase) -> Case:
        """Return the facts of a case."""
        return self._reader.read(case.facts, source_name=f"用例“{case.name}”")

    def failing(self, case: TypedCase) -> frozenset[int]:
        """Return the variants (by position) under which something that a case expects does not hold.

        Whatever only a line 缺 could tell is not among them.
        """
        facts = self.read(case)
        today = day_of(facts.as_of)
        found = {
            number
            for number, (first, last) in self._dated
            if (first is not None and today < first) or (last is not None and today > last)
        }
        rails = self.extended.evaluator.run(facts)
        active = self._lanes.active(rails)
        if any(each.kind == ExpectationKind.DUE for each in case.expectations):
            active = sorted({*active, *self._limited})
        if active:
            worlds = self._lanes.worlds(facts, rails, active)
            numbers = self.extended.evaluator.settings(today).numbers
            failing = 0
            for expectation in case.expectations:
                failing |= self._judge.fails(expectation, worlds, active, numbers)
            found |= {variant for world, variant in enumerate(active) if failing >> world & 1}
        return frozenset(found)
