"""The elements found so far, their names, and how they belong to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    a list or object was supplied.
    """

    reader: EntityReader
    rows: list[Row] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    lists: int = 0
    hosts: int = 0


def complete_lists(shape: Shape, tables: Mapping[str, Rows]) -> dict[str, bool]:
    """Return for each entity whether the elements found are all there are."""
    complete: dict[str, bool] = {}
    for domain in shape.domains:
        name, above, host = domain.reader.english, domain.above, domain.host
        if above is None or domain.single:
            complete[name] = True
            continue
        table = tables.get(name)
        lists = 0 if table is None else table.lists
        complete[name] = complete[above] and lists == _count(tables, above)
        if not complete[name] and host is not None and complete[host]:
            complete[name] = (0 if table is None else table.hosts) == _count(tables, host)
    return complete


def _count(tables: Mapping[str, Rows], name: str) -> int:
    table = tables.get(name)
    return 0 if table is None else len(table.rows)


def check_names(tables: Iterable[Rows], problems: Problems) -> None:
    """Note elements of one entity that have the same name."""
    for table in tables:
        if len(table.ids) > 1 and len(set(table.ids)) != len(table.ids):
            _repeated(table, problems)


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
    shape: Shape, tables: Mapping[str, Rows], complete: Mapping[str, bool], problems: Problems
) -> dict[Relation, tuple[int | None, ...]]:
    """Return for each relation the position of each child's parent, None where the reference is not stated.

    A reference to an element of a list that was not supplied is None too: the element's facts are unknown.
    """
    links: dict[Relation, tuple[int | None, ...]] = {}
    for tie in shape.ties:
        child = tables.get(tie.relation.child)
        if child is None:
            links[tie.relation] = ()
        elif tie.fact is None:
            links[tie.relation] = tuple(child.parents)
        else:
            target = tables.get(tie.relation.parent)
            known = complete[tie.relation.parent]
            links[tie.relation] = _referred(tie, child, target, problems, known=known)
    return links


def _referred(
    tie: Tie, child: Rows, target: Rows | None, problems: Problems, *, known: bool
) -> tuple[int | None, ...]:
    fact = tie.fact or ""
    # What hangs under the household is the household's, whether or not it repeats the household's number.
    unstated = 0 if tie.target.spec is not None and tie.target.spec.single else None
    positions = {} if target is None else {name: position for position, name in enumerate(target.ids)}
    found: list[int | None] = []
    for row, path in zip(child.rows, child.paths, strict=True):
        stated = row.get(fact)
        position = unstated if stated is None else positions.get(str(stated))
        if position is None and stated is not None and known:
            _dangling(_spec_of(child, fact), tie.target, stated, path, problems)
        found.append(position)
    return tuple(found)


def _spec_of(table: Rows, fact: str) -> FieldSpec:
    return table.reader.keys[fact.partition(".")[2]].spec


def _dangling(spec: FieldSpec, target: EntityReader, stated: Value, path: str, problems: Problems) -> None:
    place = f"{path}.{spec.english}"
    value = f"“{spec.name}”是{show(spec, stated)}"
    if target.spec is not None and target.spec.single:
        message = f"{value}，与所在的{target.name}不是同一个"
        problems.add(place, message, "改为同一编号，或不填")
    else:
        message = f"{value}，“{target.name}”中没有这一条"
        problems.add(place, message, f"补上这一条{target.name}，或改正编号")
