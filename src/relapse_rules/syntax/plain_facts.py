"""Puts the vocabulary, the values of parameters and the header of a policy into plain Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.syntax.declarations import (
    DatedValue,
    Entity,
    Field,
    Header,
    Origin,
    Range,
    Source,
    Unit,
    WrittenType,
    WrittenValue,
)
from relapse_rules.syntax.format_expressions import listed, number
from relapse_rules.syntax.plain_expressions import amount
from relapse_rules.syntax.plain_words import Line, entries, entry, moment, name, path, quoted, value
from relapse_rules.syntax.tree import Name
from relapse_rules.values.vocabulary import Mutability

_ORIGINS: Final = {
    Origin.RAW: "登记的事实",
    Origin.JUDGEMENT: "由人认定",
    Origin.DERIVED: "由规则推导",
    Origin.PROCESS: "办理过程的记录",
}
_MUTABILITIES: Final = {
    Mutability.CHANGEABLE: "以后可以改变",
    Mutability.TO_BE_PROVED: "需要证明或认定",
    Mutability.FIXED: "不能改变",
}
_SOURCES: Final = {
    Source.PLAN: "方案原文",
    Source.STANDARD: "方案以外的标准",
    Source.LOCAL: "本地规定",
}
_YES_AND_NO: Final = frozenset({"是", "否"})


def header_lines(node: Header) -> Iterator[Line]:
    """Write who issued a policy, when it is in force, and what it applies to."""
    if node.issuer:
        yield Line(1, f"发布单位：{quoted(node.issuer.value)}。")
    if node.document_number:
        yield Line(1, f"文号：{quoted(node.document_number.value)}。")
    if node.valid_from:
        yield Line(1, f"自{moment(node.valid_from)}起生效。")
    if node.valid_until:
        yield Line(1, f"到{moment(node.valid_until)}失效。")
    if node.outline:
        yield Line(1, f"方案语句的目录：{quoted(node.outline.value)}。")
    if node.scope:
        yield Line(1, f"适用范围：见{name(node.scope)}。")
    if node.eligibility:
        yield Line(1, f"谁有资格：见{name(node.eligibility)}。")
    if node.categories:
        yield Line(1, f"帮扶的类别：{entries(node.categories)}。")


def entity_lines(node: Entity) -> Iterator[Line]:
    """Write what is recorded of an entity, a line a field."""
    yield Line(1, f"英文名：{entry(node.english)}。")
    if node.aliases:
        yield Line(1, f"又称：{entries(node.aliases)}。")
    if node.parent:
        yield Line(1, f"属于：{entry(node.parent)}。")
    yield Line(1, "只有一份。" if node.single else "可以有多份。")
    if node.description:
        yield Line(1, f"说明：{node.description.value}")
    for position, field in enumerate(node.fields, 1):
        yield Line(1, f"{position}. 登记{name(field.name)}：{'；'.join(_field(field))}。")


def _field(node: Field) -> Iterator[str]:
    if node.aliases:
        yield f"又称{entries(node.aliases)}"
    yield f"英文名{entry(node.english)}"
    yield type_text(node.type)
    if node.range:
        yield _range(node.range)
    if node.supplier:
        yield f"提供者{quoted(node.supplier.value)}"
    yield _ORIGINS[node.origin]
    if node.mutability:
        yield _MUTABILITIES[node.mutability]
    if node.documents:
        yield f"可用{entries(node.documents)}证明"
    yield "可以填空值（等于未知）" if node.nullable else "不能填空值"
    marks = {
        "是这一份的编号": node.is_identifier,
        "编号可以不填": node.positional,
        "必须填报": node.required,
        "可以明确填报未知": node.tri_state,
        "属于个人信息": node.personal,
    }
    yield from (mark for mark, is_set in marks.items() if is_set)
    if node.description:
        yield f"说明：{quoted(node.description.value)}"


def _range(node: Range) -> str:
    ends = (("不小于", node.low), ("不大于", node.high))
    return "并且".join(f"{word}{number(end)}" for word, end in ends if end is not None)


def type_text(node: WrittenType) -> str:
    """Write what values are of a type."""
    words = [f"类型是{node.kind.value}"]
    if node.is_open:
        words.append("也可以是列出的以外的")
    if node.values:
        words.append(f"列出的有{listed(map(_enum_value, node.values))}")
    if node.item:
        words.append(f"每一项是{node.item.value}")
    if node.same_as:
        words.append(f"取值同{name(node.same_as)}")
    if node.entity:
        words.append(f"指向{name(node.entity)}")
    if node.unit:
        words.append(f"以{quoted(node.unit)}计")
    return "，".join(words)


def _enum_value(node: WrittenValue) -> str:
    return _value_name(node.name) + ("" if node.parent is None else f"（属于{_value_name(node.parent)}）")


def _value_name(node: Name) -> str:
    # 是 and 否 are names here, and the only ones that the formatter writes bare though they are keywords.
    return node.text if node.text in _YES_AND_NO else entry(node)


def unit_lines(node: Unit) -> Iterator[Line]:
    """Write what a unit is called and what it has become."""
    if node.level:
        yield Line(1, f"级别：{entry(node.level)}。")
    if node.aliases:
        yield Line(1, f"又称：{entries(node.aliases)}。")
    for succession in node.successions:
        yield Line(1, f"并入{name(succession.unit)}，自{moment(succession.since)}起。")
    if node.resolves_through:
        yield Line(1, f"具体是哪一个，看{path(node.resolves_through)}。")
    if node.code:
        yield Line(1, f"代码：{quoted(node.code.value)}。")


def dated_line(node: DatedValue) -> Line:
    """Write a value, from when it holds and who says so."""
    match node.value:
        case None:
            held = "待定，填写以前按未知处理"
        case tuple(values):
            held = (
                f"取值是一组（{len(values)}个）：{listed(map(value, values))}" if values else "取值是空的一组"
            )
        case single:
            held = f"取值是{amount(single)}"
    origin = "" if node.origin is None else f"（{quoted(node.origin.value)}）"
    return Line(1, f"自{moment(node.since)}起，{held}；来源：{_SOURCES[node.source]}{origin}。")
