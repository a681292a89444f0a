"""Snapshots: what a case had come to, as text. A cache that any replay can do without; a snapshot that does not fit is ignored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from relapse_rules.cases.ledger import Position
from relapse_rules.cases.plain import text_of
from relapse_rules.facts.case import Case, Recorded, Table, Value
from relapse_rules.facts.problems import Problems
from relapse_rules.facts.rows import Rows, links_of
from relapse_rules.facts.shape import Shape
from relapse_rules.values.relations import Relation

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a case has come to. ``opened``: its first moment, in seconds; ``policy``: the digest of the policy that reads it."""

    facts: Case
    opened: int
    position: Position
    closed: bool
    policy: str


def snapshot_text(progress: Progress, shape: Shape) -> str:
    """Return ``progress`` as canonical JSON text."""
    facts = progress.facts
    return text_of(
        {
            "format": _FORMAT,
            "as_of": facts.as_of,
            "opened": progress.opened,
            "position": [*progress.position],
            "closed": progress.closed,
            "policy": progress.policy,
            "tables": {
                domain.reader.english: _table(facts.tables[domain.reader.english]) for domain in shape.domains
            },
            "parents": {
                domain.reader.english: [*facts.links[Relation(domain.reader.english, domain.above)]]
                for domain in shape.domains
                if domain.above is not None
            },
            "recorded": [
                [element, fact, each.by, each.at, each.basis]
                for (element, fact), each in facts.recorded.items()
            ],
        }
    )


def progress_from(text: str, shape: Shape, policy: str) -> Progress | None:
    """Return what a snapshot says; None when it is of another format or policy, or cannot be read."""
    try:
        said = json.loads(text)
        if said["format"] != _FORMAT or said["policy"] != policy:
            return None
        return _progress(said, shape)
    except (ValueError, KeyError, TypeError, IndexError):
        return None  # a cache that cannot be read is as good as none


def _progress(said: dict[str, Any], shape: Shape) -> Progress:
    tables = {name: _table_from(name, table) for name, table in said["tables"].items()}
    rows = {
        domain.reader.english: Rows(
            domain.reader,
            rows=list(tables[domain.reader.english].rows),  # type: ignore[arg-type]  # `links_of` only reads them
            ids=list(tables[domain.reader.english].ids),
            paths=list(tables[domain.reader.english].ids),
            parents=[
                parent or 0
                for parent in said["parents"].get(
                    domain.reader.english, [0] * len(tables[domain.reader.english].ids)
                )
            ],
        )
        for domain in shape.domains
    }
    complete = {name: table.complete for name, table in tables.items()}
    facts = Case(
        as_of=said["as_of"],
        tables=tables,
        links=links_of(shape, rows, complete, Problems("")),
        recorded={
            (element, fact): Recorded(by=by, at=at, basis=basis)
            for element, fact, by, at, basis in said["recorded"]
        },
    )
    return Progress(
        facts=facts,
        opened=said["opened"],
        position=Position(*said["position"]),
        closed=said["closed"],
        policy=said["policy"],
    )


def _table(table: Table) -> dict[str, object]:
    return {
        "ids": [*table.ids],
        "complete": table.complete,
        "rows": [{fact: _value(value) for fact, value in row.items()} for row in table.rows],
    }


def _table_from(name: str, said: dict[str, Any]) -> Table:
    rows = tuple({fact: _value_from(value) for fact, value in row.items()} for row in said["rows"])
    return Table(entity=name, ids=tuple(said["ids"]), rows=rows, complete=said["complete"])


def _value(value: Value) -> object:
    """A set is the only value that JSON has no form for."""
    return sorted(value) if isinstance(value, frozenset) else value


def _value_from(value: Any) -> Value:  # noqa: ANN401 - whatever the JSON text holds
    if isinstance(value, list):
        return frozenset(value)
    if isinstance(value, (bool, int, str)):
        return value
    raise TypeError(value)
