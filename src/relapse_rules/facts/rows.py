"""The elements found so far, their names, and how they belong to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relapse_rules.facts.case import Value
from relapse_rules.facts.problems import Problems
from relapse_rules.facts.shape import EntityReader, Shape, Tie
from relapse_rules.facts.stated import show
from relapse_rules.values.relations import Relation
from relapse_rules.values.vocabulary import FieldSpec

Row = dict[str, Value]


@dataclass(slots=True)
class Rows:
    """The elements of one entity. ``parents[i]``: position of the structural parent of row ``i``.

    ``lists``: how many elements above supplied their list; ``hosts``: under how many named elements (就业 under 家庭成员)
    a list or object was supplied. ``complete``: whether these are all there are, known when everything was read.
    """

    reader: EntityReader
    rows: list[Row] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    lists: int = 0
    hosts: int = 0
    complete: bool = False


def settle(shape: Shape, tables: Mapping[str, Rows], problems: Problems) -> None:
    """Find out which lists are complete and that no two elements have the same name."""
    for name, table in tables.items():
        table.complete = _is_complete(shape, tables, name)
        if len(set(table.ids)) != len(table.ids):
            _repeated(table, problems)


def _is_complete(shape: Shape, tables: Mapping[str, Rows], name: str) -> bool:
    table = tables[name]
    spec = table.reader.spec
    if spec is None or spec.single:
        return True
    above = shape.above[name]
    if table.lists == len(tables[above].rows) and _is_complete(shape, tables, above):
        return True
    host = shape.nested.get(name)
    return host is not None and _is_complete(shape, tables, host) and table.hosts == len(tables[host].rows)


def _repeated(table: Rows, problems: Problems) -> None:
    seen: set[str] = set()
    identifier = table.reader.identifier
    for name, path in zip(table.ids, table.paths, strict=True):
        if name in seen:
            what = "编号" if identifier is None else identifier.spec.name
            value = "" if identifier is None else f" {show(identifier.spec, name)} "
            place = path if identifier is None else f"{path}.{identifier.spec.english}"
            problems.add(place, f"“{what}”{value}重复，前面已有一条", "每条一个编号")
        seen.add(name)


def links_of(
    shape: Shape, tables: Mapping[str, Rows], problems: Problems
) -> dict[Relation, tuple[int | None, ...]]:
    """Return for each relation the position of each child's parent, None where the reference is not stated.

    A reference to an element of a list that was not supplied is None too: the element's facts are unknown.
    """
    links: dict[Relation, tuple[int | None, ...]] = {}
    for tie in shape.ties:
        child = tables[tie.relation.child]
        if tie.fact is None:
            links[tie.relation] = tuple(child.parents)
        elif child.rows:
            links[tie.relation] = _referred(tie, child, tables[tie.relation.parent], problems)
        else:
            links[tie.relation] = ()
    return links


def _referred(tie: Tie, child: Rows, target: Rows, problems: Problems) -> tuple[int | None, ...]:
    fact = tie.fact or ""
    target_spec = target.reader.spec
    # What hangs under the household is the household's, whether or not it repeats the household's number.
    unstated = 0 if target_spec is not None and target_spec.single and target.rows else None
    positions = {name: position for position, name in enumerate(target.ids)}
    found: list[int | None] = []
    for row, path in zip(child.rows, child.paths, strict=True):
        stated = row.get(fact)
        position = unstated if stated is None else positions.get(str(stated))
        if position is None and stated is not None and target.complete:
            _dangling(_spec_of(child, fact), target, stated, path, problems)
        found.append(position)
    return tuple(found)


def _spec_of(table: Rows, fact: str) -> FieldSpec:
    return table.reader.keys[fact.partition(".")[2]].spec


def _dangling(spec: FieldSpec, target: Rows, stated: Value, path: str, problems: Problems) -> None:
    target_spec = target.reader.spec
    place = f"{path}.{spec.english}"
    if target_spec is not None and target_spec.single:
        problems.add(
            place,
            f"“{spec.name}”是{show(spec, stated)}，与所在的{target.reader.name}不是同一个",
            "改为同一编号，或不填",
        )
    else:
        remedy = f"补上这一条{target.reader.name}，或改正编号"
        problems.add(
            place, f"“{spec.name}”是{show(spec, stated)}，“{target.reader.name}”中没有这一条", remedy
        )
