"""The `lanes` engine for many households: blocks of them, each word of a rail 64 households wide.

The kernel is generated from the same program by the same generator as for one household; see `words` for how elements are laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from relapse_rules.engines.lanes.answers import UNKNOWN, Bits
from relapse_rules.engines.lanes.encode import leaf_count
from relapse_rules.engines.lanes.frame import EVERYTHING, NOTHING, Bools, Frame, Ints, Words, packed
from relapse_rules.engines.lanes.settings import Settings, settings_on
from relapse_rules.engines.lanes.words import words_source
from relapse_rules.facts.case import Value
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import Kind

MISSING: Final = -1
"""The code of what is not stated."""

_FEW: Final = 8
"""Beyond so many codes it is quicker to look each element up in a table than to compare it with each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Few different values: each element's position among ``values``, or `MISSING`. Shape (slots, households).

    The narrower the integers, the faster they are looked through.
    """

    codes: npt.NDArray[np.signedinteger[Any]]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Integers in the form of their type; what is not ``known`` means nothing. Shape (slots, households)."""

    values: Ints
    known: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Households to be run together: their shape, and their stated facts by name. A fact without a column is not stated by anybody."""

    frame: Frame
    columns: Mapping[str, Codes | Figures]
    _where: dict[tuple[str, int], Words] = field(default_factory=dict, compare=False, repr=False)
    """By fact and code; under `MISSING`, the elements that state any value."""

    def stated(self, fact: str) -> Words:
        """Return the elements that state the fact: worked out once, since most tests of it ask."""
        found = self._where.get((fact, MISSING))
        if found is None:
            column = self.columns[fact]
            told = column.codes != MISSING if isinstance(column, Codes) else column.known
            found = self._where[fact, MISSING] = packed(told)
        return found

    def where(self, fact: str, codes: Sequence[int]) -> Words:
        """Return the elements that state a value with one of ``codes``."""
        column = self.columns[fact]
        assert isinstance(column, Codes)
        if not codes:
            return NOTHING
        if len(codes) <= _FEW:
            return reduce(or_, [self._states(fact, column, code) for code in codes])
        # The last place stands for what is missing.
        wanted = np.zeros(len(column.values) + 1, np.bool_)
        wanted[list(codes)] = True
        return packed(wanted[column.codes])

    def _states(self, fact: str, column: Codes, code: int) -> Words:
        """Return the elements that state one value: worked out once, since several tests ask for it."""
        found = self._where.get((fact, code))
        if found is None:
            found = self._where[fact, code] = packed(column.codes == code)
        return found


@dataclass(frozen=True, slots=True)
class WordRails:
    """The rails of every node of a block, as in `Frame`, and of the county's as in `Rails`; None for what was not to be worked out."""

    first: list[Any]
    second: list[Any]
    conflicts: list[tuple[int, Words]]


class BlockEvaluator:
    """Runs a program on blocks. ``shared``: the domains that belong to the county as a whole. ``wanted``: the only nodes that matter.

    Safe to share between threads: nothing changes after it is made but what it remembers of the last values.
    """

    def __init__(
        self, program: Program, shared: frozenset[str], as_of: int, wanted: Iterable[int] | None = None
    ) -> None:
        self.program = program
        self.shared = shared
        self._as_of = as_of
        self._today = day_of(as_of)
        self._settings: Settings = settings_on(program, self._today)
        self._answered: dict[int, tuple[tuple[Value, ...], tuple[list[int], list[int], list[int]]]] = {}
        self._taken = {entry.name: entry.taken for entry in program.readings}
        everything = range(len(program.nodes))
        needed = everything if wanted is None else leading_to(program, wanted)
        source, count = words_source(program, shared, needed)
        namespace: dict[str, Any] = {"np": np}
        exec(compile(source, f"<{program.policy} by blocks>", "exec"), namespace)  # noqa: S102 - our own generated code
        self._parts: list[Callable[..., None]] = [namespace[f"part_{part}"] for part in range(count)]
        self._own_leaves = [
            (position, program.nodes[position])
            for position in range(leaf_count(program))
            if position in needed and program.nodes[position].domain not in shared
        ]
        self._of_county = [position for position in everything if program.nodes[position].domain in shared]

    def run(self, block: Block, county: Rails | None = None) -> WordRails:
        """Return the rails of ``block``. ``county``: the rails of the shared domains, from the engine for one household."""
        first, second = self.leaves(block, county)
        block.frame.conflicts = []
        for part in self._parts:
            part(first, second, block.frame)
        return WordRails(first, second, block.frame.conflicts)

    def leaves(self, block: Block, county: Rails | None = None) -> tuple[list[Any], list[Any]]:
        """Return both rails of what is stated, and of the county; None for what follows from them."""
        size = len(self.program.nodes)
        first: list[Any] = [None] * size
        second: list[Any] = [None] * size
        if county is not None:
            for position in self._of_county:
                first[position], second[position] = county.first[position], county.second[position]
        for position, node in self._own_leaves:
            first[position], second[position] = self._leaf(position, node, block)
        return first, second

    def _leaf(self, position: int, node: nodes.AnyNode, block: Block) -> tuple[Any, Any]:
        match node:
            case nodes.Test():
                return self._test(position, node, block)
            case nodes.FieldNumber(fact=fact):
                figures = block.columns.get(fact)
                if figures is None:
                    return _one(None)
                assert isinstance(figures, Figures)
                return figures.values, figures.known
            case nodes.Constant(value=value):
                return (EVERYTHING, NOTHING) if value else (NOTHING, EVERYTHING)
            case nodes.Reading(reading=reading, option=option):
                taken = self._taken[reading] == option
                return (EVERYTHING, NOTHING) if taken else (NOTHING, EVERYTHING)
            case nodes.Number(value=value):
                return _one(value)
            case nodes.Parameter(name=name):
                return _one(self._settings.numbers[name])
            case _:
                message = f"not a leaf: {node}"
                raise AssertionError(message)

    def _test(self, position: int, node: nodes.Test, block: Block) -> tuple[Words, Words]:
        column = block.columns.get(node.fact)
        if column is None:
            return NOTHING, NOTHING
        stated = block.stated(node.fact)
        if isinstance(column, Figures):
            is_date = self.program.facts[node.fact].type.kind is Kind.DATE
            # 未发生 is later than any moment.
            come = packed(column.values <= (self._today if is_date else self._as_of)) & stated
            return come, come ^ stated
        holding, failing, unclear = self._split(position, column.values)
        # What is stated, and is neither this nor left open, is the other.
        settled = stated ^ block.where(node.fact, unclear) if unclear else stated
        if len(holding) <= len(failing):
            yes = block.where(node.fact, holding)
            return yes, yes ^ settled
        no = block.where(node.fact, failing)
        return no ^ settled, no

    def _split(self, position: int, values: tuple[Value, ...]) -> tuple[list[int], list[int], list[int]]:
        """Return the codes of the values for which a test holds, for which it fails, and for which it stays open."""
        known = self._answered.get(position)
        if known is None or known[0] is not values:
            answers = self._settings.tables[position]
            codes: dict[Bits, list[int]] = {(1, 0): [], (0, 1): [], UNKNOWN: []}
            for code, value in enumerate(values):
                codes[answers[value]].append(code)
            # The blocks of a county share their values, so that the last ones are kept; any thread finds the same.
            known = self._answered[position] = values, (codes[1, 0], codes[0, 1], codes[UNKNOWN])
        return known[1]


def _one(number: int | None) -> tuple[Ints, Bools]:
    """Return a number that is the same for everybody."""
    return np.array([[number or 0]], np.int64), np.array([[number is not None]], np.bool_)
