"""What would have to become true for an outcome: for every step of a case, which other steps, and which changes of facts.

The counterpart of `support`, which tells why a step is as it is. Nothing that has to change for a demand is left out; but what is asked
here may not be enough, where one fact is read in several places. So `repairs` decides again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, assert_never

from relapse_rules.check.typed import Aggregation
from relapse_rules.decisions.trace import Step
from relapse_rules.explain.cone import Cone
from relapse_rules.explain.premises import ListOf
from relapse_rules.explain.singles import MET, OPPOSITE, TOWARDS_YES, Aim, Demand, Literals, Singles
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import compare, compare_between


class Way(NamedTuple):
    """One way to have what is needed: all of these demands met, and these changes made."""

    demands: tuple[Demand, ...] = ()
    changes: Literals = ()


class Need(NamedTuple):
    """``number`` of the groups are needed; a group is had by any one of its ways. Sets of fewer than ``least`` changes are left out."""

    groups: tuple[tuple[Way, ...], ...]
    number: int = 1
    least: int = 0


Plan = tuple[Need, ...]
"""All of these needs together."""

_FREE: Final = Need(((Way(),),))


class Needs:
    """The plans of one case."""

    def __init__(self, cone: Cone, case: Case, rails: Rails, singles: Singles) -> None:
        self._cone = cone
        self._case = case
        self._nodes = cone.program.nodes
        self._rails = rails
        self._singles = singles

    def met(self, demand: Demand) -> bool:
        """Whether nothing needs to change for a demand."""
        (position, lane), aim = demand
        if aim is Aim.KNOWN:
            return self._rails.number(position, lane) is not None
        return self._rails.truth(position, lane) in MET[aim]

    def plans(self, demand: Demand) -> tuple[Plan, ...]:
        """Return what meets a demand that is not met yet: any of these plans does."""
        step, aim = demand
        position, lane = step
        node = self._nodes[position]
        match node:
            case nodes.And() | nodes.Or():
                used = tuple(Demand((each, lane), aim) for each in node.operands)
                one = isinstance(node, nodes.Or) is (aim in TOWARDS_YES)
                return (_any(used),) if one else (_all(used),)
            case nodes.AtLeast(count=count):
                groups = tuple((Way((Demand((each, lane), aim),)),) for each in node.operands)
                return ((Need(groups, count if aim in TOWARDS_YES else len(groups) - count + 1),),)
            case nodes.Not(operand=operand):
                return (_all((Demand((operand, lane), OPPOSITE[aim]),)),)
            case nodes.Merge():
                return _merged((node.rule, lane), (node.supplied, lane), aim)
            case nodes.Exists() | nodes.Every():
                return tuple(self._folded(node, lane, aim))
            case nodes.CompareCount():
                return tuple(self._counted(node, step, aim))
            case nodes.Lift() | nodes.LiftNumber():
                return self._lifted(node, step, aim)
            case nodes.Compare() | nodes.CompareRatio():
                return tuple(self._compared(step, aim))
            case nodes.Constant() | nodes.Reading() | nodes.Number() | nodes.Parameter():
                return ()
            case nodes.Test() | nodes.FieldNumber():
                return self._by_single_changes(demand)
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                used = tuple(Demand((each, lane), Aim.KNOWN) for each in (rule, supplied))
                if not any(map(self.met, used)):
                    return (_any(used), *self._by_single_changes(demand))
                # Where one of them is known, both are, and contradict each other.
                self._singles.note_tangled(demand)
                together = (_changing(*changes) for changes in self._singles.joint(demand))
                return (*self._by_single_changes(demand), *together)
            case nodes.Count() | nodes.Aggregate():
                return (tuple(self._summed(node, lane)), *self._by_single_changes(demand))
            case nodes.Calculate() | nodes.Age() | nodes.DateOf() | nodes.Apart():
                return (*self._known(step), *self._by_single_changes(demand))
            case _:
                assert_never(node)

    # --- comparisons and numbers ----------------------------------------------------------------------

    def _by_single_changes(self, demand: Demand) -> tuple[Plan, ...]:
        return tuple(_changing(literal) for literal in self._singles.alone(demand))

    def _compared(self, step: Step, aim: Aim) -> Iterator[Plan]:
        """Yield what decides a comparison: one change, some together, or first of all that its numbers are known."""
        demand = Demand(step, aim)
        self._singles.note_tangled(demand)
        yield from self._by_single_changes(demand)
        yield from (_changing(*changes) for changes in self._singles.joint(demand))
        # A supplied derived number stands in the way of any other change: it has to follow its rule.
        yield from (_changing(literal) for literal in self._singles.following(step))
        yield from self._choosing(step)
        if self._singles.unknown(step):
            yield from self._known(step)

    def _known(self, step: Step) -> tuple[Plan, ...]:
        """Return what may make something known that is made of numbers."""
        position, lane = step
        used = tuple(Demand((each, lane), Aim.KNOWN) for each in operands(self._nodes[position]))
        if all(map(self.met, used)):
            # A division by zero, or arithmetic with 未发生: one of the numbers has to be another one.
            return tuple(_changing(literal) for literal in self._singles.deciding(step))
        return (_all(used),)

    def _choosing(self, step: Step) -> Iterator[Plan]:
        """Yield how other elements would be counted or summed than are now, where no single change does that."""
        waiting = [step]
        seen = set(waiting)
        while waiting:
            part = waiting.pop()
            node = self._nodes[part[0]]
            if isinstance(node, nodes.Aggregate | nodes.Count):
                yield from self._chosen_otherwise(node, part)
            for below in self._cone.below[part].steps:
                if below not in seen and is_number(self._nodes[below[0]]):
                    seen.add(below)
                    waiting.append(below)

    def _chosen_otherwise(self, node: nodes.Aggregate | nodes.Count, step: Step) -> Iterator[Plan]:
        if node.condition is None:
            return
        for child in self._cone.children(node.relation, step[1]):
            value = (Demand((node.value, child), Aim.KNOWN),) if isinstance(node, nodes.Aggregate) else ()
            condition = (node.condition, child)
            for demands in ((Demand(condition, Aim.YES), *value), (Demand(condition, Aim.NO),)):
                if not all(map(self.met, demands)):
                    yield (Need(((Way(demands),),), least=2),)

    def _summed(self, node: nodes.Count | nodes.Aggregate, lane: int) -> Iterator[Need]:
        """Yield what makes a sum or a count known: every element, and that there are no others."""
        yield self._complete(node.relation)
        chosen: list[Way] = []
        for child in self._cone.children(node.relation, lane):
            ways = list(self._ruled_out(node.relation, node.condition, child, lane))
            here = self._tie(node.relation, child, lane, here=True)
            if here is not None:
                counts = () if node.condition is None else (Demand((node.condition, child), Aim.YES),)
                value = (Demand((node.value, child), Aim.KNOWN),) if isinstance(node, nodes.Aggregate) else ()
                chosen.append(Way((*counts, *value), here))
                ways.append(chosen[-1])
            yield Need((tuple(ways),))
        if isinstance(node, nodes.Aggregate) and node.kind != Aggregation.SUM:
            # Of nothing there is no largest.
            yield Need((tuple(chosen),))

    # --- related elements -----------------------------------------------------------------------------

    def _folded(self, node: nodes.Exists | nodes.Every, lane: int, aim: Aim) -> Iterator[Plan]:
        relation, condition = node.relation, node.condition
        # Every is: none for which not. So all aims are told of Exists, and turned round for what is below an Every.
        exists = isinstance(node, nodes.Exists)
        seen = aim if exists else OPPOSITE[aim]
        children = tuple(self._cone.children(relation, lane))
        below = tuple(Demand((condition, child), aim) for child in children)
        sure = seen in (Aim.YES, Aim.NO)
        if seen in TOWARDS_YES:
            ties = (self._tie(relation, child, lane, here=True, sure=sure) for child in children)
            ways = tuple(
                Way((demand,), tie) for demand, tie in zip(below, ties, strict=True) if tie is not None
            )
            yield (Need((ways,)),)
            return
        needs = [self._complete(relation)] if sure else []
        for child, demand in zip(children, below, strict=True):
            away = self._tie(relation, child, lane, here=False, sure=sure)
            ways = () if away is None else (Way((), away),)
            needs.append(Need(((*ways, Way((demand,))),)))
        yield tuple(needs)

    def _counted(self, node: nodes.CompareCount, step: Step, aim: Aim) -> Iterator[Plan]:
        """Yield what decides a count against a limit: enough elements that count, enough that do not, or another limit."""
        yield from self._by_single_changes(Demand(step, aim))
        _, lane = step
        limit = (node.limit, lane)
        yield from (_changing(literal) for literal in self._singles.changing(limit))
        value = self._rails.number(*limit)
        if value is None:
            yield _all((Demand(limit, Aim.KNOWN),))
            return
        count = self._sure_count if aim in (Aim.YES, Aim.NO) else self._possible_count
        yield from count(node, lane, value, wanted=aim in TOWARDS_YES)

    def _sure_count(self, node: nodes.CompareCount, lane: int, limit: int, *, wanted: bool) -> Iterator[Plan]:
        """Yield how many elements would have to count, and how many not, for a count to be on one side of its limit."""
        relation, condition = node.relation, node.condition
        children = tuple(self._cone.children(relation, lane))
        counting = tuple(
            (Way((Demand((condition, child), Aim.YES),), tie),)
            for child in children
            if (tie := self._tie(relation, child, lane, here=True)) is not None
        )
        against = tuple(tuple(self._ruled_out(relation, condition, child, lane)) for child in children)
        for yes in range(len(children) + 1):
            more = (Need(counting, yes),) if yes else ()
            if compare_between(node.operator, yes, None, limit) is wanted:
                yield more
                return
            for no in range(len(children) - yes + 1):
                if compare_between(node.operator, yes, len(children) - no, limit) is wanted:
                    yield (self._complete(relation), *more, *((Need(against, no),) if no else ()))
                    break

    def _possible_count(
        self, node: nodes.CompareCount, lane: int, limit: int, *, wanted: bool
    ) -> Iterator[Plan]:
        """Yield how many elements would have to be open for a count not to be ruled out on one side of its limit."""
        relation, condition = node.relation, node.condition
        children = tuple(self._cone.children(relation, lane))
        possible = tuple(
            (Way((Demand((condition, child), Aim.NOT_NO),), tie),)
            for child in children
            if (tie := self._tie(relation, child, lane, here=True, sure=False)) is not None
        )
        uncounted: list[tuple[Way, ...]] = []
        for child in children:
            away = self._tie(relation, child, lane, here=False, sure=False)
            ways = () if away is None else (Way((), away),)
            uncounted.append((*ways, Way((Demand((condition, child), Aim.NOT_YES),))))
        for count in range(len(children) + 1):
            if compare(node.operator, count, limit) is wanted:
                out = len(children) - count
                yield (
                    *(
                        (Need(possible, count),)
                        if count and self._case.tables[relation.child].complete
                        else ()
                    ),
                    *((Need(tuple(uncounted), out),) if out else ()),
                )

    def _lifted(self, node: nodes.Lift | nodes.LiftNumber, step: Step, aim: Aim) -> tuple[Plan, ...]:
        _, lane = step
        ways = tuple(
            Way((Demand(part, aim),), tie)
            for part in self._cone.below[step].steps
            if (tie := self._tie(node.relation, lane, part[1], here=True)) is not None
        )
        return ((Need((ways,)),),)

    def _complete(self, relation: Relation) -> Need:
        if self._case.tables[relation.child].complete:
            return _FREE
        return Need((tuple(Way((), (each,)) for each in self._singles.of(ListOf(relation.child))),))

    def _ruled_out(self, relation: Relation, condition: int | None, child: int, lane: int) -> Iterator[Way]:
        """Yield why an element would not count: it belongs elsewhere, or its condition."""
        away = self._tie(relation, child, lane, here=False)
        if away is not None:
            yield Way((), away)
        if condition is not None:
            yield Way((Demand((condition, child), Aim.NO),))

    def _tie(
        self, relation: Relation, child: int, parent: int, *, here: bool, sure: bool = True
    ) -> Literals | None:
        """Return what lets an element belong to ``parent``, or elsewhere; None when nothing does.

        Where it need not be ``sure``, that it is not known where it belongs is enough.
        """
        stated = self._case.links[relation][child]
        if (stated is None and not sure) or (stated is not None and (stated == parent) is here):
            return ()
        reference = self._cone.reference(relation, child)
        if reference is None:
            return None
        name = self._case.tables[relation.parent].ids[parent]
        return self._singles.referring(reference, name, here=here)


def _changing(*literals: tuple[int, int]) -> Plan:
    return (Need(((Way((), literals),),)),)


def _all(demands: Iterable[Demand]) -> Plan:
    return tuple(Need(((Way((demand,)),),)) for demand in demands)


def _any(demands: Iterable[Demand]) -> Plan:
    return (Need((tuple(Way((demand,)) for demand in demands),)),)


def _merged(rule: Step, supplied: Step, aim: Aim) -> tuple[Plan, ...]:
    """Return what decides a derived field: rule and supplied fact must not contradict each other."""
    both = (rule, supplied)
    if aim in (Aim.YES, Aim.NO):
        quiet = Aim.NOT_NO if aim is Aim.YES else Aim.NOT_YES
        return tuple(_all((Demand(one, aim), Demand(other, quiet))) for one, other in (both, both[::-1]))
    known = Aim.YES if aim is Aim.NOT_NO else Aim.NO
    return (_any(Demand(each, known) for each in both), _all(Demand(each, aim) for each in both))
