"""The graph of a program's nodes, made from typed expressions.

Nodes are hash-consed: what is written twice is computed once. Leaves come first, then the rest so that every node
follows its operands.
"""

from __future__ import annotations

from typing import assert_never

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.ir import nodes as ir
from relapse_rules.ir.order import leaves_first
from relapse_rules.ir.program import Claim, Concluded, Limit, Listing, Program, ReadingEntry
from relapse_rules.lowering import entries
from relapse_rules.source import Span


def lower(
    policy: checked.TypedPolicy, *, apart: frozenset[str] = frozenset(), claims: bool = False
) -> Program:
    """Return the program that gives the same rails as ``policy`` for every case.

    ``claims``: with what its 性质 speak of. No decision needs that, so a program that is only to decide does not carry it.
    ``apart``: declarations whose rule gets a node that nothing shares (a gate of one; of a 指标 a `MergeNumber` with itself).
    """
    graph = _Graph(policy, apart)
    graph.lower_named()
    conclusions = tuple(graph.concluded(declared, ()) for declared in policy.definitions)
    judgements = tuple(graph.concluded(declared, declared.deciders) for declared in policy.judgements)
    declarations: tuple[entries.Listable, ...] = (*policy.measures, *policy.tasks, *policy.exceptions)
    listings = tuple(graph.listing(declared) for declared in declarations)
    claimed = tuple(graph.claim(declared) for declared in policy.properties) if claims else ()
    program = Program(
        policy=policy.name,
        digest=policy.digest,
        nodes=tuple(graph.nodes),
        origins=tuple(tuple(dict.fromkeys(spans)) for spans in graph.origins),
        named=dict(graph.named),
        expressions=dict(graph.expressions),
        domains=entries.domains(policy.vocabulary),
        singular=frozenset(entity.english for entity in policy.vocabulary.entities if entity.single),
        relations=entries.relations(policy.vocabulary),
        facts=entries.facts(policy.vocabulary),
        conclusions=conclusions,
        judgements=judgements,
        listings=entries.with_orders(listings, policy),
        claims=claimed,
        parameters=tuple(entries.parameter(spec) for spec in policy.parameters),
        readings=tuple(
            ReadingEntry(name=spec.name, taken=spec.taken, options=spec.options) for spec in policy.readings
        ),
        units=tuple(entries.unit(spec) for spec in policy.units),
        categories=policy.categories,
        scope=policy.scope,
        eligibility=policy.eligibility,
        derived=dict(graph.derived),
        issuer=policy.issuer,
        document_number=policy.document_number,
        valid_from=policy.valid_from,
        valid_until=policy.valid_until,
    )
    return leaves_first(program)


