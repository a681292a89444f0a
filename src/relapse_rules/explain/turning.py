"""The moments at which anything that a program says of a case can change while nothing new is recorded: all of them, by no sampling.

A stated moment comes, a 参数 has another value, a unit is merged: those moments are written down. Between them only 判定时点 itself and
ages move. A comparison of numbers made from these is settled over a span when no values within their bounds could answer otherwise; a
span in which one is not settled is halved, down to a single second.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from relapse_rules.decisions.moments import first_second
from relapse_rules.explain.bounds import Span, UnsettledError
from relapse_rules.facts.case import Case
from relapse_rules.facts.shape import AS_OF
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.types import NEVER, Kind

MOST_SPANS: Final = 20_000
"""A comparison that is never settled (of 判定时点 with itself, say) must not run on and on."""


class TooManyMomentsError(Exception):
    """More spans than `MOST_SPANS` would have to be looked at."""


class Runner(Protocol):
    """What is needed of an engine."""

    @property
    def program(self) -> Program:
        """The program that it runs."""
        ...

    def run(self, case: Case) -> Rails:
        """Return the rails of ``case``."""
        ...


class Moving(NamedTuple):
    """The nodes that move by themselves: ``now`` those made of 判定时点 as a number, ``all`` those and what is made of ages."""

    now: frozenset[int]
    all: frozenset[int]


def as_of_fact(program: Program) -> str:
    """Return the name of 判定时点 as a fact."""
    root = next(domain for domain, parent in program.domains if parent is None)
    return f"{root}.{AS_OF}"


def dated(program: Program, case: Case, moment: int) -> Case:
    """Return ``case`` as of another moment."""
    fact = as_of_fact(program)
    root = fact.partition(".")[0]
    table = case.tables[root]
    rows = tuple({**row, fact: moment} if fact in row else row for row in table.rows)
    return Case(
        as_of=moment,
        tables={**case.tables, root: table._replace(rows=rows)},
        links=case.links,
        recorded=case.recorded,
    )


def moving(program: Program) -> Moving:
    """Return the nodes of ``program`` that move by themselves."""
    fact = as_of_fact(program)
    now: set[int] = set()
    every: set[int] = set()
    for position, node in enumerate(program.nodes):
        used = operands(node)
        is_now = isinstance(node, nodes.FieldNumber) and node.fact == fact
        if is_now or not now.isdisjoint(used):
            now.add(position)
        if is_now or isinstance(node, nodes.Age) or not every.isdisjoint(used):
            every.add(position)
    return Moving(frozenset(now), frozenset(every))


def turning_points(engine: Runner, case: Case, first: int, last: int) -> tuple[int, ...]:
    """Return moments from ``first`` on (which is one of them) to ``last``, ascending, between which no condition changes.

    Not every one need bring a change. Numbers that are only shown may move on between them.

    Raises:
        TooManyMomentsError: a comparison can be settled only second by second.
    """
    program = engine.program
    known = {*_stated(program, case), *_written(program)}
    starts = sorted({first, *(moment for moment in known if first < moment <= last)})
    ends = (*(start - 1 for start in starts[1:]), last)
    found = moving(program)
    questions = tuple(
        position
        for position in sorted(found.all)
        if isinstance(program.nodes[position], nodes.Compare | nodes.CompareRatio | nodes.CompareCount)
    )
    if not questions:
        return tuple(starts)
    halving = _Halving(engine, case, found.all, questions)
    return tuple(
        point for start, end in zip(starts, ends, strict=True) for point in halving.points(start, end)
    )


def _stated(program: Program, case: Case) -> Iterator[int]:
    """Yield the stated moments that some condition waits for."""
    for node in program.nodes:
        if isinstance(node, nodes.Test) and node.kind == "happened":
            is_date = program.facts[node.fact].type.kind is Kind.DATE
            for row in case.tables[node.domain].rows:
                moment = row.get(node.fact)
                if isinstance(moment, int) and moment != NEVER:
                    yield first_second(moment) if is_date else moment


def _written(program: Program) -> Iterator[int]:
    """Yield the moments at which the policy itself says that something changes."""
    for entry in program.parameters:
        yield from (first_second(setting.since) for setting in entry.values)
    for unit in program.units:
        yield from (first_second(since) for _, since in unit.successions)


class _Halving:
    """Finds the spans in which every question is settled."""

    def __init__(self, engine: Runner, case: Case, found: frozenset[int], questions: tuple[int, ...]) -> None:
        self._engine = engine
        self._case = case
        self._moving = found
        self._questions = questions
        self._looked_at = 0

    def points(self, first: int, last: int) -> Iterator[int]:
        """Yield the first moment of each settled span, ascending."""
        pending = [(first, last)]
        while pending:
            start, end = pending.pop()
            if start == end or self._is_settled(start, end):
                yield start
            else:
                middle = (start + end) // 2
                pending += ((middle + 1, end), (start, middle))

    def _is_settled(self, start: int, end: int) -> bool:
        self._looked_at += 1
        if self._looked_at > MOST_SPANS:
            raise TooManyMomentsError
        program = self._engine.program
        case = dated(program, self._case, start)
        span = Span(program, case, self._engine.run(case), self._moving, end)
        try:
            # INVARIANT: what a question counts or sums over hangs on questions before it, which are settled by then.
            for question in self._questions:
                for lane in range(len(case.tables[program.nodes[question].domain].rows)):
                    span.settle(question, lane)
        except UnsettledError:
            return False
        return True
