"""Which elements an outcome is listed for."""

from __future__ import annotations

from typing import Final, NamedTuple

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.facts.case import Case

COUNTY: Final = "context.county_code"
"""The fact that names 政策上下文."""


class Targets(NamedTuple):
    """The elements of an entity, in the order of their lanes, and the one that stands for elements not known.

    ``unlisted`` is unknown when the list was not supplied or not in full, no when it is empty, else None: everything is listed.
    """

    elements: tuple[Target, ...]
    unlisted: Outcome | None
    nobody: Target


def targets_of(case: Case, entity: str, domain: str) -> Targets:
    """Return what ``entity`` (a domain, or a single child in the lanes of ``domain``) is listed for."""
    table = case.tables[domain]
    if domain == "context":
        code = table.rows[0].get(COUNTY)
        names: tuple[str | None, ...] = (code if isinstance(code, str) else None,)
    else:
        names = table.ids
    unlisted = Outcome.UNKNOWN if not table.complete else None if names else Outcome.NO
    return Targets(tuple(Target(entity, name) for name in names), unlisted, Target(entity, None))
