"""Shows that no 用例 can tell a variant: what it changes comes to the same for every household.

Forms (`forms`) that are the same are; so are two that differ in parts that are the same. Where there are few different conditions below
the gates, all their values (是, 否, 未知) are tried. All this is sound; that a variant is not shown to be the same says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from relapse_rules.analysis.variants.extended import Extended
from relapse_rules.analysis.variants.forms import Form, Forms, Gate, Known, Negated
from relapse_rules.analysis.variants.model import Variant
from relapse_rules.check.policy import Listed, TypedLimit, TypedPolicy
from relapse_rules.decisions.limits import END_OF_DAY
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands, renumbered
from relapse_rules.values.truth import Truth, all_of, any_of, negate

_MOST_CONDITIONS: Final = 8
"""Of so many different conditions all values are tried: 3 to the power of 8."""


class Equivalence:
    """Compares the variants of one program (``extended``) with the policy."""

    def __init__(self, extended: Extended, policy: TypedPolicy) -> None:
        self._extended = extended
        self._forms = Forms(extended.program, policy)
        listed: tuple[Listed, ...] = (*policy.measures, *policy.tasks, *policy.exceptions)
        self._limits = {each.name: each.limit for each in listed}

    def is_same(self, variant: Variant, position: int) -> bool:
        """Whether a variant (at ``position``) was shown to decide every household as the policy does."""
        return (
            variant.valid is None
            and all(self._same_limit(name, limit) for name, limit in variant.limits.items())
            and all(
                self._same(self._forms.of[self._extended.base[slot]], self._forms.of[root])
                for slot, root in self._extended.roots[position].items()
            )
        )

    # --- time limits ------------------------------------------------------------------------------

    def _same_limit(self, name: str, limit: TypedLimit) -> bool:
        before = self._limits[name]
        return before is not None and self._counted(limit) == self._counted(before)

    def _counted(self, limit: TypedLimit) -> tuple[object, ...]:
        """Return what a limit that starts somewhere ends by; where it starts is an expression of its own."""
        within = self._forms.parameter(limit.within) if isinstance(limit.within, str) else limit.within
        counting = None if limit.reading is None else self._forms.taken(limit.reading)
        # Only this option counts days otherwise than in hours.
        ends = counting == END_OF_DAY
        return limit.start_is_date, limit.same_day, within, limit.within_unit, ends

    # --- conditions -------------------------------------------------------------------------------

    def _same(self, left: Form, right: Form) -> bool:
        if left == right:
            return True
        pairs = self._different_parts(left, right)
        if pairs and all(self._same(one, other) for one, other in pairs):
            return True
        return self._same_for_all_values(left, right)

    def _different_parts(self, left: Form, right: Form) -> list[tuple[Form, Form]]:
        """Return the parts in which two forms of one shape differ; nothing for other shapes."""
        one, other = self._forms.made[left], self._forms.made[right]
        if isinstance(one, Gate) and isinstance(other, Gate):
            ours, theirs = {*one.below} - {*other.below}, {*other.below} - {*one.below}
            alike = one.every is other.every and len(ours) == len(theirs) == 1
            return list(zip(ours, theirs, strict=True)) if alike else []
        if isinstance(one, Negated) and isinstance(other, Negated):
            return [(one.operand, other.operand)]
        if isinstance(one, nodes.Node) and isinstance(other, nodes.Node):
            used, also = operands(one), operands(other)
            if type(one) is not type(other) or len(used) != len(also):
                return []
            if renumbered(other, dict(zip(also, used, strict=True))) != one:
                return []
            return [(mine, its) for mine, its in zip(used, also, strict=True) if mine != its]
        return []

    def _same_for_all_values(self, left: Form, right: Form) -> bool:
        atoms = tuple(dict.fromkeys((*self._atoms(left), *self._atoms(right))))
        if len(atoms) > _MOST_CONDITIONS:
            return False
        for values in product((True, False, None), repeat=len(atoms)):
            given = dict(zip(atoms, values, strict=True))
            if self._value(left, given) is not self._value(right, given):
                return False
        return True

    def _atoms(self, form: Form) -> Iterator[Form]:
        match self._forms.made[form]:
            case Gate(below=below):
                for each in below:
                    yield from self._atoms(each)
            case Negated(operand=operand):
                yield from self._atoms(operand)
            case Known():
                pass
            case _:
                yield form

    def _value(self, form: Form, given: Mapping[Form, Truth]) -> Truth:
        match self._forms.made[form]:
            case Gate(every=every, below=below):
                values = (self._value(each, given) for each in below)
                return all_of(values) if every else any_of(values)
            case Negated(operand=operand):
                return negate(self._value(operand, given))
            case Known(value=value):
                return value
            case _:
                return given[form]
