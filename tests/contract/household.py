"""Facts of one flooded household, stated as ``entity.field`` pairs, and ways to find elements of its decision.

Everything here is written from the decision contract, the fact model and a reading of the plan, through the public
API only: these are the tests of an outsider.
"""

from __future__ import annotations

import functools
from typing import Any

import relapse_rules

AS_OF = "2023-08-05T09:00:00+08:00"
OCCURRED = "2023-08-01T20:00:00+08:00"
LATER = "2023-08-03T10:00:00+08:00"
NOT_YET = "未发生"
NONE = "无"
OMIT = object()
"""As a value: the field, or the whole list, is left out."""

LISTS = (
    "member",
    "housing",
    "production",
    "employment",
    "loan",
    "insurance",
    "impact",
    "assistance",
    "procedure_event",
)
SINGLES = ("water", "finance")
OUTSIDE = ("disaster_event", "department_alert", "project", "accountability_case")
IDENTIFIERS = {
    "member": {"person_id": "P1"},
    "department_alert": {"alert_id": "A1"},
    "disaster_event": {"event_id": "E1"},
    "impact": {"event_id": "E1"},
}
AFFECTED = {
    "disaster_event.category": "自然灾害",
    "disaster_event.subtype": "洪涝",
    "disaster_event.occurred_at": OCCURRED,
    "impact.affected": True,
    "impact.caused_by_event": True,
}
ELIGIBLE = {
    "household.is_rural_household": True,
    "household.livelihood_hardship": "严重",
    "household.self_resolvable": False,
    "household.has_poverty_risk": True,
}


@functools.cache
def plan() -> relapse_rules.Policy:
    """The shipped plan, loaded once."""
    return relapse_rules.load_plan()


def facts(*stated: dict[str, object]) -> dict[str, Any]:
    """One case from ``entity.field`` pairs, later ones winning; ``entity`` alone states a whole list."""
    pairs: dict[str, object] = {"context.as_of": AS_OF, "household.household_id": "H1"}
    for more in stated:
        pairs |= more
    case: dict[str, Any] = {"context": {}, "household": {}}
    for path, value in pairs.items():
        if value is not OMIT:
            _state(case, path, value)
    return case


def _state(case: dict[str, Any], path: str, value: object) -> None:
    entity, _, field = path.partition(".")
    owner = case if entity in OUTSIDE else case["household"]
    if not field:
        owner[entity] = value
    elif entity in {"context", "household"}:
        case[entity][field] = value
    elif entity in SINGLES:
        owner.setdefault(entity, {})[field] = value
    else:
        rows = owner.setdefault(entity, [dict(IDENTIFIERS.get(entity, {}))])
        rows[0][field] = value


def decide(*stated: dict[str, object]) -> dict[str, Any]:
    """The decision on these facts, as the JSON that the contract describes."""
    return plan().decide(facts(*stated)).model_dump(mode="json")


def elements(decision: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Every measure, task, exception, judgement and conclusion of this name."""
    sections = ("measures", "tasks", "exceptions", "judgements", "conclusions")
    return [item for section in sections for item in decision[section] if item["id"] == name]


def element(decision: dict[str, Any], name: str) -> dict[str, Any]:
    """The only element of this name."""
    found = elements(decision, name)
    assert len(found) == 1, f"{name}: {len(found)} elements"
    return found[0]
