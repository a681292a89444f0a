"""Sentences about differences, in the words that all pages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from relapse_rules.analysis.difference.model import (
    Comparison,
    Cube,
    Difference,
    Direction,
    Literal,
    Verdict,
    Written,
)
from relapse_rules.analysis.proving.goals import Method
from relapse_rules.analysis.proving.values import FIRST_DAY, LAST_DAY
from relapse_rules.decisions.words import Names
from relapse_rules.values.truth import Truth

TRUTHS: Final = {True: "是", False: "否", None: "未知"}
EQUAL: Final = "两份规则对任何一户都给出同样的结论"
METHODS: Final = {
    Method.STRUCTURE: "写法化简后相同",
    Method.EXHAUSTION: "逐一试过全部情形",
    Method.SOLVER: "由 z3 证明",
}
_SIDES: Final = {"旧": "旧规则的", "新": "新规则的"}


def turn(before: Truth, after: Truth) -> str:
    """Return ``由 否 变为 是``."""
    return f"由 {TRUTHS[before]} 变为 {TRUTHS[after]}"


def literal(told: Literal) -> str:
    """Return one condition, and whether it holds."""
    side = _SIDES.get(told.version, "")
    if told.is_name:
        return f"{side}{told.text} 为 {TRUTHS[told.holds]}"
    return f"{side}{told.text}" if told.holds else f"并非（{side}{told.text}）"


def cube(told: Cube) -> str:
    """Return conditions that together are enough. What is one thing in both versions is told once: ``“因灾” 由 否 变为 是``."""
    return "；".join(_parts(told))


def _parts(told: Cube) -> Iterator[str]:
    left = list(told)
    while left:
        first = left.pop(0)
        twin = next(
            (
                each
                for each in left
                if each.text == first.text and {each.version, first.version} == {"旧", "新"}
            ),
            None,
        )
        if twin is None:
            yield literal(first)
            continue
        left.remove(twin)
        before, after = (first, twin) if first.version == "旧" else (twin, first)
        text = first.text if first.is_name else f"“{first.text}”"
        if before.holds is after.holds:
            yield f"新旧规则的{text} 都为 {TRUTHS[before.holds]}"
        else:
            yield f"{text} {turn(before.holds, after.holds)}"


def when(told: Direction) -> tuple[str, ...]:
    """Return when an outcome differs in one way, a line for each of the ways in which that comes about."""
    among = f"有一条{told.among}：" if told.among else ""
    rest = f"（没有别的{told.among}使结论不变）" if told.among else ""
    lines = [f"{among}{cube(each)}{rest}" for each in told.cubes]
    if not told.complete and lines:
        lines.append("还有别的情形，没有逐一列出")
    return tuple(lines)


def never(comparison: Comparison, who: str) -> str:
    """Return which way is proved not to occur: that the new version only adds, or only takes away; empty where neither is. ``who``: what it is about."""
    if comparison.verdict is not Verdict.DIFFERENT:
        return ""
    match comparison.never:
        case ():
            return ""
        case ((before, after),):
            return f"没有{who}{turn(before, after)}"
        case _:
            return f"没有{who}由 否 变为 是，也没有由 是 变为 否的：只在事实没有填全时不同"


def written(place: Written) -> str:
    """Return where something is written: ``1-scope.policy:66``."""
    return f"{place.span.file.rpartition('/')[2]}:{place.line}" if place.line else place.name


def how(comparisons: Iterable[Comparison], names: Names, elements: int) -> tuple[str, ...]:
    """Return how it was proved that outcomes are the same: how many by which method, and up to how many elements of lists."""
    lines: list[str] = []
    found = list(comparisons)
    for method, words in METHODS.items():
        own = [each for each in found if each.method is method]
        bounded = dict.fromkeys(name for each in own for name in each.bounded)
        lists = "、".join(names.entity(name) for name in bounded)
        bound = f"（{lists}各不超过 {elements} 条）" if lists else ""
        if own:
            lines.append(f"{len(own)} 项{words}{bound}")
    return tuple(lines)


def days(difference: Difference) -> str:
    """Return the days that are compared."""
    if difference.days is None:
        return "两份规则没有同时有效的日子，按同一天比较规则本身"
    first, last = (date.fromordinal(day) for day in difference.days)
    whole = difference.days == (FIRST_DAY, LAST_DAY)
    why = "两份规则都没有限定有效期" if whole else "两份规则同时有效的日子"
    return f"{first.isoformat()} 至 {last.isoformat()}（{why}）"


def conclusion(difference: Difference) -> str:
    """Return the whole in one sentence."""
    if difference.is_equal:
        return EQUAL
    if difference.same_outcomes:
        return f"{EQUAL}；列出的内容或参数、词汇有改动"
    counts = (
        (len(difference.with_verdict(Verdict.DIFFERENT)), "项结论不同"),
        (sum(each.old is None for each in difference.declarations), "项新增"),
        (sum(each.new is None for each in difference.declarations), "项删去"),
        (sum(each.is_renamed for each in difference.declarations), "项改名"),
        (len(difference.with_verdict(Verdict.UNDECIDED)), "项没有比较出来"),
        (len(difference.with_verdict(Verdict.INCOMPARABLE)), "项不能比较"),
    )
    return "，".join(f"{count} {words}" for count, words in counts if count)
