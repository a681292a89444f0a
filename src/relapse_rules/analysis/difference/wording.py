"""Nodes of the joint program in the words of the version that they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from relapse_rules.analysis.difference.joining import Place
from relapse_rules.analysis.difference.version import Version
from relapse_rules.check.typed import TestKind
from relapse_rules.decisions.words import Words
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.values.truth import Comparison

_DEEPEST: Final = 3
_COMPARISONS: Final = {
    Comparison.LESS: "低于",
    Comparison.AT_MOST: "不超过",
    Comparison.MORE: "超过",
    Comparison.AT_LEAST: "不低于",
    Comparison.EQUAL: "等于",
    Comparison.UNEQUAL: "不等于",
}
_TESTS: Final = {
    TestKind.TRUE: "为 是",
    TestKind.IS: "属于",
    TestKind.CONTAINS_ANY: "含任一",
    TestKind.CONTAINS_ALL: "含全部",
    TestKind.EMPTY: "为空",
    TestKind.HAPPENED: "已经发生",
}


class Wording:
    """The words of one version. ``places``: where each of its nodes is in the joint program."""

    def __init__(self, version: Version, places: Iterable[Place]) -> None:
        self.version = version
        self._words = Words(version.vocabulary)
        self._places = tuple(places)
        self._own: dict[int, list[int]] = {}
        for position, place in enumerate(self._places):
            if place is not None:
                self._own.setdefault(place, []).append(position)
        self._names: dict[int, str] = {}
        for position, name in version.names.items():
            place = self._places[position]
            if place is not None:
                self._names.setdefault(place, name)

    def __contains__(self, place: int) -> bool:
        """Whether the version has this node."""
        return place in self._own

    @property
    def names(self) -> Mapping[int, str]:
        """The names of the 定义, 裁量, 指标 and 例外, by node of the joint program."""
        return self._names

    def entity(self, domain: str) -> str:
        """Return the Chinese name of an entity."""
        return self._words.entity(domain)

    def own(self, place: int) -> tuple[int, ...]:
        """Return the version's nodes that are this node of the joint program."""
        return tuple(self._own.get(place, ()))

    def statement(self, place: int, *, named: bool = True) -> tuple[str, bool]:
        """Return a condition in words, and whether these say that it holds: where only 没有 or 不为 is written, they say that it does not."""
        text = self.text(place, named=named)
        if named and place in self._names:
            return text, True
        denied = (self.version.details.words(position) for position in self._negations.get(place, ()))
        return text, text not in denied

    def is_name(self, place: int, *, named: bool = True) -> bool:
        """Whether a condition is told by a name: of a declaration, or of a field that is yes or no."""
        if named and place in self._names:
            return True
        node = self.version.program.nodes[self._own[place][0]]
        is_field = isinstance(node, nodes.Test) and node.kind == TestKind.TRUE
        return is_field and " " not in self.text(place, named=named)

    @cached_property
    def _negations(self) -> Mapping[int, tuple[int, ...]]:
        """The version's negations of each node of the joint program."""
        found: dict[int, tuple[int, ...]] = {}
        for position, node in enumerate(self.version.program.nodes):
            if isinstance(node, nodes.Not) and (place := self._places[node.operand]) is not None:
                found[place] = (*found.get(place, ()), position)
        return found

    def text(self, place: int, *, named: bool = True) -> str:
        """Return a node in words: its name, or as it is written, or composed where it is written over several lines."""
        if named and place in self._names:
            return f"“{self._names[place]}”"
        position = self._own[place][0]
        return self._text(position, _DEEPEST)

    def own_text(self, position: int) -> str:
        """Return one of the version's own nodes in words."""
        name = self.version.names.get(position)
        return self._text(position, _DEEPEST) if name is None else f"“{name}”"

    def _text(self, position: int, levels: int) -> str:
        name = self.version.names.get(position)
        if name is not None and levels < _DEEPEST:
            return f"“{name}”"
        words = next(
            (
                told
                for each in (position, *self._alike(position))
                if (told := self.version.details.words(each))
            ),
            "",
        )
        return words or self._composed(position, levels)

    def _alike(self, position: int) -> tuple[int, ...]:
        place = self._places[position]
        return () if place is None else self.own(place)

    def _composed(self, position: int, levels: int) -> str:
        node = self.version.program.nodes[position]
        if not levels:
            return "……"
        parts = [self._text(each, levels - 1) for each in operands(node)]
        match node:
            case nodes.And():
                return f"以下全部（{'；'.join(parts)}）"
            case nodes.Or():
                return f"以下任一（{'；'.join(parts)}）"
            case nodes.AtLeast(count=count):
                return f"以下至少 {count} 项（{'；'.join(parts)}）"
            case nodes.Not():
                return f"非 {parts[0]}"
            case nodes.Exists(relation=relation):
                return f"存在 {self._words.entity(relation.child)} 满足 {parts[0]}"
            case nodes.Every(relation=relation):
                return f"每个 {self._words.entity(relation.child)} 满足 {parts[0]}"
            case nodes.Compare(operator=operator):
                return f"{parts[0]} {_COMPARISONS[operator]} {parts[1]}"
            case nodes.CompareRatio(operator=operator):
                return f"{parts[0]}/{parts[1]} {_COMPARISONS[operator]} {parts[2]}/{parts[3]}"
            case nodes.CompareCount(operator=operator, relation=relation):
                return f"{self._words.entity(relation.child)} 满足 {parts[0]} 的个数 {_COMPARISONS[operator]} {parts[1]}"
            case _:
                return "；".join(parts) if parts else self._leaf(node)

    def _leaf(self, node: nodes.AnyNode) -> str:
        match node:
            case nodes.Test(fact=fact, kind=kind, values=values, parameter=parameter):
                asked = "、".join(values) if parameter is None else f"参数“{parameter}”"
                return f"{self._words.fact(fact)} {_TESTS[TestKind(kind)]} {asked}".rstrip()
            case nodes.FieldNumber(fact=fact):
                return self._words.fact(fact)
            case nodes.Reading(reading=reading, option=option):
                return f"解读“{reading}”取“{option}”"
            case nodes.Constant(value=value):
                return "总是成立" if value else "总不成立"
            case nodes.Parameter(name=name):
                return f"参数“{name}”"
            case nodes.Number(value=value):
                return str(value)
            case _:
                return "……"
