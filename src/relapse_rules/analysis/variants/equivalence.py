"""Shows that no 用例 can tell a mutant: what it changes comes to the same, as the 解读 are taken and the 参数 set while the policy is valid.

Each node gets a *form*: 解读 are put in as they are taken, 参数 as they are set on the days on which the policy is valid, and what is
decided by that is left out. Two nodes of one form are the same for every household. Where the forms differ and there are few different
conditions below the gates, all their values (是, 否, 未知) are tried. Both are sound; that a mutant is not shown to be equal says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from relapse_rules.analysis.variants.extended import Extended
from relapse_rules.analysis.variants.model import Variant
from relapse_rules.check.policy import Listed, TypedLimit, TypedPolicy
from relapse_rules.decisions.limits import END_OF_DAY
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands, renumbered
from relapse_rules.ir.program import ParameterEntry
from relapse_rules.values.truth import Comparison, Truth, all_of, any_of

_MOST_CONDITIONS: Final = 8
"""Of so many different conditions all values are tried: 3 to the power of 8."""

_Form = int
"""The number of a form; what it is, is in `Forms.made`."""


class Forms:
    """The forms of the nodes of a policy with its variants."""

    def __init__(self, extended: Extended, policy: TypedPolicy) -> None:
        self._program = extended.program
        self._valid = policy.valid_from, policy.valid_until
        self._vocabulary = policy.vocabulary
        self._taken = {entry.name: entry.taken for entry in self._program.readings}
        self._parameters = {entry.name: self._steps(entry) for entry in self._program.parameters}
        self.made: list[object] = []
        self._numbers: dict[object, _Form] = {}
        self._known: dict[int, _Form] = {}
        self.constants: dict[Truth, _Form] = {
            value: self._form(("constant", value)) for value in (True, False, None)
        }
        self._values = {form: value for value, form in self.constants.items()}
        for position in range(len(self._program.nodes)):
            self._known[position] = self._of(position)

    def same(self, one: int, other: int) -> bool:
        """Whether two conditions (nodes) were shown to be the same for every household."""
        return self._same(self._known[one], self._known[other])

    def _same(self, left: _Form, right: _Form) -> bool:
        if left == right:
            return True
        pairs = self._different_parts(left, right)
        if pairs and all(self._same(one, other) for one, other in pairs):
            return True
        return self._same_for_all_values(left, right)

    def _different_parts(self, left: _Form, right: _Form) -> list[tuple[_Form, _Form]]:
        """Return the parts in which two forms of one shape differ; nothing for other shapes."""
        match self.made[left], self.made[right]:
            case (("all" | "any") as kind, tuple(one)), (other_kind, tuple(other)) if kind == other_kind:
                pairs = list(zip(sorted({*one} - {*other}), sorted({*other} - {*one}), strict=False))
                return pairs if len(pairs) == 1 and len(one) == len(other) else []
            case ("not", int(one)), ("not", int(other)):
                return [(one, other)]
            case nodes.Node() as one, nodes.Node() as other if type(one) is type(other):
                used, also = operands(one), operands(other)  # type: ignore[arg-type]  # every form of a node is one
                place = dict(zip(also, used, strict=True)) if len(used) == len(also) else {}
                if not place or renumbered(other, place) != one:  # type: ignore[arg-type]
                    return []
                return [(mine, its) for mine, its in zip(used, also, strict=True) if mine != its]
            case _:
                return []

    def _same_for_all_values(self, left: _Form, right: _Form) -> bool:
        atoms = tuple(dict.fromkeys((*self._atoms(left), *self._atoms(right))))
        if len(atoms) > _MOST_CONDITIONS:
            return False
        for values in product((True, False, None), repeat=len(atoms)):
            given = dict(zip(atoms, values, strict=True))
            if self._value(left, given) is not self._value(right, given):
                return False
        return True

    def parameter(self, name: str) -> object:
        """Return what a 参数 is on the days on which the policy is valid."""
        return self._parameters[name]

    def taken(self, reading: str) -> str:
        """Return how a 解读 is taken."""
        return self._taken[reading]

    # --- forms ------------------------------------------------------------------------------------

    def _form(self, made: object) -> _Form:
        form = self._numbers.get(made)
        if form is None:
            form = self._numbers[made] = len(self.made)
            self.made.append(made)
        return form

    def _of(self, position: int) -> _Form:
        node = self._program.nodes[position]
        below = [self._known[each] for each in operands(node)]
        match node:
            case nodes.Constant(value=value):
                return self.constants[value]
            case nodes.Reading(reading=reading, option=option):
                return self.constants[self._taken[reading] == option]
            case nodes.And():
                return self._gate("all", below, absorbing=False)
            case nodes.Or():
                return self._gate("any", below, absorbing=True)
            case nodes.Not():
                return self._negated(below[0])
            case nodes.Lift(relation=relation) if relation.reference is None and below[0] in self._values:
                return below[0]
            case nodes.Test(parameter=str(name)):
                steps = self._parameters[name]
                if not any(value for _, value in steps):
                    return self.constants[None]
                return self._form((replace(node, parameter=None), steps))
            case nodes.Parameter(domain=domain, name=name):
                return self._form(("parameter", domain, self._parameters[name]))
            case nodes.Compare(right=right) if (limit := self._limit(node)) is not None:
                place = {node.left: below[0], right: self._form(("limit", node.domain, limit))}
                return self._form(renumbered(node, place))
            case nodes.Compare() | nodes.CompareRatio() if any(self._is_unset(each) for each in below):
                return self.constants[None]
            case nodes.Calculate() if any(self._is_unset(each) for each in below):
                return next(each for each in below if self._is_unset(each))
            case nodes.LiftNumber(relation=relation) if relation.reference is None and self._is_unset(
                below[0]
            ):
                return below[0]
            case nodes.MergeNumber(rule=rule, supplied=supplied) if rule == supplied:
                return below[0]
            case _:
                place = dict(zip(operands(node), below, strict=True))
                return self._form(renumbered(node, place))

    def _limit(self, node: nodes.Compare) -> int | None:
        """Return the number that a recorded one is compared with, no further out than where the vocabulary ends its range."""
        left, right = self._program.nodes[node.left], self._program.nodes[node.right]
        if not isinstance(left, nodes.FieldNumber) or not isinstance(right, nodes.Number):
            return None
        spec = self._vocabulary.field(left.fact)
        inclusive = node.operator in {Comparison.AT_LEAST, Comparison.LESS}
        limit = right.value
        if node.operator in {Comparison.EQUAL, Comparison.UNEQUAL}:
            return limit
        if spec.low is not None:
            limit = max(limit, spec.low if inclusive else spec.low - 1)
        if spec.high is not None:
            limit = min(limit, spec.high + 1 if inclusive else spec.high)
        return limit

    def _gate(self, kind: str, below: Iterable[_Form], *, absorbing: bool) -> _Form:
        found: dict[_Form, None] = {}
        for each in below:
            made = self.made[each]
            # A gate within a gate of its own kind is none of its own.
            inner: Sequence[_Form] = made[1] if isinstance(made, tuple) and made[0] == kind else (each,)
            found.update(dict.fromkeys(inner))
        if self.constants[absorbing] in found:
            return self.constants[absorbing]
        found.pop(self.constants[not absorbing], None)
        if not found:
            return self.constants[not absorbing]
        if len(found) == 1:
            return next(iter(found))
        return self._form((kind, tuple(sorted(found))))

    def _negated(self, form: _Form) -> _Form:
        if form in self._values:
            value = self._values[form]
            return self.constants[None if value is None else not value]
        made = self.made[form]
        return made[1] if isinstance(made, tuple) and made[0] == "not" else self._form(("not", form))

    def _is_unset(self, form: _Form) -> bool:
        made = self.made[form]
        return (
            isinstance(made, tuple) and made[0] == "parameter" and all(value is None for _, value in made[2])
        )

    def _steps(self, entry: ParameterEntry) -> tuple[tuple[int, object], ...]:
        """Return the values that a 参数 has while the policy is valid, each with the day from which it has it."""
        first, last = self._valid
        found: list[tuple[int, object]] = [] if first is None else [(first, None)]
        for setting in entry.values:
            if first is not None and setting.since <= first:
                found[0] = first, setting.value
            elif last is None or setting.since <= last:
                found.append((setting.since, setting.value))
        return tuple(found)

    # --- all values -------------------------------------------------------------------------------

    def _atoms(self, form: _Form) -> Iterator[_Form]:
        match self.made[form]:
            case ("all" | "any", tuple(below)):
                for each in below:
                    yield from self._atoms(each)
            case ("not", int(operand)):
                yield from self._atoms(operand)
            case ("constant", _):
                pass
            case _:
                yield form

    def _value(self, form: _Form, given: dict[_Form, Truth]) -> Truth:
        match self.made[form]:
            case ("all", tuple(below)):
                return all_of(self._value(each, given) for each in below)
            case ("any", tuple(below)):
                return any_of(self._value(each, given) for each in below)
            case ("not", int(operand)):
                value = self._value(operand, given)
                return None if value is None else not value
            case ("constant", bool() | None as value):
                return value
            case _:
                return given[form]


def is_same(variant: Variant, extended: Extended, position: int, forms: Forms, policy: TypedPolicy) -> bool:
    """Whether a variant (at ``position``) was shown to decide every household as the policy does."""
    listed: tuple[Listed, ...] = (*policy.measures, *policy.tasks, *policy.exceptions)
    limits = {each.name: each.limit for each in listed}
    return (
        variant.valid is None
        and all(_same_limit(limit, limits[name], forms) for name, limit in variant.limits.items())
        and all(forms.same(extended.base[slot], root) for slot, root in extended.roots[position].items())
    )


def _same_limit(one: TypedLimit, other: TypedLimit | None, forms: Forms) -> bool:
    return other is not None and _counted(one, forms) == _counted(other, forms)


def _counted(limit: TypedLimit, forms: Forms) -> tuple[object, ...]:
    """Return what a limit that starts somewhere ends by; where it starts is an expression of its own."""
    within = forms.parameter(limit.within) if isinstance(limit.within, str) else limit.within
    counting = None if limit.reading is None else forms.taken(limit.reading)
    # Only this option counts days otherwise than in hours.
    ends = counting == END_OF_DAY
    return limit.start_is_date, limit.same_day, within, limit.within_unit, ends
