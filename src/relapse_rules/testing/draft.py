"""A case in the making: what is stated of which elements. It becomes the JSON form that `decide` takes, or the columns of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.shape import AS_OF, Domain, EntityReader, Shape
from relapse_rules.facts.shape import Place as Standing
from relapse_rules.testing.stating import stated
from relapse_rules.values.relations import Relation
from relapse_rules.values.vocabulary import EntitySpec

Row = dict[str, Value]
"""Stated values of one element by fact; those of its single children (饮水) are among them."""

Place = tuple[str, int, str]
"""A domain, the position of an element and a fact; with position 0 and no fact the domain's whole list."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """``rows`` and ``above`` (position of the structural parent) by domain; ``supplied``: domains whose lists are supplied, by every element above."""

    shape: Shape
    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    above: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    supplied: set[str] = field(default_factory=set[str])

    @property
    def as_of(self) -> int:
        """判定时点, in seconds."""
        moment = self.rows[self.shape.context][0][f"{self.shape.context}.{AS_OF}"]
        assert isinstance(moment, int)
        return moment

    def copy(self) -> Draft:
        """Return a draft that can be changed by itself."""
        return Draft(
            shape=self.shape,
            rows={domain: [dict(row) for row in rows] for domain, rows in self.rows.items()},
            above={domain: list(above) for domain, above in self.above.items()},
            supplied=set(self.supplied),
        )

    def add(self, domain: Domain, above: int) -> int:
        """Add an element that states nothing but its name, if it has to have one, and return its position."""
        name = domain.reader.english
        rows = self.rows.setdefault(name, [])
        identifier = domain.reader.identifier
        rows.append({})
        self.above.setdefault(name, []).append(above)
        if identifier is not None and identifier.spec.required:
            rows[-1][identifier.fact] = f"{name[0].upper()}{len(rows)}"
        return len(rows) - 1

    def names(self, domain: str) -> tuple[str, ...]:
        """Return what the elements of a domain are called."""
        entity = _spec(self._domain(domain).reader)
        identifier = entity.identifier
        return tuple(
            str(row[identifier.fact])
            if identifier is not None and identifier.fact in row
            else domain
            if entity.single
            else f"{domain}[{position}]"
            for position, row in enumerate(self.rows.get(domain, ()))
        )

    def _domain(self, name: str) -> Domain:
        return next(domain for domain in self.shape.domains if domain.reader.english == name)

    # --- the columns of an engine -----------------------------------------------------------------------------

    def case(self) -> Case:
        """Return the case as reading its facts would."""
        tables: dict[str, Table] = {}
        for domain in self.shape.domains:
            name = domain.reader.english
            tables[name] = Table(
                entity=name,
                ids=self.names(name),
                rows=tuple(self.rows.get(name, ())),
                complete=domain.single or self.is_complete(domain),
            )
        return Case(as_of=self.as_of, tables=tables, links=dict(self._links(tables)))

    def is_complete(self, domain: Domain) -> bool:
        """Whether the elements of a domain are all there are."""
        if domain.single or domain.above is None:
            return True
        # Where there is no element above, none of them has left its list out.
        told = domain.reader.english in self.supplied or not self.rows.get(domain.above)
        return told and self.is_complete(self._domain(domain.above))

    def _links(self, tables: Mapping[str, Table]) -> dict[Relation, tuple[int | None, ...]]:
        links: dict[Relation, tuple[int | None, ...]] = {}
        for tie in self.shape.ties:
            child, parent = tie.relation.child, tables[tie.relation.parent]
            if tie.fact is None:
                links[tie.relation] = tuple(self.above.get(child, ()))
                continue
            places = {name: position for position, name in enumerate(parent.ids)}
            unstated = 0 if _spec(tie.target).single else None
            links[tie.relation] = tuple(
                places.get(str(row[tie.fact])) if tie.fact in row else unstated for row in tables[child].rows
            )
        return links

    # --- the JSON form ----------------------------------------------------------------------------------------

    def facts(self) -> dict[str, object]:
        """Return the facts of the case under English names, in the order of the vocabulary, as ``json.dumps`` takes them."""
        return self._under(self.shape.outermost, {}, None)

    def _under(self, reader: EntityReader, row: Row, position: int | None) -> dict[str, object]:
        """Return the object of an element: its own fields, and what stands under it."""
        found: dict[str, object] = {}
        for spec in () if reader.spec is None else reader.spec.fields:
            if spec.fact in row:
                found[spec.english] = stated(spec, row[spec.fact])
        for child in reader.children:
            name = child.reader.english
            match child.place:
                case Standing.OBJECT:
                    found[name] = self._under(child.reader, self.rows[name][0], 0)
                case Standing.MERGED:
                    inner = self._under(child.reader, row, position)
                    if inner:
                        found[name] = inner
                case Standing.LIST if name in self.supplied:
                    above = self.above.get(name, [])
                    found[name] = [
                        self._under(child.reader, each, number)
                        for number, each in enumerate(self.rows.get(name, ()))
                        if position is None or above[number] == position
                    ]
                case _:
                    pass  # no list supplied, or told by the element that it refers to
        return found


def started(shape: Shape, as_of: int) -> Draft:
    """Return a draft that states 判定时点 and the name of the subject."""
    draft = Draft(shape=shape)
    for domain in shape.domains:
        if domain.single:
            draft.add(domain, 0)
    draft.rows[shape.context][0][f"{shape.context}.{AS_OF}"] = as_of
    return draft


def _spec(reader: EntityReader) -> EntitySpec:
    assert reader.spec is not None  # INVARIANT: only the outermost object has none, and it is no domain
    return reader.spec
