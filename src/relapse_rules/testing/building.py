"""Builds a case in which a condition of the policy holds, fails or stays open: from the condition down to the facts that it needs.

Where there are several ways (any operand of an 或, any value of an enumeration, a member that is there or a new one) the way is drawn, and
others are tried when it comes to nothing. A comparison is met on its edge: as little beyond it as the facts can say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from relapse_rules.engines.lanes.answers import happened
from relapse_rules.facts.case import Value
from relapse_rules.ir import nodes
from relapse_rules.testing.site import Site
from relapse_rules.testing.solving import Numbers
from relapse_rules.values.moments import day_of
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison, Truth, compare, negate
from relapse_rules.values.types import Kind

_NEAR: Final = (0, -1, 1)
_FAR: Final = (-100, 100, -10_000, 10_000, -86_400, 86_400, -1_000_000, 1_000_000)
"""In steps: a field that counts in whole units has no closer neighbour."""

Gate = nodes.And | nodes.Or


class Building:
    """Meets conditions at a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._numbers = Numbers(site, self.meet)

    def meet(self, position: int, lane: int, wanted: Truth) -> bool:
        """See to it that a condition has an outcome for an element; False when no way was found."""
        node = self.site.program.nodes[position]
        match node:
            case nodes.Constant(value=value):
                return value is wanted
            case nodes.Reading(reading=reading, option=option):
                entry = next(each for each in self.site.program.readings if each.name == reading)
                return (entry.taken == option) is wanted
            case nodes.Test():
                return self._test(position, node, lane, wanted)
            case nodes.And(operands=operands):
                return self._gate(operands, lane, wanted, every=True)
            case nodes.Or(operands=operands):
                return self._gate(operands, lane, wanted, every=False)
            case nodes.AtLeast(count=count, operands=operands):
                return self._at_least(count, operands, lane, wanted)
            case nodes.Not(operand=operand):
                return self.meet(operand, lane, negate(wanted))
            case nodes.Merge():
                return self._merged(node, lane, wanted)
            case nodes.Compare() | nodes.CompareRatio():
                return self._compared(position, node, lane, wanted)
            case nodes.CompareCount():
                return self._counted(node, lane, wanted)
            case nodes.Exists(relation=relation, condition=condition):
                return self._exists(relation, condition, lane, wanted, met=True)
            case nodes.Every(relation=relation, condition=condition):
                return self._exists(relation, condition, lane, negate(wanted), met=False)
            case nodes.Lift(relation=relation, operand=operand):
                return self._lifted(relation, operand, lane, wanted)
            case _:
                return False  # a number has no outcome

    # --- one field --------------------------------------------------------------------------------------------

    def _test(self, position: int, node: nodes.Test, lane: int, wanted: Truth) -> bool:
        site = self.site
        if wanted is None:
            return site.settle(node.domain, lane, node.fact, None)
        place = (node.domain, lane, node.fact)
        if place in site.settled:
            known = site.settled[place]
            if self._answer(position, node, known) is wanted:
                return True
            return isinstance(known, frozenset) and self._widened(position, node, lane, known, wanted)
        spec = site.blueprint.specs[node.fact]
        values = [
            v
            for v in site.blueprint.candidates.of(spec, site.draft.as_of)
            if self._answer(position, node, v) is wanted
        ]
        return site.first_of(values, lambda value: site.settle(node.domain, lane, node.fact, value))

    def _answer(self, position: int, node: nodes.Test, value: Value | None) -> Truth:
        if node.kind == "happened":
            assert value is None or isinstance(value, int)
            is_date = self.site.program.facts[node.fact].type.kind is Kind.DATE
            moment = self.site.draft.as_of
            answer = happened(value, day_of(moment) if is_date else moment)
        else:
            answer = self.site.evaluator.settings(day_of(self.site.draft.as_of)).tables[position][value]
        return True if answer[0] else False if answer[1] else None

    def _widened(
        self, position: int, node: nodes.Test, lane: int, known: frozenset[str], wanted: Truth
    ) -> bool:
        """Add to a set that is settled what another test of it asks for."""
        asked = self.site.evaluator.settings(day_of(self.site.draft.as_of)).tables[position].values_asked
        for wider in (known | {name} for name in asked):
            if self._answer(position, node, wider) is wanted:
                self.site.resettle(node.domain, lane, node.fact, wider)
                return True
        return False

    # --- gates ------------------------------------------------------------------------------------------------

    def _gate(self, operands: Sequence[int], lane: int, wanted: Truth, *, every: bool) -> bool:
        """Meet a gate of which ``every`` operand must hold, or any."""
        if wanted is every:
            return all(self.meet(operand, lane, every) for operand in operands)
        if wanted is not None:
            return self.site.first_of(operands, lambda operand: self.meet(operand, lane, not every))
        return self.site.first_of(operands, lambda operand: self._open(operand, operands, lane, every=every))

    def _open(self, undecided: int, operands: Sequence[int], lane: int, *, every: bool) -> bool:
        """Leave one operand open, and see to it that no other decides."""
        others = (operand for operand in operands if operand != undecided)
        return self.meet(undecided, lane, None) and all(
            self.site.first_of((None, every), lambda truth, other=other: self.meet(other, lane, truth))  # type: ignore[misc]
            for other in others
        )

    def _at_least(self, count: int, operands: Sequence[int], lane: int, wanted: Truth) -> bool:
        if wanted is None:
            return self._met(operands, lane, len(operands), None)
        needed = count if wanted else len(operands) - count + 1
        return self._met(operands, lane, needed, wanted)

    def _met(self, operands: Sequence[int], lane: int, needed: int, wanted: Truth) -> bool:
        """Meet so many of the operands, from a drawn one on."""
        start = self.site.choose(range(len(operands)))
        met = 0
        for operand in (*operands[start:], *operands[:start]):
            if met < needed:
                met += self.site.first_of((operand,), lambda each: self.meet(each, lane, wanted))
        return met >= needed

    def _merged(self, node: nodes.Merge, lane: int, wanted: Truth) -> bool:
        """Meet a derived fact by its rule, or by what is supplied."""
        if wanted is None:
            return self.meet(node.supplied, lane, None) and self.meet(node.rule, lane, None)
        ways = ((node.rule, node.supplied), (node.supplied, node.rule))
        return self.site.first_of(
            ways, lambda way: self.meet(way[0], lane, wanted) and self.meet(way[1], lane, None)
        ) or self.site.first_of(
            (0,), lambda _: self.meet(node.rule, lane, wanted) and self.meet(node.supplied, lane, wanted)
        )

    # --- numbers ----------------------------------------------------------------------------------------------

    def _compared(
        self, position: int, node: nodes.Compare | nodes.CompareRatio, lane: int, wanted: Truth
    ) -> bool:
        sides: tuple[int, ...]
        if isinstance(node, nodes.Compare):
            sides = (node.left, node.right)
        else:
            sides = (node.left_top, node.right_top, node.left_bottom, node.right_bottom)
        if wanted is None:
            return self.site.first_of(sides, lambda side: self._numbers.unknown(side, lane))

        def works(side: int) -> bool:
            targets = tuple(self._targets(node, side, lane, wanted))
            return self.site.first_of(
                targets,
                lambda target: (
                    self._numbers.solve(side, lane, target) and self.site.truth(position, lane) is wanted
                ),
            )

        return self.site.first_of(sides[:2], works) or self.site.truth(position, lane) is wanted

    def _targets(
        self,
        node: nodes.Compare | nodes.CompareRatio,
        side: int,
        lane: int,
        wanted: bool,  # noqa: FBT001 - a truth
    ) -> Iterator[int]:
        """Yield values of one side with which the comparison turns out as wanted, those on its edge first."""
        if isinstance(node, nodes.Compare):
            is_left = side == node.left
            other = self._numbers.known(node.right if is_left else node.left, lane)
            edge = other
        else:
            is_left = side == node.left_top
            edge = self._ratio_edge(node, lane, is_left=is_left)
        if edge is None:
            return
        for away in (*_NEAR, *_FAR):
            value = edge + away
            if (
                isinstance(node, nodes.CompareRatio)
                or self._holds(node.operator, value, edge, is_left=is_left) is wanted
            ):
                yield value

    def _holds(self, operator: Comparison, value: int, other: int, *, is_left: bool) -> bool:
        return compare(operator, value, other) if is_left else compare(operator, other, value)

    def _ratio_edge(self, node: nodes.CompareRatio, lane: int, *, is_left: bool) -> int | None:
        """Return at about which top of one quotient both are equal."""
        own, top, bottom = (
            (node.left_bottom, node.right_top, node.right_bottom)
            if is_left
            else (node.right_bottom, node.left_top, node.left_bottom)
        )
        parts = [self._numbers.known(part, lane) for part in (own, top, bottom)]
        own_bottom, other_top, other_bottom = parts
        if own_bottom is None or other_top is None or not other_bottom:
            return None
        return other_top * own_bottom // other_bottom

    def _counted(self, node: nodes.CompareCount, lane: int, wanted: Truth) -> bool:
        relation, condition = node.relation, node.condition
        if wanted is None:
            return self.site.leave_out(relation.child)
        limit = self._numbers.known(node.limit, lane)
        if limit is None:
            return False
        counts = [
            limit + away
            for away in _NEAR
            if limit + away >= 0 and compare(node.operator, limit + away, limit) is wanted
        ]
        return self.site.first_of(counts, lambda count: self._numbers.count(relation, condition, lane, count))

    # --- elements ---------------------------------------------------------------------------------------------

    def _exists(self, relation: Relation, condition: int, lane: int, wanted: Truth, *, met: bool) -> bool:
        """See to it that there is an element of which a condition is ``met`` (or, False, fails), that there is none, or that it stays open."""
        children = tuple(self.site.children(relation, lane))
        match wanted:
            case True:
                return self.site.first_of(
                    (*children, None), lambda child: self._element(relation, condition, lane, child, met)
                )
            case False:
                return self.site.supply(relation.child) and all(
                    self.meet(condition, child, not met) for child in children
                )
            case None:
                if not children and self.site.first_of((0,), lambda _: self.site.leave_out(relation.child)):
                    return True
                return self.site.first_of(
                    (*children, None), lambda child: self._element(relation, condition, lane, child, None)
                )
            case _:
                assert_never(wanted)

    def _element(
        self, relation: Relation, condition: int, lane: int, child: int | None, wanted: Truth
    ) -> bool:
        found = self.site.add(relation.child, relation, lane) if child is None else child
        return (
            found is not None
            and self.site.belongs(relation, found, lane)
            and self.meet(condition, found, wanted)
        )

    def _lifted(self, relation: Relation, operand: int, lane: int, wanted: Truth) -> bool:
        if (
            wanted is None
            and relation.reference is not None
            and relation.parent not in self.site.program.singular
        ):
            fact = f"{relation.child}.{relation.reference}"
            if self.site.first_of((0,), lambda _: self.site.settle(relation.child, lane, fact, None)):
                return True

        def through(parent: int | None) -> bool:
            found = self.site.add(relation.parent) if parent is None else parent
            return (
                found is not None
                and self.site.belongs(relation, lane, found)
                and self.meet(operand, found, wanted)
            )

        return self.site.first_of(self.site.parents(relation, lane), through)


def build(site: Site, domain: str, node: int, wanted: Truth) -> bool:
    """Build a case in which ``node`` has an outcome for some element of ``domain``; False when no way was found."""
    building = Building(site)
    if site.blueprint.domains[domain].single:
        return building.meet(node, 0, wanted) and site.truth(node, 0) is wanted

    def of_an_element(_: int) -> bool:
        lane = site.add(domain)
        return lane is not None and building.meet(node, lane, wanted) and site.truth(node, lane) is wanted

    if site.first_of((0,), of_an_element):
        return True
    # No element can be so: then there is none, or nobody knows whether there is one.
    return site.supply(domain) if wanted is False else wanted is None and site.leave_out(domain)
