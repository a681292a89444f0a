"""Questions to one recorded field whose values are names: 为, 属于, 含, 为空, and 已发生."""

from __future__ import annotations

from relapse_rules.check.comparisons import EQUALITIES
from relapse_rules.check.numbers import as_amount, plain
from relapse_rules.check.operands import (
    Amount,
    ListedNames,
    Operand,
    Recorded,
    Scope,
    TakenReading,
    describe,
)
from relapse_rules.check.reach import lift, lift_number, way_up
from relapse_rules.check.typed import (
    Condition,
    DateOf,
    FieldTest,
    Lifted,
    LiftedNumber,
    Negation,
    NumberCompare,
    NumberField,
    Quantity,
    ReadingIs,
    TestKind,
)
from relapse_rules.check.typer import Typer
from relapse_rules.check.wording import kind_text, offer
from relapse_rules.diagnostics.codes_names import UNKNOWN_NAME, UNKNOWN_OPTION, UNKNOWN_VALUE
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH, NOT_A_SET, NOT_COMPARABLE
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import Parameter
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import Kind, Type

AS_OF = "as_of"
"""判定时点, a field of the root."""

_SET_TESTS = {
    tree.MembershipKind.CONTAINS: TestKind.CONTAINS_ANY,
    tree.MembershipKind.CONTAINS_NOT: TestKind.CONTAINS_ANY,
    tree.MembershipKind.CONTAINS_ANY: TestKind.CONTAINS_ANY,
    tree.MembershipKind.CONTAINS_ALL: TestKind.CONTAINS_ALL,
    tree.MembershipKind.EMPTY: TestKind.EMPTY,
    tree.MembershipKind.NOT_EMPTY: TestKind.EMPTY,
}
_NEGATED = frozenset(
    {tree.MembershipKind.NOT_AMONG, tree.MembershipKind.CONTAINS_NOT, tree.MembershipKind.NOT_EMPTY}
)
_AMONG = frozenset({tree.MembershipKind.AMONG, tree.MembershipKind.NOT_AMONG})
_EMPTINESS = frozenset({tree.MembershipKind.EMPTY, tree.MembershipKind.NOT_EMPTY})


# --- 为 -------------------------------------------------------------------------------------------


def compare_recorded(typer: Typer, node: tree.Compare, subject: Recorded, scope: Scope) -> Condition | None:
    """Return ``X 为 V`` and ``X 不为 V`` for a field with names for values."""
    type_ = subject.field.type
    if node.operator not in EQUALITIES:
        typer.found.append(
            NOT_COMPARABLE.at(
                node.span, f"“{subject.field.name}”是{type_.kind}，没有大小先后", help=_how(type_)
            )
        )
        return None
    if type_.kind is Kind.SET:
        typer.found.append(
            NOT_COMPARABLE.at(node.span, f"“{subject.field.name}”是集合，不能用“为”", help=_how(type_))
        )
        return None
    match node.right:
        case tree.Path(parts=(name,)):
            return _test(typer, (subject, TestKind.IS), (name,), node.span, negated=_is_negated(node))
        case tree.Truth() as truth:
            return _test(typer, (subject, TestKind.IS), (truth,), node.span, negated=_is_negated(node))
        case tree.Text(value=text):
            value = tree.Name(text=text, span=node.right.span)
            return _test(
                typer, (subject, TestKind.IS), (value,), node.span, negated=_is_negated(node), quoted=True
            )
        case tree.Number(digits=digits, unit="") if type_.kind is Kind.AREA_CODE:
            value = tree.Name(text=digits, span=node.right.span)
            return _test(
                typer, (subject, TestKind.IS), (value,), node.span, negated=_is_negated(node), quoted=True
            )
        case _:
            right = typer.operand(node.right, scope)
            if right is not None:
                typer.found.append(
                    KIND_MISMATCH.at(
                        node.right.span,
                        f"“{subject.field.name}”是{type_.kind}，不能与{describe(right)}比较",
                        help=_how(type_),
                    )
                )
            return None


def _is_negated(node: tree.Compare) -> bool:
    return node.operator is Comparison.UNEQUAL


def _how(type_: Type) -> str:
    match type_.kind:
        case Kind.SET:
            return "集合用“含”“不含”“含任一”“含全部”或“为空”"
        case Kind.TEXT | Kind.AREA_CODE:
            return "用“为”，后面的文字放在引号里"
        case _:
            return "用“为”“不为”或“属于”"


