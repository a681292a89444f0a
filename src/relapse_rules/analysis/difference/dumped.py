"""What a comparison found, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from relapse_rules.analysis.difference.model import (
    Cause,
    Changed,
    Comparison,
    Difference,
    Direction,
    Household,
    Written,
)
from relapse_rules.analysis.difference.roster_model import RosterDifference
from relapse_rules.analysis.worked_case import as_json, stated_facts
from relapse_rules.values.truth import Truth
from relapse_rules.values.vocabulary import Vocabulary

JsonObject = dict[str, Any]

_OUTCOMES: Final = {True: "yes", False: "no", None: "unknown"}


def dumped(difference: Difference, vocabulary: Vocabulary) -> JsonObject:
    """Return everything, what is the same by name only. ``vocabulary``: in whose English names the households are stated."""
    days = None if difference.days is None else [date.fromordinal(day).isoformat() for day in difference.days]
    return {
        "old": {"name": difference.old, "digest": difference.old_digest},
        "new": {"name": difference.new, "digest": difference.new_digest},
        "days": days,
        "equal": difference.is_equal,
        "same_outcomes": difference.same_outcomes,
        "declarations": [
            _comparison(each, vocabulary) for each in difference.declarations if not each.is_same
        ],
        "same": [
            {"name": each.name, "method": each.method.value, "bounded": [*each.bounded]}
            for each in difference.declarations
            if each.is_same
        ],
        "settings": [_changed(each) for each in difference.settings],
        "vocabulary": [
            {"name": each.name, "before": each.before, "after": each.after, "compatible": each.compatible}
            for each in difference.vocabulary
        ],
    }


def _comparison(told: Comparison, vocabulary: Vocabulary) -> JsonObject:
    return {
        "kind": told.kind.value,
        "old": None if told.old is None else told.old.name,
        "new": None if told.new is None else told.new.name,
        "verdict": told.verdict.value,
        "method": told.method.value,
        "bounded": [*told.bounded],
        "ways": [_way(each, vocabulary) for each in told.ways],
        "never": [{"before": _outcome(before), "after": _outcome(after)} for before, after in told.never],
        "causes": [_cause(each) for each in told.causes],
        "through": [*told.through],
        "attributes": [_changed(each) for each in told.attributes],
        "needs_solver": told.needs_solver,
    }


def _outcome(truth: Truth) -> str:
    return _OUTCOMES[truth]


def _way(way: Direction, vocabulary: Vocabulary) -> JsonObject:
    return {
        "before": _outcome(way.before),
        "after": _outcome(way.after),
        "among": way.among,
        "when": [
            [{"condition": each.text, "holds": each.holds, "version": each.version} for each in cube]
            for cube in way.cubes
        ],
        "complete": way.complete,
        "household": _household(way.household, vocabulary),
    }


def _household(household: Household, vocabulary: Vocabulary) -> JsonObject:
    facts = as_json(stated_facts(household.case, vocabulary))
    return {
        "facts": facts,
        "smallest": household.smallest,
        "parameters": dict(household.settings),
        "outcomes": [
            {
                "name": each.name,
                "target": each.target,
                "before": _outcome(each.before),
                "after": _outcome(each.after),
            }
            for each in household.told
        ],
        "numbers": [
            {"name": name, "before": before, "after": after} for name, before, after in household.numbers
        ],
    }


def _cause(cause: Cause) -> JsonObject:
    return {"before": _written(cause.before), "after": _written(cause.after)}


def _written(place: Written | None) -> JsonObject | None:
    if place is None:
        return None
    return {
        "declaration": place.name,
        "words": place.words,
        "file": place.span.file,
        "line": place.line,
        "start": place.span.start,
        "end": place.span.end,
        "cites": [*place.cites],
    }


def _changed(changed: Changed) -> JsonObject:
    return {"name": changed.name, "before": changed.before, "after": changed.after}


def dumped_roster(roster: RosterDifference, *, personal: bool) -> JsonObject:
    """Return what changes for a county. ``personal``: with the households by their numbers."""
    found = {
        "households": roster.households,
        "only_old": roster.only_old,
        "only_new": roster.only_new,
        "rejected": roster.rejected,
        "gaining": roster.gaining,
        "losing": roster.losing,
        "effects": [asdict(each) for each in roster.effects if not each.is_none],
        "townships": [asdict(each) for each in roster.towns],
        "workload": [asdict(each) for each in roster.loads],
        "notes": [*roster.notes],
    }
    if personal:
        found["touched"] = [asdict(each) for each in roster.touched]
    return found
