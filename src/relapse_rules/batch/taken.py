"""Households that can be decided, with everything under them: validated, complete in themselves, in the order in which they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.engines.lanes.frame import NOBODY, Told
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.values.relations import Relation

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int32]


class Coded(NamedTuple):
    """Few different values: each cell's position among ``values``, or `MISSING`."""

    codes: npt.NDArray[np.signedinteger[Any]]
    values: tuple[Value, ...]

    def value(self, place: int) -> Value | None:
        """Return what a cell states, None when nothing."""
        code = int(self.codes[place])
        return None if code == MISSING else self.values[code]


class Counted(NamedTuple):
    """Integers in the form of their type; what is not ``known`` means nothing."""

    values: Ints
    known: Bools

    def value(self, place: int) -> Value | None:
        """Return what a cell states, None when nothing."""
        return int(self.values[place]) if self.known[place] else None


Column = Coded | Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """The elements of a domain, household by household, each household's in the order in which they came.

    Those of household ``h`` are ``offsets[h]:offsets[h + 1]``. ``owners`` and ``slots``: each element's household and its place there.
    ``complete``: by household, whether these are all there are. ``stated_names``: their identifiers, null where not stated. ``columns`` by fact. ``references``: by fact, the texts that
    refer to other elements. ``links``: by reference, the slot of the element
    referred to (for a domain of the county, its lane), `NOBODY` where it is not known.
    """

    domain: str
    owners: Positions
    slots: Positions
    offsets: Ints
    stated_names: pa.Array
    columns: Mapping[str, Column]
    references: Mapping[str, pa.Array]
    links: Mapping[Told, Positions]
    complete: Bools

    def stated(self, place: int) -> dict[str, Value]:
        """Return what is stated of one element."""
        row = {fact: column.value(place) for fact, column in self.columns.items()}
        referred = {fact: texts[place].as_py() for fact, texts in self.references.items()}
        return _stated(row | referred)

    def names(self, places: Ints | None = None) -> pa.Array:
        """Return what a decision calls each element (or those at ``places``): its identifier, or its place in the household's list (``loan[0]``)."""
        stated = self.stated_names if places is None else self.stated_names.take(pa.array(places))
        if not stated.null_count:
            return stated
        slots = self.slots if places is None else self.slots[places]
        # Lists are short, so that few different names are made.
        told = pa.array(
            [f"{self.domain}[{slot}]" for slot in range(int(slots.max(initial=-1)) + 1)], pa.string()
        )
        by_place = told.take(pa.array(slots))
        return by_place if stated.null_count == len(stated) else pc.coalesce(stated, by_place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The good households of a part. ``rows`` and ``sources``: where each stood in the county's tables.

    ``columns``: of the households themselves, single children such as 饮水 included. ``elements``: by domain. ``carried``: facts that
    were asked for besides those that decide, as Arrow arrays. ``rejects``: rows that turned out bad when households were put together.
    """

    subject: str
    ids: pa.Array
    rows: Ints
    sources: pa.Array
    columns: Mapping[str, Column]
    elements: Mapping[str, Elements]
    carried: Mapping[str, pa.Array]
    rejects: pa.Table

    def __len__(self) -> int:
        return len(self.rows)

    def case(self, household: int, county: Case) -> Case:
        """Return what is known of one household, as the one-household engine takes it: the facts that can decide something."""
        own = {fact: column.value(household) for fact, column in self.columns.items()}
        tables = dict(county.tables)
        tables[self.subject] = Table(
            entity=self.subject, ids=(str(self.ids[household].as_py()),), rows=(_stated(own),)
        )
        links: dict[Relation, tuple[int | None, ...]] = {
            relation: known for relation, known in county.links.items() if relation.child not in self.elements
        }
        for domain, elements in self.elements.items():
            here = range(int(elements.offsets[household]), int(elements.offsets[household + 1]))
            names = elements.names(np.arange(here.start, here.stop)).to_pylist()
            rows = tuple(elements.stated(place) for place in here)
            tables[domain] = Table(
                entity=domain, ids=tuple(names), rows=rows, complete=bool(elements.complete[household])
            )
            for relation in county.links:
                if relation.child == domain:
                    links[relation] = _links(elements, relation, here)
        return Case(as_of=county.as_of, tables=tables, links=links)


def _stated(row: Mapping[str, Value | None]) -> dict[str, Value]:
    return {fact: value for fact, value in row.items() if value is not None}


def _links(elements: Elements, relation: Relation, here: range) -> tuple[int | None, ...]:
    known = elements.links.get((relation.child, relation.parent, relation.reference))
    if known is None:
        return (0,) * len(here)
    places = (int(known[place]) for place in here)
    return tuple(None if place == NOBODY else place for place in places)
