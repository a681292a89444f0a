"""The `lanes` engine for many households: blocks of them, each word of a rail 64 households wide.

The kernel is generated from the same program by the same generator as for one household; see `words` for how elements are laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from relapse_rules.engines.lanes.encode import leaf_count
from relapse_rules.engines.lanes.frame import FULL, Bools, Frame, Ints, Words, packed
from relapse_rules.engines.lanes.settings import Settings, settings_on
from relapse_rules.engines.lanes.words import words_source
from relapse_rules.facts.case import Value
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, Kind

MISSING: Final = -1
"""The code of what is not stated."""

_NOTHING: Final = np.zeros((1, 1), np.uint64)
_EVERYTHING: Final = np.full((1, 1), FULL)


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

    def where(self, fact: str, code: int) -> Words:
        """Return the elements that state the value with this code: worked out once, since several tests ask for one value."""
        found = self._where.get((fact, code))
        if found is None:
            column = self.columns[fact]
            assert isinstance(column, Codes)
            found = self._where[fact, code] = packed(column.codes == code)
        return found


@dataclass(frozen=True, slots=True)
class WordRails:
    """The rails of every node of a block, as in `Frame`; None for the domains of the county, whose rails are in `Rails`."""

    first: list[Any]
    second: list[Any]
    conflicts: list[tuple[int, Words]]


class BlockEvaluator:
    """Runs a program on blocks. ``shared``: the domains that belong to the county as a whole.

    Safe to share between threads: nothing changes after it is made.
    """

    def __init__(self, program: Program, shared: frozenset[str], as_of: int) -> None:
        self.program = program
        self.shared = shared
        self._as_of = as_of
        self._today = day_of(as_of)
        self._settings: Settings = settings_on(program, self._today)
        self._taken = {entry.name: entry.taken for entry in program.readings}
        source, count = words_source(program, shared)
        namespace: dict[str, Any] = {"np": np}
        exec(compile(source, f"<{program.policy} by blocks>", "exec"), namespace)  # noqa: S102 - our own generated code
        self._parts: list[Callable[..., None]] = [namespace[f"part_{part}"] for part in range(count)]
        self._leaves = leaf_count(program)

    def run(self, block: Block, county: Rails | None = None) -> WordRails:
        """Return the rails of ``block``. ``county``: the rails of the shared domains, from the engine for one household."""
        size = len(self.program.nodes)
        first: list[Any] = [None] * size
        second: list[Any] = [None] * size
        for position, node in enumerate(self.program.nodes):
            if node.domain in self.shared:
                if county is not None:
                    first[position], second[position] = county.first[position], county.second[position]
            elif position < self._leaves:
                first[position], second[position] = self._leaf(position, node, block)
        block.frame.conflicts = []
        for part in self._parts:
            part(first, second, block.frame)
        return WordRails(first, second, block.frame.conflicts)

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
                return (_EVERYTHING, _NOTHING) if value else (_NOTHING, _EVERYTHING)
            case nodes.Reading(reading=reading, option=option):
                taken = self._taken[reading] == option
                return (_EVERYTHING, _NOTHING) if taken else (_NOTHING, _EVERYTHING)
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
            return _NOTHING, _NOTHING
        if isinstance(column, Figures):
            is_date = self.program.facts[node.fact].type.kind is Kind.DATE
            come = (column.values != NEVER) & (column.values <= (self._today if is_date else self._as_of))
            return packed(come & column.known), packed(~come & column.known)
        answers = self._settings.tables[position]
        yes, no = _NOTHING, _NOTHING
        for code, value in enumerate(column.values):
            holds, fails = answers[value]
            if holds or fails:
                here = block.where(node.fact, code)
                yes, no = (yes | here, no) if holds else (yes, no | here)
        return yes, no


def _one(number: int | None) -> tuple[Ints, Bools]:
    """Return a number that is the same for everybody."""
    return np.array([[number or 0]], np.int64), np.array([[number is not None]], np.bool_)
