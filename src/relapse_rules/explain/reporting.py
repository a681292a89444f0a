"""A whole decision, with the reasons for everything that it lists, as one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from relapse_rules.decisions.grounds import grounds
from relapse_rules.decisions.model import Decision, Target
from relapse_rules.decisions.words import Words
from relapse_rules.explain.model import Explanation
from relapse_rules.explain.page import Page
from relapse_rules.explain.pages_decision import decision_page
from relapse_rules.ir.program import Program


def report(
    decision: Decision,
    program: Program,
    words: Words,
    explain: Callable[[str, Target], Explanation] | None = None,
) -> Page:
    """Return the page of ``decision``, which ``program`` made. ``explain`` gives the reasons; without it they are left out."""
    reasons = () if explain is None else tuple(explain(id_, target) for id_, target in listed(decision))
    return decision_page(
        decision,
        words,
        categories=program.categories,
        grounds=grounds(program),
        eligibility=program.eligibility or "",
        explanations=reasons,
    )


def listed(decision: Decision) -> Iterator[tuple[str, Target]]:
    """Yield everything that a decision lists and that can be explained, in its order."""
    for elements in (
        decision.conclusions,
        decision.judgements,
        decision.measures,
        decision.tasks,
        decision.exceptions,
    ):
        yield from ((element.id, element.target) for element in elements)
