"""What of a county's tables is needed to decide: by entity its fields, its references, and how it belongs to a household."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.batch.cells import FieldCells
from relapse_rules.batch.rejects import Count
from relapse_rules.batch.taken import Coded, Column, Counted
from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.engines.lanes.frame import Told
from relapse_rules.facts.case import Value
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.types import NUMERIC, Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

ROW: Final = "#row"
SOURCE: Final = "#source"
BAD: Final = "#bad"

_TEXTS: Final = frozenset({Kind.TEXT, Kind.REFERENCE})
_NARROW: Final = ((np.int8, 127), (np.int16, 32_767))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference that decides where an element belongs. ``told``: its relation."""

    spec: FieldSpec
    told: Told


@dataclass(slots=True, kw_only=True)
class EntityPlan:
    """One entity under households. ``key``: the field that names the household. ``host``: under whose elements it may stand in a case.

    ``deciding``: facts that the program asks for; ``carried``: facts that are handed on as they are; ``kept``: all that is needed.
    ``facts``: those of the tables' columns, set when their headers have been read.
    """

    spec: EntitySpec
    single: bool
    key: FieldSpec
    identifier: FieldSpec | None
    references: tuple[Reference, ...]
    host: str | None
    wanted: frozenset[str]
    asked: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def english(self) -> str:
        """The entity's name in facts."""
        return self.spec.english

    @property
    def name(self) -> str:
        """The entity's name for people."""
        return self.spec.name

    @property
    def deciding(self) -> tuple[str, ...]:
        """The facts in the tables that the program asks for."""
        return tuple(fact for fact in self.facts if fact in self.wanted)

    @property
    def carried(self) -> tuple[str, ...]:
        """The facts in the tables that are handed on."""
        return tuple(fact for fact in self.asked if fact in self.facts)

    def keeps(self, fact: str) -> bool:
        """Return whether a fact is needed once it has been validated."""
        named = (self.identifier, *(reference.spec for reference in self.references))
        return (
            fact in self.wanted
            or fact in self.asked
            or any(spec is not None and spec.fact == fact for spec in named)
        )


@dataclass(kw_only=True)
class Plan:
    """All entities that belong to households, and what has been read of them so far."""

    vocabulary: Vocabulary
    subject: str
    shared: frozenset[str]
    entities: Mapping[str, EntityPlan]
    identifier: FieldSpec
    renamed: Mapping[str, Mapping[str, str]]
    sources: list[str] = field(default_factory=list)
    counts: dict[str, Count] = field(default_factory=dict)
    facts_read: set[str] = field(default_factory=set)
    """Facts for which there is a column in any table."""
    _cells: dict[str, FieldCells] = field(default_factory=dict)

    @cached_property
    def under(self) -> tuple[EntityPlan, ...]:
        """The entities under the household; what others refer to comes before them."""
        found: dict[str, EntityPlan] = {}

        def visit(entity: EntityPlan) -> None:
            if entity.english in found or entity.english == self.subject:
                return
            for reference in entity.references:
                if reference.told[1] in self.entities and reference.told[1] != entity.english:
                    visit(self.entities[reference.told[1]])
            found[entity.english] = entity

        for entity in self.entities.values():
            visit(entity)
        return tuple(found.values())

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people call each entity."""
        return {entity.english: entity.name for entity in self.vocabulary.entities}

    def cells(self, spec: FieldSpec) -> FieldCells:
        """Return the reader of a field: one for all tables, so that equal values have one code."""
        found = self._cells.get(spec.fact)
        if found is None:
            found = self._cells[spec.fact] = FieldCells(spec, self.renamed.get(spec.fact, {}))
        return found

    def source_names(self, codes: npt.NDArray[np.int32]) -> pa.Array:
        """Return the names of sources by their positions."""
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, pa.int32()), pa.array(self.sources, pa.string())
        )

    def column(self, fact: str, stated: pa.ChunkedArray) -> Column:
        """Return a validated column as the engine takes it."""
        kind = self.vocabulary.field(fact).type.kind
        if kind in NUMERIC:
            known = np.asarray(stated.is_valid())
            return Counted(np.asarray(stated.fill_null(0), np.int64), known)
        if kind in _TEXTS:
            encoded = stated.combine_chunks().dictionary_encode()
            values: tuple[Value, ...] = tuple(encoded.dictionary.to_pylist())
            return Coded(
                _narrow(np.asarray(encoded.indices.fill_null(MISSING), np.int32), len(values)), values
            )
        values = tuple(self._cells[fact].values)
        return Coded(_narrow(np.asarray(stated.fill_null(MISSING), np.int32), len(values)), values)

    def stated(self, fact: str, column: pa.ChunkedArray) -> pa.Array:
        """Return a validated column as people would read it: codes as texts, numbers in the steps of their type."""
        kind = self.vocabulary.field(fact).type.kind
        if kind in NUMERIC or kind in _TEXTS:
            return column.combine_chunks()
        found = self.column(fact, column)
        assert isinstance(found, Coded)
        indices = pa.array(found.codes, pa.int32(), mask=found.codes == MISSING)
        texts = pa.array([_text(value) for value in found.values], pa.string())
        return pa.DictionaryArray.from_arrays(indices, texts)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _narrow(codes: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.signedinteger[Any]]:
    for kind, most in _NARROW:
        if count <= most:
            return codes.astype(kind)
    return codes


def facts_asked(program: Program, shared: frozenset[str]) -> frozenset[str]:
    """Return the facts that the program asks of households and of what is under them, those included that tell which unit is meant."""
    asked = {
        node.fact
        for node in program.nodes
        if isinstance(node, nodes.Test | nodes.FieldNumber) and node.domain not in shared
    }
    return frozenset(asked | {unit.fact for unit in program.units if unit.fact is not None})


def references_of(program: Program, entity: EntitySpec, subject: str) -> Iterable[Reference]:
    """Return the references of an entity, without those to the household itself: whoever hangs under it is the household's."""
    for relation in program.relations:
        if relation.child == entity.english and relation.reference is not None and relation.parent != subject:
            spec = entity.by_english[relation.reference]
            yield Reference(spec=spec, told=(relation.child, relation.parent, relation.reference))