class _Graph:
    """The nodes made so far, and the names and places that they stand for."""

    def __init__(self, policy: checked.TypedPolicy, apart: frozenset[str] = frozenset()) -> None:
        self.policy = policy
        self._apart = apart
        self.nodes: list[ir.AnyNode] = []
        self.origins: list[list[Span]] = []
        self.named: dict[str, int] = {}
        self.derived: dict[str, int] = {}
        self.expressions: dict[tuple[str, tuple[int, ...]], int] = {}
        self._index: dict[ir.AnyNode, int] = {}

    def add(self, node: ir.AnyNode, span: Span) -> int:
        """Return the position of ``node``, made now unless it is there already."""
        position = self._index.get(node)
        if position is None:
            position = self._index[node] = self._new(node, span)
        else:
            self.origins[position].append(span)
        return position

    def _new(self, node: ir.AnyNode, span: Span) -> int:
        self.nodes.append(node)
        self.origins.append([span])
        return len(self.nodes) - 1

    def lower_named(self) -> None:
        """Lower judgements, definitions, indicators and exceptions, each after what it uses.

        They name one another across kinds, so each is lowered when first asked for.
        """
        for declared in (*self.policy.judgements, *self.policy.definitions, *self.policy.exceptions):
            self._named(declared.name)
        for indicator in self.policy.indicators:
            self._named(indicator.name)

    def _named(self, name: str) -> int:
        if name in self.named:
            return self.named[name]
        if name in self.policy.numbers:
            position = self._indicator(self.policy.numbers[name])
        else:
            position = self._condition_of(self.policy.conditions[name])
        self.named[name] = position
        return position

    def _indicator(self, declared: checked.TypedIndicator) -> int:
        rule = self.quantity(declared.value, (declared.name, ()))
        if declared.name in self._apart:
            own = ir.MergeNumber(domain=declared.domain, fact=declared.name, rule=rule, supplied=rule)
            rule = self._new(own, declared.span)
        if declared.derives is None:
            return rule
        supplied = self.add(ir.FieldNumber(domain=declared.domain, fact=declared.derives), declared.span)
        merged = self.add(
            ir.MergeNumber(domain=declared.domain, fact=declared.derives, rule=rule, supplied=supplied),
            declared.span,
        )
        self.derived[declared.derives] = merged
        return merged

    def _condition_of(
        self, declared: checked.TypedDefinition | checked.TypedJudgement | checked.TypedException
    ) -> int:
        match declared:
            case checked.TypedJudgement():
                return self._own(declared, self.condition(declared.finding, (declared.name, ())))
            case checked.TypedException():
                return self._own(declared, self.condition(declared.outcome, (declared.name, ())))
            case checked.TypedDefinition():
                return self._definition(declared)
            case _:
                assert_never(declared)

    def _own(self, declared: checked.Declared, rule: int) -> int:
        if declared.name not in self._apart:
            return rule
        return self._new(ir.And(domain=declared.domain, operands=(rule,)), declared.span)

    def _definition(self, declared: checked.TypedDefinition) -> int:
        rule = self._own(declared, self.condition(declared.condition, (declared.name, ())))
        if declared.derives is None:
            return rule
        test = ir.Test(domain=declared.domain, fact=declared.derives, kind=typed.TestKind.TRUE.value)
        supplied = self.add(test, declared.span)
        merged = self.add(
            ir.Merge(domain=declared.domain, fact=declared.derives, rule=rule, supplied=supplied),
            declared.span,
        )
        self.derived[declared.derives] = merged
        return merged

    # --- expressions ------------------------------------------------------------------------------

    def condition(self, expression: Condition, place: tuple[str, tuple[int, ...]]) -> int:
        """Return the node of ``expression`` and note it at ``place`` (declaration, path)."""
        position = self._condition(expression, place)
        self.expressions[place] = position
        return position

    def quantity(self, expression: Quantity, place: tuple[str, tuple[int, ...]]) -> int:
        """Return the node of ``expression`` and note it at ``place`` (declaration, path)."""
        position = self._quantity(expression, place)
        self.expressions[place] = position
        return position

    def _condition(self, expression: Condition, place: tuple[str, tuple[int, ...]]) -> int:
        domain, span = expression.domain, expression.span
        match expression:
            case typed.Constant(value=value):
                return self.add(ir.Constant(domain=domain, value=value), span)
            case typed.FieldTest(fact=fact, kind=kind, values=values, parameter=parameter):
                return self.add(
                    ir.Test(domain=domain, fact=fact, kind=kind.value, values=values, parameter=parameter),
                    span,
                )
            case typed.ReadingIs(reading=reading, option=option):
                return self.add(ir.Reading(domain=domain, reading=reading, option=option), span)
            case typed.AllOf(operands=operands):
                return self._gate(ir.And, expression, self._operands(operands, place))
            case typed.AnyOf(operands=operands):
                return self._gate(ir.Or, expression, self._operands(operands, place))
            case typed.AtLeast(count=count, operands=operands):
                return self.add(
                    ir.AtLeast(domain=domain, count=count, operands=self._operands(operands, place)), span
                )
            case typed.Negation(operand=operand):
                return self._negation(domain, span, self.condition(operand, _child(place, 0)))
            case typed.Named(name=name):
                return self._named(name)
            case typed.Lifted(relation=relation, operand=operand):
                return self.add(
                    ir.Lift(
                        domain=domain, relation=relation, operand=self.condition(operand, _child(place, 0))
                    ),
                    span,
                )
            case typed.Quantified(kind=kind, relation=relation, condition=condition):
                fold = ir.Exists if kind is typed.Quantification.EXISTS else ir.Every
                return self.add(
                    fold(
                        domain=domain,
                        relation=relation,
                        condition=self.condition(condition, _child(place, 0)),
                    ),
                    span,
                )
            case typed.NumberCompare() | typed.RatioCompare() | typed.CountCompare():
                return self._comparison(expression, place)
            case _:
                assert_never(expression)

    def _comparison(
        self,
        expression: typed.NumberCompare | typed.RatioCompare | typed.CountCompare,
        place: tuple[str, tuple[int, ...]],
    ) -> int:
        domain, span = expression.domain, expression.span
        match expression:
            case typed.NumberCompare(operator=operator):
                left = self.quantity(expression.left, _child(place, 0))
                right = self.quantity(expression.right, _child(place, 1))
                return self.add(ir.Compare(domain=domain, operator=operator, left=left, right=right), span)
            case typed.RatioCompare(operator=operator):
                parts = (
                    expression.left_top,
                    expression.left_bottom,
                    expression.right_top,
                    expression.right_bottom,
                )
                tops = [self.quantity(part, _child(place, position)) for position, part in enumerate(parts)]
                return self.add(
                    ir.CompareRatio(
                        domain=domain,
                        operator=operator,
                        left_top=tops[0],
                        left_bottom=tops[1],
                        right_top=tops[2],
                        right_bottom=tops[3],
                    ),
                    span,
                )
            case typed.CountCompare(operator=operator, relation=relation):
                counted = self.condition(expression.condition, _child(place, 0))
                limit = self.quantity(expression.limit, _child(place, 1))
                return self.add(
                    ir.CompareCount(
                        domain=domain, operator=operator, relation=relation, condition=counted, limit=limit
                    ),
                    span,
                )
            case _:
                assert_never(expression)

    def _quantity(self, expression: Quantity, place: tuple[str, tuple[int, ...]]) -> int:
        domain, span = expression.domain, expression.span
        match expression:
            case typed.NumberConstant(value=value):
                return self.add(ir.Number(domain=domain, value=value), span)
            case typed.NumberField(fact=fact):
                return self.add(ir.FieldNumber(domain=domain, fact=fact), span)
            case typed.NumberParameter(name=name):
                return self.add(ir.Parameter(domain=domain, name=name), span)
            case typed.NamedNumber(name=name):
                return self._named(name)
            case typed.Calculated(operation=operation, rounding=rounding, scale=scale):
                left, right = (
                    self.quantity(expression.left, _child(place, 0)),
                    self.quantity(expression.right, _child(place, 1)),
                )
                return self.add(
                    ir.Calculate(
                        domain=domain,
                        operation=operation.value,
                        left=left,
                        right=right,
                        rounding=rounding.value,
                        scale=scale,
                    ),
                    span,
                )
            case typed.AgeOf(birth=birth):
                return self.add(ir.Age(domain=domain, birth=self.quantity(birth, _child(place, 0))), span)
            case typed.DateOf(time=time):
                return self.add(ir.DateOf(domain=domain, time=self.quantity(time, _child(place, 0))), span)
            case typed.Apart(step=step):
                left, right = (
                    self.quantity(expression.left, _child(place, 0)),
                    self.quantity(expression.right, _child(place, 1)),
                )
                return self.add(ir.Apart(domain=domain, left=left, right=right, step=step), span)
            case typed.LiftedNumber(relation=relation, operand=operand):
                return self.add(
                    ir.LiftNumber(
                        domain=domain, relation=relation, operand=self.quantity(operand, _child(place, 0))
                    ),
                    span,
                )
            case typed.Aggregated(kind=kind, relation=relation, value=value, condition=condition):
                column = self.quantity(value, _child(place, 0))
                chosen = None if condition is None else self.condition(condition, _child(place, 1))
                return self.add(
                    ir.Aggregate(
                        domain=domain, kind=kind.value, relation=relation, value=column, condition=chosen
                    ),
                    span,
                )
            case typed.CountOf(relation=relation, condition=condition):
                return self.add(
                    ir.Count(
                        domain=domain,
                        relation=relation,
                        condition=self.condition(condition, _child(place, 0)),
                    ),
                    span,
                )
            case _:
                assert_never(expression)

    def _operands(
        self, operands: tuple[Condition, ...], place: tuple[str, tuple[int, ...]]
    ) -> tuple[int, ...]:
        return tuple(
            self.condition(operand, _child(place, position)) for position, operand in enumerate(operands)
        )

    def _gate(
        self, gate: type[ir.And | ir.Or], expression: typed.AllOf | typed.AnyOf, operands: tuple[int, ...]
    ) -> int:
        distinct = tuple(dict.fromkeys(operands))
        if len(distinct) == 1:
            return distinct[0]
        return self.add(gate(domain=expression.domain, operands=distinct), expression.span)

    def _negation(self, domain: str, span: Span, operand: int) -> int:
        inner = self.nodes[operand]
        if isinstance(inner, ir.Not):
            return inner.operand
        return self.add(ir.Not(domain=domain, operand=operand), span)

    # --- what a decision lists --------------------------------------------------------------------

    def concluded(
        self, declared: checked.TypedDefinition | checked.TypedJudgement, deciders: tuple[str, ...]
    ) -> Concluded:
        """Return the entry of a 定义 or 裁量."""
        return Concluded(
            id=declared.name,
            entity=declared.entity,
            domain=declared.domain,
            cites=declared.cites,
            node=self.named[declared.name],
            deciders=deciders,
            facts=declared.facts if isinstance(declared, checked.TypedJudgement) else (),
        )

    def listing(self, declared: entries.Listable) -> Listing:
        """Return the entry of a measure, task or exception."""
        name = declared.name
        outcome = self.condition(declared.outcome, (name, ()))
        condition = self.condition(declared.condition, (f"{name}#condition", ()))
        done = None if declared.done is None else self.condition(declared.done, (f"{name}#done", ()))
        limit = None if declared.limit is None else self._limit(declared.limit, name)
        kind, category, funding, procedure, recipient, changes = entries.particulars(declared)
        return Listing(
            kind=kind,
            id=name,
            entity=declared.entity,
            domain=declared.domain,
            cites=declared.cites,
            node=outcome,
            condition=condition,
            category=category,
            force=declared.force,
            units=declared.units,
            limit=limit,
            after=declared.after,
            done=done,
            changes=changes,
            funding=funding,
            procedure=procedure,
            recipient=recipient,
        )

    def claim(self, declared: checked.TypedProperty) -> Claim:
        """Return the entry of a 性质."""
        name = declared.name
        nodes = (
            self.condition(condition, (f"{name}#claim", (position,)))
            for position, condition in enumerate(declared.conditions)
        )
        return Claim(
            name=name,
            kind=declared.kind,
            cites=declared.cites,
            entity=declared.entity,
            domain=declared.domain,
            nodes=tuple(nodes),
            when=None if declared.when is None else self.condition(declared.when, (f"{name}#when", ())),
            subjects=declared.subjects,
            facts=declared.facts,
            listings=declared.listings,
            other=declared.other,
            above=declared.above,
        )

    def _limit(self, limit: checked.TypedLimit, name: str) -> Limit:
        return Limit(
            word=limit.word,
            start=None if limit.start is None else self.quantity(limit.start, (f"{name}#start", ())),
            start_is_date=limit.start_is_date,
            within=limit.within,
            within_unit=limit.within_unit,
            same_day=limit.same_day,
            reading=limit.reading,
        )


def _child(place: tuple[str, tuple[int, ...]], position: int) -> tuple[str, tuple[int, ...]]:
    return place[0], (*place[1], position)
