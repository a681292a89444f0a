"""The form of a node: what is left of it once 解读 are put in as they are taken, and 参数 as they are set while the policy is valid.

Two nodes of one form are the same for every household; two forms may still mean the same (`equivalence`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from relapse_rules.check.policy import TypedPolicy
from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import operands, renumbered
from relapse_rules.ir.program import ParameterEntry, Program
from relapse_rules.values.truth import Comparison, Truth

Form = int
"""The number of a form; what it is, is in `Forms.made`."""

Steps = tuple[tuple[int, int | tuple[str, ...] | bool | None], ...]
"""The values that a 参数 has while the policy is valid, each with the day (ordinal) from which it has it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Yes, no or unknown for every household."""

    value: Truth


@dataclass(frozen=True, slots=True)
class Gate:
    """All of several conditions, or any of them; none of them is such a gate itself."""

    every: bool
    below: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """Not some condition, which is no negation itself."""

    operand: Form


@dataclass(frozen=True, slots=True)
class Setting:
    """The number that a 参数 has. ``domain``: whose lanes carry it."""

    domain: str
    steps: Steps


@dataclass(frozen=True, slots=True)
class Asked:
    """A test for what a 参数 has."""

    test: nodes.Test
    steps: Steps


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a recorded one is compared with."""

    domain: str
    value: int


# Not tuples, of which two of different kinds can be equal.
Made = Known | Gate | Negated | Setting | Asked | Limit | AnyNode
"""What a form is. The operands of a node are forms."""

_INCLUSIVE: Final = frozenset({Comparison.AT_LEAST, Comparison.LESS})
_EXACT: Final = frozenset({Comparison.EQUAL, Comparison.UNEQUAL})


class Forms:
    """The forms of all nodes of a program."""

    def __init__(self, program: Program, policy: TypedPolicy) -> None:
        self._program = program
        self._vocabulary = policy.vocabulary
        self._valid = policy.valid_from, policy.valid_until
        self._taken = {entry.name: entry.taken for entry in program.readings}
        self._parameters = {entry.name: self._steps(entry) for entry in program.parameters}
        self._numbers: dict[Made, Form] = {}
        self.made: list[Made] = []
        self.of: list[Form] = []
        """By node its form."""
        for node in program.nodes:
            self.of.append(self._of(node))

    def parameter(self, name: str) -> Steps:
        """Return what a 参数 is while the policy is valid."""
        return self._parameters[name]

    def taken(self, reading: str) -> str:
        """Return how a 解读 is taken."""
        return self._taken[reading]

    def _form(self, made: Made) -> Form:
        form = self._numbers.get(made)
        if form is None:
            form = self._numbers[made] = len(self.made)
            self.made.append(made)
        return form

    def _of(self, node: AnyNode) -> Form:
        below = [self.of[each] for each in operands(node)]
        match node:
            case nodes.Constant(value=value):
                return self._form(Known(value))
            case nodes.Reading(reading=reading, option=option):
                return self._form(Known(self._taken[reading] == option))
            case nodes.And():
                return self._gate(below, every=True)
            case nodes.Or():
                return self._gate(below, every=False)
            case nodes.Not():
                return self._negated(below[0])
            case nodes.Test(parameter=str(name)):
                steps = self._parameters[name]
                unset = not any(value for _, value in steps)
                return self._form(Known(None) if unset else Asked(replace(node, parameter=None), steps))
            case nodes.Parameter(domain=domain, name=name):
                return self._form(Setting(domain, self._parameters[name]))
            case nodes.MergeNumber(rule=rule, supplied=supplied) if rule == supplied:
                return below[0]
            case _:
                return self._simpler(node, below)

    def _simpler(self, node: AnyNode, below: Sequence[Form]) -> Form:
        """Return the form of a node that is nothing but its operands' when these are settled."""
        unset = next((each for each in below if self._is_unset(each)), None)
        match node:
            case nodes.Lift(relation=relation) if relation.reference is None and isinstance(
                self.made[below[0]], Known
            ):
                return below[0]
            case nodes.LiftNumber(relation=relation) if relation.reference is None and unset is not None:
                return unset
            case nodes.Calculate() if unset is not None:
                return unset
            case nodes.Compare() | nodes.CompareRatio() if unset is not None:
                return self._form(Known(None))
            case nodes.Compare(left=left, right=right) if (limit := self._limit(node)) is not None:
                place = {left: below[0], right: self._form(Limit(node.domain, limit))}
                return self._form(renumbered(node, place))
            case _:
                return self._form(renumbered(node, dict(zip(operands(node), below, strict=True))))

    def _gate(self, below: Iterable[Form], *, every: bool) -> Form:
        absorbing, idle = self._form(Known(not every)), self._form(Known(every))
        found: dict[Form, None] = {}
        for each in below:
            made = self.made[each]
            inner = made.below if isinstance(made, Gate) and made.every is every else (each,)
            found.update(dict.fromkeys(inner))
        found.pop(idle, None)
        if absorbing in found:
            return absorbing
        if len(found) > 1:
            return self._form(Gate(every, tuple(sorted(found))))
        return next(iter(found), idle)

    def _negated(self, form: Form) -> Form:
        match self.made[form]:
            case Known(value=value):
                return self._form(Known(None if value is None else not value))
            case Negated(operand=operand):
                return operand
            case _:
                return self._form(Negated(form))

    def _limit(self, node: nodes.Compare) -> int | None:
        """Return the number that a recorded one is compared with, no further out than where the vocabulary ends its range."""
        left, right = self._program.nodes[node.left], self._program.nodes[node.right]
        if not isinstance(left, nodes.FieldNumber) or not isinstance(right, nodes.Number):
            return None
        if node.operator in _EXACT:
            return right.value
        spec, inclusive, limit = self._vocabulary.field(left.fact), node.operator in _INCLUSIVE, right.value
        if spec.low is not None:
            limit = max(limit, spec.low if inclusive else spec.low - 1)
        if spec.high is not None:
            limit = min(limit, spec.high + 1 if inclusive else spec.high)
        return limit

    def _is_unset(self, form: Form) -> bool:
        made = self.made[form]
        return isinstance(made, Setting) and all(value is None for _, value in made.steps)

    def _steps(self, entry: ParameterEntry) -> Steps:
        first, last = self._valid
        found: list[tuple[int, int | tuple[str, ...] | bool | None]] = []
        if first is not None:
            found.append((first, None))
        for setting in entry.values:
            if first is not None and setting.since <= first:
                found[0] = first, setting.value
            elif last is None or setting.since <= last:
                found.append((setting.since, setting.value))
        return tuple(found)
