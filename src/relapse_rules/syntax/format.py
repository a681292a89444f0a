"""Writes a policy file in the one canonical form.

The tree holds no comments, so neither does the result: a file that somebody wrote is formatted by `relapse_rules.syntax.tidy`, which
keeps them. ``parse(format_file(file))`` gives ``file`` again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from relapse_rules.syntax import format_cases, format_claims, format_expressions
from relapse_rules.syntax.declarations import (
    Adoption,
    AnyDeclaration,
    Case,
    DatedValue,
    Definition,
    Duty,
    Effect,
    EffectKind,
    Entity,
    ExceptionRule,
    Field,
    Force,
    Header,
    Import,
    Indicator,
    Judgement,
    Measure,
    NotApplicable,
    Parameter,
    PolicyFile,
    Procedure,
    Property,
    Range,
    Reading,
    Setting,
    Step,
    TimeLimit,
    Unit,
    Units,
    WrittenType,
    WrittenValue,
)
from relapse_rules.syntax.declarations_layers import Supplement, Tightening, Widening
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.format_expressions import (
    expression,
    listed,
    moment,
    name,
    number,
    path,
    reference,
    text,
)
from relapse_rules.syntax.tree import Expression, Name
from relapse_rules.syntax.words import KEYWORDS

_BODY: Final = 2
"""The column of attributes; those of a 步骤 are two further."""

_GAP: Final = "  "
_BARE_VALUES: Final = frozenset({"是", "否"})


def format_file(file: PolicyFile) -> str:
    """Return the text of ``file``: declarations in their order with a blank line between them. Comments are not kept."""
    return "\n".join("\n".join((*_declaration(declaration), "")) for declaration in file.declarations)


def _declaration(node: AnyDeclaration) -> Iterator[str]:
    match node:
        case Import():
            yield f"导入 {text(node.path)}"
        case Adoption():
            yield f"采用 {name(node.name)} 为 {name(node.option)}"
        case NotApplicable():
            yield f"不适用 {_ids(node.cites)}{_GAP}理由 {text(node.reason)}"
        case Case():
            yield _head("用例", node.name, node.cites)
            yield from _indented(format_cases.body(node))
        case Property():
            yield _head("性质", node.name, node.cites)
            yield from _indented(format_claims.property_lines(node))
        case Parameter():
            yield f"{_head('参数', node.name)}: {_type(node.type)}{_cites(node.cites)}"
            yield from _indented(map(_dated, node.values))
        case Setting():
            yield _head("设定", node.name, node.cites) + (f"{_GAP}取代上级" if node.replaces else "")
            yield from _indented(map(_dated, node.values))
        case _:
            keyword, lines = _attributed(node)
            yield _head(keyword, node.name, node.cites)
            yield from _indented(lines)


def _head(keyword: str, node: Name, cites: tuple[Cite, ...] = ()) -> str:
    return f"{keyword} {name(node)}{_cites(cites)}"


def _cites(cites: tuple[Cite, ...]) -> str:
    return f"{_GAP}依据 {_ids(cites)}" if cites else ""


def _ids(cites: tuple[Cite, ...]) -> str:
    return listed(cite.id for cite in cites)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    # The lines of a list come with their own indentation, below the first line of an attribute.
    return (f"{' ' * _BODY}{line}" for line in lines)


def _attributed(
    node: Header
    | Entity
    | Unit
    | Reading
    | Judgement
    | Definition
    | Indicator
    | Measure
    | Procedure
    | Duty
    | ExceptionRule
    | Supplement
    | Tightening
    | Widening,
) -> tuple[str, Iterator[str]]:
    match node:
        case Supplement():
            return "补充", _supplement(node)
        case Tightening():
            return "收紧", _amendment(node)
        case Widening():
            return "放宽", _amendment(node)
        case Header():
            return "政策", _header(node)
        case Entity():
            return "实体", _entity(node)
        case Unit():
            return "单位", _unit(node)
        case Reading():
            return "解读", _reading(node)
        case Judgement():
            return "裁量", _judgement(node)
        case Definition():
            return "定义", _definition(node)
        case Indicator():
            return "指标", _indicator(node)
        case Measure():
            return "措施", _measure(node)
        case Procedure():
            return "程序", _procedure(node)
        case Duty():
            return "职责", _duty(node)
        case ExceptionRule():
            return "例外", _exception(node)
        case _:
            assert_never(node)


# --- header, vocabulary, units ----------------------------------------------------------------------


def _header(node: Header) -> Iterator[str]:
    if node.issuer:
        yield f"发布单位 {text(node.issuer)}"
    if node.document_number:
        yield f"文号 {text(node.document_number)}"
    if node.valid_from:
        yield f"生效日期 {moment(node.valid_from)}"
    if node.valid_until:
        yield f"失效日期 {moment(node.valid_until)}"
    if node.outline:
        yield f"大纲 {text(node.outline)}"
    if node.scope:
        yield f"适用范围 {name(node.scope)}"
    if node.eligibility:
        yield f"资格 {name(node.eligibility)}"
    yield from _names("类别", node.categories)


def _entity(node: Entity) -> Iterator[str]:
    yield f"英文 {name(node.english)}"
    yield from _names("别名", node.aliases)
    if node.parent:
        yield f"上级 {name(node.parent)}"
    yield f"数量 {'一个' if node.single else '多个'}"
    if node.description:
        yield f"说明 {text(node.description)}"
    for field in node.fields:
        yield _GAP.join(_field(field))


def _field(node: Field) -> Iterator[str]:
    yield f"字段 {name(node.name)}"
    yield from _names("别名", node.aliases)
    yield f"英文 {name(node.english)}"
    yield f"类型 {_type(node.type)}"
    if node.range:
        yield f"范围 {_range(node.range)}"
    if node.supplier:
        yield f"提供 {text(node.supplier)}"
    yield f"种类 {node.origin.value}"
    if node.mutability:
        yield f"变动 {node.mutability.value}"
    yield from _names("证明", node.documents)
    yield "可空" if node.nullable else "不可空"
    marks = {
        "标识": node.is_identifier,
        "可缺": node.positional,
        "必填": node.required,
        "三态": node.tri_state,
        "个人信息": node.personal,
    }
    yield from (mark for mark, is_set in marks.items() if is_set)
    if node.description:
        yield f"说明 {text(node.description)}"


def _range(node: Range) -> str:
    if node.high is None:
        assert node.low is not None, "a range has an end"
        return f"{number(node.low)} 以上"
    if node.low is None:
        return f"{number(node.high)} 以下"
    return f"{number(node.low)} 至 {number(node.high)}"


def _type(node: WrittenType) -> str:
    words = [node.kind.value]
    if node.is_open:
        words.append("开放")
    if node.values:
        words.append(f"{{{listed(map(_enum_value, node.values))}}}")
    if node.item:
        words.append(node.item.value)
    if node.same_as:
        words.append(name(node.same_as))
    if node.entity:
        words.append(name(node.entity))
    if node.unit:
        words.append(_measure_unit(node.unit))
    return " ".join(words)


def _enum_value(node: WrittenValue) -> str:
    own = _value_name(node.name)
    return own if node.parent is None else f"{own} 归入 {_value_name(node.parent)}"


def _value_name(node: Name) -> str:
    return node.text if node.text in _BARE_VALUES else name(node)


def _measure_unit(unit: str) -> str:
    parts = unit.split("/")
    plain = all(format_expressions.is_plain(part) and part not in KEYWORDS for part in parts)
    return unit if plain or unit == "%" else f"「{unit}」"


def _unit(node: Unit) -> Iterator[str]:
    if node.level:
        yield f"级别 {name(node.level)}"
    yield from _names("别名", node.aliases)
    for succession in node.successions:
        yield f"并入 {name(succession.unit)} 自 {moment(succession.since)}"
    if node.resolves_through:
        yield f"指代 {path(node.resolves_through)}"
    if node.code:
        yield f"代码 {text(node.code)}"


def _dated(node: DatedValue) -> str:
    match node.value:
        case None:
            written = "待定"
        case tuple(values):
            written = listed(map(format_expressions.value, values))
            if len(values) < 2:  # noqa: PLR2004 - one value alone would be read as that value, not as a set
                written = f"{{{written}}}"
        case value:
            written = expression(value, _BODY, last=False)
    origin = f" {text(node.origin)}" if node.origin else ""
    return f"自 {moment(node.since)} 为 {written}{_GAP}来源 {node.source.value}{origin}"


def _reading(node: Reading) -> Iterator[str]:
    yield f"取 {name(node.taken)}"
    yield from _names("可取", node.options)
    if node.reason:
        yield f"理由 {text(node.reason)}"


def _supplement(node: Supplement) -> Iterator[str]:
    if node.level:
        yield f"级别 {node.level.value}"
    if node.issuer:
        yield f"发布单位 {text(node.issuer)}"
    if node.document_number:
        yield f"文号 {text(node.document_number)}"


def _amendment(node: Tightening | Widening) -> Iterator[str]:
    yield from _condition("当", node.condition)
    yield f"理由 {text(node.reason)}"


# --- rules ------------------------------------------------------------------------------------------


def _judgement(node: Judgement) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _names("认定单位", node.deciders)
    yield from _condition("认定结果", node.finding)
    if node.indicators:
        yield f"参考指标 {listed(map(path, node.indicators))}"


def _definition(node: Definition) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _condition("当", node.condition)
    if node.derives:
        yield f"推导 {path(node.derives)}"
    yield from _marks(node)


def _indicator(node: Indicator) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _condition("值", node.value)
    if node.derives:
        yield f"推导 {path(node.derives)}"


def _measure(node: Measure) -> Iterator[str]:
    yield f"类别 {name(node.category)}"
    yield f"对象 {name(node.entity)}"
    yield from _condition("当", node.condition)
    yield from _force(node.force)
    yield from _units("责任单位", node.units)
    yield from _units("配合单位", node.supporting_units)
    yield from _time_limit(node.time_limit, _BODY)
    if node.funding:
        yield f"资金 {text(node.funding)}"
    if node.procedure:
        yield f"程序 {name(node.procedure)}"
    yield from _conclusion(node, _BODY)
    if node.description:
        yield f"说明 {text(node.description)}"
    yield from _marks(node)


def _procedure(node: Procedure) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _condition("当", node.condition)
    yield from _time_limit(node.time_limit, _BODY)
    for step in node.steps:
        yield f"{_head('步骤', step.name, step.cites)}{f'{_GAP}并行' if step.parallel else ''}"
        yield from _indented(_step(step))


def _step(node: Step) -> Iterator[str]:
    column = 2 * _BODY
    yield from _units("责任单位", node.units)
    yield from _time_limit(node.time_limit, column)
    yield from _condition("当", node.condition, column)
    yield from _conclusion(node, column)


def _duty(node: Duty) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _condition("启动", node.trigger)
    yield from _force(node.force)
    yield from _units("责任单位", node.units)
    yield from _units("报送", node.recipient)
    yield from _time_limit(node.time_limit, _BODY)
    yield from _conclusion(node, _BODY)
    if node.description:
        yield f"说明 {text(node.description)}"
    yield from _marks(node)


def _exception(node: ExceptionRule) -> Iterator[str]:
    yield f"对象 {name(node.entity)}"
    yield from _condition("当", node.condition)
    yield from _force(node.force)
    for effect in node.effects:
        yield f"效果 {_effect(effect)}"
    yield from _units("责任单位", node.units)
    yield from _condition("完成", node.done)


def _effect(node: Effect) -> str:
    targets = listed(map(reference, node.targets))
    match node.kind:
        case EffectKind.AFTER:
            return f"{targets} 在 {listed(map(reference, node.others))} 之后"
        case EffectKind.OFF | EffectKind.ON:
            return f"{targets} {node.kind.value}"
        case _:
            assert_never(node.kind)


# --- attributes that several declarations have ------------------------------------------------------


def _names(keyword: str, names: tuple[Name, ...]) -> Iterator[str]:
    if names:
        yield f"{keyword} {listed(map(name, names))}"


def _condition(keyword: str, node: Expression | None, column: int = _BODY) -> Iterator[str]:
    if node is not None:
        yield f"{keyword} {expression(node, column)}"


def _force(force: Force | None) -> Iterator[str]:
    if force is not None:
        yield f"力度 {force.value}"


def _marks(node: Definition | Measure | Duty) -> Iterator[str]:
    if node.no_tightening:
        yield "不得收紧"
    if node.no_widening:
        yield "不得放宽"


def _units(keyword: str, units: Units | None) -> Iterator[str]:
    if units is not None:
        yield f"{keyword} {listed(map(name, units.names))}{_cites(units.cites)}"


def _time_limit(node: TimeLimit | None, column: int) -> Iterator[str]:
    if node is None:
        return
    if node.word is not None:
        written = name(node.word) if isinstance(node.word, Name) else text(node.word)
    else:
        assert node.start is not None, "a time limit without a word has a start"
        start = expression(node.start, column, format_expressions.SUM, last=False)
        if node.within is None:
            written = f"{start} 当天"
        else:
            within = name(node.within) if isinstance(node.within, Name) else number(node.within)
            reading = f" 按 {name(node.reading)}" if node.reading else ""
            written = f"{start} 起 {within} 内{reading}"
    yield f"时限 {written}{_cites(node.cites)}"


def _conclusion(node: Measure | Step | Duty, column: int) -> Iterator[str]:
    if node.after:
        yield f"之后 {listed(map(reference, node.after))}"
    yield from _condition("完成", node.done, column)
