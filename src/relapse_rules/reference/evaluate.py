"""Evaluates each declaration of a typed policy for each element, as its docstring in `check.typed` says, one node at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, assert_never

from relapse_rules.check import policy as typed_policy
from relapse_rules.check import typed
from relapse_rules.check.policy import Listed, TypedPolicy
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.check.typed_children import Expression, walk
from relapse_rules.facts.case import Case
from relapse_rules.reference.fields import answer, shanghai_date
from relapse_rules.reference.numbers import (
    Number,
    age,
    aggregate,
    apart,
    calculate,
    compare_numbers,
    compare_ratios,
    date_of,
)
from relapse_rules.reference.rails import Column, Contradiction, Rails
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth, all_of, any_of, at_least, compare_between, negate

Truths = tuple[Truth, ...]
Numbers = tuple[Number, ...]
_Answer = TypeVar("_Answer", bool, int)


def evaluate(policy: TypedPolicy, case: Case, *, readings: Mapping[str, str] | None = None) -> Rails:
    """Return the value of everything that ``policy`` declares. ``readings`` takes some 解读 in another way."""
    evaluation = _Evaluation(policy, case, readings or {})
    declared: dict[str, Column] = {}
    expressions: dict[tuple[str, tuple[int, ...]], Column] = {}
    for key, expression in _declared_expressions(policy).items():
        expressions.update({(key, path): evaluation.column(node) for path, node in walk(expression)})
        declared[key] = (
            evaluation.declared(key)
            if key in policy.conditions or key in policy.numbers
            else expressions[key, ()]
        )
    return Rails(declared=declared, expressions=expressions, contradictions=tuple(evaluation.contradictions))


def _declared_expressions(policy: TypedPolicy) -> dict[str, Expression]:
    """Return every expression that a declaration holds, by the key of `Rails`."""
    found: dict[str, Expression] = {declared.name: declared.finding for declared in policy.judgements}
    found |= {declared.name: declared.condition for declared in policy.definitions}
    found |= {declared.name: declared.value for declared in policy.indicators}
    listed: tuple[Listed, ...] = (*policy.exceptions, *policy.measures, *policy.tasks)
    for item in listed:
        found[item.name] = item.outcome
        found[f"{item.name}#condition"] = item.condition
        if item.done is not None:
            found[f"{item.name}#done"] = item.done
        if item.limit is not None and item.limit.start is not None:
            found[f"{item.name}#start"] = item.limit.start
    return found


class _Evaluation:
    """One policy, one case, and the columns worked out so far."""

    def __init__(self, policy: TypedPolicy, case: Case, readings: Mapping[str, str]) -> None:
        self.policy = policy
        self.case = case
        self.readings = {spec.name: readings.get(spec.name, spec.taken) for spec in policy.readings}
        self.parameters = {spec.name: spec for spec in policy.parameters}
        self.contradictions: list[Contradiction] = []
        # By identity: one expression object means the same wherever it stands, and ``policy`` keeps it alive.
        self._truths: dict[int, Truths] = {}
        self._numbers: dict[int, Numbers] = {}
        self._declared_truths: dict[str, Truths] = {}
        self._declared_numbers: dict[str, Numbers] = {}

    def column(self, node: Expression) -> Column:
        """Return the value of ``node`` for each element of its domain."""
        return self.numbers(node) if isinstance(node, Quantity) else self.truths(node)

    def truths(self, node: Condition) -> Truths:
        """Return the truth of ``node`` for each element of its domain."""
        if id(node) not in self._truths:
            self._truths[id(node)] = self._condition(node)
        return self._truths[id(node)]

    def numbers(self, node: Quantity) -> Numbers:
        """Return the number that ``node`` is for each element of its domain."""
        if id(node) not in self._numbers:
            self._numbers[id(node)] = self._quantity(node)
        return self._numbers[id(node)]

    # --- declarations -------------------------------------------------------------------------------

    def declared(self, name: str) -> Column:
        """Return what a name means: a condition or a number, with the stated value of its field worked in."""
        return self._named_number(name) if name in self.policy.numbers else self._named(name)

    def _named(self, name: str) -> Truths:
        if name not in self._declared_truths:
            declared = self.policy.conditions[name]
            fact = None
            match declared:
                case typed_policy.TypedJudgement():
                    expression = declared.finding
                case typed_policy.TypedException():
                    expression = declared.outcome
                case typed_policy.TypedDefinition():
                    expression, fact = declared.condition, declared.derives
                case _:
                    assert_never(declared)
            ruled = self.truths(expression)
            self._declared_truths[name] = ruled if fact is None else self._merged(fact, ruled)
        return self._declared_truths[name]

    def _named_number(self, name: str) -> Numbers:
        if name not in self._declared_numbers:
            declared = self.policy.numbers[name]
            ruled = self.numbers(declared.value)
            self._declared_numbers[name] = (
                ruled if declared.derives is None else self._merged(declared.derives, ruled)
            )
        return self._declared_numbers[name]

    def _merged(self, fact: str, ruled: tuple[_Answer | None, ...]) -> tuple[_Answer | None, ...]:
        """Return a derived field: by rule or as stated, whichever is known; unknown, and reported, where they disagree."""
        domain = self.policy.vocabulary.domain(self.policy.vocabulary.field(fact).entity)
        table = self.case.tables[domain]
        merged: list[_Answer | None] = []
        for lane, (rule, row) in enumerate(zip(ruled, table.rows, strict=True)):
            supplied: _Answer | None = row.get(fact)  # type: ignore[assignment]  # the facts hold values of the field's type
            if rule is not None and supplied is not None and rule != supplied:
                self.contradictions.append(
                    Contradiction(
                        fact=fact,
                        domain=domain,
                        lane=lane,
                        element=table.ids[lane],
                        rule=rule,
                        supplied=supplied,
                    )
                )
                merged.append(None)
            else:
                merged.append(supplied if rule is None else rule)
        return tuple(merged)

    # --- conditions ---------------------------------------------------------------------------------

    def _condition(self, node: Condition) -> Truths:
        match node:
            case typed.Constant(value=value):
                column = self._everywhere(node.domain, value)
            case typed.FieldTest():
                column = self._field_test(node)
            case typed.ReadingIs(reading=reading, option=option):
                column = self._everywhere(node.domain, self.readings[reading] == option)
            case typed.AllOf(operands=operands):
                column = tuple(all_of(row) for row in self._rows(node.domain, operands))
            case typed.AnyOf(operands=operands):
                column = tuple(any_of(row) for row in self._rows(node.domain, operands))
            case typed.AtLeast(count=count, operands=operands):
                column = tuple(at_least(count, row) for row in self._rows(node.domain, operands))
            case typed.Negation(operand=operand):
                column = tuple(map(negate, self.truths(operand)))
            case typed.NumberCompare():
                sides = zip(self.numbers(node.left), self.numbers(node.right), strict=True)
                column = tuple(compare_numbers(node.operator, *pair) for pair in sides)
            case typed.RatioCompare():
                column = self._ratio_compare(node)
            case typed.CountCompare():
                column = self._count_compare(node)
            case typed.Quantified():
                column = self._quantified(node)
            case typed.Lifted(relation=relation, operand=operand):
                above = self.truths(operand)
                column = tuple(
                    None if parent is None else above[parent] for parent in self.case.links[relation]
                )
            case typed.Named(name=name):
                column = self._named(name)
            case _:
                assert_never(node)
        return column

    def _everywhere(self, domain: str, value: _Answer | None) -> tuple[_Answer | None, ...]:
        return (value,) * len(self.case.tables[domain].rows)

    def _rows(self, domain: str, operands: tuple[Condition, ...]) -> list[Truths]:
        """Return the operands' truths element by element; an empty row for each element where there are no operands."""
        columns = [self.truths(operand) for operand in operands]
        return [
            tuple(column[lane] for column in columns) for lane in range(len(self.case.tables[domain].rows))
        ]

    def _field_test(self, node: typed.FieldTest) -> Truths:
        asked = node.values if node.parameter is None else self._parameter(node.parameter)
        if asked is None:
            return self._everywhere(node.domain, None)
        assert isinstance(asked, tuple), "a test reads only parameters that are sets of names"
        kind = self.policy.vocabulary.field(node.fact).type
        stated = (row.get(node.fact) for row in self.case.tables[node.domain].rows)
        return tuple(
            None if value is None else answer(node.kind, kind, value, asked, self.case.as_of)
            for value in stated
        )

    def _ratio_compare(self, node: typed.RatioCompare) -> Truths:
        parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
        rows = zip(*map(self.numbers, parts), strict=True)
        return tuple(compare_ratios(node.operator, (row[0], row[1]), (row[2], row[3])) for row in rows)

    # --- related elements ---------------------------------------------------------------------------

    def _belongs(self, relation: Relation, parent: int) -> Truths:
        """Return, for each child, whether it belongs to the element ``parent``."""
        return tuple(None if link is None else link == parent for link in self.case.links[relation])

    def _counted(self, relation: Relation, parent: int, condition: Truths) -> Truths:
        """Return, for each child, whether it belongs to ``parent`` and has the condition."""
        return tuple(map(all_of, zip(self._belongs(relation, parent), condition, strict=True)))

    def _is_complete(self, relation: Relation) -> bool:
        return self.case.tables[relation.child].complete

    def _parents(self, relation: Relation) -> range:
        return range(len(self.case.tables[relation.parent].rows))

    def _quantified(self, node: typed.Quantified) -> Truths:
        relation, condition = node.relation, self.truths(node.condition)
        others: Truths = () if self._is_complete(relation) else (None,)  # elements that were not supplied
        match node.kind:
            case typed.Quantification.EXISTS:
                wanted = condition
            case typed.Quantification.EVERY:
                wanted = tuple(map(negate, condition))
            case _:
                assert_never(node.kind)
        found = tuple(
            any_of((*self._counted(relation, parent, wanted), *others)) for parent in self._parents(relation)
        )
        return found if node.kind is typed.Quantification.EXISTS else tuple(map(negate, found))

    def _count_compare(self, node: typed.CountCompare) -> Truths:
        condition, limits = self.truths(node.condition), self.numbers(node.limit)
        column: list[Truth] = []
        for parent in self._parents(node.relation):
            counted = self._counted(node.relation, parent, condition)
            low = sum(value is True for value in counted)
            high = sum(value is not False for value in counted) if self._is_complete(node.relation) else None
            limit = limits[parent]
            column.append(None if limit is None else compare_between(node.operator, low, high, limit))
        return tuple(column)

    def _aggregated(self, node: typed.Aggregated) -> Numbers:
        values = self.numbers(node.value)
        condition = (
            self._everywhere(node.relation.child, value=True)
            if node.condition is None
            else self.truths(node.condition)
        )
        column: list[Number] = []
        for parent in self._parents(node.relation):
            counted = self._counted(node.relation, parent, condition)
            chosen = tuple(value for value, counts in zip(values, counted, strict=True) if counts)
            known = self._is_complete(node.relation) and None not in counted
            column.append(aggregate(node.kind, chosen) if known else None)
        return tuple(column)

    def _count_of(self, node: typed.CountOf) -> Numbers:
        condition = self.truths(node.condition)
        counted = (self._counted(node.relation, parent, condition) for parent in self._parents(node.relation))
        complete = self._is_complete(node.relation)
        return tuple(sum(map(bool, row)) if complete and None not in row else None for row in counted)

    # --- numbers ------------------------------------------------------------------------------------

    def _quantity(self, node: Quantity) -> Numbers:
        match node:
            case typed.NumberConstant(value=value):
                column = self._everywhere(node.domain, value)
            case typed.NumberField(fact=fact):
                stated = (row.get(fact) for row in self.case.tables[node.domain].rows)
                column = tuple(value if isinstance(value, int) else None for value in stated)
            case typed.NumberParameter(name=name):
                number = self._parameter(name)
                column = self._everywhere(node.domain, number if isinstance(number, int) else None)
            case typed.NamedNumber(name=name):
                column = self._named_number(name)
            case typed.Calculated():
                sides = zip(self.numbers(node.left), self.numbers(node.right), strict=True)
                column = tuple(calculate(node.operation, *pair, node.rounding, node.scale) for pair in sides)
            case typed.AgeOf(birth=birth):
                column = tuple(age(number, self.case.as_of) for number in self.numbers(birth))
            case typed.DateOf(time=time):
                column = tuple(map(date_of, self.numbers(time)))
            case typed.Apart():
                sides = zip(self.numbers(node.left), self.numbers(node.right), strict=True)
                column = tuple(apart(*pair, node.step) for pair in sides)
            case typed.Aggregated():
                column = self._aggregated(node)
            case typed.CountOf():
                column = self._count_of(node)
            case typed.LiftedNumber(relation=relation, operand=operand):
                above = self.numbers(operand)
                column = tuple(
                    None if parent is None else above[parent] for parent in self.case.links[relation]
                )
            case _:
                assert_never(node)
        return column

    def _parameter(self, name: str) -> int | tuple[str, ...] | bool | None:
        """Return a 参数's value at 判定时点: the last that is in force by then; None before the first, and for 待定."""
        today = shanghai_date(self.case.as_of)
        in_force = [dated.value for dated in self.parameters[name].values if dated.since <= today]
        return in_force[-1] if in_force else None
