"""What each kind of node means over many worlds at once.

A *world* is one bit; ``full`` has a bit for every world. The rail of a condition is one integer, the worlds of lane 0, then those of
lane 1, and so on, so that a gate is the same two operations as for a single household. Numbers: see `world_columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import assert_never

from relapse_rules.engines.lanes import runtime
from relapse_rules.explain.world_columns import (
    Column,
    Rail,
    Ties,
    bounds,
    folded,
    lifted,
    mapped,
    together,
)
from relapse_rules.ir import nodes
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison, Truth, compare, compare_between
from relapse_rules.values.types import NEVER

Leaf = nodes.Constant | nodes.Test | nodes.Reading | nodes.Number | nodes.FieldNumber | nodes.Parameter


class Pool:
    """The rails and columns of all nodes so far; what no world changes is spread from the base when it is first asked for.

    ``first`` and ``second``: the rails of the base. ``sizes``: lanes of each domain. ``today``: the ordinal of 判定时点.
    """

    def __init__(
        self,
        first: Sequence[object],
        second: Sequence[int],
        *,
        full: int,
        sizes: Mapping[str, int],
        ties: Callable[[Relation], Ties],
        today: int,
    ) -> None:
        self.full = full
        self.width = full.bit_length()
        self.rails: dict[int, Rail] = {}
        self.columns: dict[int, Sequence[Column]] = {}
        self.clashes: dict[int, int] = {}
        """By Merge and MergeNumber, the worlds of each lane in which rule and supplied fact contradict each other."""
        self._first = first
        self._second = second
        self._sizes = sizes
        self._ties = ties
        self._today = today
        self._spread = {0: 0, 1: full}

    def rail(self, node: int) -> Rail:
        """Return the rails of a condition."""
        found = self.rails.get(node)
        if found is None:
            yes = self._first[node]
            assert isinstance(yes, int)
            found = self.rails[node] = (self.spread(yes), self.spread(self._second[node]))
        return found

    def column(self, node: int) -> Sequence[Column]:
        """Return a number, lane by lane."""
        found = self.columns.get(node)
        if found is None:
            value = self._first[node]
            if value is None or isinstance(value, int):
                found = ({value: self.full},)
            else:
                assert isinstance(value, Sequence)
                found = tuple({each: self.full} for each in value)
            self.columns[node] = found
        return found

    def spread(self, lanes: int) -> int:
        """Return the rail that has ``lanes`` (bits) in every world."""
        found = self._spread.get(lanes)
        if found is None:
            found = 0
            for lane in range(lanes.bit_length()):
                if lanes >> lane & 1:
                    found |= self.full << lane * self.width
            self._spread[lanes] = found
        return found

    def evaluate(self, position: int, node: nodes.AnyNode) -> None:
        """Work out an inner node, whose operands are there."""
        match node:
            case nodes.And(operands=used):
                self.rails[position] = _all(map(self.rail, used))
            case nodes.Or(operands=used):
                self.rails[position] = _swapped(_all(_swapped(self.rail(each)) for each in used))
            case nodes.Lift(relation=relation, operand=operand):
                self.rails[position] = self._lift(self._ties(relation), self.rail(operand))
            case nodes.Exists(relation=relation, condition=condition):
                self.rails[position] = self._exists(self._ties(relation), self.rail(condition))
            case nodes.Every(relation=relation, condition=condition):
                fails = self._exists(self._ties(relation), _swapped(self.rail(condition)))
                self.rails[position] = _swapped(fails)
            case nodes.Not(operand=operand):
                self.rails[position] = _swapped(self.rail(operand))
            case nodes.AtLeast(count=count, operands=used):
                yes = _at_least(count, [self.rail(each)[0] for each in used])
                no = _at_least(len(used) - count + 1, [self.rail(each)[1] for each in used])
                self.rails[position] = yes, no
            case nodes.Merge():
                self._merge(position, node)
            case nodes.Compare() | nodes.CompareRatio() | nodes.CompareCount():
                self._compare(position, node)
            case (
                nodes.Calculate()
                | nodes.Age()
                | nodes.DateOf()
                | nodes.Apart()
                | nodes.MergeNumber()
                | nodes.LiftNumber()
                | nodes.Count()
                | nodes.Aggregate()
            ):
                self._number(position, node)
            case (
                nodes.Constant()
                | nodes.Test()
                | nodes.Reading()
                | nodes.Number()
                | nodes.FieldNumber()
                | nodes.Parameter()
            ):
                message = f"leaves are filled in from the hypotheses: {node}"
                raise AssertionError(message)
            case _:
                assert_never(node)

    # --- conditions -------------------------------------------------------------------------------

    def _lift(self, ties: Ties, rail: Rail) -> Rail:
        yes = no = 0
        for child, parent, worlds in ties.pairs:
            place, above = child * self.width, parent * self.width
            yes |= (rail[0] >> above & worlds) << place
            no |= (rail[1] >> above & worlds) << place
        return yes, no

    def _exists(self, ties: Ties, rail: Rail) -> Rail:
        nobody = ties.complete
        for child, worlds in ties.loose:
            nobody &= rail[1] >> child * self.width | self.full ^ worlds
        parents = self._sizes[ties.relation.parent]
        found, none = [0] * parents, [nobody] * parents
        for child, parent, worlds in ties.pairs:
            place = child * self.width
            found[parent] |= rail[0] >> place & worlds
            none[parent] &= rail[1] >> place | self.full ^ worlds
        return self._joined(found), self._joined(none)

    def _joined(self, lanes: Sequence[int]) -> int:
        """Return the rail with the worlds of each lane."""
        rail = 0
        for worlds in reversed(lanes):
            rail = rail << self.width | worlds
        return rail

    def _merge(self, position: int, node: nodes.Merge) -> None:
        rule, supplied = self.rail(node.rule), self.rail(node.supplied)
        yes, no = rule[0] | supplied[0], rule[1] | supplied[1]
        clash = yes & no
        self.rails[position] = yes ^ clash, no ^ clash
        self.clashes[position] = clash

    def _compare(self, position: int, node: nodes.Compare | nodes.CompareRatio | nodes.CompareCount) -> None:
        operator = node.operator
        match node:
            case nodes.Compare(left=left, right=right):
                answers = self._asked((left, right), lambda one, other: _compared(operator, one, other))
            case nodes.CompareRatio():
                parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
                answers = self._asked(parts, lambda *values: runtime.compare_ratio(operator, *values))
            case nodes.CompareCount():
                answers = self._counted(node)
            case _:
                assert_never(node)
        rails = list(answers)
        self.rails[position] = (
            self._joined([yes for yes, _ in rails]),
            self._joined([no for _, no in rails]),
        )

    def _asked(self, numbers: Sequence[int], answer: Callable[..., Truth]) -> Iterable[Rail]:
        """Yield the worlds in which ``answer`` to some numbers is yes and no, lane by lane."""
        for columns in zip(*map(self.column, numbers), strict=True):
            yes = no = 0
            for values, worlds in together(columns, self.full):
                truth = answer(*values)
                if truth is True:
                    yes |= worlds
                elif truth is False:
                    no |= worlds
            yield yes, no

    def _counted(self, node: nodes.CompareCount) -> Iterable[Rail]:
        ties, rail = self._ties(node.relation), self.rail(node.condition)
        for parent, limits in enumerate(self.column(node.limit)):
            yes = no = 0
            for (low, high), among in bounds(parent, ties, rail, self.full).items():
                for limit, having in limits.items():
                    if limit is None or limit == NEVER:
                        continue
                    for most, where in ((high, ties.complete), (None, self.full ^ ties.complete)):
                        worlds = among & having & where
                        if not worlds:
                            continue
                        truth = compare_between(node.operator, low, most, limit)
                        yes |= worlds if truth is True else 0
                        no |= worlds if truth is False else 0
            yield yes, no

    # --- numbers ----------------------------------------------------------------------------------

    def _number(
        self,
        position: int,
        node: nodes.Calculate
        | nodes.Age
        | nodes.DateOf
        | nodes.Apart
        | nodes.MergeNumber
        | nodes.LiftNumber
        | nodes.Count
        | nodes.Aggregate,
    ) -> None:
        match node:
            case nodes.Calculate(operation=operation, rounding=rounding, scale=scale):
                found = self._mapped(
                    (node.left, node.right),
                    lambda one, other: runtime.calculate(operation, one, other, rounding, scale),
                )
            case nodes.Age(birth=birth):
                found = self._mapped((birth,), lambda born: runtime.age(born, self._today))
            case nodes.DateOf(time=time):
                found = self._mapped((time,), runtime.date_of)
            case nodes.Apart(step=step):
                found = self._mapped(
                    (node.left, node.right), lambda one, other: runtime.apart(one, other, step)
                )
            case nodes.MergeNumber():
                found = self._merge_numbers(position, node)
            case nodes.LiftNumber(relation=relation, operand=operand):
                size = self._sizes[node.domain]
                found = lifted(size, self._ties(relation).pairs, self.column(operand), self.full)
            case nodes.Count(relation=relation, condition=condition):
                found = self._folded("sum", relation, self.rail(condition), None)
            case nodes.Aggregate(kind=kind, relation=relation, condition=condition):
                everybody = self.spread((1 << self._sizes[relation.child]) - 1), 0
                rail = everybody if condition is None else self.rail(condition)
                found = self._folded(kind, relation, rail, self.column(node.value))
            case _:
                assert_never(node)
        self.columns[position] = found

    def _mapped(self, used: Sequence[int], function: Callable[..., int | None]) -> Sequence[Column]:
        return tuple(
            mapped(columns, self.full, function) for columns in zip(*map(self.column, used), strict=True)
        )

    def _merge_numbers(self, position: int, node: nodes.MergeNumber) -> Sequence[Column]:
        rule, supplied = self.column(node.rule), self.column(node.supplied)
        clashes = [
            sum(worlds for values, worlds in together(columns, self.full) if runtime.merge_number(*values)[1])
            for columns in zip(rule, supplied, strict=True)
        ]
        self.clashes[position] = self._joined(clashes)
        return self._mapped((node.rule, node.supplied), lambda *values: runtime.merge_number(*values)[0])

    def _folded(
        self, kind: str, relation: Relation, rail: Rail, values: Sequence[Column] | None
    ) -> Sequence[Column]:
        ties = self._ties(relation)
        return tuple(
            folded(kind, parent, ties, rail, values, self.full)
            for parent in range(self._sizes[relation.parent])
        )


def _all(rails: Iterable[Rail]) -> Rail:
    each = iter(rails)
    yes, no = next(each)
    for also_yes, also_no in each:
        yes &= also_yes
        no |= also_no
    return yes, no


def _swapped(rail: Rail) -> Rail:
    return rail[1], rail[0]


def _at_least(count: int, rails: Sequence[int]) -> int:
    """Return where at least ``count`` of ``rails`` are set: a row of thresholds, fed one rail at a time."""
    row = [0] * (count + 1)
    for rail in rails:
        for step in range(count, 1, -1):
            row[step] |= row[step - 1] & rail
        row[1] |= rail
    return row[count]


def _compared(operator: Comparison, left: int | None, right: int | None) -> Truth:
    return None if left is None or right is None else compare(operator, left, right)
