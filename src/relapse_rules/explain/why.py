"""Why a condition has its outcome: the operands that force it, theirs, and so on down to facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from relapse_rules.check.typed import TestKind
from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.stated import stated_text
from relapse_rules.decisions.trace import Step, Trace
from relapse_rules.facts.case import Case, Value
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program, in_force
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import Comparison, Truth
from relapse_rules.values.types import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One step of a proof.

    ``text``: the declaration's name, the fact with what is stated of it, or how the parts are joined. ``element``: whom it is about.
    ``outcome`` is None for a number. ``parts`` force the outcome; they are left out where the same step was shown before (``repeated``),
    and so deep down (`MOST_LEVELS`) that nobody would read on (``cut``).
    """

    text: str
    element: str
    outcome: Outcome | None
    cites: tuple[str, ...] = ()
    parts: tuple[Proof, ...] = ()
    repeated: bool = False
    cut: bool = False


MOST_LEVELS: Final = 60
"""A proof of a longer chain of definitions ends with a step that can be explained by itself."""

_OUTCOMES: Final[Mapping[Truth, Outcome]] = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}
_WORDS: Final = {Outcome.YES: "是", Outcome.NO: "否", Outcome.UNKNOWN: "未知"}
_COMPARISONS: Final = {
    Comparison.LESS: "低于",
    Comparison.AT_MOST: "不高于",
    Comparison.MORE: "高于",
    Comparison.AT_LEAST: "不低于",
    Comparison.EQUAL: "等于",
    Comparison.UNEQUAL: "不等于",
}
_TESTS: Final = {
    TestKind.TRUE: "",
    TestKind.IS: " 为 ",
    TestKind.CONTAINS_ANY: " 含任一 ",
    TestKind.CONTAINS_ALL: " 含全部 ",
    TestKind.EMPTY: " 为空",
    TestKind.HAPPENED: " 已发生",
}


def explain(
    program: Program, rails: Rails, case: Case, node: int, lane: int, names: Mapping[str, str] | None = None
) -> Proof:
    """Return why ``node`` is what it is for the element in ``lane``. ``names``: Chinese names of facts (``entity.field``)."""
    return _Explainer(program, rails, case, names or {}).proof((node, lane))


def rendered(proof: Proof, indent: str = "") -> str:
    """Return a proof as an indented outline, one step a line."""
    mark = "" if proof.outcome is None else f"{_WORDS[proof.outcome]}  "
    cites = f"  依据 {'、'.join(proof.cites)}" if proof.cites else ""
    rest = "  (见上)" if proof.repeated else "  (下略)" if proof.cut else ""
    line = f"{indent}{mark}{proof.text}  [{proof.element}]{cites}{rest}"
    return "\n".join((line, *(rendered(part, indent + "  ") for part in proof.parts)))


class _Explainer:
    """Builds one proof; each step is taken apart once."""

    def __init__(self, program: Program, rails: Rails, case: Case, names: Mapping[str, str]) -> None:
        self._program = program
        self._rails = rails
        self._case = case
        self._names = names
        self._trace = Trace(program, rails, case)
        self._declared = {node: name for name, node in program.named.items()}
        self._declared.update({listing.node: listing.id for listing in reversed(program.listings)})
        self._cites = {listing.id: listing.cites for listing in program.listings}
        self._cites.update({entry.id: entry.cites for entry in (*program.conclusions, *program.judgements)})
        self._shown: set[Step] = set()

    def proof(self, step: Step, level: int = 0) -> Proof:
        node_number, lane = step
        node = self._program.nodes[node_number]
        name = self._declared.get(node_number)
        below = self._trace.forcing(node_number, lane)
        if name is None and isinstance(node, nodes.Lift | nodes.LiftNumber) and below:
            return self.proof(below[0], level)
        number = is_number(node)
        repeated = step in self._shown and bool(below)
        cut = level == MOST_LEVELS and bool(below) and not repeated
        self._shown.add(step)
        return Proof(
            text=self._text(node, lane) if name is None else name,
            element=self._element(node.domain, lane),
            outcome=None if number else _OUTCOMES[self._rails.truth(node_number, lane)],
            cites=() if name is None else self._cites.get(name, ()),
            # A literal is told by the comparison that it stands in, which knows its type.
            parts=()
            if repeated or cut
            else tuple(self.proof(part, level + 1) for part in below if not self._literal(part)),
            repeated=repeated,
            cut=cut,
        )

    def _literal(self, step: Step) -> bool:
        return isinstance(self._program.nodes[step[0]], nodes.Number | nodes.Constant)

    def _element(self, domain: str, lane: int) -> str:
        ids = self._case.tables[domain].ids
        return ids[lane] if lane < len(ids) else domain

    def _text(self, node: nodes.AnyNode, lane: int) -> str:
        match node:
            case nodes.Test():
                asked = "、".join(node.values) if node.parameter is None else node.parameter
                return f"{self._name(node.fact)}{_TESTS[TestKind(node.kind)]}{asked}({self._stated(node.fact, node.domain, lane)})"
            case nodes.FieldNumber(fact=fact) | nodes.Merge(fact=fact) | nodes.MergeNumber(fact=fact):
                return f"{self._name(fact)}({self._stated(fact, node.domain, lane)})"
            case nodes.Parameter(name=name):
                return f"参数 {name}({self._setting(name)})"
            case nodes.Reading(reading=reading, option=option):
                return f"解读 {reading} 取 {option}"
            case nodes.Compare(operator=operator) | nodes.CompareRatio(operator=operator):
                return f"前者{_COMPARISONS[operator]}后者"
            case nodes.CompareCount(operator=operator, relation=relation):
                return f"{relation.child} 的个数{_COMPARISONS[operator]}限数"
            case nodes.Exists(relation=relation):
                return f"存在 {relation.child}"
            case nodes.Every(relation=relation):
                return f"每个 {relation.child}"
            case nodes.AtLeast(count=count):
                return f"以下至少 {count} 项"
            case _:
                return _JOINED[type(node)]

    def _name(self, fact: str) -> str:
        return self._names.get(fact, fact)

    def _stated(self, fact: str, domain: str, lane: int) -> str:
        value = self._case.tables[domain].rows[lane].get(fact)
        return "没有填报" if value is None else f"填报的是{self._shown_value(fact, value)}"

    def _shown_value(self, fact: str, value: Value) -> str:
        kind = self._program.facts[fact].type
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, frozenset) and not value:
            return "空"
        # 未发生 has no unit, and a moment none either.
        unit = kind.unit if kind.kind not in (Kind.DATE, Kind.TIME, Kind.YEAR_MONTH) else ""
        return stated_text(kind, value) + unit

    def _setting(self, name: str) -> str:
        entry = next(entry for entry in self._program.parameters if entry.name == name)
        setting = in_force(entry, day_of(self._case.as_of))
        return "待定" if setting is None or setting.value is None else setting.text or "已定"


_JOINED: Final[Mapping[type[nodes.AnyNode], str]] = {
    nodes.Constant: "恒定",
    nodes.And: "以下全部",
    nodes.Or: "以下任一",
    nodes.Not: "非",
    nodes.Lift: "所指的一条没有填报",
    nodes.LiftNumber: "所指的一条没有填报",
    nodes.Number: "数值",
    nodes.Calculate: "计算",
    nodes.Age: "年龄",
    nodes.DateOf: "日期",
    nodes.Apart: "相隔",
    nodes.Aggregate: "合计、最大或最小",
    nodes.Count: "个数",
}
