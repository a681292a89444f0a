"""Proofs as trees of steps: each condition in the policy's words, its outcome, and what forces it.

What adds nothing to read is left out: a look through a relation, a double negation, an Or with one deciding part, constants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, assert_never

from relapse_rules.check.typed import TestKind
from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.trace import Step
from relapse_rules.explain.grounds import Chooser, Grounds
from relapse_rules.explain.model import Premise, StepKind
from relapse_rules.explain.model import Step as Shown
from relapse_rules.explain.naming import Naming, value_text
from relapse_rules.explain.premises import FactAt, Key, ListOf, ParameterOf, ReadingOf
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.truth import Comparison, Truth
from relapse_rules.values.types import Type

MOST_LEVELS: Final = 60
"""A longer chain of definitions ends with a step that can be explained by itself."""

CUT: Final = "（以下从略，可单独说明这一项）"

OUTCOMES: Final[Mapping[Truth, Outcome]] = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}
LISTED_KINDS: Final = {
    "measure": StepKind.MEASURE,
    "step": StepKind.STEP,
    "duty": StepKind.DUTY,
    "exception": StepKind.EXCEPTION,
}

_COMPARISONS: Final = {
    Comparison.LESS: "低于",
    Comparison.AT_MOST: "不高于",
    Comparison.MORE: "高于",
    Comparison.AT_LEAST: "不低于",
    Comparison.EQUAL: "等于",
    Comparison.UNEQUAL: "不等于",
}
_TESTS: Final = {
    TestKind.TRUE: " 为 是",
    TestKind.IS: " 为 ",
    TestKind.CONTAINS_ANY: " 含任一 ",
    TestKind.CONTAINS_ALL: " 含全部 ",
    TestKind.EMPTY: " 为空",
    TestKind.HAPPENED: " 已发生",
}
_GATES: Final = (nodes.And, nodes.Or, nodes.AtLeast)


class Names:
    """Which nodes have names, of which kind, with which statements. The same for every case of a program."""

    def __init__(self, program: Program) -> None:
        self.kinds: dict[str, StepKind] = {}
        self.cites: dict[str, tuple[str, ...]] = {}
        for entry in program.conclusions:
            self.kinds[entry.id], self.cites[entry.id] = StepKind.DEFINITION, entry.cites
        for entry in program.judgements:
            self.kinds[entry.id], self.cites[entry.id] = StepKind.JUDGEMENT, entry.cites
        for listing in program.listings:
            self.kinds[listing.id], self.cites[listing.id] = LISTED_KINDS[listing.kind], listing.cites
        self.declared: dict[int, str] = {}
        for name, node in program.named.items():
            # Of several declarations with the same condition the first stands for it.
            self.declared.setdefault(node, name)
        self.lists = FactNames(program).list_names


class ProofWriter:
    """Writes the steps of one explanation, numbered as they are met; nothing is told twice."""

    def __init__(self, program: Program, names: Names, naming: Naming) -> None:
        self._program = program
        self._names = names
        self._naming = naming
        self._count = 0
        self._seen: dict[tuple[Step, str], int] = {}
        self._told: dict[Key, int] = {}

    def write(self, chooser: Chooser, rails: Rails, step: Step, premises: int, name: str) -> Shown:
        """Return ``step``, called ``name``, with what forces it by ``premises`` (bits), or what leaves it open."""
        self._chooser = chooser
        self._rails = rails
        return self._write(step, premises, name, 0)

    def _write(self, step: Step, premises: int, name: str | None, level: int) -> Shown:
        position, _ = step
        name = self._names.declared.get(position) if name is None else name
        self._count += 1
        number = self._count
        seen = self._seen.setdefault((step, name or ""), number)
        if seen != number:
            return self._shown(number, step, name, self._text(position, name), same_as=seen)
        grounds, body = self._body(step, premises)
        cut = level >= MOST_LEVELS and bool(grounds.steps)
        told = tuple(self._premise(key, number) for key in grounds.keys)
        text = self._text(body, name)
        return self._shown(
            number,
            step,
            name,
            f"{text}{CUT}" if cut else text,
            premises=told,
            parts=()
            if cut
            else tuple(self._write(part, premises, None, level + 1) for part in grounds.steps),
        )

    def _shown(
        self,
        number: int,
        step: Step,
        name: str | None,
        text: str,
        *,
        premises: tuple[Premise, ...] = (),
        parts: tuple[Shown, ...] = (),
        same_as: int | None = None,
    ) -> Shown:
        position, lane = step
        node = self._program.nodes[position]
        counts = is_number(node)
        kind = StepKind.INDICATOR if counts else StepKind.CONDITION
        return Shown(
            number=number,
            kind=kind if name is None else self._names.kinds.get(name, kind),
            id=name or "",
            text=text,
            target=self._naming.target(node.domain, node.domain, lane),
            outcome=None if counts else OUTCOMES[self._rails.truth(position, lane)],
            value=self._number(name, step) if counts and same_as is None else None,
            cites=()
            if name is None or same_as is not None
            else self._naming.cites(self._names.cites.get(name, ())),
            premises=premises,
            parts=parts,
            same_as=same_as,
        )

    def _number(self, name: str | None, step: Step) -> str | None:
        """Return a known number as text; None when it is unknown."""
        number = self._rails.number(*step)
        if number is None:
            return None
        node = self._program.nodes[step[0]]
        kind: Type | None = None
        if isinstance(node, nodes.MergeNumber | nodes.FieldNumber):
            if self._naming.hides(node.fact):
                return None
            kind = self._program.facts[node.fact].type
        elif name is not None:
            kind = self._naming.details.numbers.get(name)
        return str(number) if kind is None else value_text(kind, number)

    # --- what is below ----------------------------------------------------------------------------

    def _body(self, step: Step, premises: int) -> tuple[Grounds, int]:
        """Return what a step shows below it, and the node that says it in words."""
        position, _ = step
        grounds = self._resolved(step, premises)
        while len(grounds.steps) == 1 and not grounds.keys and self._is_inner(position, grounds.steps[0]):
            # A derived field shows its rule, what is seen through a relation itself; the negation of a test is told in its own words.
            negated = isinstance(self._program.nodes[position], nodes.Not)
            inner = grounds.steps[0]
            position = position if negated and self._naming.details.words(position) else inner[0]
            grounds = self._resolved(inner, premises)
            if negated:
                break
        return grounds, position

    def _is_inner(self, position: int, part: Step) -> bool:
        if part[0] in self._names.declared:
            return False
        match self._program.nodes[position]:
            case nodes.Merge() | nodes.MergeNumber() | nodes.Lift() | nodes.LiftNumber():
                return True
            case nodes.Not():
                words = self._naming.details.words(position)
                return bool(words) and not isinstance(self._program.nodes[part[0]], _GATES)
            case _:
                return False

    def _resolved(self, above: Step, premises: int) -> Grounds:
        """Return what is below a step without the steps that nobody needs to read: their own grounds stand in their place."""
        grounds = self._chooser.below(above, premises)
        gate = self._program.nodes[above[0]]
        keys: dict[Key, None] = dict.fromkeys(grounds.keys)
        steps: dict[Step, None] = {}
        waiting = list(reversed(grounds.steps))
        while waiting:
            step = waiting.pop()
            below = self._chooser.below(step, premises)
            if self._is_read_through(step, below, gate):
                keys.update(dict.fromkeys(below.keys))
                waiting.extend(reversed(below.steps))
            else:
                steps[step] = None
        return Grounds(tuple(keys), tuple(steps))

    def _is_read_through(self, step: Step, below: Grounds, above: nodes.AnyNode) -> bool:
        position, _ = step
        node = self._program.nodes[position]
        if position in self._names.declared:
            return False
        match node:
            case nodes.Lift() | nodes.LiftNumber() | nodes.Constant() | nodes.Number():
                return True
            case nodes.Not(operand=operand):
                # An exception that does not apply is told as such.
                name = self._names.declared.get(operand)
                return name is not None and self._names.kinds.get(name) is StepKind.EXCEPTION
            case nodes.And() | nodes.Or() | nodes.AtLeast():
                if self._naming.details.words(position):
                    return False
                same = type(node) is type(above) and not isinstance(node, nodes.AtLeast)
                return same or (len(below.steps) == 1 and not below.keys)
            case _:
                return is_number(node)

    # --- words ------------------------------------------------------------------------------------

    def _premise(self, key: Key, number: int) -> Premise:
        seen = self._told.setdefault(key, number)
        return seen_before(self.premise(key), seen) if seen != number else self.premise(key)

    def premise(self, key: Key) -> Premise:
        """Return what is stated of ``key``."""
        match key:
            case FactAt(domain=domain, lane=lane, fact=fact):
                return self._naming.fact(fact, domain, lane)
            case ListOf(domain=domain):
                return self._naming.list(self._names.lists[domain], domain)
            case ParameterOf(name=name):
                return self._naming.parameter(name)
            case ReadingOf(name=name):
                return self._naming.reading(name)
            case _:
                assert_never(key)

    def _text(self, position: int, name: str | None) -> str:
        """Return a condition in the policy's words, or how its parts are joined."""
        node = self._program.nodes[position]
        words = self._naming.details.words(position)
        if isinstance(node, _GATES) and name is not None:
            return _joined(node)
        return self._described(node) if not words or isinstance(node, nodes.Reading) else words

    def _described(self, node: nodes.AnyNode) -> str:
        entity = self._naming.words.entity
        match node:
            case nodes.Test():
                asked = "、".join(node.values) if node.parameter is None else f"参数“{node.parameter}”"
                return f"{self._naming.words.fact(node.fact)}{_TESTS[TestKind(node.kind)]}{asked}"
            case nodes.FieldNumber(fact=fact) | nodes.Merge(fact=fact) | nodes.MergeNumber(fact=fact):
                return self._naming.words.fact(fact)
            case nodes.Parameter(name=name):
                return f"参数“{name}”"
            case nodes.Reading(reading=reading, option=option):
                return f"解读“{reading}”取“{option}”"
            case nodes.Compare(operator=operator) | nodes.CompareRatio(operator=operator):
                return f"前者{_COMPARISONS[operator]}后者"
            case nodes.CompareCount(operator=operator, relation=relation):
                return f"{entity(relation.child)}的个数{_COMPARISONS[operator]}限数"
            case nodes.Exists(relation=relation):
                return f"存在 {entity(relation.child)} 满足以下"
            case nodes.Every(relation=relation):
                return f"每个 {entity(relation.child)} 满足以下"
            case nodes.And() | nodes.Or() | nodes.AtLeast():
                return _joined(node)
            case nodes.Not():
                return "以下不成立"
            case _:
                return _PLAIN[type(node)]


def _joined(gate: nodes.And | nodes.Or | nodes.AtLeast) -> str:
    match gate:
        case nodes.And():
            return "以下全部"
        case nodes.Or():
            return "以下任一"
        case nodes.AtLeast(count=count):
            return f"以下至少 {count} 项"
        case _:
            assert_never(gate)


def seen_before(premise: Premise, number: int) -> Premise:
    """Return a premise that step ``number`` tells already: only its name is left."""
    return Premise(
        kind=premise.kind,
        fact=premise.fact,
        name=premise.name,
        target=premise.target,
        value=None,
        seen_in=number,
    )


_PLAIN: Final[Mapping[type[nodes.AnyNode], str]] = {
    nodes.Constant: "恒定",
    nodes.Lift: "所指的一条",
    nodes.LiftNumber: "所指的一条",
    nodes.Number: "数值",
    nodes.Calculate: "计算",
    nodes.Age: "年龄",
    nodes.DateOf: "日期",
    nodes.Apart: "相隔",
    nodes.Aggregate: "合计、最大或最小",
    nodes.Count: "个数",
}
