"""Random well-typed expressions: every node of `relapse_rules.check.typed`, over any domain of the test vocabulary.

All choices come from one `random.Random`, so that a seed makes quick bulk runs and Hypothesis's own Random shrinks. The
first of several alternatives is the simplest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.strategies.cases import NUMBERS, TEXTS
from tests.strategies.vocabulary import FIELDS, RELATIONS, ROOT

from relapse_rules.check import typed
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec

COMPARISONS = tuple(Comparison)
ROUNDINGS = (typed.RoundingMode.HALF_UP, typed.RoundingMode.DOWN, typed.RoundingMode.UP)
ABOVE = {relation.child: relation for relation in RELATIONS if relation.reference is None}
UPWARD = {domain: tuple(relation for relation in RELATIONS if relation.child == domain) for domain in FIELDS}
DOWNWARD = {
    domain: tuple(relation for relation in RELATIONS if relation.parent == domain) for domain in FIELDS
}
SUMMED = (Kind.INTEGER, Kind.MONEY, Kind.DECIMAL, Kind.DURATION, Kind.TIME)


@dataclass(kw_only=True)
class Expressions:
    """Draws expressions that may name what was declared before them."""

    rng: Random
    conditions: dict[str, str] = field(default_factory=dict)
    """Named conditions so far → domain."""
    numbers: dict[str, tuple[str, Kind]] = field(default_factory=dict)
    """Named numbers so far → domain and kind."""
    number_parameters: dict[str, Kind] = field(default_factory=dict)
    set_parameters: tuple[str, ...] = ()
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    """Facts that a declaration derives: spoken of by its name only."""

    def condition(self, domain: str, depth: int) -> Condition:
        """Return a condition over ``domain``, at most ``depth`` levels above its leaves."""
        if depth <= 0:
            return self._condition_leaf(domain)
        makers: list[Callable[[str, int], Condition]] = [
            self._gate,
            self._gate,
            self._negation,
            self._number_compare,
            self._ratio_compare,
        ]
        if UPWARD[domain]:
            makers.append(self._lifted)
        if DOWNWARD[domain]:
            makers += (self._quantified, self._quantified, self._count_compare)
        return self.rng.choice(makers)(domain, depth - 1)

    def quantity(self, domain: str, kind: Kind, depth: int) -> Quantity:
        """Return a number of ``kind`` over ``domain``, at most ``depth`` levels above its leaves."""
        if depth <= 0:
            return self._number_leaf(domain, kind)
        makers: list[Callable[[str, Kind, int], Quantity]] = [self._calculated, self._calculated]
        if UPWARD[domain]:
            makers.append(self._lifted_number)
        if DOWNWARD[domain]:
            makers += (self._aggregated, self._aggregated)
        return self.rng.choice(makers)(domain, kind, depth - 1)

    def judgement(self) -> Condition:
        """Return a finding: a condition over recorded judgements of the household only."""
        hardship = typed.FieldTest(
            domain="household", fact="household.judged_hardship", kind=typed.TestKind.IS, values=("严重",)
        )
        able = typed.FieldTest(domain="household", fact="household.judged_able", kind=typed.TestKind.TRUE)
        return self.rng.choice((hardship, able, typed.AnyOf(domain="household", operands=(hardship, able))))

    # --- conditions -----------------------------------------------------------------------------------

    def _condition_leaf(self, domain: str) -> Condition:
        chosen = self.rng.random()
        if chosen < 0.6:
            test = self._field_test(domain)
            if test is not None:
                return test
        named = [name for name, place in self.conditions.items() if place == domain]
        if named and chosen < 0.9:
            return typed.Named(domain=domain, name=self.rng.choice(named))
        if self.readings and chosen < 0.95:
            reading = self.rng.choice(tuple(self.readings))
            option = self.rng.choice(self.readings[reading])
            return self._lifted_root(domain, typed.ReadingIs(domain=ROOT, reading=reading, option=option))
        return self._lifted_root(domain, typed.Constant(domain=ROOT, value=self.rng.random() < 0.5))

    def _lifted_root(self, domain: str, leaf: Condition) -> Condition:
        if domain == ROOT:
            return leaf
        relation = ABOVE[domain]
        return typed.Lifted(
            domain=domain, relation=relation, operand=self._lifted_root(relation.parent, leaf)
        )

    def _field_test(self, domain: str) -> Condition | None:
        specs = [
            spec
            for spec in FIELDS[domain]
            if spec.fact not in self.derived
            and spec.type.kind in {Kind.CONDITION, Kind.ENUM, Kind.TEXT, Kind.SET, Kind.DATE, Kind.TIME}
        ]
        if not specs:
            return None
        spec = self.rng.choice(specs)
        match spec.type.kind:
            case Kind.CONDITION:
                return typed.FieldTest(domain=domain, fact=spec.fact, kind=typed.TestKind.TRUE)
            case Kind.DATE | Kind.TIME:
                return typed.FieldTest(domain=domain, fact=spec.fact, kind=typed.TestKind.HAPPENED)
            case Kind.SET:
                kinds = (typed.TestKind.CONTAINS_ANY, typed.TestKind.CONTAINS_ALL, typed.TestKind.EMPTY)
                return self._membership(domain, spec, self.rng.choice(kinds))
            case _:
                return self._membership(domain, spec, typed.TestKind.IS)

    def _membership(self, domain: str, spec: FieldSpec, kind: typed.TestKind) -> Condition:
        if kind is typed.TestKind.EMPTY:
            return typed.FieldTest(domain=domain, fact=spec.fact, kind=kind)
        if self.set_parameters and self.rng.random() < 0.2:
            parameter = self.rng.choice(self.set_parameters)
            return typed.FieldTest(domain=domain, fact=spec.fact, kind=kind, parameter=parameter)
        names = tuple(value.name for value in spec.type.values) or TEXTS
        values = tuple(self.rng.sample(names, self.rng.choice((1, 1, 2))))
        return typed.FieldTest(domain=domain, fact=spec.fact, kind=kind, values=values)

    def _gate(self, domain: str, depth: int) -> Condition:
        operands = tuple(
            self.condition(domain, self._below(depth)) for _ in range(self.rng.choice((2, 1, 2, 3)))
        )
        match self.rng.choice(("all", "any", "at least")):
            case "all":
                return typed.AllOf(domain=domain, operands=operands)
            case "any":
                return typed.AnyOf(domain=domain, operands=operands)
            case _:
                count = self.rng.randint(1, len(operands))
                return typed.AtLeast(domain=domain, count=count, operands=operands)

    def _below(self, depth: int) -> int:
        """Return ``depth`` or less, so that expressions are not all as tall as they may be."""
        return self.rng.randint(0, depth) if depth > 0 else 0

    def _negation(self, domain: str, depth: int) -> Condition:
        return typed.Negation(domain=domain, operand=self.condition(domain, depth))

    def _number_compare(self, domain: str, depth: int) -> Condition:
        kind = self.rng.choice(tuple(NUMBERS))
        return typed.NumberCompare(
            domain=domain,
            operator=self.rng.choice(COMPARISONS),
            left=self.quantity(domain, kind, depth),
            right=self.quantity(domain, kind, self._below(depth)),
        )

    def _ratio_compare(self, domain: str, depth: int) -> Condition:
        left, right = (self.rng.choice((Kind.INTEGER, Kind.MONEY)) for _ in range(2))
        return typed.RatioCompare(
            domain=domain,
            operator=self.rng.choice(COMPARISONS),
            left_top=self.quantity(domain, left, depth),
            left_bottom=self.quantity(domain, left, 0),
            right_top=self.quantity(domain, right, 0),
            right_bottom=self.quantity(domain, right, 0),
        )

    def _lifted(self, domain: str, depth: int) -> Condition:
        relation = self.rng.choice(UPWARD[domain])
        return typed.Lifted(domain=domain, relation=relation, operand=self.condition(relation.parent, depth))

    def _down(self, domain: str) -> Relation:
        return self.rng.choice(DOWNWARD[domain])

    def _quantified(self, domain: str, depth: int) -> Condition:
        relation = self._down(domain)
        return typed.Quantified(
            domain=domain,
            kind=self.rng.choice(tuple(typed.Quantification)),
            relation=relation,
            condition=self.condition(relation.child, depth),
        )

    def _count_compare(self, domain: str, depth: int) -> Condition:
        relation = self._down(domain)
        return typed.CountCompare(
            domain=domain,
            operator=self.rng.choice(COMPARISONS),
            relation=relation,
            condition=self.condition(relation.child, depth),
            limit=self.quantity(domain, Kind.INTEGER, 0),
        )

    # --- numbers --------------------------------------------------------------------------------------

    def _number_leaf(self, domain: str, kind: Kind) -> Quantity:
        leaves: list[Quantity] = [
            typed.NumberField(domain=domain, fact=spec.fact)
            for spec in FIELDS[domain]
            if spec.type.kind is kind and spec.fact not in self.derived
        ]
        leaves += (
            typed.NamedNumber(domain=domain, name=name)
            for name, place in self.numbers.items()
            if place == (domain, kind)
        )
        if leaves and self.rng.random() < 0.7:
            return self.rng.choice(leaves)
        parameters = [name for name, own in self.number_parameters.items() if own is kind]
        if parameters and self.rng.random() < 0.4:
            return self._lifted_root_number(
                domain, typed.NumberParameter(domain=ROOT, name=self.rng.choice(parameters))
            )
        return self._lifted_root_number(
            domain, typed.NumberConstant(domain=ROOT, value=self.rng.choice(NUMBERS[kind]))
        )

    def _lifted_root_number(self, domain: str, leaf: Quantity) -> Quantity:
        if domain == ROOT:
            return leaf
        relation = ABOVE[domain]
        operand = self._lifted_root_number(relation.parent, leaf)
        return typed.LiftedNumber(domain=domain, relation=relation, operand=operand)

    def _lifted_number(self, domain: str, kind: Kind, depth: int) -> Quantity:
        relation = self.rng.choice(UPWARD[domain])
        return typed.LiftedNumber(
            domain=domain, relation=relation, operand=self.quantity(relation.parent, kind, depth)
        )

    def _aggregated(self, domain: str, kind: Kind, depth: int) -> Quantity:
        relation = self._down(domain)
        if kind is Kind.INTEGER and self.rng.random() < 0.5:
            return typed.CountOf(
                domain=domain, relation=relation, condition=self.condition(relation.child, depth)
            )
        kinds = tuple(typed.Aggregation)[0 if kind in SUMMED else 1 :]
        return typed.Aggregated(
            domain=domain,
            kind=self.rng.choice(kinds),
            relation=relation,
            value=self.quantity(relation.child, kind, depth),
            condition=None if self.rng.random() < 0.4 else self.condition(relation.child, depth),
        )

    def _calculated(self, domain: str, kind: Kind, depth: int) -> Quantity:
        """Return arithmetic that keeps to the kinds: 元 × 升, never 元 + 天."""
        match kind, self.rng.random() < 0.5:
            case (Kind.DATE, _):
                return typed.DateOf(domain=domain, time=self.quantity(domain, Kind.TIME, depth))
            case (Kind.DURATION, True):
                moment, step = self.rng.choice(((Kind.TIME, 1), (Kind.DATE, 86_400)))
                left, right = (self.quantity(domain, moment, depth) for _ in range(2))
                return typed.Apart(domain=domain, left=left, right=right, step=step)
            case (Kind.INTEGER, True) if self.rng.random() < 0.4:
                return typed.AgeOf(domain=domain, birth=self._birth(domain))
            case (Kind.TIME, _):
                return self._sum(domain, (Kind.TIME, Kind.DURATION), depth)
            case (Kind.DURATION, _) | (_, False):
                return self._sum(domain, (kind, kind), depth)
            case _:
                return self._product(domain, kind, depth)

    def _birth(self, domain: str) -> Quantity:
        """Return a date that a calendar holds: recorded, or of a recorded time."""
        if self.rng.random() < 0.8:
            return self._number_leaf_recorded(domain, Kind.DATE)
        return typed.DateOf(domain=domain, time=self._number_leaf_recorded(domain, Kind.TIME))

    def _number_leaf_recorded(self, domain: str, kind: Kind) -> Quantity:
        facts = [spec.fact for spec in FIELDS[domain] if spec.type.kind is kind]
        if facts:
            return typed.NumberField(domain=domain, fact=self.rng.choice(facts))
        return self._lifted_root_number(
            domain, typed.NumberConstant(domain=ROOT, value=self.rng.choice(NUMBERS[kind]))
        )

    def _sum(self, domain: str, kinds: tuple[Kind, Kind], depth: int) -> Quantity:
        operation = self.rng.choice((typed.Calculation.ADD, typed.Calculation.SUBTRACT))
        left, right = (self.quantity(domain, kind, self._below(depth)) for kind in kinds)
        return typed.Calculated(domain=domain, operation=operation, left=left, right=right)

    def _product(self, domain: str, kind: Kind, depth: int) -> Quantity:
        operation = self.rng.choice((typed.Calculation.MULTIPLY, typed.Calculation.DIVIDE))
        by = kind if kind is Kind.DECIMAL else self.rng.choice((Kind.INTEGER, Kind.DECIMAL))
        scale = 10_000 if by is Kind.DECIMAL else 1
        exact = scale == 1 and operation is typed.Calculation.MULTIPLY
        return typed.Calculated(
            domain=domain,
            operation=operation,
            left=self.quantity(domain, kind, depth),
            right=self.quantity(domain, by, self._below(depth)),
            rounding=typed.RoundingMode.EXACT if exact else self.rng.choice(ROUNDINGS),
            scale=scale,
        )
