"""Facts as other engines can take them: plain values under English names, judgements without their record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relapse_rules.facts.case import Case, Value

MERGED = ("water", "finance")


def plain_facts(case: Case) -> dict[str, Any]:
    """Return the facts of ``case`` as JSON values. A list that was not supplied is absent; numbers are in the rows' own steps."""
    facts: dict[str, Any] = {}
    for name, table in case.tables.items():
        rows = [_plain(row) for row in table.rows]
        if name in {"context", "household"}:
            facts[name] = rows[0].get(name, {})
            facts.update({part: rows[0].get(part, {}) for part in MERGED if name == "household"})
        elif table.complete:
            facts[name] = [row.get(name, {}) for row in rows]
    return facts


def _plain(row: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for fact, value in row.items():
        entity, _, field = fact.partition(".")
        parts.setdefault(entity, {})[field] = sorted(value) if isinstance(value, frozenset) else value
    return parts
