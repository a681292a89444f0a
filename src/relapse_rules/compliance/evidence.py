"""When a condition of the program came true, for all lanes at once.

The algebra of moments: a recorded time is true from itself on; 且 from the last of its parts on, 或 from the first that is dated,
存在 from the first matching row on, a count of k from the k-th on. What carries no time (a tick in a column) is true without a moment.

There are two ways of asking. Asking *whether a duty began* takes what is not stated for unknown, as the engines do. Asking *whether it
was done* takes it for not recorded, and a column that the tables do not have for nothing to go by (`None`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from relapse_rules.compliance.columns import MISSING, Bools, Codes, Column, Ints, Keys, Numbers
from relapse_rules.compliance.county import DISASTERS, EVENTS, County
from relapse_rules.compliance.signals import (
    TIMELESS,
    Amount,
    Rows,
    Signal,
    all_of,
    any_of,
    negated,
    next_event,
    undated,
)
from relapse_rules.engines.lanes.answers import Answers
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison

_TO_IMPACTS: Final = Relation("impact", "household")
_TO_EVENTS: Final = Relation(EVENTS, "household")
_OF_DISASTERS: Final = Relation("impact", DISASTERS, "event_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds at 判定时点 (seconds): the numbers of 参数 (None: 待定), their sets, and which option of each 解读 is taken."""

    as_of: int
    numbers: Mapping[str, int | None]
    sets: Mapping[str, tuple[str, ...]]
    readings: Mapping[str, str]