def compare_reading(typer: Typer, node: tree.Compare, subject: TakenReading) -> Condition | None:
    """Return whether a 解读 is taken in a way."""
    options = [option.text for option in subject.declaration.options]
    right = node.right
    if node.operator not in EQUALITIES or not isinstance(right, tree.Path):
        typer.found.append(
            NOT_COMPARABLE.at(
                node.span,
                f"解读“{subject.declaration.name.text}”只能问取哪种说法",
                help=f"写成“为 {options[0]}”",
            )
        )
        return None
    condition = reading_is(typer, subject, right.text, right.span)
    if condition is None or node.operator is Comparison.EQUAL:
        return condition
    return Negation(domain=condition.domain, span=node.span, operand=condition)


def reading_is(typer: Typer, subject: TakenReading, option: str, span: Span) -> Condition | None:
    """Return whether ``option`` is taken, in the root's lanes."""
    options = [known.text for known in subject.declaration.options]
    if option not in options:
        typer.found.append(
            UNKNOWN_OPTION.at(
                span,
                f"解读“{subject.declaration.name.text}”没有“{option}”这种说法",
                help=offer(option, options, f"可取：{'、'.join(options)}"),
            )
        )
        return None
    return ReadingIs(domain=typer.names.root, span=span, reading=subject.declaration.name.text, option=option)


# --- 属于, 含 --------------------------------------------------------------------------------------


def membership(typer: Typer, node: tree.Membership, scope: Scope) -> Condition | None:
    """Return the condition of 属于, 含 and their kin."""
    subject = typer.operand(node.subject, scope)
    if subject is None:
        return None
    if not isinstance(subject, Recorded):
        finding = KIND_MISMATCH if node.kind in _AMONG else NOT_A_SET
        typer.found.append(
            finding.at(
                node.subject.span,
                f"“{node.kind}”的左边应当是{'枚举' if node.kind in _AMONG else '集合'}字段，写的是{describe(subject)}",
                help="换成字段；数用“介于 … 与 …”或比较",
            )
        )
        return None
    is_set = subject.field.type.kind is Kind.SET
    if node.kind in _AMONG and is_set:
        typer.found.append(
            KIND_MISMATCH.at(
                node.subject.span,
                f"“{subject.field.name}”是集合，不用“{node.kind}”",
                help=_how(subject.field.type),
            )
        )
        return None
    if node.kind not in _AMONG and not is_set:
        typer.found.append(
            NOT_A_SET.at(
                node.subject.span,
                f"“{subject.field.name}”是{subject.field.type.kind}，不是集合，不用“{node.kind}”",
                help="单个值用“为”“不为”或“属于”",
            )
        )
        return None
    kind = TestKind.IS if node.kind in _AMONG else _SET_TESTS[node.kind]
    values = () if node.kind in _EMPTINESS else node.values
    return _test(typer, (subject, kind), values, node.span, negated=node.kind in _NEGATED)


def _test(
    typer: Typer,
    question: tuple[Recorded, TestKind],
    written: tuple[tree.Name | tree.Truth, ...],
    span: Span,
    *,
    negated: bool,
    quoted: bool = False,
) -> Condition | None:
    """Return the test of a field against ``written`` values, or against the one 参数 that is written instead."""
    subject, kind = question
    field = subject.field
    parameter = None if quoted else _parameter(typer, field.type, written)
    values: tuple[str, ...] = ()
    if parameter is not None:
        known = typer.names.types.get(parameter.name.text)
        if known is None or not _same_values(typer, parameter, known, subject, span):
            return None
    else:
        checked = [_value(typer, subject, value, quoted=quoted) for value in written]
        if None in checked:
            return None
        values = tuple(value for value in checked if value is not None)
    condition: Condition = FieldTest(
        domain=typer.names.vocabulary.domain(field.entity),
        span=span,
        fact=field.fact,
        kind=kind,
        values=values,
        parameter=None if parameter is None else parameter.name.text,
    )
    condition = lift(condition, subject.way)
    return Negation(domain=condition.domain, span=span, operand=condition) if negated else condition


def _parameter(typer: Typer, type_: Type, written: tuple[tree.Name | tree.Truth, ...]) -> Parameter | None:
    """Return the 参数 that stands for values, unless its name is a value itself."""
    if len(written) != 1 or not isinstance(written[0], tree.Name):
        return None
    name = written[0].text
    concept = typer.names.concepts.get(name)
    is_value = any(value.name == name for value in type_.values)
    return concept if isinstance(concept, Parameter) and not is_value else None


def _same_values(typer: Typer, parameter: Parameter, type_: Type, subject: Recorded, span: Span) -> bool:
    if type_.kind not in {Kind.SET, Kind.ENUM}:
        typer.found.append(
            KIND_MISMATCH.at(
                span,
                f"“{subject.field.name}”是{subject.field.type.kind}，参数“{parameter.name.text}”是{kind_text(type_)}",
                help=f"把参数的类型写成“集合 {subject.field.name}”",
            )
        )
        return False
    known = {value.name for value in subject.field.type.values}
    strange = [value.name for value in type_.values if value.name not in known]
    if strange and known and not subject.field.type.is_open:
        typer.found.append(
            UNKNOWN_VALUE.at(
                span,
                f"参数“{parameter.name.text}”可以取“{strange[0]}”，“{subject.field.name}”没有这个值",
                help=f"把参数的类型写成“集合 {subject.field.name}”",
            )
        )
        return False
    return True


