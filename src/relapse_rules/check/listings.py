"""What a decision lists (措施, steps, 职责), under which ids, and which of them a written reference means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relapse_rules.check.names import Names
from relapse_rules.check.policy import Listed
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_names import UNKNOWN_REFERENCE
from relapse_rules.syntax.declarations import Duty, Measure, Procedure, Reference
from relapse_rules.syntax.tree import Path


def step_id(procedure: str, step: str) -> str:
    """Return the id of a step.

    >>> step_id("快速认定", "评议公示")
    '快速认定/评议公示'
    """
    return f"{procedure}/{step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listings:
    """All ids, with the groups that stand for several: the steps of a 程序, the measures of a 类别."""

    ids: frozenset[str]
    procedures: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, tuple[str, ...]]

    def all_of(self, reference: Reference, found: list[Diagnostic]) -> tuple[str, ...]:
        """Return every id that ``reference`` means; nothing (and a finding) when it means none."""
        text = reference.text
        if text in self.ids:
            return (text,)
        if text in self.procedures:
            return self.procedures[text]
        if text in self.categories:
            return self.categories[text]
        known = (*self.ids, *self.procedures, *self.categories)
        found.append(
            UNKNOWN_REFERENCE.at(
                reference.span,
                f"没有叫“{text}”的措施、程序、步骤、职责或类别",
                help=offer(text, known, "步骤写成“程序/步骤”"),
            )
        )
        return ()

    def ends_of(self, reference: Reference, found: list[Diagnostic]) -> tuple[str, ...]:
        """Return what is to be done before something that comes after ``reference``: the last step of a 程序."""
        return self.procedures.get(reference.text, ())[-1:] or self.all_of(reference, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What a decision lists, typed and with the exceptions worked in. A broken declaration is among the ids alone."""

    listings: Listings
    by_id: Mapping[str, Listed]

    def of_step(self, path: Path, found: list[Diagnostic]) -> Listed | None:
        """Return the step that ``path`` means; None (and a finding, unless it is broken) when there is none."""
        text = path.text
        if text not in self.listings.ids:
            steps = [step for several in self.listings.procedures.values() for step in several]
            found.append(
                UNKNOWN_REFERENCE.at(
                    path.span,
                    f"没有叫“{text}”的步骤",
                    help=offer(text, steps, "步骤写成“程序/步骤”；相除时“/”两边各留一个空格"),
                )
            )
        return self.by_id.get(text)


def listings(names: Names, categories: tuple[str, ...]) -> Listings:
    """Return what the declared 措施, 程序 and 职责 put in a decision."""
    procedures: dict[str, tuple[str, ...]] = {}
    measures: dict[str, list[str]] = {category: [] for category in categories}
    ids: list[str] = []
    for name, concept in names.concepts.items():
        match concept:
            case Procedure():
                procedures[name] = tuple(
                    dict.fromkeys(step_id(name, step.name.text) for step in concept.steps)
                )
                ids += procedures[name]
            case Measure():
                ids.append(name)
                measures.setdefault(concept.category.text, []).append(name)
            case Duty():
                ids.append(name)
            case _:
                pass
    return Listings(
        ids=frozenset(ids),
        procedures=procedures,
        categories={category: tuple(listed) for category, listed in measures.items()},
    )
