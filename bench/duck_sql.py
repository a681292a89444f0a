"""Writes a program as SQL over tables: one query a domain and stage, three-valued logic by NULL.

``NULL`` is unknown: SQL's ``AND``, ``OR`` and ``NOT`` over booleans are Kleene's. A number that is not known is ``NULL`` too. What several
conditions use is one column of a nested query, the rest stands where it is used; only what leads to the wanted nodes is written.

Households are worked out in stages: what they are by themselves, then with what is folded from their children, then with what is folded
from children that see their household's own stage before. Each stage is a query over the one before; children are read anew from their own
table each time, which is less work than to keep what was found about them.

What belongs to the county as a whole has been worked out before, as for our own engine: it is written in, or joined by reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from duck_words import (
    SUBJECT,
    Constant,
    among,
    between,
    calculated,
    comma,
    complete_column,
    county_table,
    fact_column,
    floored,
    link_column,
    literal,
    result_table,
)

from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NEVER, SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind

FOLDS = (nodes.Exists, nodes.Every, nodes.CompareCount, nodes.Count, nodes.Aggregate)
LIFTS = (nodes.Lift, nodes.LiftNumber)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How a test of a fact reads in SQL: its column, and the literals of the stated values by outcome. ``literal`` None: a moment."""

    holds: tuple[str, ...]
    fails: tuple[str, ...]
    open: tuple[str, ...]
    is_condition: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the tables and the county settle beforehand.

    ``constants``: leaves and county nodes with one value for everybody. ``tests``: by test node, how stated values answer. ``moments``: by
    test node, the moment to which it is compared. ``stated``: facts that have a column. ``linked``: references that have a column.
    """

    constants: Mapping[int, Constant]
    tests: Mapping[int, Answered]
    moments: Mapping[int, int]
    stated: frozenset[str]
    linked: frozenset[Relation]
    today: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What can be tuned.

    ``keep``: stages of the household are temporary tables; otherwise nested. ``by_maximum``: folds by one ``max`` over 0, 1, 2, and not by
    two aggregates of booleans.
    """

    keep: bool = True
    by_maximum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A query whose result is kept under a name."""

    table: str
    query: str


class Writer:
    """Writes the queries for the nodes ``wanted`` of the domains that are not ``shared``."""

    def __init__(
        self, program: Program, shared: frozenset[str], wanted: Iterable[int], given: Given, way: Way
    ) -> None:
        self._nodes = program.nodes
        self._program = program
        self._shared = shared
        self._given = given
        self._way = way
        self._wanted = sorted(set(wanted))
        self._needed = self._closure(self._wanted)
        self._stage: dict[int, int] = {}
        for position in sorted(self._needed):
            self._stage[position] = self._stage_of(position)

    # --- what is needed, and when -----------------------------------------------------------------

    def _is_free(self, position: int) -> bool:
        """Whether a node is settled beforehand."""
        return position in self._given.constants or self._nodes[position].domain in self._shared

    def _closure(self, wanted: Iterable[int]) -> set[int]:
        found: set[int] = set()
        waiting = list(wanted)
        while waiting:
            position = waiting.pop()
            if position not in found:
                found.add(position)
                if not self._is_free(position):
                    waiting.extend(operands(self._nodes[position]))
        return found

    def _stage_of(self, position: int) -> int:
        """Return the stage of the household at which a node can be told; that of a child is its parent's."""
        node = self._nodes[position]
        if self._is_free(position):
            return 0
        below = max((self._stage[used] for used in operands(node)), default=0)
        return below + 1 if isinstance(node, FOLDS) else below

    @property
    def _last(self) -> int:
        return max((self._stage[each] for each in self._needed if self._in(each, SUBJECT)), default=0)

    def _in(self, position: int, domain: str) -> bool:
        return self._nodes[position].domain == domain and not self._is_free(position)

    # --- the queries ------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """Return the queries in order; the last ones make the `result_table` of each domain that has a wanted node."""
        found: list[Step] = []
        source = f"SELECT * FROM {SUBJECT}"
        for stage in range(self._last + 1):
            source = self._household(source, stage)
            if self._way.keep or stage == self._last:
                table = f"stage_{stage}"
                found.append(Step(table=table, query=source))
                source = f"SELECT * FROM {table}"
        kept = found[-1].table
        domains = dict.fromkeys(self._nodes[position].domain for position in self._wanted)
        for domain in domains:
            columns = [position for position in self._wanted if self._nodes[position].domain == domain]
            if domain == SUBJECT:
                query = f"SELECT {comma(['id', *map(self._exported, columns)])} FROM {kept}"
            else:
                inner = self._children(domain, columns, kept)
                query = f"SELECT {comma(['id', *map(self._exported, columns)])} FROM ({inner})"
            found.append(Step(table=result_table(domain), query=query))
        return found

    def _exported(self, position: int) -> str:
        if self._is_free(position):
            return f"{literal(self._given.constants.get(position), is_number=False)} AS n{position}"
        return f"n{position}"

    def _household(self, source: str, stage: int) -> str:
        new = [
            each for each in sorted(self._needed) if self._in(each, SUBJECT) and self._stage[each] == stage
        ]
        folds = [each for each in new if isinstance(self._nodes[each], FOLDS)]
        joins, columns = [], []
        for child in dict.fromkeys(self._relation(each).child for each in folds):
            own = [each for each in folds if self._relation(each).child == child]
            joins.append(f"LEFT JOIN ({self._folded(child, own, source)}) {child} ON {child}.h = parent.id")
            columns += [f"{child}.* EXCLUDE (h)"]
        start = f"SELECT {', '.join(['parent.*', *columns])} FROM ({source}) parent {' '.join(joins)}"
        kept = {
            each
            for each in {*self._wanted, *self._used_later(stage)}
            if self._in(each, SUBJECT) and self._stage[each] <= stage
        }
        columns = ["id", *self._completes(), *(f"n{each}" for each in sorted(kept))]
        return f"SELECT {comma(columns)} FROM ({self._nested(start, new, kept, {})})"

    def _completes(self) -> list[str]:
        folded = (self._relation(each).child for each in sorted(self._needed) if self._is_fold(each))
        return [complete_column(child) for child in dict.fromkeys(folded)]

    def _is_fold(self, position: int) -> bool:
        return isinstance(self._nodes[position], FOLDS) and not self._is_free(position)

    def _used_later(self, stage: int) -> set[int]:
        """Return the nodes of the household that a later stage or a child uses."""
        return {
            used
            for each in self._needed
            if not self._is_free(each) and (self._stage[each] > stage or not self._in(each, SUBJECT))
            for used in operands(self._nodes[each])
        }

    def _folded(self, child: str, folds: Sequence[int], source: str) -> str:
        conditions = [
            used
            for each in folds
            for used in operands(self._nodes[each])
            if self._nodes[used].domain == child
        ]
        inner = self._children(child, sorted(set(conditions)), f"({source})")
        aggregates = dict.fromkeys(each for fold in folds for each in self._aggregates(fold))
        return f"SELECT h, {comma(aggregates)} FROM ({inner}) GROUP BY h"

    def _children(self, domain: str, wanted: Sequence[int], household: str) -> str:
        """Return the query over a child's table that has ``wanted`` among its columns."""
        inside = sorted(self._inside(wanted))
        lifts = [each for each in inside if isinstance(self._nodes[each], LIFTS)]
        aliases: dict[int, str] = {}
        joins: list[str] = []
        columns = ["own.*"]
        for relation in dict.fromkeys(self._relation(each) for each in lifts):
            if relation.parent in self._shared:
                table = county_table(relation.parent)
            elif relation.parent == SUBJECT:
                table = household
            else:
                message = f"not written: a reference into {relation.parent}"
                raise NotImplementedError(message)
            name = f"up_{len(joins)}"
            if relation.parent in self._shared and relation not in self._given.linked:
                continue
            joins.append(f"LEFT JOIN {table} {name} ON {name}.id = own.{link_column(relation)}")
            for lift in lifts:
                used = operands(self._nodes[lift])[0]
                if self._relation(lift) == relation:
                    columns.append(f"{name}.n{used} AS n{lift}")
                    aliases[lift] = f"n{lift}"
        start = f"SELECT {', '.join(columns)} FROM {domain} own {' '.join(joins)}"
        return self._nested(start, inside, set(wanted), aliases)

    def _inside(self, wanted: Iterable[int]) -> set[int]:
        """Return the nodes of one domain that lead to ``wanted``; where they come from another domain it ends."""
        found: set[int] = set()
        waiting = list(wanted)
        while waiting:
            position = waiting.pop()
            if position in found or self._is_free(position):
                continue
            found.add(position)
            if not isinstance(self._nodes[position], (*LIFTS, *FOLDS)):
                waiting.extend(operands(self._nodes[position]))
        return found

    def _nested(self, start: str, new: Sequence[int], kept: set[int], aliases: Mapping[int, str]) -> str:
        """Return a query with a column for each of ``new`` that is kept or used twice, each built on those of the queries inside."""
        uses = Counter(
            used for each in new if each not in aliases for used in set(operands(self._nodes[each]))
        )
        scope = _Scope(known=dict(aliases), fresh=set(new) - set(aliases))
        texts: dict[int, list[tuple[int, str]]] = {}
        for position in new:
            if position in aliases:
                continue
            level, text = self._expression(position, scope)
            if (position in kept or uses[position] > 1) and not text.startswith('"'):
                texts.setdefault(level, []).append((position, text))
                scope.level[position] = level + 1
                scope.known[position] = f"n{position}"
            else:
                scope.level[position] = level
                scope.known[position] = text
                if position in kept:
                    texts.setdefault(level, []).append((position, text))
        query = start
        for level in sorted(texts):
            columns = ", ".join(f"{text} AS n{position}" for position, text in texts[level])
            query = f"SELECT *, {columns} FROM ({query})"
        return query

    # --- expressions ------------------------------------------------------------------------------

    def _expression(self, position: int, scope: _Scope) -> tuple[int, str]:
        """Return the level at which a node can be told, and its text."""
        used = operands(self._nodes[position])
        level = 0
        if not isinstance(self._nodes[position], (*LIFTS, *FOLDS)):
            level = max((scope.level.get(each, 0) for each in used), default=0)
        elif isinstance(self._nodes[position], nodes.CompareCount):
            level = scope.level.get(self._nodes[position].limit, 0)
        return level, self._text(position, lambda each: self._told(each, scope))

    def _told(self, position: int, scope: _Scope) -> str:
        if position in self._given.constants:
            return literal(self._given.constants[position], is_number=_is_number(self._nodes[position]))
        return scope.known.get(position, f"n{position}")

    def _relation(self, position: int) -> Relation:
        relation: Relation = self._nodes[position].relation  # type: ignore[union-attr] - folds and lifts
        return relation

    def _text(self, position: int, of: Callable[[int], str]) -> str:
        node = self._nodes[position]
        match node:
            case nodes.Test():
                return self._test(position, node)
            case nodes.FieldNumber(fact=fact):
                return fact_column(fact)
            case nodes.And(operands=used):
                return "(" + " AND ".join(map(of, used)) + ")"
            case nodes.Or(operands=used):
                return "(" + " OR ".join(map(of, used)) + ")"
            case nodes.Not(operand=used):
                return f"(NOT {of(used)})"
            case nodes.AtLeast(count=count, operands=used):
                low = " + ".join(f"coalesce({of(each)}::INT, 0)" for each in used)
                high = " + ".join(f"coalesce({of(each)}::INT, 1)" for each in used)
                return f"CASE WHEN {low} >= {count} THEN true WHEN {high} < {count} THEN false END"
            case nodes.Merge(rule=rule, supplied=supplied) | nodes.MergeNumber(rule=rule, supplied=supplied):
                return f"CASE WHEN {of(rule)} <> {of(supplied)} THEN NULL ELSE coalesce({of(rule)}, {of(supplied)}) END"
            case nodes.Compare(operator=operator, left=left, right=right):
                return f"({of(left)} {_SIGN[operator]} {of(right)})"
            case nodes.Exists() | nodes.Every() | nodes.CompareCount() | nodes.Count() | nodes.Aggregate():
                return self._fold(position, node, of)
            case nodes.Lift() | nodes.LiftNumber():
                return literal(None, is_number=isinstance(node, nodes.LiftNumber))
            case _:
                return self._number(node, of)

    def _test(self, position: int, node: nodes.Test) -> str:
        column = fact_column(node.fact)
        if position in self._given.moments:
            return f"({column} <= {self._given.moments[position]})"
        answered = self._given.tests[position]
        if answered.is_condition:
            return column if answered.holds == ("true",) else f"(NOT {column})"
        if answered.open:
            cases = [("true", answered.holds), ("false", answered.fails)]
            told = " ".join(f"WHEN {among(column, values)} THEN {truth}" for truth, values in cases if values)
            return f"CASE {told} END" if told else "NULL::BOOLEAN"
        if len(answered.holds) <= len(answered.fails):
            return (
                among(column, answered.holds)
                if answered.holds
                else f"(CASE WHEN {column} IS NOT NULL THEN false END)"
            )
        return (
            f"(NOT {among(column, answered.fails)})"
            if answered.fails
            else f"(CASE WHEN {column} IS NOT NULL THEN true END)"
        )

    def _number(self, node: nodes.AnyNode, of: Callable[[int], str]) -> str:
        match node:
            case nodes.CompareRatio(operator=operator):
                top, bottom, other, under = (
                    self._finite(each, of)
                    for each in (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
                )
                sign = f"(CASE WHEN ({bottom} > 0) = ({under} > 0) THEN 1 ELSE -1 END)"
                known = f"{bottom} <> 0 AND {under} <> 0"
                return f"CASE WHEN {known} THEN {sign} * {top} * {under} {_SIGN[operator]} {sign} * {other} * {bottom} END"
            case nodes.Calculate(operation=operation, left=left, right=right, rounding=rounding, scale=scale):
                return calculated(operation, self._finite(left, of), self._finite(right, of), rounding, scale)
            case nodes.Age(birth=birth):
                year, month, day = self._given.today
                born = f"(DATE '0001-01-01' + ({self._finite(birth, of)} - 1)::INT)"
                return f"({year} - year({born}) - (month({born}) * 32 + day({born}) > {month * 32 + day})::INT)::BIGINT"
            case nodes.DateOf(time=time):
                day_of = floored(f"({of(time)} + {UTC_OFFSET_SECONDS})", SECONDS_PER_DAY)
                return f"CASE WHEN {of(time)} = {NEVER} THEN {NEVER} ELSE {EPOCH_ORDINAL} + {day_of} END"
            case nodes.Apart(left=left, right=right, step=step):
                return f"(abs({self._finite(left, of)} - {self._finite(right, of)}) * {step})"
            case _:
                message = f"settled beforehand: {node}"
                raise AssertionError(message)

    def _finite(self, position: int, of: Callable[[int], str]) -> str:
        text = of(position)
        return f"nullif({text}, {NEVER})" if position in self._never else text

    @cached_property
    def _never(self) -> frozenset[int]:
        """The numbers that can be 未发生."""
        found: set[int] = set()
        for position, node in enumerate(self._nodes):
            match node:
                case nodes.FieldNumber(fact=fact):
                    passes = self._program.facts[fact].type.kind in {Kind.DATE, Kind.TIME}
                case nodes.LiftNumber() | nodes.DateOf() | nodes.MergeNumber() | nodes.Aggregate():
                    passes = not found.isdisjoint(operands(node))
                case _:
                    passes = False
            if passes:
                found.add(position)
        return frozenset(found)

    # --- folds ------------------------------------------------------------------------------------

    def _aggregates(self, position: int) -> list[str]:
        """Return what is asked of the children of each household, for a fold."""
        node = self._nodes[position]
        match node:
            case nodes.Exists(condition=condition):
                return self._three(self._seen(condition), f"x{condition}")
            case nodes.Every(condition=condition):
                return self._three(f"(NOT {self._seen(condition)})", f"y{condition}")
            case nodes.CompareCount(condition=condition) | nodes.Count(condition=condition):
                return [
                    f"count_if({self._seen(condition)}) AS low{condition}",
                    f"count_if({self._seen(condition)} IS DISTINCT FROM false) AS high{condition}",
                ]
            case nodes.Aggregate(kind=kind, value=value, condition=condition):
                chosen, told = "true" if condition is None else self._seen(condition), self._seen(value)
                usable = f"{told} IS NOT NULL" + (f" AND {told} <> {NEVER}" if kind == "sum" else "")
                return [
                    f"{kind}({told}) FILTER ({chosen}) AS value{position}",
                    f"bool_and({chosen} IS NOT NULL AND (NOT {chosen} OR ({usable}))) AS settled{position}",
                ]
            case _:
                message = f"no fold: {node}"
                raise AssertionError(message)

    def _seen(self, position: int) -> str:
        """Return how a child's node reads where children are counted."""
        if position in self._given.constants:
            return literal(self._given.constants[position], is_number=_is_number(self._nodes[position]))
        return f"n{position}"

    def _three(self, condition: str, name: str) -> list[str]:
        if self._way.by_maximum:
            return [
                f"max(CASE WHEN {condition} THEN 2 WHEN {condition} IS NULL THEN 1 ELSE 0 END::UTINYINT) AS {name}"
            ]
        return [f"bool_or({condition}) AS {name}", f"bool_or({condition} IS NULL) AS {name}_open"]

    def _fold(self, position: int, node: nodes.AnyNode, of: Callable[[int], str]) -> str:
        complete = complete_column(self._relation(position).child)
        match node:
            case nodes.Exists(condition=condition):
                return self._exists(f"x{condition}", complete)
            case nodes.Every(condition=condition):
                return f"(NOT {self._exists(f'y{condition}', complete)})"
            case nodes.CompareCount(operator=operator, condition=condition, limit=limit):
                low, high = f"coalesce(low{condition}, 0)", f"coalesce(high{condition}, 0)"
                return between(operator, low, high, complete, self._finite(limit, of))
            case nodes.Count(condition=condition):
                low, high = f"coalesce(low{condition}, 0)", f"coalesce(high{condition}, 0)"
                return f"CASE WHEN {complete} AND {low} = {high} THEN {low} END"
            case nodes.Aggregate(kind=kind):
                nothing = f"coalesce(value{position}, 0)" if kind == "sum" else f"value{position}"
                return f"CASE WHEN {complete} AND coalesce(settled{position}, true) THEN {nothing} END"
            case _:
                message = f"no fold: {node}"
                raise AssertionError(message)

    def _exists(self, name: str, complete: str) -> str:
        if self._way.by_maximum:
            return (
                f"CASE WHEN {name} = 2 THEN true WHEN {complete} AND coalesce({name}, 0) = 0 THEN false END"
            )
        return (
            f"CASE WHEN {name} THEN true WHEN {complete} AND NOT coalesce({name}_open, false) THEN false END"
        )


@dataclass(slots=True)
class _Scope:
    """What the queries inside have: the texts of nodes, and at which level they can be told."""

    known: dict[int, str]
    fresh: set[int]
    level: dict[int, int] = field(default_factory=dict)


_SIGN = {
    Comparison.LESS: "<",
    Comparison.AT_MOST: "<=",
    Comparison.MORE: ">",
    Comparison.AT_LEAST: ">=",
    Comparison.EQUAL: "=",
    Comparison.UNEQUAL: "<>",
}


def _is_number(node: nodes.AnyNode) -> bool:
    return isinstance(node, nodes.NumberNode)
