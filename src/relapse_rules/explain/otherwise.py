"""A case in which some facts are otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from relapse_rules.explain.cone import Place
from relapse_rules.explain.premises import ListOf
from relapse_rules.explain.worlds import Supposed
from relapse_rules.facts.case import Case


def otherwise(case: Case, changes: Mapping[Place, Supposed]) -> Case:
    """Return ``case`` with ``changes``: of a fact a value (a reference is the id of an element), None for not stated; of a list whether
    it is complete.
    """  # noqa: D205 - one sentence that is longer than a line
    tables, links = dict(case.tables), dict(case.links)
    for place, value in changes.items():
        table = tables[place.domain]
        if isinstance(place, ListOf):
            tables[place.domain] = table._replace(complete=bool(value))
            continue
        row = {fact: stated for fact, stated in table.rows[place.lane].items() if fact != place.fact}
        if value is not None:
            row[place.fact] = value if not isinstance(value, tuple) else frozenset(value)
        rows = (*table.rows[: place.lane], row, *table.rows[place.lane + 1 :])
        tables[place.domain] = table._replace(rows=rows)
        for relation, parents in case.links.items():
            if place.fact == f"{relation.child}.{relation.reference}":
                parent = None if value is None else tables[relation.parent].ids.index(str(value))
                own = links[relation]
                assert len(own) == len(parents)
                links[relation] = (*own[: place.lane], parent, *own[place.lane + 1 :])
    return replace(case, tables=tables, links=links)
