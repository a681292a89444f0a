"""Puts any declaration into plain Chinese, for those who have to follow it and those whom it is about.

The text says all that the canonical form (`relapse_rules.syntax.format`) says, and in the same order: names, numbers with
their units, days and cited statements stand in it as they were written, and declarations that differ have texts that
differ. A fact that nobody recorded is unknown, so no wording calls it absent: conditions are said to hold or not to hold
(成立、不成立), facts to be recorded as something (记录为否).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from relapse_rules.syntax import plain_cases, plain_claims, plain_facts, plain_layers
from relapse_rules.syntax.declarations import (
    Adoption,
    AnyDeclaration,
    Case,
    Definition,
    Duty,
    Effect,
    EffectKind,
    Entity,
    ExceptionRule,
    Force,
    Header,
    Import,
    Indicator,
    Judgement,
    Measure,
    NotApplicable,
    Parameter,
    Procedure,
    Property,
    Reading,
    Setting,
    Step,
    TimeLimit,
    Unit,
)
from relapse_rules.syntax.declarations_layers import Supplement, Tightening, Widening
from relapse_rules.syntax.format_expressions import listed, number
from relapse_rules.syntax.plain_expressions import amount
from relapse_rules.syntax.plain_lists import condition_lines
from relapse_rules.syntax.plain_words import (
    Line,
    based_on,
    entries,
    entry,
    name,
    names,
    path,
    quoted,
    units,
)
from relapse_rules.syntax.tree import Name

_FORCES: Final = {Force.MUST: "应当", Force.MAY: "可以", Force.ENCOURAGED: "鼓励"}


def plain_text(declaration: AnyDeclaration) -> tuple[Line, ...]:
    """Return ``declaration`` in plain Chinese; the first line is at level 0 and names it, those below say what it holds."""
    return tuple(_lines(declaration))


def _lines(node: AnyDeclaration) -> Iterator[Line]:
    match node:
        case Import():
            yield Line(0, f"一并采用文件{quoted(node.path.value)}。")
        case Adoption():
            yield Line(0, f"对解读{name(node.name)}，本地采用{name(node.option)}的读法。")
        case NotApplicable():
            yield Line(0, f"方案 {listed(cite.id for cite in node.cites)} 不能由规则判定。")
            yield Line(1, f"理由：{node.reason.value}")
        case Parameter():
            yield Line(0, f"标准{name(node.name)}：")
            yield Line(1, f"{plain_facts.type_text(node.type)}{based_on(node.cites)}。")
            yield from map(plain_facts.dated_line, node.values)
        case _:
            kind, lines = _named(node)
            yield Line(0, f"{kind}{name(node.name)}{based_on(node.cites)}：")
            yield from lines


def _named(
    node: Header
    | Entity
    | Unit
    | Setting
    | Reading
    | Judgement
    | Definition
    | Indicator
    | Measure
    | Procedure
    | Duty
    | ExceptionRule
    | Property
    | Supplement
    | Tightening
    | Widening
    | Case,
) -> tuple[str, Iterator[Line]]:
    """Return what kind of thing is declared, and the lines below its name."""
    match node:
        case Header():
            return "政策", plain_facts.header_lines(node)
        case Entity():
            return "登记对象", plain_facts.entity_lines(node)
        case Unit():
            return "单位", plain_facts.unit_lines(node)
        case Setting() | Supplement() | Tightening() | Widening():
            return plain_layers.named_lines(node)
        case Reading():
            return "对方案文字的解读", _reading(node)
        case Judgement():
            return "需要人认定的", _judgement(node)
        case Definition():
            return "概念", _definition(node)
        case Indicator():
            return "指标", _indicator(node)
        case Measure():
            return "帮扶措施", _measure(node)
        case Procedure():
            return "办理程序", _procedure(node)
        case Duty():
            return "单位职责", _duty(node)
        case ExceptionRule():
            return "例外", _exception(node)
        case Property():
            return "始终应当做到的", plain_claims.property_lines(node)
        case Case():
            return "用来检验的事例", plain_cases.case_lines(node)
        case _:
            assert_never(node)


def _marks(node: Definition | Measure | Duty) -> Iterator[Line]:
    if node.no_tightening:
        yield Line(1, "下级的补充规定不得收紧。")
    if node.no_widening:
        yield Line(1, "下级的补充规定不得放宽。")


def _reading(node: Reading) -> Iterator[Line]:
    yield Line(1, f"采用的读法：{entry(node.taken)}。")
    if node.options:
        yield Line(1, f"可以采用的读法：{entries(node.options)}。")
    if node.reason:
        yield Line(1, f"理由：{node.reason.value}")


def _judgement(node: Judgement) -> Iterator[Line]:
    yield _about(node.entity)
    if node.deciders:
        yield Line(1, f"由{entries(node.deciders)}认定，不由计算得出。")
    yield from condition_lines("认定的结果记录在：", node.finding, 1)
    if node.indicators:
        yield Line(1, f"认定时可以参考：{listed(map(path, node.indicators))}。")


def _definition(node: Definition) -> Iterator[Line]:
    yield _about(node.entity)
    yield from condition_lines("是指：", node.condition, 1)
    if node.derives:
        yield Line(1, f"由此得出{path(node.derives)}。")
    yield from _marks(node)


def _indicator(node: Indicator) -> Iterator[Line]:
    yield _about(node.entity)
    yield Line(1, f"数值是：{amount(node.value)}。")
    if node.derives:
        yield Line(1, f"由此得出{path(node.derives)}。")


def _measure(node: Measure) -> Iterator[Line]:
    yield Line(1, f"属于{name(node.category)}一类。")
    yield _about(node.entity)
    yield from condition_lines("条件：", node.condition, 1)
    yield Line(1, f"符合条件的，{_FORCES[node.force]}给予这项帮扶。")
    if node.units:
        yield Line(1, units("由", node.units, "负责"))
    if node.supporting_units:
        yield Line(1, units("由", node.supporting_units, "配合"))
    yield from _time_limit(node.time_limit, 1)
    if node.funding:
        yield Line(1, f"资金：{node.funding.value}")
    if node.procedure:
        yield Line(1, f"按{name(node.procedure)}的程序办理。")
    yield from _conclusion(node, 1)
    if node.description:
        yield Line(1, f"说明：{node.description.value}")
    yield from _marks(node)


def _procedure(node: Procedure) -> Iterator[Line]:
    yield _about(node.entity)
    yield from condition_lines("条件：", node.condition, 1)
    yield from _time_limit(node.time_limit, 1)
    for position, step in enumerate(node.steps, 1):
        yield from _step(step, position)


def _step(node: Step, position: int) -> Iterator[Line]:
    order = "，不必等前一步办完" if node.parallel else ""
    yield Line(1, f"第{position}步：{name(node.name)}{based_on(node.cites)}{order}。")
    if node.units:
        yield Line(2, units("由", node.units, "负责"))
    yield from _time_limit(node.time_limit, 2)
    if node.condition is not None:
        yield from condition_lines("只在符合条件时办理：", node.condition, 2)
    yield from _conclusion(node, 2)


def _duty(node: Duty) -> Iterator[Line]:
    yield _about(node.entity)
    yield from condition_lines("什么时候要办：", node.trigger, 1)
    if node.force is not None:
        yield Line(1, f"{_FORCES[node.force]}办理。")
    if node.units:
        yield Line(1, units("由", node.units, "负责"))
    if node.recipient:
        yield Line(1, units("报送给", node.recipient, ""))
    yield from _time_limit(node.time_limit, 1)
    yield from _conclusion(node, 1)
    if node.description:
        yield Line(1, f"说明：{node.description.value}")
    yield from _marks(node)


def _exception(node: ExceptionRule) -> Iterator[Line]:
    yield _about(node.entity)
    yield from condition_lines("什么时候例外：", node.condition, 1)
    if node.force is not None:
        yield Line(1, f"{_FORCES[node.force]}按例外办理。")
    yield from (Line(1, f"例外时，{_effect(effect)}。") for effect in node.effects)
    if node.units:
        yield Line(1, units("由", node.units, "负责"))
    if node.done is not None:
        yield from condition_lines("办结的标志：", node.done, 1)


def _effect(node: Effect) -> str:
    targets = names(node.targets)
    match node.kind:
        case EffectKind.AFTER:
            return f"{targets}在{names(node.others)}之后办理"
        case EffectKind.OFF:
            return f"{targets}不适用"
        case EffectKind.ON:
            return f"{targets}适用"
        case _:
            assert_never(node.kind)


# --- what several declarations have -----------------------------------------------------------------


def _about(entity: Name) -> Line:
    return Line(1, f"对每一个{name(entity)}。")


def _time_limit(node: TimeLimit | None, level: int) -> Iterator[Line]:
    if node is None:
        return
    if node.word is not None:
        limit = entry(node.word) if isinstance(node.word, Name) else f"原文{quoted(node.word.value)}"
    else:
        assert node.start is not None, "a time limit without a word has a start"
        if node.within is None:
            limit = f"{amount(node.start)}的当天"
        else:
            within = name(node.within) if isinstance(node.within, Name) else number(node.within)
            reading = f"，按解读{name(node.reading)}计算" if node.reading else ""
            limit = f"从{amount(node.start)}起{within}以内{reading}"
    yield Line(level, f"时限：{limit}{based_on(node.cites)}。")


def _conclusion(node: Measure | Step | Duty, level: int) -> Iterator[Line]:
    if node.after:
        yield Line(level, f"排在{names(node.after)}之后。")
    if node.done is not None:
        yield from condition_lines("办结的标志：", node.done, level)
