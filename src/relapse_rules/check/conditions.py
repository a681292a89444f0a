"""Conditions made of conditions: 且, 或, 非, 若 … 则, the list forms, and comparisons by what stands on their left."""

from __future__ import annotations

from typing import assert_never

from relapse_rules.check.comparisons import EQUALITIES, compare_amounts
from relapse_rules.check.memberships import compare_reading, compare_recorded, reading_is
from relapse_rules.check.operands import (
    Amount,
    Answer,
    Counted,
    ListedNames,
    Literal,
    Operand,
    Quoted,
    Recorded,
    Scope,
    TakenReading,
    describe,
)
from relapse_rules.check.reach import lift, way_up
from relapse_rules.check.typed import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Negation,
    NumberCompare,
    NumberConstant,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics.codes_names import UNKNOWN_OPTION, UNKNOWN_REFERENCE
from relapse_rules.diagnostics.codes_types import (
    KIND_MISMATCH,
    NOT_A_CONDITION,
    NOT_COMPARABLE,
    RANGE_EMPTY,
)
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import Reading
from relapse_rules.values.truth import Comparison

_ALL, _ANY = "全部", "任一"


def as_condition(typer: Typer, operand: Operand) -> Condition | None:
    """Return ``operand`` as a condition, None (and a finding) when it is a value."""
    match operand:
        case Answer():
            return operand.condition
        case Recorded():
            cure = (
                "集合用“含”"
                if operand.field.type.kind.value == "集合"
                else f"写成“{operand.field.name} 为 …”"
            )
        case TakenReading():
            cure = f"写成“{operand.declaration.name.text} 为 {operand.declaration.taken.text}”"
        case Amount() | Literal() | Counted():
            cure = "与另一个值相比，例如“低于”“达到”“早于”"
        case ListedNames() | Quoted():
            cure = "写成一个条件，例如“字段 属于 参数”"
        case _:
            assert_never(operand)
    typer.found.append(
        NOT_A_CONDITION.at(operand.span, f"此处要的是条件，写的是{describe(operand)}", help=cure)
    )
    return None


def all_conditions(
    typer: Typer, expressions: tuple[tree.Expression, ...], scope: Scope
) -> tuple[Condition, ...] | None:
    """Return all of ``expressions`` as conditions, None when any is broken; every one of them is checked."""
    typed = [typer.condition(expression, scope) for expression in expressions]
    conditions = tuple(condition for condition in typed if condition is not None)
    return conditions if len(conditions) == len(typed) else None


def junction(typer: Typer, node: tree.Junction, scope: Scope) -> Condition | None:
    """Return ``A 且 B`` or ``A 或 B``."""
    operands = all_conditions(typer, node.operands, scope)
    if operands is None:
        return None
    if node.kind is tree.ListKind.ALL:
        return AllOf(domain=scope.domain, span=node.span, operands=operands)
    return AnyOf(domain=scope.domain, span=node.span, operands=operands)


def condition_list(typer: Typer, node: tree.ConditionList, scope: Scope) -> Condition | None:
    """Return a list form."""
    operands = all_conditions(typer, node.items, scope)
    match node.kind:
        case tree.ListKind.AT_LEAST:
            return _at_least(typer, node, operands, scope)
        case tree.ListKind.BY_READING:
            return _by_reading(typer, node, operands, scope)
        case tree.ListKind.ALL:
            return None if operands is None else AllOf(domain=scope.domain, span=node.span, operands=operands)
        case tree.ListKind.ANY:
            return None if operands is None else AnyOf(domain=scope.domain, span=node.span, operands=operands)
        case _:
            assert_never(node.kind)


def _at_least(
    typer: Typer, node: tree.ConditionList, operands: tuple[Condition, ...] | None, scope: Scope
) -> Condition | None:
    count = node.count or 0
    if not 1 <= count <= len(node.items):
        typer.found.append(
            RANGE_EMPTY.at(
                node.span,
                f"列了{len(node.items)}项，要求的是至少{count}项",
                help=f"写 1 到 {len(node.items)} 之间的数",
            )
        )
        return None
    if operands is None:
        return None
    return AtLeast(domain=scope.domain, span=node.span, count=count, operands=operands)