class Evidence:
    """Looks up conditions in a county. ``own``: the entity whose unstated cells count as not recorded; None asks as the engines do."""

    def __init__(self, program: Program, county: County, settings: Settings, own: str | None = None) -> None:
        self._nodes = program.nodes
        self._facts = program.facts
        self._county = county
        self._settings = settings
        self._own = own
        self._signals: dict[int, Signal | None] = {}
        self._amounts: dict[int, Amount | None] = {}
        self._ties: dict[Relation, Bools | None] = {}
        self._asked = self if own is None else Evidence(program, county, settings)

    def signal(self, node: int) -> Signal | None:
        """Return a condition by lane of its domain; None when these tables cannot tell (only when asking whether it was done)."""
        if node not in self._signals:
            found = self._condition(self._nodes[node])
            if found is None and self._own is None:
                found = self._unknown(self._nodes[node].domain)
            self._signals[node] = found
        return self._signals[node]

    def amount(self, node: int) -> Amount | None:
        """Return a number by lane of its domain; None when these tables cannot tell."""
        if node not in self._amounts:
            self._amounts[node] = self._number(self._nodes[node])
        return self._amounts[node]

    def _condition(self, node: nodes.AnyNode) -> Signal | None:
        if node.domain not in self._county.counts:
            return None
        match node:
            case nodes.Constant(value=value):
                return self._always(node.domain, value=value)
            case nodes.Reading(reading=reading, option=option):
                return self._always(node.domain, value=self._settings.readings[reading] == option)
            case nodes.Test():
                return self._test(node)
            case nodes.And(operands=operands):
                return self._all(operands)
            case nodes.Or(operands=operands):
                return self._any(operands)
            case nodes.Not(operand=operand):
                return self._not(operand)
            case nodes.Merge(rule=rule, supplied=supplied):
                return self._any((rule, supplied)) if self._own is not None else self._merged(rule, supplied)
            case nodes.Exists(relation=relation, condition=condition):
                return self._exists(relation, condition)
            case nodes.Every(relation=relation, condition=condition):
                inner = negated(self.signal(condition))
                return None if inner is None else negated(self._folded(relation, inner))
            case nodes.CompareCount(operator=Comparison.AT_LEAST):
                return self._counted(node)
            case nodes.Compare():
                return self._since_then(node) or self._compared(node)
            case nodes.Lift(relation=relation, operand=operand):
                return self._lifted(relation, operand)
            case _:
                return None

    def _number(self, node: nodes.AnyNode) -> Amount | None:
        count = self._county.counts.get(node.domain)
        if count is None:
            return None
        match node:
            case nodes.Number(value=value):
                return Amount(
                    values=np.full(count, value, dtype=np.int64), known=np.ones(count, dtype=np.bool_)
                )
            case nodes.Parameter(name=name):
                setting = self._settings.numbers.get(name)
                values = np.full(count, setting or 0, dtype=np.int64)
                return Amount(values=values, known=np.full(count, setting is not None))
            case nodes.FieldNumber(fact=fact):
                column = self._county.columns.get(fact)
                if not isinstance(column, Numbers):
                    return None
                return Amount(values=column.values, known=column.known)
            case nodes.LiftNumber(relation=relation, operand=operand):
                link, above = self._county.links.get(relation), self.amount(operand)
                if link is None or above is None:
                    return None
                values, known = np.append(above.values, 0), np.append(above.known, False)
                return Amount(values=values[link], known=known[link])
            case _:
                return None

    # --- leaves ---------------------------------------------------------------------------------

    def _always(self, domain: str, *, value: bool) -> Signal:
        count = self._county.counts[domain]
        return undated(np.full(count, value), np.full(count, not value))

    def _unknown(self, domain: str) -> Signal:
        count = self._county.counts.get(domain, 0)
        nothing = np.zeros(count, dtype=np.bool_)
        return undated(nothing, nothing)

    def _test(self, node: nodes.Test) -> Signal | None:
        column = self._county.columns.get(node.fact)
        if column is None:
            return None
        if node.kind == "happened":
            return self._happened(node, column)
        asked = node.values if node.parameter is None else self._settings.sets.get(node.parameter)
        answers = Answers(node, self._facts[node.fact].type, asked)
        if isinstance(column, Numbers):
            return None
        values = column.texts.to_pylist() if isinstance(column, Keys) else column.values
        # The last place answers for what is not stated, which MISSING finds by wrapping round.
        bits = [*(answers[value] for value in values), (0, int(self._own == node.domain))]
        yes = np.array([each[0] for each in bits], dtype=np.bool_).take(column.codes, mode="wrap")
        no = np.array([each[1] for each in bits], dtype=np.bool_).take(column.codes, mode="wrap")
        return undated(yes, no)

    def _happened(self, node: nodes.Test, column: Column) -> Signal | None:
        if not isinstance(column, Numbers):
            return None
        if column.values.dtype != np.int64:
            return None
        yes = column.known & (column.values <= self._settings.as_of)
        no = ~yes if self._own is not None else column.known & ~yes
        return Signal(
            yes=yes,
            no=no,
            since=np.where(yes, column.values, TIMELESS),
            witness=self._witness(node.domain, len(yes)),
        )

    def _witness(self, domain: str, count: int) -> Codes:
        return (
            np.arange(count, dtype=np.int32) if domain == EVENTS else np.full(count, MISSING, dtype=np.int32)
        )

    # --- gates ----------------------------------------------------------------------------------

    def _all(self, operands: tuple[int, ...]) -> Signal | None:
        parts = [part for operand in operands if (part := self.signal(operand)) is not None]
        return all_of(parts) if len(parts) == len(operands) else None

    def _any(self, operands: tuple[int, ...]) -> Signal | None:
        parts = [part for operand in operands if (part := self.signal(operand)) is not None]
        return any_of(parts) if parts else None

    def _not(self, operand: int) -> Signal | None:
        """What is not recorded proves nothing by being denied: under 非 a cell that is not stated stays unknown."""
        inner = self.signal(operand)
        if inner is None or self._own is None:
            return negated(inner)
        return negated(self._asked.signal(operand))

    def _merged(self, rule: int, supplied: int) -> Signal | None:
        first, second = self.signal(rule), self.signal(supplied)
        if first is None or second is None:
            return first or second
        yes, no = first.yes | second.yes, first.no | second.no
        contradicted = yes & no
        return undated(yes & ~contradicted, no & ~contradicted)

    # --- between domains ------------------------------------------------------------------------

    def _exists(self, relation: Relation, condition: int) -> Signal | None:
        inner = self.signal(condition)
        return None if inner is None else self._folded(relation, inner)

    def _folded(self, relation: Relation, inner: Signal) -> Signal | None:
        link = self._county.links.get(relation)
        if link is None:
            return None
        count = self._county.counts[relation.parent]
        tied = self._tied(relation, link)
        rows = np.flatnonzero(inner.yes if tied is None else inner.yes & tied)
        yes = np.zeros(count, dtype=np.bool_)
        yes[link[rows]] = True
        unclear, loose = self._unclear(link, tied, inner, count)
        # A row that names no parent may belong to any, when asking as the engines do.
        no = np.zeros(count, dtype=np.bool_) if loose and self._own is None else ~yes & ~unclear
        if self._own is None and relation == _TO_IMPACTS:
            no &= ~self._unlisted(link)
        if not inner.dated:
            return undated(yes, no)
        first = self._first(rows, link, inner.since[rows])
        since = np.full(count, TIMELESS, dtype=np.int64)
        since[link[first]] = inner.since[first]
        witness = np.full(count, MISSING, dtype=np.int32)
        witness[link[first]] = inner.witness[first]
        return Signal(yes=yes, no=no, since=since, witness=witness)

    def _unlisted(self, impacts: Codes) -> Bools:
        """Return the households that the county dealt with and has no row of 受灾影响 for: such a gap does not say that they were not hit."""
        count = self._county.counts["household"]
        unlisted = np.ones(count, dtype=np.bool_)
        unlisted[impacts[impacts != MISSING]] = False
        dealt_with = np.zeros(count, dtype=np.bool_)
        events = self._county.links.get(_TO_EVENTS)
        if events is not None:
            dealt_with[events[events != MISSING]] = True
        return unlisted & dealt_with

    def _tied(self, relation: Relation, link: Codes) -> Bools | None:
        """Return which rows have a parent, None when all have."""
        if relation not in self._ties:
            tied = link != MISSING
            self._ties[relation] = None if bool(tied.all()) else tied
        return self._ties[relation]

    def _unclear(self, link: Codes, tied: Bools | None, inner: Signal, count: int) -> tuple[Bools, bool]:
        """Return which parents have a row that may match, and whether one without a parent may."""
        found = np.zeros(count, dtype=np.bool_)
        loose = tied is not None and bool((~tied & ~inner.no).any())
        if bool((inner.yes | inner.no).all()):
            return found, loose
        rows = np.flatnonzero(~inner.yes & ~inner.no if tied is None else tied & ~inner.yes & ~inner.no)
        found[link[rows]] = True
        return found, loose

    def _first(self, rows: Rows, link: Codes, since: Ints) -> Rows:
        """Return the earliest of ``rows`` of each parent; what is dated goes before what is not."""
        dated = since != TIMELESS
        if not dated.all():
            # Those without a moment first, so that an assignment from the back lets any dated one stand.
            undated = rows[~dated]
            rows, since = rows[dated], since[dated]
        else:
            undated = rows[:0]
        if np.any(since[1:] < since[:-1]):
            rows = rows[np.argsort(since, kind="stable")]
        place = np.full(int(link.max(initial=-1)) + 1, -1, dtype=np.intp)
        place[link[undated]] = undated
        place[link[rows[::-1]]] = rows[::-1]  # of what is assigned twice the last, here the earliest, stays
        return place[place >= 0]

    def _counted(self, node: nodes.CompareCount) -> Signal | None:
        link, inner, limit = (
            self._county.links.get(node.relation),
            self.signal(node.condition),
            self.amount(node.limit),
        )
        if (
            link is None
            or inner is None
            or limit is None
            or not limit.known.all()
            or len(set(limit.values.tolist())) > 1
        ):
            return None
        count = self._county.counts[node.relation.parent]
        wanted = int(limit.values[0]) if len(limit.values) else 1
        rows = np.flatnonzero(inner.yes & (link != MISSING))
        rows = rows[np.lexsort((inner.since[rows], link[rows]))]
        parents = link[rows]
        many = np.bincount(parents, minlength=count)
        begins = np.concatenate([[0], np.cumsum(many)[:-1]]) if count else np.zeros(0, dtype=np.int64)
        yes = many >= wanted
        place = rows[(begins + wanted - 1)[yes]] if wanted else rows[:0]
        since = np.full(count, TIMELESS, dtype=np.int64)
        witness = np.full(count, MISSING, dtype=np.int32)
        if wanted:
            since[yes], witness[yes] = inner.since[place], inner.witness[place]
        unclear, _ = self._unclear(link, self._tied(node.relation, link), inner, count)
        return Signal(yes=yes, no=~yes & ~unclear, since=since, witness=witness)

    def _lifted(self, relation: Relation, operand: int) -> Signal | None:
        above = self._nodes[operand]
        if relation.parent == "context" and isinstance(above, nodes.Exists):
            return self._own_disasters(relation, above)
        if relation.parent == "context" and _of_the_county(self._nodes, operand):
            return None
        inner, link = self.signal(operand), self._county.links.get(relation)
        if inner is None or link is None:
            return None
        return Signal(
            yes=np.append(inner.yes, False)[link],
            no=np.append(inner.no, False)[link],
            since=np.append(inner.since, TIMELESS)[link],
            witness=np.append(inner.witness, np.int32(MISSING))[link],
            dated=inner.dated,
        )

    def _own_disasters(self, relation: Relation, above: nodes.Exists) -> Signal | None:
        """The disasters of a household's own case are those that hit it; without a table of impacts nobody knows which."""
        inner = self.signal(above.condition)
        to_disaster, to_household = self._county.links.get(_OF_DISASTERS), self._county.links.get(_TO_IMPACTS)
        if (
            above.relation.child != DISASTERS
            or relation.child != "household"
            or inner is None
            or to_disaster is None
            or to_household is None
        ):
            return None
        nothing = np.full(len(to_disaster), MISSING, dtype=np.int32)
        hit = Signal(
            yes=np.append(inner.yes, False)[to_disaster],
            no=np.append(inner.no, False)[to_disaster],
            since=np.append(inner.since, TIMELESS)[to_disaster],
            witness=nothing,
        )
        return self._folded(_TO_IMPACTS, hit)

    # --- numbers --------------------------------------------------------------------------------

    def _compared(self, node: nodes.Compare) -> Signal | None:
        left, right = self.amount(node.left), self.amount(node.right)
        if left is None or right is None:
            return None
        known = left.known & right.known
        holds = _COMPARE[node.operator](left.values, right.values)
        return undated(known & holds, known & ~holds)

    def _since_then(self, node: nodes.Compare) -> Signal | None:
        """最大(程序事件.事件时间 满足 …) 不早于 事件时间: from the first matching event at or after the own one on."""
        lifted = self._nodes[node.left]
        own = self._nodes[node.right]
        if node.operator is not Comparison.AT_LEAST or not isinstance(lifted, nodes.LiftNumber):
            return None
        most = self._nodes[lifted.operand]
        if not (
            isinstance(most, nodes.Aggregate) and most.kind == "max" and isinstance(own, nodes.FieldNumber)
        ):
            return None
        value, begin = self.amount(most.value), self.amount(node.right)
        inner = None if most.condition is None else self.signal(most.condition)
        child, parent = self._county.links.get(most.relation), self._county.links.get(lifted.relation)
        if value is None or begin is None or inner is None or child is None or parent is None:
            return None
        rows = np.flatnonzero(inner.yes & value.known & (child != MISSING))
        rows = rows[np.lexsort((value.values[rows], child[rows]))]
        return next_event(rows, child, value.values, parent, begin)


def _of_the_county(program: tuple[nodes.AnyNode, ...], node: int) -> bool:
    """Whether a condition of 政策上下文 looks at lists (alerts, disasters), which hold all the county and not one household's."""
    match program[node]:
        case nodes.Exists() | nodes.Every() | nodes.CompareCount():
            return True
        case nodes.And(operands=operands) | nodes.Or(operands=operands):
            return any(_of_the_county(program, operand) for operand in operands)
        case nodes.Not(operand=operand):
            return _of_the_county(program, operand)
        case _:
            return False


_COMPARE: Final[dict[Comparison, Callable[[Ints, Ints], Bools]]] = {
    Comparison.LESS: np.less,
    Comparison.AT_MOST: np.less_equal,
    Comparison.MORE: np.greater,
    Comparison.AT_LEAST: np.greater_equal,
    Comparison.EQUAL: np.equal,
    Comparison.UNEQUAL: np.not_equal,
}
"""By elements."""
