"""Facts as other engines can take them: plain values under English names, judgements without their record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relapse_rules.facts.case import Case, Value
from relapse_rules.values.relations import Relation

MERGED = ("water", "finance")
TO_EVENT = Relation("impact", "disaster_event", "event_id")


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
    _name_events(case, facts)
    return facts


def _name_events(case: Case, facts: dict[str, Any]) -> None:
    """Let impacts name their disasters as the links of ``case`` say."""
    events = case.tables["disaster_event"].ids
    for row, name in zip(facts.get("disaster_event", []), events, strict=False):
        row["event_id"] = name
    for row, event in zip(facts.get("impact", []), case.links[TO_EVENT], strict=False):
        row["event_id"] = None if event is None else events[event]


def _plain(row: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for fact, value in row.items():
        entity, _, field = fact.partition(".")
        parts.setdefault(entity, {})[field] = sorted(value) if isinstance(value, frozenset) else value
    return parts
