"""What each node of a program means in z3, rail by rail, for any household of `z3_facts`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from relapse_rules.analysis.proving.z3_facts import Facts
from relapse_rules.analysis.proving.z3_logic import (
    NOTHING,
    SURE,
    Formula,
    Number,
    Rail,
    Whole,
    all_of,
    any_of,
    at_least,
    chosen,
    counted,
    divided,
    floored,
    negated,
    numbered,
)
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import SECONDS_PER_DAY, UTC_OFFSET_SECONDS

Fold = nodes.Exists | nodes.Every | nodes.Count | nodes.CompareCount | nodes.Aggregate

_FOUR_YEARS: Final = 1461
"""Days of four years, when none of them is left out of the leap years: from 1901 to 2099."""
_MARCH_1900: Final = 693_655
"""The ordinal of 1 March 1900. A year that begins in March ends with the leap day, if it has one."""


class Rails:
    """The rails of one program, of the household and of the changed one; made when they are first asked for.

    ``clashes``: where facts contradict each other.
    """

    def __init__(self, program: Program, facts: Facts) -> None:
        self.program = program
        self.facts = facts
        self.clashes: dict[tuple[int, int, bool], Formula] = {}
        self._rails: dict[tuple[int, int, bool], Rail] = {}
        self._numbers: dict[tuple[int, int, bool], Number] = {}
        self._varying: frozenset[int] = frozenset()

    def vary(self, varying: frozenset[int]) -> None:
        """From now on these nodes may differ in the changed household; all others are the same in both."""
        self._varying = varying
        for kept in (self._rails, self._numbers, self.clashes):
            for key in [key for key in kept if key[2]]:
                del kept[key]

    def rail(self, node: int, lane: int, *, changed: bool = False) -> Rail:
        """Return a condition for an element."""
        key = (node, lane, changed and node in self._varying)
        found = self._rails.get(key)
        if found is None:
            found = self._rails[key] = self._condition(*key)
        return found

    def number(self, node: int, lane: int, *, changed: bool = False) -> Number:
        """Return a number for an element."""
        key = (node, lane, changed and node in self._varying)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = self._whole(*key)
        return found

    def clash(self, node: int, lane: int, *, changed: bool = False) -> Formula:
        """Return whether what a rule derives (a Merge or MergeNumber) and what is supplied contradict each other."""
        key = (node, lane, changed and node in self._varying)
        if isinstance(self.program.nodes[node], nodes.Merge):
            self.rail(node, lane, changed=changed)
        else:
            self.number(node, lane, changed=changed)
        return self.clashes[key]

    # --- conditions -------------------------------------------------------------------------------

    def _condition(self, position: int, lane: int, changed: bool) -> Rail:  # noqa: FBT001 - the parts of a key
        node = self.program.nodes[position]
        match node:
            case nodes.Constant(value=value):
                return Rail(value, not value)
            case nodes.Test():
                return self.facts.test(self.program, node, lane, changed=changed)
            case nodes.Reading(reading=reading, option=option):
                taken = next(entry.taken for entry in self.program.readings if entry.name == reading)
                return Rail(taken == option, taken != option)
            case nodes.And(operands=used):
                rails = [self.rail(each, lane, changed=changed) for each in used]
                return Rail(all_of(rail.yes for rail in rails), any_of(rail.no for rail in rails))
            case nodes.Or(operands=used):
                rails = [self.rail(each, lane, changed=changed) for each in used]
                return Rail(any_of(rail.yes for rail in rails), all_of(rail.no for rail in rails))
            case nodes.AtLeast(count=count, operands=used):
                rails = [self.rail(each, lane, changed=changed) for each in used]
                return Rail(
                    at_least(count, (rail.yes for rail in rails)),
                    at_least(len(rails) - count + 1, (rail.no for rail in rails)),
                )
            case nodes.Not(operand=operand):
                rail = self.rail(operand, lane, changed=changed)
                return Rail(rail.no, rail.yes)
            case nodes.Merge():
                return self._merged(position, node, lane, changed=changed)
            case nodes.Compare(operator=operator, left=left, right=right):
                one, other = (self.number(each, lane, changed=changed) for each in (left, right))
                return _compared(operator, all_of((one.known, other.known)), one.value, other.value)
            case nodes.CompareRatio():
                return self._compare_ratio(node, lane, changed=changed)
            case nodes.CompareCount():
                return self._compare_count(node, lane, changed=changed)
            case nodes.Exists(relation=relation, condition=condition):
                return self._exists(relation, condition, lane, changed=changed, every=False)
            case nodes.Every(relation=relation, condition=condition):
                return self._exists(relation, condition, lane, changed=changed, every=True)
            case nodes.Lift(relation=relation, operand=operand):
                above = [
                    (belongs, self.rail(operand, parent, changed=changed))
                    for parent, belongs in self._parents(relation, lane)
                ]
                return Rail(
                    any_of(all_of((belongs, rail.yes)) for belongs, rail in above),
                    any_of(all_of((belongs, rail.no)) for belongs, rail in above),
                )
            case _:
                message = f"no condition: {node}"
                raise AssertionError(message)

    def _merged(self, position: int, node: nodes.Merge, lane: int, *, changed: bool) -> Rail:
        rule = self.rail(node.rule, lane, changed=changed)
        supplied = self.rail(node.supplied, lane, changed=changed)
        clash = any_of((all_of((rule.yes, supplied.no)), all_of((rule.no, supplied.yes))))
        self.clashes[position, lane, changed] = clash
        calm = negated(clash)
        return Rail(
            all_of((calm, any_of((rule.yes, supplied.yes)))), all_of((calm, any_of((rule.no, supplied.no))))
        )

    def _compare_ratio(self, node: nodes.CompareRatio, lane: int, *, changed: bool) -> Rail:
        parts = (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
        top, bottom, other_top, other_bottom = (self.number(each, lane, changed=changed) for each in parts)
        known = all_of(
            (
                *(each.computable for each in (top, bottom, other_top, other_bottom)),
                bottom.value != 0,
                other_bottom.value != 0,
            )
        )
        same = (bottom.value > 0) == (other_bottom.value > 0)
        left, right = top.value * other_bottom.value, other_top.value * bottom.value
        return _compared(node.operator, known, chosen(same, left, -left), chosen(same, right, -right))

    def _compare_count(self, node: nodes.CompareCount, lane: int, *, changed: bool) -> Rail:
        children = list(self._children(node.relation, node.condition, lane, changed=changed))
        low = counted(all_of((own, rail.yes)) for _, own, _, rail in children)
        high = counted(all_of((any_of((own, loose)), negated(rail.no))) for _, own, loose, rail in children)
        limit = self.number(node.limit, lane, changed=changed)
        complete = self.facts.complete(node.relation.child)
        yes, no = _between(node.operator, low, high, complete, limit.value)
        return Rail(all_of((limit.computable, yes)), all_of((limit.computable, no)))

    def _exists(self, relation: Relation, condition: int, lane: int, *, changed: bool, every: bool) -> Rail:
        proved: list[Formula] = []
        refuted: list[Formula] = [self.facts.complete(relation.child)]
        for _, own, loose, rail in self._children(relation, condition, lane, changed=changed):
            yes, no = (rail.no, rail.yes) if every else (rail.yes, rail.no)
            proved.append(all_of((own, yes)))
            refuted.append(any_of((negated(any_of((own, loose))), no)))
        found = Rail(any_of(proved), all_of(refuted))
        return Rail(found.no, found.yes) if every else found

    def _children(
        self, relation: Relation, condition: int | None, lane: int, *, changed: bool
    ) -> Iterator[tuple[int, Formula, Formula, Rail]]:
        """Yield each child: whether it is known to belong to ``lane``, whether that is not known, and its condition."""
        for child in range(self.facts.lanes[relation.child]):
            belongs = self.facts.belonging(relation, child)
            rail = SURE if condition is None else self.rail(condition, child, changed=changed)
            yield child, belongs.to[lane], belongs.unknown, rail

    def _parents(self, relation: Relation, child: int) -> Iterator[tuple[int, Formula]]:
        belongs = self.facts.belonging(relation, child)
        if relation.parent in self.facts.singular:
            # An element that is not there means nothing, so nothing is lost.
            yield 0, True
            return
        yield from enumerate(belongs.to)

    # --- numbers ----------------------------------------------------------------------------------

    def _whole(self, position: int, lane: int, changed: bool) -> Number:  # noqa: FBT001 - the parts of a key
        node = self.program.nodes[position]
        match node:
            case nodes.Number(value=value):
                return Number(known=True, value=value)
            case nodes.FieldNumber(domain=domain, fact=fact):
                return self.facts.number(self.facts.place(domain, lane, fact, changed=changed))
            case nodes.Parameter(name=name):
                return self.facts.parameter(self.program, name)
            case nodes.Calculate():
                return self._calculated(node, lane, changed=changed)
            case nodes.Age(birth=birth):
                born = self.number(birth, lane, changed=changed)
                return Number(born.computable, _age(born.value, self.facts.today))
            case nodes.DateOf(time=time):
                moment = self.number(time, lane, changed=changed)
                return numbered(moment.known, _day(moment.value), moment.never)
            case nodes.Apart(left=left, right=right, step=step):
                one, other = (self.number(each, lane, changed=changed) for each in (left, right))
                far = one.value - other.value
                return Number(all_of((one.computable, other.computable)), chosen(far >= 0, far, -far) * step)
            case nodes.Aggregate():
                return self._aggregated(node, lane, changed=changed)
            case nodes.Count(relation=relation, condition=condition):
                children = list(self._children(relation, condition, lane, changed=changed))
                return Number(
                    self._settled(relation, children),
                    counted(all_of((own, rail.yes)) for _, own, _, rail in children),
                )
            case nodes.LiftNumber(relation=relation, operand=operand):
                return self._lifted(relation, operand, lane, changed=changed)
            case nodes.MergeNumber():
                return self._merged_number(position, node, lane, changed=changed)
            case _:
                message = f"no number: {node}"
                raise AssertionError(message)

    def _calculated(self, node: nodes.Calculate, lane: int, *, changed: bool) -> Number:
        one, other = (self.number(each, lane, changed=changed) for each in (node.left, node.right))
        known = all_of((one.computable, other.computable))
        left, right = one.value, other.value
        match node.operation:
            case "+":
                return Number(known, left + right)
            case "-":
                return Number(known, left - right)
            case "*":
                return Number(known, divided(left * right, node.scale, node.rounding))
            case _:
                if isinstance(right, int):
                    return (
                        Number(known, divided(left * node.scale, right, node.rounding)) if right else NOTHING
                    )
                return Number(all_of((known, right != 0)), divided(left * node.scale, right, node.rounding))

    def _settled(self, relation: Relation, children: list[tuple[int, Formula, Formula, Rail]]) -> Formula:
        """Return whether it is known of every child whether it belongs here and has the condition."""
        return all_of(
            (
                self.facts.complete(relation.child),
                *(
                    any_of((all_of((negated(own), negated(loose))), all_of((own, rail.yes)), rail.no))
                    for _, own, loose, rail in children
                ),
            )
        )

    def _aggregated(self, node: nodes.Aggregate, lane: int, *, changed: bool) -> Number:
        children = list(self._children(node.relation, node.condition, lane, changed=changed))
        known: list[Formula] = [self._settled(node.relation, children)]
        total: Whole = 0
        best: Number = NOTHING
        for child, own, _, rail in children:
            counts = all_of((own, rail.yes))
            value = self.number(node.value, child, changed=changed)
            usable = value.computable if node.kind == "sum" else value.known
            known.append(any_of((negated(counts), usable)))
            total = total + chosen(counts, value.value, 0)
            better = value.value > best.value if node.kind == "max" else value.value < best.value
            takes = all_of((counts, any_of((negated(best.known), better))))
            best = Number(
                any_of((best.known, counts)),
                chosen(takes, value.value, best.value),
                chosen(takes, value.never, best.never) if _may_be(value, best) else False,
            )
        if node.kind == "sum":
            return Number(all_of(known), total)
        return Number(all_of((*known, best.known)), best.value, best.never)

    def _lifted(self, relation: Relation, operand: int, lane: int, *, changed: bool) -> Number:
        known: list[Formula] = []
        never: list[Formula] = []
        value: Whole = 0
        for parent, belongs in self._parents(relation, lane):
            above = self.number(operand, parent, changed=changed)
            known.append(all_of((belongs, above.known)))
            never.append(all_of((belongs, above.never)))
            value = chosen(belongs, above.value, value)
        return Number(any_of(known), value, any_of(never))

    def _merged_number(self, position: int, node: nodes.MergeNumber, lane: int, *, changed: bool) -> Number:
        rule = self.number(node.rule, lane, changed=changed)
        supplied = self.number(node.supplied, lane, changed=changed)
        clash = all_of((rule.known, supplied.known, rule.value != supplied.value))
        self.clashes[position, lane, changed] = clash
        return Number(
            all_of((any_of((rule.known, supplied.known)), negated(clash))),
            chosen(rule.known, rule.value, supplied.value),
            chosen(rule.known, rule.never, supplied.never) if _may_be(rule, supplied) else False,
        )


def _may_be(*numbers: Number) -> bool:
    return any(number.never is not False for number in numbers)


def _compared(operator: Comparison, known: Formula, left: Whole, right: Whole) -> Rail:
    match operator:
        case Comparison.LESS:
            holds = left < right
        case Comparison.AT_MOST:
            holds = left <= right
        case Comparison.MORE:
            holds = left > right
        case Comparison.AT_LEAST:
            holds = left >= right
        case Comparison.EQUAL:
            holds = left == right
        case Comparison.UNEQUAL:
            holds = left != right
        case _:
            assert_never(operator)
    return Rail(all_of((known, holds)), all_of((known, negated(holds))))


def _between(
    operator: Comparison, low: Whole, high: Whole, complete: Formula, limit: Whole
) -> tuple[Formula, Formula]:
    """Return whether every number from ``low`` to ``high`` (without end where not ``complete``) compares so, and whether none does."""
    match operator:
        case Comparison.LESS:
            return all_of((complete, high < limit)), low >= limit
        case Comparison.AT_MOST:
            return all_of((complete, high <= limit)), low > limit
        case Comparison.MORE:
            return low > limit, all_of((complete, high <= limit))
        case Comparison.AT_LEAST:
            return low >= limit, all_of((complete, high < limit))
        case Comparison.EQUAL:
            return (
                all_of((complete, low == limit, high == limit)),
                any_of((low > limit, all_of((complete, high < limit)))),
            )
        case Comparison.UNEQUAL:
            yes, no = _between(Comparison.EQUAL, low, high, complete, limit)
            return no, yes
        case _:
            assert_never(operator)


# --- the calendar, by division alone --------------------------------------------------------------


def _day(seconds: Whole) -> Whole:
    """Return the ordinal of the date in Asia/Shanghai of a moment."""
    return EPOCH_ORDINAL + floored(seconds + UTC_OFFSET_SECONDS, SECONDS_PER_DAY)


def _year(day: Whole) -> Whole:
    """Return the year that begins in March, of a date; counted from 1900."""
    return floored(4 * (day - _MARCH_1900) + 3, _FOUR_YEARS)


def _day_in_year(day: Whole) -> Whole:
    return day - _MARCH_1900 - floored(_FOUR_YEARS * _year(day), 4)


def _age(birth: Whole, today: Whole) -> Whole:
    """Return whole years between two dates. Who is born on 29 February has the birthday on 1 March otherwise.

    The leap day is the last of its year, so whole years have passed when the day in the year has been reached.
    """
    later = _day_in_year(today) < _day_in_year(birth)
    return _year(today) - _year(birth) - chosen(later, 1, 0)
