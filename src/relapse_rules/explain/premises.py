"""What a proof rests on in the end, and a case cut down to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from relapse_rules.facts.case import Case


class FactAt(NamedTuple):
    """A stated fact of the element in a lane of a domain."""

    domain: str
    lane: int
    fact: str


class ListOf(NamedTuple):
    """That the list of the elements of a domain is complete."""

    domain: str


class ParameterOf(NamedTuple):
    """The value of a 参数."""

    name: str


class ReadingOf(NamedTuple):
    """The option taken of a 解读."""

    name: str


Key = FactAt | ListOf | ParameterOf | ReadingOf


def only(case: Case, kept: Collection[Key]) -> Case:
    """Return ``case`` as if nothing but ``kept`` had been stated: its elements are there, their other facts are unknown.

    What hangs under what stays known, and so do 参数 and 解读, which no case states.
    """
    facts = {(key.domain, key.lane, key.fact) for key in kept if isinstance(key, FactAt)}
    complete = {key.domain for key in kept if isinstance(key, ListOf)}
    tables = {
        domain: table._replace(
            rows=tuple(
                {fact: value for fact, value in row.items() if (domain, lane, fact) in facts}
                for lane, row in enumerate(table.rows)
            ),
            complete=domain in complete,
        )
        for domain, table in case.tables.items()
    }
    links = {
        relation: parents
        if relation.reference is None
        else tuple(
            parent if (relation.child, lane, f"{relation.child}.{relation.reference}") in facts else None
            for lane, parent in enumerate(parents)
        )
        for relation, parents in case.links.items()
    }
    return replace(case, tables=tables, links=links)