def _by_reading(
    typer: Typer, node: tree.ConditionList, operands: tuple[Condition, ...] | None, scope: Scope
) -> Condition | None:
    """Return all of the items when the reading is taken as 全部, any of them when as 任一."""
    assert node.reading is not None, "a list by a reading names it"
    name = node.reading
    reading = typer.names.concepts.get(name.text)
    if not isinstance(reading, Reading):
        known = [each for each, concept in typer.names.concepts.items() if isinstance(concept, Reading)]
        typer.found.append(
            UNKNOWN_REFERENCE.at(name.span, f"没有叫“{name.text}”的解读", help=offer(name.text, known))
        )
        return None
    missing = {_ALL, _ANY} - {option.text for option in reading.options}
    if missing:
        typer.found.append(
            UNKNOWN_OPTION.at(
                name.span,
                f"“以下按”用的解读要可取“任一”和“全部”，“{name.text}”没有“{min(missing)}”",
                help="补上这种说法，或用“以下任一”“以下全部”",
            )
        )
        return None
    if operands is None:
        return None
    taken = TakenReading(declaration=reading, span=name.span)
    way = way_up(typer.names.vocabulary, scope.domain, typer.names.root) or ()
    branches: list[Condition] = []
    for option, combined in (
        (_ALL, AllOf(domain=scope.domain, span=node.span, operands=operands)),
        (_ANY, AnyOf(domain=scope.domain, span=node.span, operands=operands)),
    ):
        test = reading_is(typer, taken, option, name.span)
        assert test is not None, "both options were found above"
        branches.append(AllOf(domain=scope.domain, span=node.span, operands=(lift(test, way), combined)))
    return AnyOf(domain=scope.domain, span=node.span, operands=tuple(branches))


def if_then(typer: Typer, node: tree.IfThen, scope: Scope) -> Condition | None:
    """Return ``若 A 则 B``."""
    operands = all_conditions(typer, (node.condition, node.consequence), scope)
    if operands is None:
        return None
    condition, consequence = operands
    negated = Negation(domain=scope.domain, span=node.condition.span, operand=condition)
    return AnyOf(domain=scope.domain, span=node.span, operands=(negated, consequence))


def compare(typer: Typer, node: tree.Compare, scope: Scope) -> Condition | None:
    """Return a comparison, whatever stands on its left."""
    left = typer.operand(node.left, scope)
    if left is None:
        _look_at_right(typer, node.right, scope)
        return None
    match left:
        case Recorded():
            return compare_recorded(typer, node, left, scope)
        case TakenReading():
            condition = compare_reading(typer, node, left)
            way = way_up(typer.names.vocabulary, scope.domain, typer.names.root) or ()
            return None if condition is None else lift(condition, way)
        case Answer():
            return _compare_answer(typer, node, left, scope)
        case ListedNames() | Quoted():
            typer.found.append(
                NOT_COMPARABLE.at(
                    left.span, f"{describe(left)}不能放在比较的左边", help="写成“字段 属于 参数”或“字段 为 …”"
                )
            )
            return None
        case Amount() | Literal() | Counted():
            right = typer.operand(node.right, scope)
            if right is None:
                return None
            return compare_amounts(typer, node, (left, right), node.operator, scope)
        case _:
            assert_never(left)


def _look_at_right(typer: Typer, right: tree.Expression, scope: Scope) -> None:
    """Report what is wrong on the right of a comparison whose left is broken; a bare name there may be a value."""
    if not isinstance(right, tree.Path | tree.Truth | tree.Text | tree.Number | tree.Moment):
        typer.operand(right, scope)


def _compare_answer(typer: Typer, node: tree.Compare, left: Answer, scope: Scope) -> Condition | None:
    """Return ``A 为 是`` or ``A 为 否``."""
    if node.operator not in EQUALITIES:
        typer.found.append(
            NOT_COMPARABLE.at(node.span, "条件没有大小先后", help="写成“为 是”或“为 否”，或直接写条件")
        )
        return None
    if not isinstance(node.right, tree.Truth):
        if isinstance(node.right, tree.Path) or typer.operand(node.right, scope) is not None:
            typer.found.append(
                KIND_MISMATCH.at(
                    node.right.span, "条件只能与是、否比较", help="写成“为 是”或“为 否”，或直接写条件"
                )
            )
        return None
    if node.right.value is (node.operator is Comparison.EQUAL):
        return left.condition
    return Negation(domain=left.condition.domain, span=node.span, operand=left.condition)


def between(typer: Typer, node: tree.Between, scope: Scope) -> Condition | None:
    """Return ``X 介于 A 与 B``, both ends included."""
    subject = typer.operand(node.subject, scope)
    low = typer.operand(node.low, scope)
    high = typer.operand(node.high, scope)
    if subject is None or low is None or high is None:
        return None
    if isinstance(subject, Recorded | TakenReading | ListedNames | Quoted | Answer):
        typer.found.append(
            NOT_COMPARABLE.at(
                subject.span, f"{describe(subject)}没有大小先后，不能用“介于”", help="用“为”“属于”或“含”"
            )
        )
        return None
    above = compare_amounts(typer, node, (subject, low), Comparison.AT_LEAST, scope)
    below = compare_amounts(typer, node, (subject, high), Comparison.AT_MOST, scope)
    if above is None or below is None:
        return None
    if _is_empty(above, below):
        typer.found.append(
            RANGE_EMPTY.at(node.span, "范围是空的：下限大于上限", help="把两个数的次序调过来，小的在前")
        )
        return None
    return AllOf(domain=scope.domain, span=node.span, operands=(above, below))


def _is_empty(above: Condition, below: Condition) -> bool:
    match above, below:
        case (
            NumberCompare(right=NumberConstant(value=low)),
            NumberCompare(right=NumberConstant(value=high)),
        ):
            return low > high
        case _:
            return False
