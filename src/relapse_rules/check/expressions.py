"""Expressions to typed conditions and numbers: the one place that knows every form and hands each to its module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from relapse_rules.check import arithmetic, conditions, functions, memberships, numbers, quantifiers
from relapse_rules.check.listings import Outcomes
from relapse_rules.check.names import KEYWORD, Names
from relapse_rules.check.operands import (
    Amount,
    Answer,
    ListedNames,
    Literal,
    Operand,
    Quoted,
    Recorded,
    Scope,
    TakenReading,
)
from relapse_rules.check.reach import Way, lift, lift_number, way_up
from relapse_rules.check.scope import FoundConcept, FoundField, resolve
from relapse_rules.check.typed import (
    Condition,
    Constant,
    FieldTest,
    Named,
    NamedNumber,
    Negation,
    NumberCompare,
    NumberConstant,
    NumberField,
    NumberParameter,
    TestKind,
)
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_names import NOT_REACHABLE, UNKNOWN_REFERENCE
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import (
    Definition,
    Duty,
    ExceptionRule,
    Indicator,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Reading,
)
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NUMERIC, Kind, Type


@dataclass(kw_only=True)
class ExpressionTyper:
    """A `relapse_rules.check.typer.Typer` over the names of one policy.

    ``indicator`` gives the type of an 指标 by name (its value is typed first); ``used`` collects the concepts, fields and
    values that expressions mention. ``outcomes``: what a decision lists, whose names are conditions only in a 性质.
    """

    names: Names
    found: list[Diagnostic]
    indicator: Callable[[str], Type | None]
    used: set[str] = field(default_factory=set)
    outcomes: Outcomes | None = None

    def type_of_indicator(self, name: str) -> Type | None:
        """Return the type of an 指标, None when its value is broken."""
        return self.indicator(name)

    def condition(self, expression: tree.Expression, scope: Scope) -> Condition | None:
        """Return ``expression`` as a condition; None (and a finding) when it is none."""
        operand = self.operand(expression, scope)
        return None if operand is None else conditions.as_condition(self, operand)

    def amount(self, expression: tree.Expression, scope: Scope, wanted: Type | None = None) -> Amount | None:
        """Return ``expression`` as a number; a literal takes the type ``wanted``."""
        operand = self.operand(expression, scope)
        return None if operand is None else numbers.as_amount(self, operand, scope, wanted)

    def operand(self, expression: tree.Expression, scope: Scope) -> Operand | None:
        """Return what ``expression`` is; None when it is broken, which is then reported."""
        match expression:
            case tree.Path():
                return self._name(expression, scope)
            case tree.Number() | tree.Moment():
                return Literal(node=expression)
            case tree.Text():
                return Quoted(text=expression.value, span=expression.span)
            case tree.Arithmetic():
                return arithmetic.arithmetic(self, expression, scope)
            case tree.Call():
                return functions.call(self, expression, scope)
            case tree.Aggregate():
                return quantifiers.aggregated(self, expression, scope)
            case _:
                condition = self._condition(expression, scope)
                return None if condition is None else Answer(condition=condition, span=expression.span)

    def _condition(
        self,
        expression: tree.Truth
        | tree.Junction
        | tree.ConditionList
        | tree.Not
        | tree.IfThen
        | tree.Quantifier
        | tree.Compare
        | tree.Between
        | tree.Membership
        | tree.Happened,
        scope: Scope,
    ) -> Condition | None:
        match expression:
            case tree.Truth():
                return Constant(domain=scope.domain, span=expression.span, value=expression.value)
            case tree.Junction():
                return conditions.junction(self, expression, scope)
            case tree.ConditionList():
                if expression.reading is not None:
                    self.used.add(expression.reading.text)
                return conditions.condition_list(self, expression, scope)
            case tree.Not():
                operand = self.condition(expression.operand, scope)
                return None if operand is None else _negation(operand, expression.span)
            case tree.IfThen():
                return conditions.if_then(self, expression, scope)
            case tree.Quantifier():
                return quantifiers.quantified(self, expression, scope)
            case tree.Compare():
                return conditions.compare(self, expression, scope)
            case tree.Between():
                return conditions.between(self, expression, scope)
            case tree.Membership():
                return memberships.membership(self, expression, scope)
            case tree.Happened():
                return memberships.happened(self, expression, scope)
            case _:
                assert_never(expression)

    def _name(self, path: tree.Path, scope: Scope) -> Operand | None:
        if path.is_step:
            return self._step(path, scope)
        found = resolve(path, scope, self.names, self.found)
        match found:
            case None:
                return None
            case FoundField():
                return self._field(found, path.span)
            case FoundConcept():
                self.used.add(found.concept.name.text)
                return self._concept(found, path.span)
            case _:
                assert_never(found)

    def _field(self, found: FoundField, span: Span) -> Operand:
        spec = found.field
        domain = self.names.vocabulary.domain(spec.entity)
        if spec.type.kind is Kind.CONDITION:
            test = FieldTest(domain=domain, span=span, fact=spec.fact, kind=TestKind.TRUE)
            return Answer(condition=lift(test, found.way), span=span)
        if spec.type.kind in NUMERIC:
            number = NumberField(domain=domain, span=span, fact=spec.fact)
            return Amount(quantity=lift_number(number, found.way), type=spec.type, span=span)
        return Recorded(field=spec, way=found.way, span=span)

    def _concept(self, found: FoundConcept, span: Span) -> Operand | None:
        concept, name = found.concept, found.concept.name.text
        match concept:
            case Definition() | Judgement() | ExceptionRule():
                named = Named(domain=self._domain(name), span=span, name=name)
                return Answer(condition=lift(named, found.way), span=span)
            case Indicator():
                type_ = self.type_of_indicator(name) if found.derived is None else found.derived.type
                if type_ is None:
                    return None
                number = NamedNumber(domain=self._domain(name), span=span, name=name)
                return Amount(quantity=lift_number(number, found.way), type=type_, span=span)
            case Parameter():
                return self._parameter(concept, found.way, span)
            case Reading():
                return TakenReading(declaration=concept, span=span)
            case Measure() | Procedure() | Duty():
                if self.outcomes is None or isinstance(concept, Procedure):
                    self.found.append(_no_condition(concept, span, in_property=self.outcomes is not None))
                    return None
                listed = self.outcomes.by_id.get(name)
                return (
                    None if listed is None else Answer(condition=lift(listed.outcome, found.way), span=span)
                )
            case _:
                assert_never(concept)

    def _step(self, path: tree.Path, scope: Scope) -> Operand | None:
        assert self.outcomes is not None, "only a 性质 speaks of steps"
        listed = self.outcomes.of_step(path, self.found)
        if listed is None:
            return None
        way = way_up(self.names.vocabulary, scope.domain, listed.entity)
        if way is None:
            here = scope.entity.name
            owner = self.names.vocabulary.by_english[listed.entity].name
            self.found.append(
                NOT_REACHABLE.at(
                    path.span,
                    f"步骤“{path.text}”说的是“{owner}”，在“{here}”里不能直接用",
                    help=f"写明“对象 {owner}”",
                )
            )
            return None
        return Answer(condition=lift(listed.outcome, way), span=path.span)

    def _parameter(self, concept: Parameter, way: Way, span: Span) -> Operand | None:
        type_ = self.names.types.get(concept.name.text)
        if type_ is None:
            return None  # its type is broken, which is reported there
        if type_.kind not in NUMERIC and type_.kind is not Kind.CONDITION:
            return ListedNames(declaration=concept, type=type_, span=span)
        root = self.names.root
        number = NumberParameter(domain=root, span=span, name=concept.name.text)
        if type_.kind in NUMERIC:
            return Amount(quantity=lift_number(number, way), type=type_, span=span)
        # A 是否 parameter is 1 or 0 in the engines: yes and no are its only numbers.
        holds = NumberCompare(
            domain=root,
            span=span,
            operator=Comparison.EQUAL,
            left=number,
            right=NumberConstant(domain=root, span=span, value=1),
        )
        return Answer(condition=lift(holds, way), span=span)

    def _domain(self, name: str) -> str:
        return self.names.vocabulary.domain(self.names.entities[name].english)


def _no_condition(concept: Measure | Procedure | Duty, span: Span, *, in_property: bool) -> Diagnostic:
    name = concept.name.text
    if in_property and isinstance(concept, Procedure):
        return UNKNOWN_REFERENCE.at(
            span,
            f"程序“{name}”有几个步骤，要说明是哪一步",
            help=f"写成“{name}/{concept.steps[0].name.text}”",
        )
    return UNKNOWN_REFERENCE.at(
        span,
        f"{KEYWORD[type(concept)]}“{name}”不能用在条件里",
        help="把两处共同的条件写成一个“定义”，两处都用它",
    )


def _negation(operand: Condition, span: Span) -> Condition:
    return Negation(domain=operand.domain, span=span, operand=operand)
