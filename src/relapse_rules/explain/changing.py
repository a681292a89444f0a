"""What a fact would have to be, as an officer reads it: “为 是”, “不高于 3000元/人·年”, “为 一级、二级 之一”, “含 住房”."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from relapse_rules.explain.changeable import OTHER, Class, Run, Variable, bounds
from relapse_rules.explain.naming import EMPTY, value_text
from relapse_rules.explain.worlds import Supposed
from relapse_rules.values.literals import text_of
from relapse_rules.values.types import NEVER, Kind, Type
from relapse_rules.values.vocabulary import FieldSpec

LISTED_IN_FULL: Final = "已列全，没有其他"
# What is told where more would give away what is stated.
OTHERWISE: Final = "改为其他内容"
AS_WORKED_OUT: Final = "与按规则算出的一致"

_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})
_NEVER_TEXT: Final = "未发生"
_MOST_NAMES: Final = 6
"""More names than that are told by those that will not do, where these are fewer."""


def wanted_text(variable: Variable, enough: Sequence[Class], chosen: Class) -> str:
    """Return what a place would have to be. ``enough``: all classes that will do; ``chosen``: the nearest of them."""
    spec = variable.spec
    if spec is None:
        return LISTED_IN_FULL
    if spec.type.kind is Kind.CONDITION:
        return f"为 {value_text(spec.type, bool(chosen.value))}"
    if spec.type.kind is Kind.SET:
        return _set_text(variable, enough, chosen)
    if chosen.run is None and chosen.names:
        return _names_text(variable, enough)
    if isinstance(chosen.value, int):
        return _number_text(spec, enough, chosen)
    return f"为 {chosen.value}"


def value_wanted(spec: FieldSpec, value: int) -> str:
    """Return that a number would have to be this very one."""
    return f"为 {text_of(value, spec.type)}"


def told_value(variable: Variable, enough: Iterable[Class], chosen: Class) -> Supposed:
    """Return the value of ``chosen`` or around it that is told: of a number the nearest to what is stated.

    Where nothing is stated, it is the bound that the numbers that will do do not share with the vocabulary.
    """
    spec, stated, value = variable.spec, variable.stated, chosen.value
    if spec is None or chosen.run is None or value == NEVER or not isinstance(value, int):
        return value
    run = _run_around(enough, chosen.run)
    if isinstance(stated, int) and stated != NEVER:
        return min(max(stated, run[0]), run[1])
    low, high = bounds(spec)
    if run[0] <= low and run[1] < high:
        return run[1]
    return run[0] if run[0] > low and run[1] >= high else value


def _run_around(enough: Iterable[Class], chosen: Run) -> Run:
    """Return the longest run of numbers around ``chosen`` that is made of classes that will do."""
    low, high = chosen
    runs = sorted(each.run for each in enough if each.run is not None and each.run[0] != NEVER)
    for first, last in runs:
        if first == high + 1:
            high = last
    for first, last in reversed(runs):
        if last == low - 1:
            low = first
    return low, high


def _number_text(spec: FieldSpec, enough: Sequence[Class], chosen: Class) -> str:
    assert isinstance(chosen.value, int)
    if chosen.value == NEVER:
        return f"为 {_NEVER_TEXT}"
    assert chosen.run is not None
    never = any(each.value == NEVER for each in enough)
    low, high = _run_around(enough, chosen.run)
    told = _run_text(spec.type, (low, high), bounds(spec))
    # 未发生 is later than every moment.
    return f"{told}，或 {_NEVER_TEXT}" if never and high >= bounds(spec)[1] else told


def _run_text(kind: Type, run: Run, widest: Run) -> str:
    least, most = ("不早于", "不晚于") if kind.kind in _MOMENTS else ("不低于", "不高于")
    low, high = (text_of(edge, kind) for edge in run)
    if run[0] == run[1]:
        return f"为 {low}"
    open_below, open_above = run[0] <= widest[0], run[1] >= widest[1]
    if open_below and open_above:
        return "填明（任何值都可以）"
    if open_below:
        return f"{most} {high}"
    return f"{least} {low}" if open_above else f"{least} {low}、{most} {high}"


def _names_text(variable: Variable, enough: Sequence[Class]) -> str:
    will = [name for each in enough for name in each.names]
    will_not = [
        name for each in variable.classes if each not in enough for name in each.names if name != OTHER
    ]
    order = {
        value.name: place
        for place, value in enumerate(() if variable.spec is None else variable.spec.type.values)
    }
    will.sort(key=lambda name: order.get(name, len(order)))
    will_not.sort(key=lambda name: order.get(name, len(order)))
    if OTHER in will or (len(will) > _MOST_NAMES and 0 < len(will_not) < len(will)):
        return f"不为 {'、'.join(will_not)}" if will_not else "填明（任何值都可以）"
    return f"为 {will[0]}" if len(will) == 1 else f"为 {'、'.join(will)} 之一"


def _set_text(variable: Variable, enough: Sequence[Class], chosen: Class) -> str:
    """Return what a set would have to hold, told by the smallest difference to what is stated."""
    assert isinstance(chosen.value, frozenset)
    before = variable.stated if isinstance(variable.stated, frozenset) else frozenset[str]()
    value = chosen.value
    one_more = [
        min(each - before)
        for option in enough
        for each in option.sets
        if each > before and len(each - before) == 1
    ]
    if len(one_more) > 1 and len(value ^ before) == 1 and value > before:
        return f"含 {'、'.join(dict.fromkeys(one_more))} 之一"
    if not value:
        return f"为 {EMPTY}"
    if value - before == frozenset({OTHER}):
        will_not = [
            name
            for each in variable.classes
            if each not in enough
            for names in each.sets
            if len(names) == 1
            for name in names
        ]
        told = f"含 {'、'.join(sorted(before))} 以外的" if before else f"不为 {EMPTY}"
        return f"{told}，不含 {'、'.join(will_not)}" if will_not and not before else told
    more, less = sorted(value - before - {OTHER}), sorted(before - value)
    parts = [f"含 {'、'.join(more)}" if more else "", f"不含 {'、'.join(less)}" if less else ""]
    return "，".join(part for part in parts if part) or f"为 {value_text(Type(kind=Kind.SET), value)}"