def _value(typer: Typer, subject: Recorded, written: tree.Name | tree.Truth, *, quoted: bool) -> str | None:
    """Return the value that is written, None (and a finding) when the field has no such value."""
    type_ = subject.field.type
    text = written.text if isinstance(written, tree.Name) else "是" if written.value else "否"
    if type_.kind in {Kind.TEXT, Kind.AREA_CODE, Kind.REFERENCE} or type_.item is not None:
        if quoted:
            return text
        typer.found.append(
            UNKNOWN_NAME.at(
                written.span, f"“{subject.field.name}”是{type_.kind}，值要写在引号里", help=f'写成“"{text}"”'
            )
        )
        return None
    known = [value.name for value in type_.values]
    if text in known or (type_.is_open and (quoted or text in typer.names.units)):
        return text
    if type_.is_open:
        known += typer.names.units
    typer.found.append(
        UNKNOWN_VALUE.at(
            written.span,
            f"“{subject.field.name}”没有“{text}”这个值",
            help=offer(text, known, _values_text(type_, text)),
        )
    )
    return None


def _values_text(type_: Type, text: str) -> str:
    """Return what may be written.

    An open enumeration takes any text, which a rule must put in quotes to mean it; “含” of a set takes names alone.
    """
    known = f"取值：{'、'.join(value.name for value in type_.values)}"
    if type_.kind is Kind.SET or not type_.is_open:
        return known
    return f'{known}；确要写列名以外的，用“为 "{text}"”'


# --- 已发生 ----------------------------------------------------------------------------------------


def happened(typer: Typer, node: tree.Happened, scope: Scope) -> Condition | None:
    """Return whether a date or time has come by 判定时点."""
    subject = typer.operand(node.subject, scope)
    if subject is None:
        return None
    amount = _moment(typer, subject, scope, node.subject.span)
    number = None if amount is None else plain(typer, amount)
    if amount is None or number is None:
        return None
    condition = _has_come(typer, amount, number, node.span, scope)
    if condition is None or not node.negated:
        return condition
    return Negation(domain=scope.domain, span=node.span, operand=condition)


def _moment(typer: Typer, subject: Operand, scope: Scope, span: Span) -> Amount | None:
    amount = subject if isinstance(subject, Amount) else None
    if amount is None and not isinstance(subject, Recorded | ListedNames | TakenReading):
        amount = as_amount(typer, subject, scope, None)
        if amount is None:
            return None
    if amount is not None and amount.type.kind in {Kind.DATE, Kind.TIME}:
        return amount
    written = describe(subject) if amount is None else kind_text(amount.type)
    typer.found.append(
        KIND_MISMATCH.at(span, f"只有日期和时间能问已发生没有，写的是{written}", help="换成日期或时间字段")
    )
    return None


def _has_come(typer: Typer, amount: Amount, number: Quantity, span: Span, scope: Scope) -> Condition | None:
    """Return the test of a recorded field, or the comparison of a calculated moment with 判定时点."""
    inner = number
    way: list[LiftedNumber] = []
    while isinstance(inner, LiftedNumber):
        way.append(inner)
        inner = inner.operand
    if isinstance(inner, NumberField):
        condition: Condition = FieldTest(
            domain=inner.domain, span=span, fact=inner.fact, kind=TestKind.HAPPENED
        )
        for step in reversed(way):
            condition = Lifted(domain=step.domain, relation=step.relation, operand=condition, span=span)
        return condition
    now = as_of(typer, scope, span)
    if now is None:
        return None
    if amount.type.kind is Kind.DATE:
        now = DateOf(domain=scope.domain, span=span, time=now)
    return NumberCompare(domain=scope.domain, span=span, operator=Comparison.AT_MOST, left=number, right=now)


def as_of(typer: Typer, scope: Scope, span: Span) -> Quantity | None:
    """Return 判定时点 in the lanes of ``scope``; reported when the vocabulary has none."""
    vocabulary = typer.names.vocabulary
    root = vocabulary.by_english[typer.names.root]
    field = root.by_english.get(AS_OF)
    way = way_up(vocabulary, scope.domain, root.english)
    if field is None or way is None:
        typer.found.append(
            UNKNOWN_NAME.at(
                span, f"“{root.name}”没有判定时点", help="给它写上“字段 判定时点 英文 as_of 类型 时间”"
            )
        )
        return None
    return lift_number(NumberField(domain=root.english, span=span, fact=field.fact), way)
