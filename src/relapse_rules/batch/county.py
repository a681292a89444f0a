"""What belongs to the county as a whole, as one case: 政策上下文, 灾害事件, 部门预警 and the like, with nothing under the household.

A record of these that cannot be used is left out, and its list is then no longer known to be all there is: every household sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from relapse_rules.batch.cells import Complaint
from relapse_rules.batch.plan import BAD, ROW, SOURCE, Plan
from relapse_rules.batch.rejects import Rejects
from relapse_rules.batch.taken import Bools
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.shape import AS_OF, Shape
from relapse_rules.facts.stated import show
from relapse_rules.ir.program import Program
from relapse_rules.tables.errors import InputError
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec

Row = dict[str, Value]


def shared_domains(program: Program, shape: Shape) -> frozenset[str]:
    """Return the domains that are neither the household nor under it."""
    above = dict(program.domains)

    def under(domain: str | None) -> bool:
        return domain is not None and (domain == shape.subject or under(above[domain]))

    return frozenset(domain for domain, _ in program.domains if not under(domain))


class CountyTables:
    """Makes the case of the county from its validated tables: entity → rows with a column for each stated fact."""

    def __init__(self, program: Program, plan: Plan, shape: Shape, rejects: Rejects) -> None:
        self._program = program
        self._plan = plan
        self._shape = shape
        self._rejects = rejects
        self.notes: list[str] = []

    def case(self, tables: Mapping[str, pa.Table], as_of: int | None) -> Case:
        """Return the case. ``as_of`` stands in for the stated 判定时点.

        Raises:
            InputError: 政策上下文 has several rows or a wrong one, or nobody states 判定时点.
        """
        context = self._context(tables.get(self._shape.context))
        moment_fact = f"{self._shape.context}.{AS_OF}"
        moment = context.get(moment_fact) if as_of is None else as_of
        if not isinstance(moment, int):
            message = f"没有写判定时点（给出 as_of，或在“{self._plan.names[self._shape.context]}”表中填写）"
            raise InputError(message)
        context[moment_fact] = moment
        found = {
            self._shape.context: Table(
                entity=self._shape.context, ids=(self._shape.context,), rows=(context,)
            )
        }
        for domain, _ in self._program.domains:
            if domain in self._plan.shared and domain != self._shape.context:
                found[domain] = self._table(
                    self._plan.vocabulary.by_english[domain], tables.get(domain), found
                )
        links = self._links(found)
        for domain, _ in self._program.domains:
            if domain not in self._plan.shared:
                single = domain in self._program.singular
                rows: tuple[Row, ...] = ({},) if single else ()
                found[domain] = Table(entity=domain, ids=(domain,) * len(rows), rows=rows, complete=single)
        for relation in self._program.relations:
            if relation not in links:
                links[relation] = (0,) * len(found[relation.child].rows)
        return Case(as_of=moment, tables=found, links=links)

    def _context(self, table: pa.Table | None) -> Row:
        if table is None or not table.num_rows:
            return {}
        name = self._plan.names[self._shape.context]
        if table.num_rows > 1:
            message = f"“{name}”表有 {table.num_rows} 行，只能有一行"
            raise InputError(message)
        if table.column(BAD)[0].as_py():
            reasons = "；".join(self._rejects.take().column("reason").to_pylist())
            message = f"“{name}”表有误：{reasons}"
            raise InputError(message)
        self._plan.counts[self._shape.context].decided += 1
        return self._rows(table)[0]

    def _table(self, entity: EntitySpec, table: pa.Table | None, before: Mapping[str, Table]) -> Table:
        """Return the table of a domain; ``before`` has those of the domains that it may refer to."""
        if table is None:
            return Table(entity=entity.english, complete=False)
        rows = self._rows(table)
        bad = np.array(table.column(BAD), np.bool_)
        for spec in entity.fields:
            if spec.is_identifier:
                self._refuse(entity, table, bad, spec, _repeated(spec, rows))
            elif (
                spec.type.kind is Kind.REFERENCE
                and spec.type.entity is not None
                and spec.type.entity in before
            ):
                self._refuse(
                    entity,
                    table,
                    bad,
                    spec,
                    _dangling(spec, rows, before[spec.type.entity], self._plan.names),
                )
        good = np.flatnonzero(~bad).tolist()
        self._plan.counts[entity.english].decided += len(good)
        self._plan.counts[entity.english].rejected += len(rows) - len(good)
        if len(good) < len(rows):
            self.notes.append(
                f"{entity.name}有 {len(rows) - len(good)} 条拒收，名单因此不算完整：要看全部{entity.name}才能下的结论会是未知"
            )
        return Table(
            entity=entity.english,
            ids=tuple(_name(entity, place, rows[row]) for place, row in enumerate(good)),
            rows=tuple(rows[row] for row in good),
            complete=len(good) == len(rows),
        )

    def _refuse(
        self, entity: EntitySpec, table: pa.Table, bad: Bools, spec: FieldSpec, wrong: Mapping[int, Complaint]
    ) -> None:
        """Reject rows by their positions, and mark them as ``bad``."""
        if not wrong:
            return
        places = np.array(list(wrong), np.intp)
        bad[places] = True
        self._rejects.add(
            entity.name,
            spec.name,
            np.asarray(table.column(ROW))[places],
            self._plan.source_names(np.asarray(table.column(SOURCE))[places]),
            pa.nulls(len(places), pa.string()),
            np.arange(len(places), dtype=np.int32),
            tuple(wrong.values()),
        )

    def _rows(self, table: pa.Table) -> list[Row]:
        rows: list[Row] = [{} for _ in range(table.num_rows)]
        for fact in table.column_names:
            if fact.startswith("#"):
                continue
            column = self._plan.column(fact, table.column(fact))
            for place, row in enumerate(rows):
                value = column.value(place)
                if value is not None:
                    row[fact] = value
        return rows

    def _links(self, found: Mapping[str, Table]) -> dict[Relation, tuple[int | None, ...]]:
        links: dict[Relation, tuple[int | None, ...]] = {}
        for relation in self._program.relations:
            table = found.get(relation.child)
            if table is None or relation.parent not in found:
                continue
            if relation.reference is None:
                links[relation] = (0,) * len(table.rows)
                continue
            fact = f"{relation.child}.{relation.reference}"
            places = {name: place for place, name in enumerate(found[relation.parent].ids)}
            links[relation] = tuple(places.get(str(row.get(fact))) for row in table.rows)
        return links


def _name(entity: EntitySpec, place: int, row: Row) -> str:
    stated = None if entity.identifier is None else row.get(entity.identifier.fact)
    return f"{entity.english}[{place}]" if stated is None else str(stated)


def _repeated(spec: FieldSpec, rows: Sequence[Row]) -> dict[int, Complaint]:
    times = Counter(row[spec.fact] for row in rows if spec.fact in row)
    said = Complaint(f"“{spec.name}”重复，有几条是这个编号", "每条一个编号")
    return {place: said for place, row in enumerate(rows) if times[row.get(spec.fact, "")] > 1}


def _dangling(
    spec: FieldSpec, rows: Sequence[Row], target: Table, names: Mapping[str, str]
) -> dict[int, Complaint]:
    if not target.complete:
        return {}
    known, told = frozenset(target.ids), names[target.entity]
    return {
        place: Complaint(
            f"“{spec.name}”是{show(spec, row[spec.fact])}，“{told}”中没有这一条",
            f"补上这一条{told}，或改正编号",
        )
        for place, row in enumerate(rows)
        if spec.fact in row and row[spec.fact] not in known
    }
