"""Each declared rule on its own: its conditions and values typed, its units and time limit checked.

What other rules do to it (例外, an order over several) is worked in by `relapse_rules.check.outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from relapse_rules.check.expressions import ExpressionTyper
from relapse_rules.check.limits import typed_limit
from relapse_rules.check.listings import Listings, step_id
from relapse_rules.check.memberships import AS_OF
from relapse_rules.check.names import Names, Rule
from relapse_rules.check.numbers import plain
from relapse_rules.check.operands import Scope
from relapse_rules.check.policy import (
    TypedDefinition,
    TypedException,
    TypedIndicator,
    TypedJudgement,
    TypedMeasure,
    TypedProcedure,
    TypedTask,
)
from relapse_rules.check.scope import resolve, scope_of
from relapse_rules.check.strata import circle, ordered
from relapse_rules.check.typed import AllOf, Condition, FieldTest, Named, NumberField
from relapse_rules.check.typed_children import walk
from relapse_rules.check.units import UnitNames
from relapse_rules.check.wording import around_text, kind_text, offer
from relapse_rules.check.written import names_used
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    DUPLICATE_NAME,
    RECURSIVE_DEFINITION,
    UNKNOWN_CATEGORY,
    UNKNOWN_REFERENCE,
)
from relapse_rules.diagnostics.codes_structure import JUDGEMENT_NOT_RECORDED
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import (
    Definition,
    Duty,
    ExceptionRule,
    Indicator,
    Judgement,
    Measure,
    Procedure,
    Reference,
    Step,
    TimeLimit,
    Units,
)
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Expression, Name
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Origin


def cite_ids(*groups: Iterable[Cite]) -> tuple[str, ...]:
    """Return the statement ids of some citations, each once, in written order."""
    return tuple(dict.fromkeys(cite.id for group in groups for cite in group))


@dataclass(kw_only=True)
class Rules:
    """The typed rules of a policy, made one after the other. A broken one is left out; what is wrong is in ``found``."""

    names: Names
    listings: Listings
    units: UnitNames
    categories: tuple[str, ...]
    found: list[Diagnostic]
    indicators: dict[str, TypedIndicator | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start a typer that asks back for the types of 指标, which are typed before anything else."""
        self.typer = ExpressionTyper(names=self.names, found=self.found, indicator=self._indicator_type)

    # --- values ---------------------------------------------------------------------------------

    def all_indicators(self) -> tuple[TypedIndicator, ...]:
        """Type every 指标, each after those that its value uses; those that need themselves are reported."""
        concepts = {
            name: concept for name, concept in self.names.concepts.items() if isinstance(concept, Indicator)
        }
        uses = {
            name: tuple(used for used in names_used(concept.value) if used in concepts)
            for name, concept in concepts.items()
        }
        while (around := circle(uses)) is not None:
            self.found.append(recursive(concepts[around[0]].name.span, around))
            self.indicators |= dict.fromkeys(around)
            uses = {name: used for name, used in uses.items() if name not in around}
        for name in ordered(uses):
            self.indicators[name] = self._indicator(concepts[name])
        typed = (self.indicators.get(name) for name in concepts)
        return tuple(each for each in typed if each is not None)

    def _indicator_type(self, name: str) -> Type | None:
        typed = self.indicators.get(name)
        return None if typed is None else typed.type

    def _indicator(self, concept: Indicator) -> TypedIndicator | None:
        scope = self._scope(concept)
        if scope is None:
            return None
        derived = self._derived(concept.name.text)
        amount = self.typer.amount(concept.value, scope, None if derived is None else derived.type)
        if amount is None:
            return None
        number = plain(self.typer, amount)
        if number is None:
            return None
        if derived is not None and (derived.type.kind, derived.type.unit) != (
            amount.type.kind,
            amount.type.unit,
        ):
            self.found.append(_derives_other(concept.value.span, derived, kind_text(amount.type)))
            return None
        return TypedIndicator(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            value=number,
            type=amount.type,
            derives=None if derived is None else derived.fact,
        )

    # --- conditions -----------------------------------------------------------------------------

    def definition(self, concept: Definition) -> TypedDefinition | None:
        """Return a 定义."""
        scope = self._scope(concept)
        if scope is None:
            return None
        condition = self.typer.condition(concept.condition, scope)
        derived = self._derived(concept.name.text)
        if derived is not None and derived.type.kind is not Kind.CONDITION:
            assert concept.derives is not None, "it derives a field"
            self.found.append(_derives_other(concept.derives.span, derived, "条件"))
            return None
        if condition is None:
            return None
        return TypedDefinition(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            condition=condition,
            derives=None if derived is None else derived.fact,
        )

    def judgement(self, concept: Judgement) -> TypedJudgement | None:
        """Return a 裁量, whose finding reads what a human recorded and nothing else."""
        deciders = self.units.written(concept.deciders, self.found)
        scope = self._scope(concept)
        if scope is None:
            return None
        for path in concept.indicators:
            resolved = resolve(path, scope, self.names, self.found)
            if resolved is not None and path.parts[-1].text in self.names.concepts:
                self.typer.used.add(path.parts[-1].text)
        finding = self.typer.condition(concept.finding, scope)
        if finding is None:
            return None
        return TypedJudgement(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            finding=finding,
            deciders=deciders,
            facts=self._recorded_facts(finding),
        )

    def _recorded_facts(self, finding: Condition) -> tuple[str, ...]:
        facts: list[str] = []
        for _, node in walk(finding):
            if isinstance(node, FieldTest | NumberField):
                spec = self.names.vocabulary.field(node.fact)
                if spec.origin is Origin.JUDGEMENT:
                    facts.append(node.fact)
                    continue
                if node.fact == f"{self.names.root}.{AS_OF}":
                    continue  # 判定时点 is no fact about the case
                self.found.append(
                    JUDGEMENT_NOT_RECORDED.at(
                        node.span,
                        f"“{spec.name}”的种类是{spec.origin}，不是人登记的认定",
                        help="改用裁量字段；可以由事实直接算出的，改用“定义”",
                        labels=(Label(span=spec.span, message="字段在这里声明"),),
                    )
                )
            elif isinstance(node, Named):
                self.found.append(
                    JUDGEMENT_NOT_RECORDED.at(
                        node.span, f"“{node.name}”是规则的结论，不是人登记的认定", help="改用裁量字段"
                    )
                )
        return tuple(dict.fromkeys(facts))

    # --- what a decision lists ------------------------------------------------------------------

    def measure(self, concept: Measure) -> TypedMeasure | None:
        """Return a 措施; its outcome is its condition until exceptions are worked in."""
        if concept.category.text not in self.categories:
            self.found.append(
                UNKNOWN_CATEGORY.at(
                    concept.category.span,
                    f"“政策”没有列出类别“{concept.category.text}”",
                    help=offer(concept.category.text, self.categories, "写进“政策”的“类别”"),
                )
            )
        units = self._units(concept.units)
        supporting = self._units(concept.supporting_units)
        after = (*self._procedure_end(concept.procedure), *self._after(concept.after))
        scope = self._scope(concept)
        if scope is None:
            return None
        condition = self.typer.condition(concept.condition, scope)
        done, limit = self._optional(concept.done, scope), typed_limit(self.typer, concept.time_limit, scope)
        if condition is None:
            return None
        return TypedMeasure(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            condition=condition,
            outcome=condition,
            force=str(concept.force),
            units=units,
            also_cites=also(concept.units, concept.supporting_units, concept.time_limit),
            limit=limit,
            after=tuple(dict.fromkeys(after)),
            done=done,
            description="" if concept.description is None else concept.description.value,
            category=concept.category.text,
            supporting_units=supporting,
            funding="" if concept.funding is None else concept.funding.value,
        )

    def duty(self, concept: Duty) -> TypedTask | None:
        """Return a 职责."""
        units, recipient = self._units(concept.units), self._units(concept.recipient)
        after = self._after(concept.after)
        scope = self._scope(concept)
        if scope is None:
            return None
        condition = self.typer.condition(concept.trigger, scope)
        done, limit = self._optional(concept.done, scope), typed_limit(self.typer, concept.time_limit, scope)
        if condition is None:
            return None
        return TypedTask(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            condition=condition,
            outcome=condition,
            force=None if concept.force is None else str(concept.force),
            units=units,
            also_cites=also(concept.units, concept.recipient, concept.time_limit),
            limit=limit,
            after=after,
            done=done,
            description="" if concept.description is None else concept.description.value,
            recipient=recipient,
        )

    def procedure(self, concept: Procedure) -> tuple[TypedProcedure | None, tuple[TypedTask, ...]]:
        """Return a 程序 and its steps, each after the one before it unless it is 并行."""
        scope = self._scope(concept)
        condition = None if scope is None else self.typer.condition(concept.condition, scope)
        if scope is None:
            return None, ()
        limit = typed_limit(self.typer, concept.time_limit, scope)
        steps: list[TypedTask] = []
        seen: dict[str, Span] = {}
        previous: str | None = None
        for step in concept.steps:
            identity = step_id(concept.name.text, step.name.text)
            if identity in seen:
                self.found.append(_step_twice(step, seen[identity]))
                continue
            seen[identity] = step.name.span
            typed = self._step(concept, step, condition, scope, None if step.parallel else previous)
            previous = identity
            if typed is not None:
                steps.append(typed)
        if condition is None:
            return None, ()
        made = TypedProcedure(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            condition=condition,
            steps=self.listings.procedures[concept.name.text],
            limit=limit,
        )
        return made, tuple(steps)

    def _step(
        self,
        concept: Procedure,
        step: Step,
        needed: Condition | None,
        scope: Scope,
        previous: str | None,
    ) -> TypedTask | None:
        units = self._units(step.units)
        after = (*((previous,) if previous is not None else ()), *self._after(step.after))
        own = self._optional(step.condition, scope)
        done, limit = self._optional(step.done, scope), typed_limit(self.typer, step.time_limit, scope)
        if needed is None or (own is None and step.condition is not None):
            return None
        condition = needed
        if own is not None:
            condition = AllOf(domain=scope.domain, span=own.span, operands=(needed, own))
        return TypedTask(
            name=step_id(concept.name.text, step.name.text),
            cites=cite_ids(step.cites) or cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=step.span,
            condition=condition,
            outcome=condition,
            units=units,
            also_cites=also(step.units, step.time_limit),
            limit=limit,
            after=tuple(dict.fromkeys(after)),
            done=done,
            procedure=concept.name.text,
        )

    def exception(self, concept: ExceptionRule) -> TypedException | None:
        """Return an 例外, without its effects."""
        units = self._units(concept.units)
        scope = self._scope(concept)
        if scope is None:
            return None
        condition = self.typer.condition(concept.condition, scope)
        done = self._optional(concept.done, scope)
        if condition is None:
            return None
        return TypedException(
            name=concept.name.text,
            cites=cite_ids(concept.cites),
            entity=scope.entity.english,
            domain=scope.domain,
            span=concept.span,
            condition=condition,
            outcome=condition,
            force=None if concept.force is None else str(concept.force),
            units=units,
            also_cites=also(concept.units),
            done=done,
        )

    # --- parts ----------------------------------------------------------------------------------

    def _scope(self, concept: Rule) -> Scope | None:
        entity = self.names.entities.get(concept.name.text)
        return None if entity is None else scope_of(entity, self.names)

    def _derived(self, name: str) -> FieldSpec | None:
        fact = next((fact for fact, writer in self.names.writers.items() if writer == name), None)
        return None if fact is None else self.names.vocabulary.field(fact)

    def _optional(self, expression: Expression | None, scope: Scope) -> Condition | None:
        return None if expression is None else self.typer.condition(expression, scope)

    def _units(self, units: Units | None) -> tuple[str, ...]:
        return () if units is None else self.units.written(units.names, self.found)

    def _after(self, references: tuple[Reference, ...]) -> tuple[str, ...]:
        ids = (each for reference in references for each in self.listings.ends_of(reference, self.found))
        return tuple(dict.fromkeys(ids))

    def _procedure_end(self, name: Name | None) -> tuple[str, ...]:
        if name is None:
            return ()
        steps = self.listings.procedures.get(name.text)
        if steps is None:
            self.found.append(
                UNKNOWN_REFERENCE.at(
                    name.span, f"没有叫“{name.text}”的程序", help=offer(name.text, self.listings.procedures)
                )
            )
            return ()
        return steps[-1:]


def also(*attributes: Units | TimeLimit | None) -> tuple[str, ...]:
    """Return the statements that attributes cite for themselves (责任单位 … 依据 …)."""
    return cite_ids(*(attribute.cites for attribute in attributes if attribute is not None))


def recursive(span: Span, around: Sequence[str]) -> Diagnostic:
    """Return the finding for declarations that need one another in a circle, whose first name is its last."""
    return RECURSIVE_DEFINITION.at(
        span,
        f"绕成了圈：{around_text(around)}",
        help="从圈中去掉一处引用，换成填报的事实",
    )


def _derives_other(span: Span, derived: FieldSpec, written: str) -> Diagnostic:
    return KIND_MISMATCH.at(
        span,
        f"“{derived.name}”是{kind_text(derived.type)}，推导出的是{written}",
        help="是否字段用“定义”推导，数和日期用“指标”推导，单位要一致",
        labels=(Label(span=derived.span, message="字段在这里声明"),),
    )


def _step_twice(step: Step, first: Span) -> Diagnostic:
    return DUPLICATE_NAME.at(
        step.name.span,
        f"步骤“{step.name.text}”已经用过",
        help="换一个名称，或删去一处",
        labels=(Label(span=first, message="第一处"),),
    )
