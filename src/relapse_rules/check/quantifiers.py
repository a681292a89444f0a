"""存在, 每个, 没有, 个数, 合计, 最大, 最小: the elements of one entity folded onto another."""

from __future__ import annotations

from relapse_rules.check.numbers import plain
from relapse_rules.check.operands import Amount, Counted, Scope
from relapse_rules.check.reach import Ambiguous, Way, elements, lift, lift_number, way_to, way_up
from relapse_rules.check.scope import scope_of
from relapse_rules.check.typed import (
    Aggregated,
    Aggregation,
    Condition,
    Constant,
    Negation,
    Quantification,
    Quantified,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.vocabulary import unknown_entity
from relapse_rules.check.wording import kind_text
from relapse_rules.diagnostics import Label
from relapse_rules.diagnostics.codes_names import AMBIGUOUS_NAME, NOT_REACHABLE
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH
from relapse_rules.syntax import tree
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec

_AGGREGATIONS = {
    tree.AggregateKind.SUM: Aggregation.SUM,
    tree.AggregateKind.MAXIMUM: Aggregation.MAXIMUM,
    tree.AggregateKind.MINIMUM: Aggregation.MINIMUM,
}
_NOT_SUMMED = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})


def quantified(typer: Typer, node: tree.Quantifier, scope: Scope) -> Condition | None:
    """Return ``存在 实体 满足 条件`` and its kin, seen from ``scope``."""
    found = _elements(typer, node.entity, scope)
    if found is None:
        return None
    entity, relation, way = found
    condition = typer.condition(node.condition, scope_of(entity, typer.names))
    if condition is None:
        return None
    every = node.kind is tree.QuantifierKind.EVERY
    folded: Condition = Quantified(
        domain=relation.parent,
        span=node.span,
        kind=Quantification.EVERY if every else Quantification.EXISTS,
        relation=relation,
        condition=condition,
    )
    folded = lift(folded, way)
    if node.kind is tree.QuantifierKind.NONE:
        return Negation(domain=scope.domain, span=node.span, operand=folded)
    return folded


def aggregated(typer: Typer, node: tree.Aggregate, scope: Scope) -> Amount | Counted | None:
    """Return a count, or the sum, maximum or minimum of a number over the elements of an entity."""
    found = _elements(typer, node.entity, scope)
    if found is None:
        return None
    entity, relation, way = found
    inner = scope_of(entity, typer.names)
    condition = None if node.condition is None else typer.condition(node.condition, inner)
    broken = node.condition is not None and condition is None
    if node.kind is tree.AggregateKind.COUNT:
        if broken:
            return None
        counted = condition or Constant(domain=inner.domain, span=node.entity.span, value=True)
        home = scope_of(typer.names.vocabulary.by_english[relation.parent], typer.names)
        if home.domain == scope.domain:
            home = scope
        return Counted(relation=relation, condition=counted, home=home, way=way, span=node.span)
    assert node.value is not None, "a sum, maximum or minimum has a value"
    value = typer.amount(tree.Path(parts=(node.value,), span=node.value.span), inner)
    if value is None or broken:
        return None
    number = plain(typer, value)
    if number is None:
        return None
    summed = node.kind is tree.AggregateKind.SUM
    if summed and value.type.kind in _NOT_SUMMED:
        typer.found.append(
            KIND_MISMATCH.at(
                node.value.span, f"{kind_text(value.type)}不能求合计", help="日期和时间用“最大”“最小”"
            )
        )
        return None
    folded = Aggregated(
        domain=relation.parent,
        span=node.span,
        kind=_AGGREGATIONS[node.kind],
        relation=relation,
        value=number,
        condition=condition,
    )
    return Amount(quantity=lift_number(folded, way), type=value.type, span=node.span)


def _elements(typer: Typer, name: tree.Name, scope: Scope) -> tuple[EntitySpec, Relation, Way] | None:
    """Return the entity whose elements are counted and where; None (and a finding) when it has none to count from here."""
    vocabulary = typer.names.vocabulary
    entity = vocabulary.by_name.get(name.text)
    if entity is None:
        typer.found.append(unknown_entity(name, vocabulary.by_name))
        return None
    is_above = bool(way_up(vocabulary, scope.domain, entity.english))
    counted = None if is_above else elements(vocabulary, scope.domain, entity)
    if isinstance(counted, Ambiguous):
        typer.found.append(
            AMBIGUOUS_NAME.at(
                name.span,
                f"“{entity.name}”有不止一个字段引用“{scope.entity.name}”",
                help="改在它们共同的上级那里数",
                labels=tuple(Label(span=field.span, message="其中一个") for field in counted.fields),
            )
        )
        return None
    if counted is not None:
        relation, way = counted
        return entity, relation, way
    if isinstance(way_to(vocabulary, scope.domain, entity.english), tuple):
        message = f"“{scope.entity.name}”只对应一个“{entity.name}”，不用存在、每个或个数"
        cure = f"直接写“{name.text}.字段”"
    else:
        message = f"从“{scope.entity.name}”看不到“{entity.name}”"
        cure = f"“{entity.name}”既不是“{scope.entity.name}”或其上级的下级，也没有引用它；检查“对象”"
    typer.found.append(NOT_REACHABLE.at(name.span, message, help=cure))
    return None
